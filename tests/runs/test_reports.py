"""What a run leaves for people to read: Allure results and recordings."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

from tests.conftest import ROOT
from tests.runs.running import HEAD, RESTART, SAVER, TIMEOUT_S, command, scenario


class TestAllure:
    def test_steps_are_nested_and_carry_what_was_sent_and_read(self, run, tmp_path) -> None:
        ran = run("--phone=virtual", SAVER)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert_nested_steps(tmp_path / "allure", count=1)

    def test_only_an_unmet_expectation_is_failed_the_rest_is_broken(self, run, tmp_path) -> None:
        run("--phone=virtual", scenario(tmp_path, HEAD + "fault:\n  - photos.open\n"))
        [result] = results_in(tmp_path / "allure")
        assert result["status"] == "failed"

    def test_two_workers_have_a_phone_each_and_one_report(self, environ, tmp_path) -> None:
        asked = command(tmp_path, "--phone=virtual", "-n", "2", SAVER, RESTART)
        # As a person types it: where the results go is not named.
        asked = [word for word in asked if not word.startswith("--alluredir")]
        ran = subprocess.run(
            asked, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=TIMEOUT_S
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        [results] = re.findall("^Allure results: (.*)$", ran.stdout, re.MULTILINE)
        try:
            assert_nested_steps(ROOT / results, count=2)
            beside = {path.name for path in (ROOT / results).parent.glob("*.jsonl")}
            assert beside >= {"events-gw0.jsonl", "events-gw1.jsonl"}
        finally:
            shutil.rmtree((ROOT / results).parent)


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
