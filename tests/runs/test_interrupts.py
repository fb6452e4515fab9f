"""Ctrl-C where no session of pytest's is there to catch it."""

from __future__ import annotations

import signal

from tests.runs.running import TIMEOUT_S, Started, command, wait_for_line


def test_ctrl_c_ends_a_restore_in_plain_words(environ, launched, tmp_path) -> None:
    asked = [f"--adb={launched.client.address}", "--phone=not-there", "--restore-only"]
    with Started(command(tmp_path, "-p", "fixtures.restore", *asked), environ) as process:
        wait_for_line(process, "phone not-there is not attached")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 2, output
    assert output == "stopped with Ctrl-C: what still stands is in the journal; run it again\n"
