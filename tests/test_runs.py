"""Whole runs, as a person starts them: `pytest` in a process of its own, over real adb."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from drivers import connect
from fixtures.launch import Launched, virtual_phone
from tests.conftest import ROOT

SAVER = "scenarios/solutions/09-battery-saver.yaml"
RESTART = "scenarios/solutions/06-restart-app.yaml"
# Far above what a run takes here: it bounds a hang, and nothing is measured with it.
TIMEOUT_S = 120


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def environ(state: Path) -> dict[str, str]:
    return environ_for(state)


def environ_for(state: Path) -> dict[str, str]:
    # A server of nobody's: a test never looks at, or starts, the one on 5037.
    hidden = ("ANDROID_", "ADB_", "UNSTUCK_", "PYTEST_")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    return {
        **inherited,
        "UNSTUCK_STATE": str(state),
        "PYTHONPATH": str(ROOT),
        # Those that a run needs are named; importing the others takes longer than most runs.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }


@pytest.fixture
def run(environ: dict[str, str], tmp_path: Path):
    def run_pytest(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(tmp_path, *arguments),
            cwd=ROOT,
            env={**environ, **more},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )

    return run_pytest


def command(results: Path, *arguments: str) -> list[str]:
    # Named one by one: the clone's conftest.py is not on the way to a file in a temporary folder.
    names = ("allure_pytest", "xdist", "scenarios.plugin", "fixtures.phone", "fixtures.evidence")
    plugins = [word for name in names for word in ("-p", name)]
    return [
        sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "no:cacheprovider", *plugins,
        f"--alluredir={results / 'allure'}", *arguments,
    ]  # fmt: skip


@pytest.fixture
def launched() -> Iterator[Launched]:
    """A virtual phone that somebody else started: to a run it is a person's own."""
    with virtual_phone(["--media", "600", "--rate", "8"]) as phone:
        yield phone


def named(phone: Launched, *more: str) -> list[str]:
    return [f"--adb={phone.client.address}", f"--phone={phone.serial}", "--patience=1s", *more]


def on_the_phone(phone: Launched, *commands: str) -> list[str]:
    with connect(phone.serial, phone.client) as connected:
        return [result.stdout for result in connected.batch(commands)]


def truth(phone: Launched) -> Mapping[str, object]:
    found: Mapping[str, object] = json.loads(on_the_phone(phone, "virtual state")[0])
    return found


def scenario(folder: Path, text: str) -> str:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


HEAD = "name: a proof\nrisk: reversible\nexpect:\n  counter: {advances: 1, within: 60s}\n"


