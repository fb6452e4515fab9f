"""The floor: what any client of the adb server has to pay, in as little code as it takes.

An open stream, bytes out, bytes back, nothing looked at. The kernel's delays are avoided just as
ours avoids them, or the floor would lie above the house.
"""

from __future__ import annotations

import json
import socket
import struct
from types import TracebackType

from drivers.adb import Client
from drivers.sockets import acknowledge_at_once

_TIMEOUT_S = 20.0
# shell_protocol.h in AOSP packages/modules/adb: an id of one byte, a length of four.
_STDIN, _STDOUT = 0, 1
_HEADER = struct.Struct("<BI")


class Stream:
    """A service of the phone, opened once.

    Args:
        client: the adb server.
        serial: the phone.
        service: as adb's SERVICES.TXT names it.
    """

    def __init__(self, client: Client, serial: str, service: str) -> None:
        self._socket: socket.socket = client.open_service(serial, service, timeout_s=_TIMEOUT_S)

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def echo(self, message: bytes) -> None:
        """Sends a message and reads as many bytes back: for `exec:cat`."""
        self._socket.sendall(message)
        self._read(len(message))

    def post(self, request: bytes) -> bytes:
        """Sends one HTTP request and reads the whole answer. Returns its body.

        Raises:
            EOFError: the connection closed.
            ValueError: the answer has no Content-Length.
        """
        self._socket.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, _, body = received.partition(b"\r\n\r\n")
        _, found, rest = head.lower().partition(b"content-length:")
        if not found:
            raise ValueError(f"an answer without Content-Length: {head[:200]!r}")
        return body + self._read(int(rest.split(b"\r\n")[0]) - len(body))

    def script(self, text: str, end: bytes) -> int:
        """Writes a script to a kept-open `shell,v2,raw:` and reads until `end` is printed.

        Returns:
            Bytes that came back.
        """
        data = text.encode()
        self._socket.sendall(_HEADER.pack(_STDIN, len(data)) + data)
        received, printed = bytearray(), bytearray()
        while not printed.endswith(end):
            received += self._receive()
            while len(received) >= _HEADER.size:
                kind, length = _HEADER.unpack_from(received)
                if len(received) < _HEADER.size + length:
                    break
                if kind == _STDOUT:
                    printed += received[_HEADER.size : _HEADER.size + length]
                del received[: _HEADER.size + length]
        return len(printed)

    def _read(self, count: int) -> bytes:
        received = bytearray()
        while len(received) < count:
            received += self._receive()
        return bytes(received)

    def _receive(self) -> bytes:
        acknowledge_at_once(self._socket)
        data = self._socket.recv(65536)
        if not data:
            raise EOFError("the connection closed")
        return data


def request(method: str, *params: object) -> bytes:
    """One call of the uiautomator2 agent as the bytes of one HTTP request."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}})
    return (
        "POST /jsonrpc/0 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
    ).encode()
