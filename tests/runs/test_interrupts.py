"""What asks a run to end besides Ctrl-C, and Ctrl-C where no session of pytest's can catch it."""

from __future__ import annotations

import os
import signal

import pytest

from tests.conftest import ROOT
from tests.runs.running import (
    REGRESS,
    SAVER,
    TIMEOUT_S,
    Started,
    command,
    named,
    on_the_phone,
    truth,
    wait_for_line,
)

LARGEST = "scenarios/solutions/beside-poison-item.yaml"


@pytest.mark.full
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_window_that_is_closed_leaves_the_phone_as_it_was(
    environ, launched, tmp_path, name
) -> None:
    before = truth(launched)["settings"]
    asked = [*named(launched, *REGRESS), "--patience=60s", SAVER]
    with Started(command(tmp_path, *asked), environ) as process:
        wait_for_line(process, "ok fault")
        process.stdout.close()  # nobody reads along any more
        process.send_signal(getattr(signal, name))
        process.wait(TIMEOUT_S)
    assert truth(launched)["settings"] == before


def test_ctrl_c_ends_a_restore_in_plain_words(environ, launched, tmp_path) -> None:
    asked = [f"--adb={launched.client.address}", "--phone=not-there", "--restore-only"]
    with Started(command(tmp_path, "-p", "fixtures.restore", *asked), environ) as process:
        wait_for_line(process, "phone not-there is not attached")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 2, output
    assert output == "stopped with Ctrl-C: what still stands is in the journal; run it again\n"


@pytest.mark.full
def test_ctrl_c_while_a_person_is_asked_to_unlock_is_told_in_words(
    environ, launched, tmp_path
) -> None:
    on_the_phone(launched, "locksettings set-pin 1234", "input keyevent 26")
    with Started(command(tmp_path, "-q", *named(launched), SAVER), environ) as process:
        wait_for_line(process, "is locked: unlock it")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 2, output
    assert "KeyboardInterrupt" not in output
    assert ".py:" not in output
    assert output.endswith("Interrupted: nothing was judged; nothing stays changed.\n")


@pytest.mark.full
def test_a_guess_that_nobody_judged_yet_is_put_back(environ, launched, tmp_path) -> None:
    on_the_phone(launched, "virtual fault add throttled")
    before = truth(launched)["media"]["rows"]
    asked = [*named(launched), "--patience=20s", LARGEST]
    with Started(command(tmp_path, *asked), environ) as process:
        wait_for_line(process, "ok media.set_aside")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 2, output
    assert truth(launched)["media"]["rows"] == before
    assert "left changed" not in output
    assert output.endswith("Interrupted: nothing was judged; nothing stays changed.\n")


@pytest.mark.full
def test_a_second_ctrl_c_is_answered_and_the_phone_put_back(environ, launched, tmp_path) -> None:
    before = truth(launched)["settings"]
    asked = [*named(launched, *REGRESS), "--patience=60s", SAVER]
    with Started(command(tmp_path, *asked), environ) as process:
        wait_for_line(process, "ok fault")
        process.send_signal(signal.SIGINT)
        wait_for_line(process, "no prove stuck")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 2, output
    assert "still putting back; once more, or kill -9, leaves the rest to the journal\n" in output
    assert "Traceback" not in output
    assert truth(launched)["settings"] == before


def test_ctrl_c_while_pytest_gets_ready_is_told_in_a_line(pytester, monkeypatch) -> None:
    # As early as a plugin that is named first can be: nothing of ours is imported yet.
    pytester.makepyfile(early="import signal\nsignal.raise_signal(signal.SIGINT)\n")
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)  # what this test may run in itself
    monkeypatch.setenv("PYTHONPATH", f"{pytester.path}{os.pathsep}{ROOT}")
    ran = pytester.runpytest_subprocess("-p", "fixtures.interrupts", "-p", "early")
    assert ran.ret == 2
    assert ran.errlines == ["stopped with Ctrl-C: nothing was changed"]
    assert ran.outlines == []