class TestRegress:
    def test_both_scenarios_prove_themselves_and_tell_what_they_did(self, run, tmp_path) -> None:
        ran = run("--phone=virtual", SAVER, RESTART)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "ok prove stuck" in ran.stdout
        assert "ok prove moving" in ran.stdout

    def test_without_the_fix_it_fails_with_the_readings(self, run, tmp_path) -> None:
        faulty = "fault:\n  - battery.plugged: none\n  - battery.saver: on\n"
        ran = run("--phone=virtual", scenario(tmp_path, HEAD + faulty))
        assert ran.returncode == 1
        assert "expected that the counter advances by at least 1 within 1s, saw" in ran.stdout
        assert "left (0.0s) -> " in ran.stdout
        assert "scenario.yaml:4:3: expected" in ran.stdout

    def test_without_the_fault_it_fails_as_not_stuck(self, run, tmp_path) -> None:
        faultless = "fault:\n  - photos.open\nfix:\n  - battery.saver: off\n"
        ran = run("--phone=virtual", scenario(tmp_path, HEAD + faultless))
        assert ran.returncode == 1
        assert "not stuck: with the fault in place the counter went on" in ran.stdout

    def test_everything_is_put_back(self, run, launched) -> None:
        before = truth(launched)["settings"]
        ran = run(
            *named(launched, "--mode=regress", "--test-account=a@example.com", "--risk=disruptive"),
            SAVER,
            RESTART,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert truth(launched)["settings"] == before
        assert truth(launched)["faults"] == []

    def test_a_failure_is_put_back_as_well(self, run, launched, tmp_path) -> None:
        before = truth(launched)["settings"]
        faulty = "fault:\n  - battery.plugged: none\n  - battery.saver: on\n"
        ran = run(
            *named(launched, "--mode=regress", "--test-account=a@example.com"),
            scenario(tmp_path, HEAD + faulty),
        )
        assert ran.returncode == 1
        assert truth(launched)["settings"] == before

    def test_two_workers_have_a_phone_each(self, run, tmp_path) -> None:
        ran = run("--phone=virtual", "-n", "2", SAVER, RESTART)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert_nested_steps(tmp_path / "allure", count=2)


class TestAllure:
    def test_steps_are_nested_and_carry_what_was_sent_and_read(self, run, tmp_path) -> None:
        ran = run("--phone=virtual", SAVER)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert_nested_steps(tmp_path / "allure", count=1)

    def test_only_an_unmet_expectation_is_failed_the_rest_is_broken(self, run, tmp_path) -> None:
        run("--phone=virtual", scenario(tmp_path, HEAD + "fault:\n  - photos.open\n"))
        [result] = results_in(tmp_path / "allure")
        assert result["status"] == "failed"


def results_in(folder: Path) -> list[dict]:
    return [json.loads(p.read_text(encoding="utf-8")) for p in folder.glob("*-result.json")]


PHASES = [
    "how the phone is",
    "inject what holds the backup up",
    "no progress for 1s",
    "apply the fix",
    "what is expected of it",
    "put everything back",
]


def assert_nested_steps(folder: Path, *, count: int) -> None:
    results = results_in(folder)
    assert len(results) == count
    for result in results:
        assert result["status"] == "passed"
        phases = {step["name"]: step for step in result["steps"]}
        assert [name for name in phases if name in PHASES] == PHASES
        fix = phases["apply the fix"]["steps"][0]
        assert fix["parameters"][0]["name"] == "place"
        [sent] = [a for a in fix["attachments"] if a["name"] == "sent and read"]
        assert "exit code 0" in (folder / sent["source"]).read_text(encoding="utf-8")
        [counter] = [
            a for a in phases["what is expected of it"]["attachments"] if a["name"] == "counter"
        ]
        assert len((folder / counter["source"]).read_text(encoding="utf-8").splitlines()) >= 2
        for phase in ("how the phone is", "what is expected of it"):
            names = [a["name"] for a in phases[phase]["attachments"]]
            assert any(name.startswith("the screen") for name in names), names
            assert any(name.endswith("(hierarchy)") for name in names), names


class TestHeal:
    def test_a_readable_cause_is_treated_and_named(self, run, launched) -> None:
        on_the_phone(launched, "dumpsys battery unplug", "cmd power set-mode 1")
        ran = run(*named(launched), SAVER, RESTART)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "Fixed by 'Battery saver pauses the backup'" in ran.stdout
        assert truth(launched)["settings"]["battery.saver"] is False

    def test_an_unseen_cause_is_treated_after_it_where_the_risk_is_allowed(
        self, run, launched
    ) -> None:
        start = "am start -W -n com.google.android.apps.photos/.home.HomeActivity"
        on_the_phone(launched, start, "virtual fault add hung-app")
        refused = run(*named(launched), SAVER, RESTART)
        assert refused.returncode == 1
        assert "it needs --risk=disruptive" in refused.stdout
        ran = run(*named(launched, "--risk=disruptive"), SAVER, RESTART)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "Fixed by 'Google Photos hangs and has to be restarted'" in ran.stdout

    def test_a_phone_that_was_never_stuck_is_left_as_it_was(self, run, launched) -> None:
        before = truth(launched)["settings"]
        ran = run(*named(launched), SAVER, RESTART)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "nothing was changed" in ran.stdout
        assert truth(launched)["settings"] == before

    def test_what_no_fix_moves_is_said_and_fails(self, run, launched) -> None:
        on_the_phone(launched, "svc wifi disable")
        ran = run(*named(launched, "--risk=disruptive"), SAVER, RESTART)
        assert ran.returncode == 1
        assert "in vain: the counter did not move" in ran.stdout
        assert "the backup is stuck" in ran.stdout


class TestRecording:
    def test_every_exchange_is_kept_and_nobody_is_named(self, run, tmp_path) -> None:
        file = tmp_path / "recording.txt"
        ran = run("--phone=virtual", f"--record={file}", SAVER)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        text = file.read_text(encoding="utf-8")
        assert text.startswith("unstuck-recording: 1\nmodel: Pixel 8\n")
        assert "> cmd power set-mode 1\n" in text
        assert "<node index=" in text
        assert "@example.com" not in text
        assert "Home 5G" not in text

    def test_a_secret_is_nowhere_even_if_the_phone_says_it(self, run, tmp_path) -> None:
        text = (
            HEAD.replace("reversible", "disruptive")
            + "vars:\n  word: {secret: WORD_OF_MINE}\n"
            + 'fix:\n  - shell: {run: [log, -t, me, "${word}"]}\n'
            + '  - shell: {run: [ls, "/${word}"]}\n'
        )
        file = tmp_path / "recording.txt"
        ran = run(
            "--phone=virtual", "--show-personal", f"--record={file}", scenario(tmp_path, text),
            WORD_OF_MINE="xyzzy-swordfish",
        )  # fmt: skip
        assert ran.returncode == 1
        assert "***" in ran.stdout
        kept = [p for p in tmp_path.rglob("*") if p.suffix in {".txt", ".json", ".jsonl", ".xml"}]
        shown = "".join(p.read_text(encoding="utf-8") for p in kept) + ran.stdout + ran.stderr
        assert "xyzzy-swordfish" not in shown

    def test_reports_name_nobody_unless_asked_to(self, run, tmp_path) -> None:
        ran = run("--phone=virtual", SAVER)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        kept = [p for p in tmp_path.rglob("*") if p.suffix in {".txt", ".xml", ".json", ".jsonl"}]
        assert any("<email-1>" in p.read_text(encoding="utf-8") for p in kept)
        assert not any("@example.com" in p.read_text(encoding="utf-8") for p in kept)


class TestCheck:
    def test_it_names_what_holds_and_what_heal_would_send_and_changes_nothing(
        self, run, launched, state
    ) -> None:
        on_the_phone(launched, "dumpsys battery unplug", "cmd power set-mode 1")
        before = truth(launched)
        ran = run(*named(launched, "--mode=check"), SAVER, RESTART)
        assert ran.returncode == 1
        assert "battery.saver is on" in ran.stdout
        assert "heal would send:\n  cmd power set-mode 0" in ran.stdout
        assert truth(launched)["settings"] == before["settings"]
        assert truth(launched)["phone"]["foreground"] == before["phone"]["foreground"]
        assert list(state.rglob("*.jsonl")) == []

    def test_where_nothing_holds_it_passes(self, run, launched) -> None:
        assert run(*named(launched, "--mode=check"), SAVER, RESTART).returncode == 0


class TestRestore:
    def test_restore_only_takes_back_what_heal_kept(self, run, launched) -> None:
        on_the_phone(launched, "dumpsys battery unplug", "cmd power set-mode 1")
        before = truth(launched)["settings"]
        assert run(*named(launched), SAVER).returncode == 0
        assert truth(launched)["settings"] != before
        restored = run("-p", "fixtures.restore", *named(launched, "--restore-only"))
        assert restored.returncode == 0, restored.stdout + restored.stderr
        assert "battery.saver: true -> false" in restored.stdout
        assert truth(launched)["settings"] == before
        again = run("-p", "fixtures.restore", *named(launched, "--restore-only"))
        assert again.stdout == "nothing of ours stands on this phone\n"


class TestWhatGoesWrong:
    def test_a_phone_killed_in_mid_run_ends_it_with_7(self, environ, launched, tmp_path) -> None:
        arguments = named(launched, "--mode=regress", "--test-account=a@example.com")
        # Stuck for good, so that the run is in its watch when the phone goes.
        asked = [*arguments, "--patience=60s", SAVER]
        with Started(command(tmp_path, *asked), environ) as process:
            wait_for_line(process, "ok fault")
            launched.process.kill()
            output, _ = process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == 7, output
        assert "INTERNALERROR" not in output
        assert f"phone {launched.serial} is lost" in output.splitlines()[-2]

    def test_ctrl_c_puts_the_phone_back(self, environ, launched, tmp_path) -> None:
        before = truth(launched)["settings"]
        arguments = named(launched, "--mode=regress", "--test-account=a@example.com")
        with Started(command(tmp_path, *arguments, "--patience=60s", SAVER), environ) as process:
            wait_for_line(process, "ok fault")
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == 2, output
        assert truth(launched)["settings"] == before

    def test_after_a_kill_the_next_run_puts_the_phone_back(
        self, environ, launched, tmp_path, run
    ) -> None:
        before = truth(launched)["settings"]
        arguments = named(launched, "--mode=regress", "--test-account=a@example.com")
        with Started(command(tmp_path, *arguments, "--patience=60s", SAVER), environ) as process:
            wait_for_line(process, "ok fault")
            process.kill()
            process.wait(TIMEOUT_S)
        assert truth(launched)["settings"] != before
        looked = run("--collect-only", "-p", "fixtures.restore", SAVER)
        assert f"a run that died has left changes on phone {launched.serial}" in looked.stdout
        ran = run(*named(launched, "--mode=regress", "--test-account=a@example.com"), SAVER)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "putting back what a run that died has left" in ran.stdout
        assert truth(launched)["settings"] == before

    @pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill"])
    def test_nothing_is_left_behind(self, environ, tmp_path, end) -> None:
        asked = ["--phone=virtual", "--patience=60s", SAVER]
        with Started(command(tmp_path, *asked), environ) as process:
            wait_for_line(process, "ok fault")
            family = psutil.Process(process.pid).children(recursive=True)
            assert any("fork-server" in child.cmdline() for child in family)
            assert any("fixtures.virtual" in child.cmdline() for child in family)
            process.send_signal(end)
            process.communicate(timeout=TIMEOUT_S)
        _, alive = psutil.wait_procs(family, timeout=20)
        assert alive == []

    def test_a_photo_that_is_gone_stops_the_run(self, run, launched, tmp_path) -> None:
        [listed] = on_the_phone(launched, "ls /sdcard/DCIM/Camera")
        lost = listed.split()[0]
        text = HEAD.replace("reversible", "disruptive")
        step = f"fix:\n  - shell: {{run: [rm, /sdcard/DCIM/Camera/{lost}], undo: [echo]}}\n"
        ran = run(
            *named(launched, "--mode=regress", "--test-account=a@b.example", "--risk=disruptive"),
            "--show-personal",
            scenario(tmp_path, text + step),
            SAVER,
        )
        assert ran.returncode == 1, ran.stdout + ran.stderr
        assert "photos and videos are gone from phone" in ran.stdout
        assert lost in ran.stdout
        assert "Battery saver pauses the backup" not in ran.stdout

    def test_a_photo_in_the_trash_is_not_gone(self, run, launched, tmp_path) -> None:
        [listed] = on_the_phone(launched, "ls /sdcard/DCIM/Camera")
        name = listed.split()[0]
        folder = "/sdcard/DCIM/Camera"
        words = f"[mv, {folder}/{name}, {folder}/.trashed-1798000000-{name}]"
        step = f"fix:\n  - shell: {{run: {words}, undo: [echo]}}\n"
        asked = named(launched, "--mode=regress", "--test-account=a@b.example")
        ran = run(
            *asked,
            "--risk=disruptive",
            scenario(tmp_path, HEAD.replace("reversible", "disruptive") + step),
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def test_a_step_without_a_way_back_is_refused_on_a_phone_of_a_persons(
        self, run, launched, tmp_path
    ) -> None:
        step = "fix:\n  - shell: {run: [touch, /data/local/tmp/x]}\n"
        asked = named(launched, "--mode=regress", "--test-account=a@b.example")
        ran = run(
            *asked,
            "--risk=disruptive",
            scenario(tmp_path, HEAD.replace("reversible", "disruptive") + step),
        )
        assert "has no `undo`: not on a phone of a person's" in ran.stdout
        assert "x" not in on_the_phone(launched, "ls /data/local/tmp")[0].split()

    def test_without_a_home_it_says_where_else_to_write(self, run, launched, tmp_path) -> None:
        (tmp_path / "file").write_text("")
        ran = run(*named(launched), SAVER, UNSTUCK_STATE=str(tmp_path / "file"))
        assert ran.returncode == 4
        assert "no journal can be written" in ran.stdout
        assert "$UNSTUCK_STATE" in ran.stdout

    def test_without_photos_it_says_what_to_install(self, run, launched) -> None:
        on_the_phone(launched, "pm uninstall --user 0 com.google.android.apps.photos")
        ran = run(*named(launched), SAVER)
        assert ran.returncode == 7
        assert "has no Google Photos" in ran.stdout

    def test_a_second_run_on_one_phone_is_refused(self, environ, launched, tmp_path, run) -> None:
        arguments = named(launched, "--mode=regress", "--test-account=a@example.com")
        with Started(command(tmp_path, *arguments, "--patience=60s", SAVER), environ) as process:
            wait_for_line(process, "ok fault")
            ran = run(*named(launched), SAVER)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=TIMEOUT_S)
        assert ran.returncode == 7, ran.stdout + ran.stderr
        assert f"another Unstuck ({socket.gethostname()}:{process.pid})" in ran.stdout

    def test_two_phones_and_none_named_are_listed(self, run, launched) -> None:
        with virtual_phone() as other:
            launched.client.ask(f"host:connect:{other.serial}")
            ran = run(f"--adb={launched.client.address}", SAVER)
        assert ran.returncode == 4
        assert "2 phones are attached and none is named" in ran.stderr

    def test_a_broken_file_ends_it_before_any_phone_is_touched(self, run, tmp_path) -> None:
        broken = scenario(tmp_path, HEAD + "fix:\n  - battery.savr: off\n")
        for more in ([], ["-n", "2"], ["--collect-only"]):
            ran = run("--phone=nobody-has-this-serial", *more, broken)
            assert ran.returncode == 4, ran.stdout + ran.stderr
            assert "scenario.yaml:6:5: " in ran.stderr
            assert "did you mean 'battery.saver'?" in ran.stderr


class Started:
    """A run in the background, ended with the test however that ends."""

    def __init__(self, command: list[str], environ: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> subprocess.Popen[str]:
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def wait_for_line(process: subprocess.Popen[str], words: str) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    seen = []
    while time.monotonic() < deadline and (line := process.stdout.readline()):
        seen.append(line)
        if words in line:
            return
    pytest.fail(f"the run never said {words!r}:\n{''.join(seen)}")
