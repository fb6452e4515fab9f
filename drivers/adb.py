"""The adb server as a client sees it: addresses, phones and their states, services of one phone.

Owns adbutils. It must not know what is sent through a service, and it never starts a server:
adbutils does that behind one's back when a connection is refused (`AdbConnection._safe_connect`
runs `adb start-server`, which claims USB and reads the user's key), so `Client` refuses instead.
`drivers.server` starts servers, on purpose and announced.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import adbutils

from drivers.errors import StablePhoneError, TransientPhoneError

DEFAULT_PORT = 5037
# A request to a server on this machine; slower than this and the server is hung.
_SERVER_TIMEOUT_S = 5.0


@dataclass(frozen=True)
class Address:
    """Where an adb server listens."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether the server runs on this computer, so that it may be started again from here."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Reads `HOST:PORT`, `PORT` or adb's own `tcp:HOST:PORT`.

        Raises:
            ValueError: no port number from 1 to 65535.
        """
        spec = text.removeprefix("tcp:")
        parts = urlsplit(f"//{spec}" if ":" in spec else f"//127.0.0.1:{spec}")
        if not parts.hostname or not parts.port:
            raise ValueError(f"expected HOST:PORT of an adb server, not {text!r}")
        return cls(parts.hostname, parts.port)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Address:
        """The owner's server: as adb itself looks for it, else 127.0.0.1:5037.

        `ADB_SERVER_SOCKET` wins in adb's `main.cpp`; adbutils knows ANDROID_ADB_SERVER_* only.
        """
        env = os.environ if environ is None else environ
        host, port = env.get("ANDROID_ADB_SERVER_HOST"), env.get("ANDROID_ADB_SERVER_PORT")
        if host or port:
            return cls.parse(f"{host or '127.0.0.1'}:{port or DEFAULT_PORT}")
        if named := env.get("ADB_SERVER_SOCKET"):
            return cls.parse(named)
        return cls("127.0.0.1", DEFAULT_PORT)


@dataclass(frozen=True)
class Attached:
    """One line of `adb devices -l`.

    Attributes:
        serial: what adb calls it; an address for phones on the network.
        state: device, unauthorized, authorizing, offline, recovery, …; `no permissions` is
            followed by adb's long explanation, which is in `detail`.
        detail: the rest of adb's words for the state.
        tags: usb, product, model, device, transport_id, as far as they are told.
    """

    serial: str
    state: str
    detail: str
    tags: Mapping[str, str]

    @property
    def link(self) -> str:
        """What we stand on: usb, network, loopback or emulator (`phone.link`)."""
        if self.serial.startswith("emulator-"):
            return "emulator"
        if ":" in self.serial or "._adb-tls-" in self.serial:
            return "loopback" if self.serial.startswith(("127.", "localhost:")) else "network"
        return "usb"


def parse_devices(text: str) -> tuple[Attached, ...]:
    """Reads the body of `adb devices -l` (or without `-l`), whatever stands before its header.

    Recorded: recordings/adb_devices*.txt. The state `no permissions` is the only one of two
    words; adb prints `usb:1-2` before the tags, and a product or model may hold blanks.
    """
    found = []
    for line in text.splitlines():
        if not line.strip() or line.startswith(("List of devices", "* ", "adb server")):
            continue
        serial, _, rest = line.strip().partition("\t" if "\t" in line else " ")
        rest = rest.strip()
        if rest.startswith("no permissions"):
            found.append(Attached(serial, "no permissions", rest, _tags(rest.rpartition(")")[2])))
            continue
        state, _, tags = rest.partition(" ")
        if state:
            found.append(Attached(serial, state, state, _tags(tags)))
    return tuple(found)


def _tags(text: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    last = ""
    for word in text.split():
        key, colon, value = word.partition(":")
        if colon:
            tags[key] = value
            last = key
        elif last:
            tags[last] += f" {word}"
    return tags


class Connection(adbutils.AdbConnection):  # type: ignore[misc] # adbutils ships no types
    """A connection to the server that fails where adbutils would start a server."""

    def _safe_connect(self) -> socket.socket:
        conn: socket.socket = self._create_socket()
        # adbutils leaves Nagle on: a request in two writes then waits for a delayed ACK.
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return conn


class Client(adbutils.AdbClient):  # type: ignore[misc] # adbutils ships no types
    """One adb server. Every error names the server; a dead one is never started from here."""

    def __init__(self, address: Address) -> None:
        super().__init__(host=address.host, port=address.port, socket_timeout=_SERVER_TIMEOUT_S)
        self.address = address

    def make_connection(self, timeout: float | None = None) -> Connection:
        """Connects to the server.

        Raises:
            TransientPhoneError: nothing answers there.
        """
        try:
            connection = Connection(self.address.host, self.address.port)
        except (adbutils.AdbError, OSError) as error:
            raise TransientPhoneError(
                f"no adb server answers at {self.address}: {error}; "
                "start one with `adb start-server`, or name another with --adb=HOST:PORT"
            ) from error
        connection.conn.settimeout(timeout or _SERVER_TIMEOUT_S)
        return connection

    def ask(self, request: str, *, timeout_s: float = _SERVER_TIMEOUT_S) -> str:
        """Sends one host request and returns the answer's text.

        Raises:
            TransientPhoneError: no server, no answer in time, or the server says FAIL.
        """
        try:
            with self.make_connection(timeout=timeout_s) as connection:
                connection.send_command(request)
                connection.check_okay()
                answer: str = connection.read_string_block()
                return answer
        except (adbutils.AdbError, OSError) as error:
            raise TransientPhoneError(
                f"the adb server at {self.address} did not carry out {request!r}: {error}",
                command=request,
            ) from error

    def attached(self) -> tuple[Attached, ...]:
        """Every phone this server sees, in whatever state."""
        return parse_devices(self.ask("host:devices-l"))

    def find(self, serial: str) -> Attached | None:
        """The phone of that serial, None where the server does not see it."""
        return next((phone for phone in self.attached() if phone.serial == serial), None)

    def device(self, serial: str) -> adbutils.AdbDevice:
        """An adbutils device pinned by serial and by its present transport.

        Both are given: adbutils then skips its extra version request for each transport, and
        uiautomator2 still keys its locks by serial. A transport id dies with the link.

        Raises:
            StablePhoneError: the phone is there, but not usable; the message says what to do.
            TransientPhoneError: the phone is not there, or offline.
        """
        phone = self.find(serial)
        if phone is None:
            raise TransientPhoneError(
                f"phone {serial} is not attached to the adb server at {self.address}; "
                "check the cable, or `adb connect` a phone on the network",
                serial=serial,
            )
        if phone.state != "device":
            raise state_error(phone)
        transport = int(phone.tags.get("transport_id", "0")) or None
        return adbutils.AdbDevice(self, serial=serial, transport_id=transport)

    def open_service(self, serial: str, service: str, *, timeout_s: float) -> socket.socket:
        """Opens a service of the phone (`shell,v2,raw:…`, `tcp:9008`) and hands over the socket.

        Args:
            serial: the phone.
            service: as adb's SERVICES.TXT names them.
            timeout_s: for the opening alone; the socket keeps it until the caller sets another.

        Raises:
            TransientPhoneError: the phone or the service does not answer.
            StablePhoneError: the phone is not usable, see `device`.
        """
        device = self.device(serial)
        try:
            connection = device.open_transport(timeout=timeout_s)
            try:
                connection.send_command(service)
                connection.check_okay()
            except BaseException:
                connection.close()
                raise
        except (adbutils.AdbError, OSError) as error:
            raise TransientPhoneError(
                f"phone {serial} does not open {service.partition(':')[0]!r}: {error}",
                serial=serial,
                command=service,
                output=str(error),
            ) from error
        conn: socket.socket = connection.conn
        return conn


_ADVICE = {
    "unauthorized": "unlock it and tap Allow in the dialog 'Allow USB debugging?'",
    "authorizing": "unlock it and tap Allow in the dialog 'Allow USB debugging?'",
    "offline": "unplug it and plug it in again, or switch USB debugging off and on",
    "no permissions": "this computer may not open it: add a udev rule for its vendor "
    "(Debian: apt install android-sdk-platform-tools-common), then plug it in again",
    "recovery": "it is in recovery mode: restart it",
    "bootloader": "it is in the bootloader: restart it",
    "sideload": "it is in sideload mode: restart it",
}


def state_error(phone: Attached) -> StablePhoneError | TransientPhoneError:
    """One line for a phone that adb sees and cannot use, with what to do about it."""
    advice = _ADVICE.get(phone.state, "see what its screen says")
    kind = TransientPhoneError if phone.state in {"offline", "authorizing"} else StablePhoneError
    return kind(
        f"phone {phone.serial} is {phone.state}: {advice}",
        serial=phone.serial,
        output=phone.detail,
    )


def adb_binary() -> str:
    """The adb executable: `$ADBUTILS_ADB_PATH`, the one on PATH, else adbutils' own (36.0.0).

    Raises:
        StablePhoneError: none of them can be run.
    """
    try:
        path: str = adbutils.adb_path()
    except adbutils.AdbError as error:
        raise StablePhoneError(f"no adb to start a server with: {error}") from error
    return path
