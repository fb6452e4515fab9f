"""One HTTP/1.1 connection that stays open between requests, each with a deadline for all of it.

The standard library's time-outs are for each read: an answer that comes byte by byte never ends.
It must not know what is asked for.
"""

from __future__ import annotations

import http.client
import io
import select
import socket
import time
from typing import cast

from drivers.sockets import acknowledge_at_once


class Channel:
    """One connection. Not for several threads at once.

    Args:
        sock: connected to the server.

    Attributes:
        waited_s: seconds in which nothing was done for the last answer but waiting.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self.waited_s = 0.0

    def is_stale(self) -> bool:
        """Whether the agent closed it meanwhile: nanohttpd does after 5 s without a request."""
        readable, _, _ = select.select([self._socket], [], [], 0)
        return bool(readable)

    def exchange(self, verb: str, path: str, body: bytes, deadline: float) -> bytes:
        """Sends one request in one write and reads the whole answer before the deadline.

        Raises:
            TimeoutError: the deadline passed. OSError, EOFError, HTTPException: it broke.
        """
        head = (
            f"{verb} {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: uiautomator2\r\n"
            # Empty: nanohttpd leaks when it compresses (NanoHttpd issue 492).
            "Accept-Encoding: \r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._socket.settimeout(max(0.001, deadline - time.monotonic()))
        self._socket.sendall(head.encode() + body)
        # HTTPResponse wants a socket; all it takes from it is one file to read.
        readable = _Readable(self._socket, deadline)
        response = http.client.HTTPResponse(cast("socket.socket", readable), method=verb)
        response.begin()
        content = response.read()
        self.waited_s = readable.waited_s
        if response.status != http.client.OK:
            raise http.client.HTTPException(
                f"{verb} {path}: {response.status} {content[:200].decode(errors='replace')}"
            )
        return content

    def close(self) -> None:
        """Closes the connection. Idempotent."""
        self._socket.close()


class _Readable(io.RawIOBase):
    """A socket as a file whose every read ends at one common deadline."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        super().__init__()
        self._socket = sock
        self._deadline = deadline
        self.waited_s = 0.0

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What `HTTPResponse` asks a socket for."""
        return io.BufferedReader(self, 65536)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        self._socket.settimeout(remaining)
        acknowledge_at_once(self._socket)
        before = time.monotonic()
        received = self._socket.recv_into(cast("bytearray", buffer))
        self.waited_s += time.monotonic() - before
        return received
