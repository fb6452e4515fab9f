"""The adb server as a client sees it: requests, attached phones, services of one phone.

Owns adbutils. It must not know what is sent through a service, and it never starts a server:
adbutils does that behind one's back when a connection is refused (`AdbConnection._safe_connect`
runs `adb start-server`, which claims USB and reads the user's key), so `Client` refuses instead.
`drivers.server` starts servers, on purpose and announced.
"""

from __future__ import annotations

import contextlib
import socket

import adbutils

from drivers.attached import Address, Attached, parse_devices, state_error
from drivers.errors import StablePhoneError, TransientPhoneError

# A request to a server on this machine; slower than this and the server is hung.
_SERVER_TIMEOUT_S = 5.0
# adbutils' `_DEFAULT_SOCKET_TIMEOUT`: a phone that hangs would hold every call for so long.
_NOBODY_ASKED_S = 600.0


class Connection(adbutils.AdbConnection):  # type: ignore[misc] # adbutils ships no types
    """A connection to the server that fails where adbutils would start a server."""

    def __init__(self, address: Address) -> None:
        self._address = address
        super().__init__(address.host, address.port)

    def _safe_connect(self) -> socket.socket:
        # Not adbutils' own `_create_socket`, which leaks the socket of a refused connection.
        conn = socket.create_connection(
            (self._address.host, self._address.port), timeout=_SERVER_TIMEOUT_S
        )
        # adbutils leaves Nagle on: a request in two writes then waits for a delayed ACK.
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return conn

    def close(self) -> None:
        """Closes it at once. Idempotent."""
        # adbutils sleeps 10 ms between the two, for every connection; of one that is closed
        # already it does not. The shutdown is for a thread that reads: a close does not wake it.
        if not self.closed:
            with contextlib.suppress(OSError):
                self.conn.shutdown(socket.SHUT_WR)
            self.conn.close()
        super().close()


class Client(adbutils.AdbClient):  # type: ignore[misc] # adbutils ships no types
    """One adb server. Every error names the server; a dead one is never started from here.

    Args:
        address: where it listens.
        is_guarded: whether a guard of ours starts it again when it dies (`drivers.guard`).
    """

    def __init__(self, address: Address, *, is_guarded: bool = False) -> None:
        super().__init__(host=address.host, port=address.port, socket_timeout=_SERVER_TIMEOUT_S)
        self.address = address
        self.is_guarded = is_guarded

    def make_connection(self, timeout: float | None = None) -> Connection:
        """Connects to the server.

        Args:
            timeout: seconds for each answer; adbutils' own default of ten minutes, which it
                passes wherever nobody asked for anything, counts as nothing asked for.

        Raises:
            TransientPhoneError: nothing answers there.
        """
        try:
            connection = Connection(self.address)
        except (adbutils.AdbError, OSError) as error:
            raise TransientPhoneError(
                f"no adb server answers at {self.address}: {error}; "
                "start one with `adb start-server`, or name another with --adb=HOST:PORT"
            ) from error
        is_asked_for = timeout is not None and timeout < _NOBODY_ASKED_S
        connection.conn.settimeout(timeout if is_asked_for else _SERVER_TIMEOUT_S)
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
