"""What a process says first, within a time: how those that we start report themselves ready."""

from __future__ import annotations

import subprocess
import threading


def first_line(process: subprocess.Popen[bytes], timeout_s: float) -> bytes:
    """Reads one line of a process's output; empty where it ended, or said nothing in time.

    Args:
        process: started with a pipe for its standard output.
        timeout_s: seconds.
    """
    stdout = process.stdout
    assert stdout is not None
    said: list[bytes] = []
    # A thread, because Windows cannot select on a pipe; it ends with the process at the latest.
    reader = threading.Thread(target=lambda: said.append(stdout.readline()), daemon=True)
    reader.start()
    reader.join(timeout_s)
    return said[0] if said else b""
