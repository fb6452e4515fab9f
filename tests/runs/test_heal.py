"""Heal, check and restore on a phone that somebody else started."""

from __future__ import annotations

import re
import shlex
import signal
from collections.abc import Mapping
from typing import Any

from tests.runs.running import (
    RESTART,
    SAVER,
    STICKY,
    TIMEOUT_S,
    Started,
    command,
    named,
    on_the_phone,
    too_wide,
    truth,
    wait_for_line,
)


def at_rest(state: Mapping[str, Any]) -> dict[str, Any]:
    """All of the truth but what a look and time move: what is in front, what is backed up."""
    moved = {"gates", "status", "phone", "media"}
    media = {name: state["media"][name] for name in ("rows", "trashed", "skipped")}
    booted = {name: state["phone"][name] for name in ("boot_count", "generation", "locale")}
    return {name: state[name] for name in state.keys() - moved} | {"media": media, "phone": booted}


class TestHeal:
    def test_a_readable_cause_is_treated_and_named(self, run, launched, tmp_path) -> None:
        on_the_phone(launched, "dumpsys battery unplug", "cmd power set-mode 1")
        ran = run(*named(launched), SAVER, STICKY, RESTART)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "Fixed: battery saver was holding " in ran.stdout
        assert "; nothing else was changed" in ran.stdout
        # Android takes the second along with the first: no command was sent for it.
        also = "battery.saver: on -> off; battery.saver_sticky: on -> off"
        assert f"left changed: {also}" in ran.stdout
        assert truth(launched)["settings"]["battery.saver"] is False
        page = (tmp_path / "page.html").read_text(encoding="utf-8")
        assert page.count("<h1") == 1
        assert "Fixed: battery saver was holding " in page.partition("<h1")[2].partition("</h1>")[0]
        assert "<svg" in page
        assert "battery.saver: on -&gt; off" in page
        assert "pytest --restore-only" in page
        assert launched.serial not in page

    def test_an_unseen_cause_is_treated_after_it_where_the_risk_is_allowed(
        self, run, launched
    ) -> None:
        start = "am start -W -n com.google.android.apps.photos/.home.HomeActivity"
        on_the_phone(launched, start, "virtual fault add hung-app")
        refused = run(*named(launched), SAVER, RESTART, COLUMNS="80")
        assert refused.returncode == 1
        assert too_wide(refused.stdout) == []
        assert "not tried without --risk=disruptive: 'Google Photos hangs" in refused.stdout
        ran = run(*named(launched, "--risk=disruptive"), SAVER, RESTART)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "Fixed: a hung Photos app was holding " in ran.stdout
        assert "left changed" not in ran.stdout

    def test_a_phone_that_was_never_stuck_is_left_as_it_was(self, run, launched) -> None:
        before = at_rest(truth(launched))
        ran = run(*named(launched, "-rs"), SAVER, RESTART)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert f"\nSKIPPED [1] {SAVER}:2: not the cause: battery.saver is off\n" in ran.stdout
        assert "Moving since Photos was opened: " in ran.stdout
        assert "; nothing was changed" in ran.stdout
        assert at_rest(truth(launched)) == before

    def test_what_was_selected_does_not_treat_it_and_the_line_is_told_that_does(
        self, run, launched
    ) -> None:
        on_the_phone(launched, "svc wifi disable")
        ran = run(*named(launched, "--risk=disruptive"), SAVER, RESTART)
        assert ran.returncode == 1
        assert "done, in vain: the counter did not move" in ran.stdout
        told = re.search(r"^Needs more: .*?\n  next: `(.*?)`", ran.stdout, re.M | re.S)
        assert told, ran.stdout
        assert "what was selected does not treat 'The status says that" in told[0]
        whole = run(*shlex.split(told[1])[1:])
        assert whole.returncode == 0, whole.stdout
        assert "Fixed: Wi-Fi being off was holding" in whole.stdout
        assert "tried in vain: 'Google Photos hangs" in ran.stdout

    def test_ctrl_c_lets_the_screen_go_and_says_what_stands(
        self, environ, launched, tmp_path
    ) -> None:
        on_the_phone(launched, "dumpsys battery unplug", "cmd power set-mode 1", "svc wifi disable")
        before = truth(launched)["settings"]
        asked = [*named(launched, "--patience=60s"), SAVER]
        with Started(command(tmp_path, *asked), environ) as process:
            wait_for_line(process, "of 60 s")
            assert truth(launched)["settings"]["power.screen_timeout"] == 1800
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == 2, output
        assert output.endswith("Interrupted: nothing was judged; nothing stays changed.\n")
        assert "stopping: what only this run needed is put back first" in output
        assert "KeyboardInterrupt" not in output
        assert "watch.py" not in output
        assert re.search(r"^  -- .*cut off$", output, re.MULTILINE)
        assert truth(launched)["settings"] == before

    def test_the_regressions_are_not_heals_unless_they_are_named(self, run, launched) -> None:
        ran = run("--collect-only", "-q", *named(launched))
        assert "scenarios/regression" in ran.stdout
        ran = run("-v", *named(launched))
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "scenarios/solutions/09-battery-saver.yaml" in ran.stdout
        assert "scenarios/regression" not in ran.stdout


