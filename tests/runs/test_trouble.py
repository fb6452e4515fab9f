"""What goes wrong in a run: each ends it cleanly, in words, with nothing lost."""

from __future__ import annotations

import re
import signal
import socket

import psutil
import pytest

from fixtures.launch import virtual_phone
from tests.runs.running import (
    HEAD,
    REGRESS,
    SAVER,
    TIMEOUT_S,
    Started,
    command,
    named,
    on_the_phone,
    scenario,
    truth,
    wait_for_line,
)


class TestWhatGoesWrong:
    def test_a_phone_killed_in_mid_run_ends_it_with_7(self, environ, launched, tmp_path) -> None:
        arguments = named(launched, *REGRESS)
        # Stuck for good, so that the run is in its watch when the phone goes.
        asked = [*arguments, "--patience=60s", SAVER]
        with Started(command(tmp_path, *asked), environ) as process:
            wait_for_line(process, "ok fault")
            launched.process.kill()
            output, _ = process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == 7, output
        assert "INTERNALERROR" not in output
        assert f"phone {launched.serial} is lost" in output.splitlines()[-1]

    @pytest.mark.full  # three deadlines in a row, the best part of a minute
    def test_a_phone_lost_in_a_healing_is_said_with_what_stands_changed(
        self, environ, launched, tmp_path
    ) -> None:
        on_the_phone(launched, "dumpsys battery unplug", "cmd power set-mode 1")
        asked = [*named(launched), "--patience=10s", SAVER]
        with Started(command(tmp_path, *asked), environ) as process:
            wait_for_line(process, "ok battery.saver: off")
            launched.process.kill()
            output, _ = process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == 7, output
        # What held the screen awake stands as well: nobody could let it go.
        assert re.search(r"^left changed: .*battery\.saver: on -> off", output, re.MULTILINE)
        assert "--restore-only` takes it back" in output
        assert f"phone {launched.serial} is lost" in output.splitlines()[-1]
        assert "Interrupted: nothing was judged" not in output
        assert "1 cut off" in output
        assert "FAILURES" not in output
        assert "outcomes.Exit" not in output

    @pytest.mark.full  # three deadlines in a row, the best part of a minute
    def test_a_phone_that_freezes_in_mid_run_ends_it_too(self, environ, tmp_path) -> None:
        # Everything answers with silence: what stock libraries wait ten minutes for.
        with virtual_phone(["--media", "600"]) as frozen:
            arguments = named(frozen, *REGRESS)
            asked = command(tmp_path, *arguments, "--patience=60s", SAVER)
            with Started(asked, environ) as process:
                wait_for_line(process, "ok fault")
                frozen.process.send_signal(signal.SIGSTOP)
                output, _ = process.communicate(timeout=TIMEOUT_S)
            frozen.process.send_signal(signal.SIGCONT)
        assert process.returncode == 7, output
        assert "INTERNALERROR" not in output

    def test_a_guard_that_is_killed_leaves_no_server(self, environ, tmp_path) -> None:
        asked = command(tmp_path, "--phone=virtual", "--patience=60s", SAVER)
        with Started(asked, environ) as process:
            wait_for_line(process, "ok fault")
            family = psutil.Process(process.pid).children(recursive=True)
            guard = next(p for p in family if "drivers.guard" in p.cmdline())
            servers = [p for p in family if p.cmdline()[0].endswith("adb")]
            guard.kill()
            _, alive = psutil.wait_procs(servers, timeout=20)
            assert alive == []

    @pytest.mark.parametrize(
        ("virtual", "code", "words"),
        [("nope", 4, "nope"), ("pixel-8/nope", 4, "nope"), ("pixel-8/bento/xx", 4, "xx")],
    )
    def test_a_virtual_phone_that_is_not_there_is_a_usage_error(
        self, run, virtual, code, words
    ) -> None:
        ran = run(f"--phone=virtual:{virtual}", SAVER)
        assert ran.returncode == code, ran.stdout + ran.stderr
        [line] = [s for s in ran.stdout.splitlines() if s.startswith("virtual-phone: ")]
        assert words in line

    def test_a_heal_warns_of_nothing_of_ours(self, run, launched) -> None:
        assert "warning" not in run(*named(launched), SAVER).stdout

    def test_ctrl_c_puts_the_phone_back(self, environ, launched, tmp_path) -> None:
        before = truth(launched)["settings"]
        arguments = named(launched, *REGRESS)
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
        arguments = named(launched, *REGRESS)
        with Started(command(tmp_path, *arguments, "--patience=60s", SAVER), environ) as process:
            wait_for_line(process, "ok fault")
            process.kill()
            process.wait(TIMEOUT_S)
        assert truth(launched)["settings"] != before
        looked = run("--collect-only", "-p", "fixtures.restore", SAVER)
        assert f"a run that died has left changes on phone {launched.serial}" in looked.stdout
        ran = run(*named(launched, *REGRESS), SAVER)
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
            assert any("fixtures.virtual.zygote" in child.cmdline() for child in family)
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
            *named(launched, *REGRESS, "--risk=disruptive"),
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
        asked = named(launched, *REGRESS)
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
        asked = named(launched, *REGRESS)
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
        arguments = named(launched, *REGRESS)
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
