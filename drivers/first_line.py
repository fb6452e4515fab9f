"""What a process says first, within a time: how those that we start report themselves ready."""

from __future__ import annotations

import threading
from typing import IO


def first_line(stdout: IO[bytes], timeout_s: float) -> bytes:
    """Reads one line of a process's output; empty where it ended, or said nothing in time.

    Args:
        stdout: the pipe that is its standard output.
        timeout_s: seconds.
    """
    said: list[bytes] = []
    # A thread, because Windows cannot select on a pipe; it ends with the process at the latest.
    reader = threading.Thread(target=lambda: said.append(stdout.readline()), daemon=True)
    reader.start()
    reader.join(timeout_s)
    return said[0] if said else b""
