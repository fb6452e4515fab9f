"""A private adb server and virtual phones of our own, for tests that go over the real wire.

The drivers have the same in `drivers.adb`; what judges the virtual phone must not rest on them.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import adbutils

ROOT = Path(__file__).parents[1]
ADB = Path(adbutils.adb_path())


@dataclass(frozen=True)
class Wire:
    """An adb server with one phone.

    Attributes:
        environment: what a client of the server needs; `ANDROID_SERIAL` is the phone.
        serial: what `adb connect` took.
        phone: the phone's process.
    """

    environment: dict[str, str]
    serial: str
    phone: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        """The adb server's port."""
        return int(self.environment["ANDROID_ADB_SERVER_PORT"])

    def adb(
        self, *arguments: str, stdin: bytes | None = None, timeout: float = 30
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs the adb client."""
        return subprocess.run(
            [ADB, *arguments],
            env=self.environment,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            timeout=timeout,
            check=False,
        )

    def shell(self, command: str) -> tuple[int, str, str]:
        """Runs a command: exit code, stdout, stderr."""
        done = self.adb("shell", command)
        return done.returncode, done.stdout.decode(), done.stderr.decode()


def free_port() -> int:
    """A port that was free a moment ago, outside those that adb looks for emulators on."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if not 5037 <= port <= 5586:
            return port


@contextmanager
def adb_server(home: Path) -> Iterator[dict[str, str]]:
    """Starts an adb server that looks at no USB port; gives its clients' environment."""
    port = free_port()
    environment = {
        **os.environ,
        "ADB_USB": "0",
        "ADB_EMU": "0",
        "ADB_MDNS": "0",
        "HOME": str(home),
        "TMPDIR": str(home),
        "ANDROID_ADB_SERVER_PORT": str(port),
        "PATH": f"{ADB.parent}{os.pathsep}{os.environ['PATH']}",
    }
    environment.pop("ADB_SERVER_SOCKET", None)
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [ADB, "-L", f"tcp:localhost:{port}", "fork-server", "server", "--reply-fd", str(writing)],
        env=environment,
        pass_fds=[writing],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as ready:
            assert ready.read(3) == b"OK\n"
        yield environment
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def virtual_phone(*options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Starts `virtual-phone`; gives its serial and its process."""
    phone = subprocess.Popen(
        [sys.executable, "-m", "fixtures.virtual", *options], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert phone.stdout is not None
    try:
        yield json.loads(phone.stdout.readline())["serial"], phone
    finally:
        phone.terminate()
        phone.wait(10)
        phone.stdout.close()


@contextmanager
def wire(home: Path, *options: str) -> Iterator[Wire]:
    """Starts an adb server and a phone, and connects them."""
    with adb_server(home) as environment, virtual_phone(*options) as (serial, phone):
        connected = subprocess.run(
            [ADB, "connect", serial], env=environment, capture_output=True, timeout=30, check=True
        )
        assert b"connected to" in connected.stdout, connected.stdout
        yield Wire({**environment, "ANDROID_SERIAL": serial}, serial, phone)