class TestCheck:
    def test_it_names_what_holds_and_what_heal_would_send_and_changes_nothing(
        self, run, launched, state
    ) -> None:
        on_the_phone(launched, "dumpsys battery unplug", "cmd power set-mode 1")
        before = truth(launched)
        ran = run(*named(launched, "--mode=check"), SAVER, RESTART)
        assert ran.returncode == 1
        assert "battery.saver is on" in ran.stdout
        assert "sends    cmd power set-mode 0" in ran.stdout
        assert truth(launched)["settings"] == before["settings"]
        assert truth(launched)["phone"]["foreground"] == before["phone"]["foreground"]
        assert list(state.rglob("*.jsonl")) == []

    def test_where_nothing_holds_it_passes(self, run, launched) -> None:
        assert run(*named(launched, "--mode=check"), SAVER, RESTART).returncode == 0

    def test_a_look_may_open_photos_and_says_so(self, run, launched) -> None:
        before = truth(launched)["settings"]
        ran = run(*named(launched, "--mode=check", "--look"), SAVER)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "left by the look: phone.foreground: com.google.android.apps.nexus" in ran.stdout
        assert "Photos says: " in ran.stdout
        assert truth(launched)["settings"] == before

    def test_what_no_fix_can_end_is_an_exit_code_too(self, run, launched) -> None:
        start = "am start -W -n com.google.android.apps.photos/.home.HomeActivity"
        on_the_phone(launched, "virtual fault add cloud-full", start, "input keyevent KEYCODE_HOME")
        ran = run(*named(launched, "--mode=check"), SAVER)
        assert ran.returncode == 1, ran.stdout + ran.stderr
        assert "Held up: the account's storage is full; no fix can end this." in ran.stdout


class TestRestore:
    def test_restore_only_takes_back_what_heal_kept(self, run, launched) -> None:
        on_the_phone(launched, "dumpsys battery unplug", "cmd power set-mode 1")
        before = truth(launched)["settings"]
        assert run(*named(launched), SAVER).returncode == 0
        assert truth(launched)["settings"] != before
        restored = run("-p", "fixtures.restore", *named(launched, "--restore-only"))
        assert restored.returncode == 0, restored.stdout + restored.stderr
        assert "put back battery.saver: on" in restored.stdout
        assert "went along: battery.saver_sticky: off -> on" in restored.stdout
        assert truth(launched)["settings"] == before
        again = run("-p", "fixtures.restore", *named(launched, "--restore-only"))
        assert again.stdout == "nothing of ours stands on this phone\n"
