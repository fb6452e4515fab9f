"""Ends an adb server when the process that asked for it is gone, however it went.

Run as `python -m drivers.guard FOLDER COMMAND…`: starts the command with `--reply-fd`, passes
its readiness on to stdout, waits until its own stdin closes, which happens when the parent ends
or dies, then ends the command and removes the folder. Standard library only: it starts in
milliseconds.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

_END_TIMEOUT_S = 5.0


def main() -> int:
    """Starts, waits, ends. Returns the guard's exit code: 0, or 1 where nothing started."""
    folder, *command = sys.argv[1:]
    for ignored in (signal.SIGINT, signal.SIGHUP) if os.name != "nt" else (signal.SIGINT,):
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server: subprocess.Popen[bytes] | None = None
    ready = b""
    Path(folder).mkdir(parents=True, exist_ok=True)
    try:
        server, ready = _start(command)
        sys.stdout.buffer.write(ready)
        sys.stdout.buffer.flush()
        if ready:
            sys.stdin.buffer.read()
    finally:
        if server is not None:
            _end(server)
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if ready else 1


def _start(command: list[str]) -> tuple[subprocess.Popen[bytes], bytes]:
    """The server and its line of readiness, `OK`; empty where it ended instead."""
    read, write = os.pipe()
    os.set_inheritable(write, True)
    server = subprocess.Popen(
        [*command, "--reply-fd", str(write)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(write,),
    )
    os.close(write)
    with os.fdopen(read, "rb") as reply:
        return server, reply.readline()


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(_END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        server.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(_END_TIMEOUT_S)


if __name__ == "__main__":
    sys.exit(main())
