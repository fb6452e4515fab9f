"""Connections to the adb server: closed at once, however adbutils does it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

from drivers.adb import Connection
from drivers.attached import Address


def _refuse(_seconds: float) -> None:
    raise AssertionError("slept")


def test_closing_a_connection_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        connection = Connection(Address("127.0.0.1", server.getsockname()[1]))
        accepted, _ = server.accept()
        monkeypatch.setattr(time, "sleep", _refuse)
        connection.close()
        with accepted:
            assert accepted.recv(1) == b""
    assert connection.closed
    connection.close()


def test_closing_a_connection_reaches_the_server_while_somebody_reads() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        connection = Connection(Address("127.0.0.1", server.getsockname()[1]))
        accepted, _ = server.accept()
        conn = connection.conn
        is_reading = threading.Event()

        def wait_for_answer() -> None:
            is_reading.set()
            with contextlib.suppress(OSError):  # it may be closed before it was read from
                conn.recv(1)

        reader = threading.Thread(target=wait_for_answer)
        reader.start()
        is_reading.wait()
        connection.close()
        # As adb's server does: it hangs up when the client has.
        with accepted:
            accepted.settimeout(20)
            assert accepted.recv(1) == b""
        reader.join(20)
    assert not reader.is_alive()
