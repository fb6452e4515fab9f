"""Keeps an adb server running, and ends it when whoever asked for it is gone, however it went.

Run as `python -m drivers.guard FOLDER COMMAND…`: starts the command with `--reply-fd`, passes
its readiness on to stdout, starts it again when it dies, waits until its own stdin closes, which
happens when the parent ends or dies, then ends the command and removes the folder. Standard
library only: it starts in milliseconds.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

_END_TIMEOUT_S = 5.0
# A server that dies is missed by a person's next command, not by the next millisecond.
_LOOK_EVERY_S = 0.2


def main() -> int:
    """Starts, waits, ends. Returns the guard's exit code: 0, or 1 where nothing started."""
    folder, *command = sys.argv[1:]
    for ignored in (signal.SIGINT, signal.SIGHUP) if os.name != "nt" else (signal.SIGINT,):
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Path(folder).mkdir(parents=True, exist_ok=True)
    is_over = threading.Event()
    server, ready = _start(command)
    try:
        sys.stdout.buffer.write(ready)
        sys.stdout.buffer.flush()
        if not ready:
            return 1
        threading.Thread(target=_wait_for_parent, args=(is_over,), daemon=True).start()
        while not is_over.wait(_LOOK_EVERY_S):
            if server.poll() is not None:
                server, _ = _start(command)
    finally:
        _end(server)
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _wait_for_parent(is_over: threading.Event) -> None:
    """The parent never writes: its end is the only thing that ends this read."""
    sys.stdin.buffer.read()
    is_over.set()


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
        preexec_fn=_end_with_parent,
    )
    os.close(write)
    with os.fdopen(read, "rb") as reply:
        return server, reply.readline()


def _end_with_parent() -> None:
    """Ends the server with the guard, even with one that was killed; only Linux can promise that.

    prctl(2), PR_SET_PDEATHSIG.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


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
