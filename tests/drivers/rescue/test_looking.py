"""Paths that are longer than adb takes: what the phone's shell says of them is read as bytes."""

from __future__ import annotations

import socket
from typing import cast

import pytest

from drivers.adb import Client
from drivers.errors import TransientPhoneError
from drivers.rescue.looking import Looking, is_too_long
from drivers.rescue.sync import Stat

LONG = "/sdcard/" + "x" * 1017
END = b"\nend of it\n"


class Shell:
    """An adb server whose `exec:` prints this; its `sync:` says nothing."""

    def __init__(self, printed: bytes) -> None:
        self.printed = printed

    def open_service(self, serial: str, service: str, *, timeout_s: float) -> socket.socket:
        ours, phones = socket.socketpair()
        with phones:
            phones.sendall(self.printed if service.startswith("exec:") else b"")
        return ours


def looking(printed: bytes) -> Looking:
    return Looking(cast("Client", Shell(printed)), "S")


def test_a_path_is_too_long_by_its_bytes() -> None:
    assert is_too_long(LONG)
    assert not is_too_long(LONG[:-1])
    assert is_too_long("/" + "ж" * 512)


def test_any_name_comes_back_from_a_folder() -> None:
    names = ["a", "new\nline", "by\udcfft", "\nend of it", " "]
    raw = b"".join(f"{LONG}/{name}\0".encode("utf-8", "surrogateescape") for name in names)
    with looking(raw + END) as sync:
        assert list(sync.list([LONG])) == [(LONG, names)]


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        (b"81b0 5 -315619200\n", Stat(0x81B0, 5, -315_619_200)),
        (b"stat: '/x': No such file or directory\n", None),
        (b"stat: '/x': File name too long\n", Stat(0, 0, 0, error=36)),
    ],
)
def test_what_there_is_and_is_not_is_told_apart(printed: bytes, found: Stat | None) -> None:
    with looking(printed + END) as sync:
        assert list(sync.look([LONG])) == [(LONG, found)]


@pytest.mark.parametrize("printed", [b"", b"/x/a\0/x/b\0", b"/x/a\0" + END[:-5]])
def test_a_list_without_its_end_is_a_link_that_dropped(printed: bytes) -> None:
    with looking(printed) as sync, pytest.raises(TransientPhoneError, match="dropped"):
        list(sync.list([LONG]))
