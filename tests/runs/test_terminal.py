"""A healing on a terminal of 80 columns: one line is written over, and none is wider."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.runs.running import SAVER, TIMEOUT_S, command, named, on_the_phone, too_wide

WIDTH = 80


def on_a_terminal(arguments: list[str], environ: dict[str, str]) -> str:
    """Runs a command on a terminal of its own, and returns what it wrote there."""
    import pty  # not on Windows

    leader, follower = pty.openpty()
    more = {"COLUMNS": str(WIDTH), "TERM": "xterm"}
    with subprocess.Popen(
        arguments,
        cwd=ROOT,
        env={**environ, **more},
        stdin=follower,
        stdout=follower,
        stderr=follower,
    ) as process:
        os.close(follower)
        written = bytearray()
        while True:
            try:
                chunk = os.read(leader, 65536)
            except OSError:  # the other end is closed: that is how a terminal ends
                break
            if not chunk:
                break
            written += chunk
        os.close(leader)
        process.wait(TIMEOUT_S)
    return written.decode("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="terminals are another thing on Windows")
def test_a_healing_fits_80_columns_and_writes_over_one_line(launched, environ, tmp_path) -> None:
    on_the_phone(launched, "svc wifi disable")
    asked = [*named(launched, "--no-header", "--patience=3s"), SAVER]
    written = on_a_terminal(command(tmp_path, *asked), environ)
    assert re.search(r"\r  \.\. \[#+-*\] +\d of 3 s  ", written), written
    plain = re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", written)
    assert too_wide(plain, WIDTH) == []
    assert "Needs more: what was selected does not treat " in plain
