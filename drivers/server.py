"""adb servers: the owner's, started only if none answers, and one of our own for a virtual phone.

It must not know phones. The server of our own is a child of a small guard process that ends it
when we are gone, however we went: a killed test run leaves neither a server nor a folder behind.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from drivers.adb import Client, adb_binary
from drivers.attached import Address
from drivers.errors import StablePhoneError, TransientPhoneError
from drivers.first_line import first_line

_START_TIMEOUT_S = 20.0


def ensure_server(
    address: Address, announce: Callable[[str], None], *, is_named: bool = False
) -> Client:
    """A client of the owner's server, which is started only if nothing answers there.

    Args:
        address: where it is looked for.
        announce: told in one line before a server is started; it is left running.
        is_named: whether a person named the address, who then has a server in mind that runs.

    Raises:
        StablePhoneError: none answers, and none can be started (another computer's, no adb).
    """
    client = Client(address)
    try:
        client.ask("host:version")
    except TransientPhoneError as error:
        if not address.is_loopback:
            raise StablePhoneError(f"{error}; it is on another computer") from error
        if is_named:
            raise StablePhoneError(f"{error}; it was named, so none is started there") from error
        announce(f"no adb server answers at {address}: starting one; it is left running")
        start_server(address)
    return client


def start_server(address: Address) -> None:
    """Starts a server in the background, as `adb start-server` does, on this computer.

    Raises:
        StablePhoneError: it does not come up; the message carries adb's own words.
    """
    # Without -H, which makes adb take the server for another computer's, whatever host it names.
    command = [adb_binary(), "-P", str(address.port), "start-server"]
    # $ADB_SERVER_SOCKET would win over -P, and name another server.
    environ = {k: v for k, v in os.environ.items() if k != "ADB_SERVER_SOCKET"}
    try:
        subprocess.run(
            command,
            check=True,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_START_TIMEOUT_S,
        )
    except (subprocess.SubprocessError, OSError) as error:
        words = _telling((getattr(error, "output", None) or b"").decode(errors="replace"))
        raise StablePhoneError(
            f"the adb server at {address} does not start: {words or error}; adb needs a HOME that "
            "it can write, for its key; without a phone, --phone=virtual needs none",
            command=" ".join(command),
        ) from error


def _telling(words: str) -> str:
    """The line of adb's output that says what went wrong: its fatal one, else the last."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    fatal = [line.partition(" F adb")[2].lstrip(" :") for line in lines if " F adb" in line]
    return (fatal or lines or [""])[-1]


class PrivateServer:
    """An adb server on a free port that sees nothing but what we connect to it.

    Used as a context manager. It has a HOME and a log of its own, so that no key of the user's is
    made or read, and neither USB, emulators nor mDNS are looked at.

    Args:
        folder: for its HOME and its log; the guard makes it, and removes it at the end.

    Raises:
        StablePhoneError: adb cannot be run or does not report itself ready in time.
    """

    def __init__(self, folder: Path) -> None:
        self.address = Address("127.0.0.1", _free_port())
        self._folder = folder
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Client:
        command = [
            adb_binary(),
            "-L",
            f"tcp:localhost:{self.address.port}",
            "fork-server",
            "server",
        ]
        self._guard = subprocess.Popen(
            # -S: it needs no installed package, and their set-up takes longer than all it does.
            [sys.executable, "-S", "-m", "drivers.guard", str(self._folder), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(os.environ, self._folder),
            # Ctrl-C in the terminal reaches the whole process group; the server has to outlive
            # it until what stands changed on the phone has been put back.
            start_new_session=True,
        )
        assert self._guard.stdout is not None
        ready = first_line(self._guard.stdout, _START_TIMEOUT_S)
        if ready != b"OK\n":
            self.close()
            raise StablePhoneError(
                f"our own adb server does not start on port {self.address.port}: "
                f"{ready.decode(errors='replace').strip() or 'it ended, or hangs'}; "
                f"its log is in {self._folder / 'adb.log'}",
                command=" ".join(command),
            )
        return Client(self.address, is_guarded=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the server and its guard. Idempotent."""
        guard, self._guard = self._guard, None
        if guard is None:
            return
        assert guard.stdin is not None
        assert guard.stdout is not None
        guard.stdin.close()
        try:
            guard.wait(_START_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            guard.kill()
            guard.wait(_START_TIMEOUT_S)
        guard.stdout.close()
        # A guard that was killed could not end its server.
        with contextlib.suppress(TransientPhoneError):
            Client(self.address).server_kill()


def _environment(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What the server of our own may see of this computer.

    ADB_USB, ADB_EMU, ADB_MDNS: adb's client/main.cpp and transport_mdns.cpp; ANDROID_ADB_LOG_PATH:
    adb_utils.cpp (GetLogFilePath). ADB_VENDOR_KEYS would make it read the user's keys.
    """
    hidden = {"ADB_SERVER_SOCKET", "ADB_VENDOR_KEYS", "ANDROID_ADB_SERVER_PORT"}
    return {
        **{k: v for k, v in environ.items() if k not in hidden},
        "ADB_USB": "0",
        "ADB_EMU": "0",
        "ADB_MDNS": "0",
        "HOME": str(folder),
        "ANDROID_USER_HOME": str(folder),
        "ANDROID_ADB_LOG_PATH": str(folder / "adb.log"),
        # The guard is ours and runs from wherever pytest was started.
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }


def _free_port() -> int:
    """A free port on loopback, outside those that adb scans for emulators (5554 to 5586)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
