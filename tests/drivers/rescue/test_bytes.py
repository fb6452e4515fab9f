"""Bytes on their way: received into a few buffers, hashed beside, settled on the disk."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import socket
import struct
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.adb import Client
from drivers.errors import TransientPhoneError
from drivers.rescue import digest as digests
from drivers.rescue import disk
from drivers.rescue.digest import Digest, Digesting
from drivers.rescue.sync import KEPT_BYTES, SyncConnection

LONGEST = 1 << 16


class OneService:
    """An adb server that has one service: what this socket says."""

    def __init__(self, opened: socket.socket) -> None:
        self.opened = opened

    def open_service(self, serial: str, service: str, *, timeout_s: float) -> socket.socket:
        return self.opened


def connection_saying(stream: bytes) -> SyncConnection:
    """A connection on which a phone says all this, whatever it is asked, and hangs up."""
    ours, phones = socket.socketpair()

    def say() -> None:
        with phones:
            phones.sendall(stream)
            phones.shutdown(socket.SHUT_WR)
            while phones.recv(1 << 16):  # it listens to the end, whatever it said
                pass

    threading.Thread(target=say, daemon=True).start()
    return SyncConnection(cast("Client", OneService(ours)), "S")


def data(block: bytes) -> bytes:
    return struct.pack("<4sI", b"DATA", len(block)) + block


DONE = struct.pack("<4sI", b"DONE", 0)


class Late:
    """What was handed over to `AsLateAsCanBe`."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work: Callable[[], object] | None = work

    def result(self) -> None:
        work, self._work = self._work, None
        if work:
            work()


class AsLateAsCanBe:
    """An executor that does nothing before somebody waits for it."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def submit(self, function: Callable[..., object], *arguments: object) -> Late:
        return Late(lambda: function(*arguments))

    def shutdown(self) -> None:
        pass


def test_what_is_hashed_as_late_as_can_be_is_still_what_was_received(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(digests, "ThreadPoolExecutor", AsLateAsCanBe)
    chance = random.Random(7)
    # Lengths of all kinds, and long runs of the longest, which is what phones send.
    lengths = [chance.choice((1, 100, 8_000, 65_535, LONGEST, LONGEST)) for _ in range(300)]
    blocks = [chance.randbytes(length) for length in [*lengths, *[LONGEST] * 100]]
    stream = b"".join(map(data, blocks))
    with Digesting(KEPT_BYTES) as digesting, connection_saying(stream + DONE) as sync:
        digest = Digest(digesting)
        for chunk in sync.receive(["/a"]):
            for block in chunk.blocks:
                digest.update(block)
        digest.end()
        # The worker is one and takes things in order: what is last waits for all the others.
        for waiting, _ in digesting._waiting:
            waiting.result()
        assert digest.hexdigest() == hashlib.sha256(b"".join(blocks)).hexdigest()


@given(files=st.lists(st.lists(st.integers(0, 300_000), max_size=6), max_size=4))
def test_a_digest_is_that_of_its_own_bytes(files: Sequence[Sequence[int]]) -> None:
    with Digesting(KEPT_BYTES) as digesting:
        found, expected = [], []
        for number, lengths in enumerate(files):
            blocks = [bytes([number + 1]) * length for length in lengths]
            digest = Digest(digesting)
            for block in blocks:
                digest.update(block)
            digest.end()
            found.append(digest)
            expected.append(hashlib.sha256(b"".join(blocks)).hexdigest())
        assert [digest.hexdigest() for digest in found] == expected


@pytest.mark.parametrize(
    "stream",
    [
        struct.pack("<4sI", b"DATA", LONGEST + 1) + bytes(LONGEST + 1),
        struct.pack("<4sI", b"OKAY", 0),
        data(b"half")[:-1],
        b"",
    ],
    ids=["a piece that is too long", "another answer", "half a piece", "nothing"],
)
def test_what_no_phone_says_is_a_link_that_dropped(stream: bytes) -> None:
    with connection_saying(stream) as sync, pytest.raises(TransientPhoneError, match="dropped"):
        list(sync.receive(["/a"]))


def test_only_what_is_not_there_is_nothing() -> None:
    errors = [0, 2, 5, 13, 20]
    answers = [struct.pack("<4sIQQIIIIQqqq", b"LST2", e, 0, 0, 0, *[0] * 7) for e in errors]
    with connection_saying(b"".join(answers)) as sync:
        looked = [stat and stat.error for _, stat in sync.look([f"/{e}" for e in errors])]
    assert looked == [0, None, 5, 13, None]


@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize("at_once", [True, False])
def test_settled_files_are_what_was_written(
    tmp_path: Path, count: int, at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not at_once:
        monkeypatch.setattr(disk, "_can_settle_all", lambda: False)
    paths = [tmp_path / str(number) for number in range(count)]
    for path in paths:
        path.write_bytes(b"x" * 100_000)
    disk.settle(paths)
    assert [path.read_bytes() for path in paths] == [b"x" * 100_000] * count


def test_a_file_that_settles_while_it_grows_is_whole(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "a", os.O_RDWR | os.O_CREAT)
    for _ in range(5):
        os.write(descriptor, b"y" * 100_000)
        disk.start_settling(descriptor)
    os.close(descriptor)
    assert (tmp_path / "a").read_bytes() == b"y" * 500_000


@pytest.mark.skipif(not disk._can_settle_all(), reason="this system settles one file at a time")
def test_a_disk_that_fails_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def syncfs(self, _: int) -> int:
            disk.ctypes.set_errno(errno.EIO)
            return -1

    monkeypatch.setattr(disk, "_libc", Broken)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        disk.settle([tmp_path / "a", tmp_path / "b"])


@pytest.mark.parametrize(
    ("system", "release", "can"),
    [
        ("linux", "6.18.44-fc", True),
        ("linux", "5.8.0", True),
        ("linux", "5.4.0-150-generic", False),
        ("linux", "4.18.0-553.el8_10", False),
        ("linux", "mine", False),
        ("darwin", "24.1.0", False),
    ],
)
def test_only_a_linux_that_tells_of_failures_is_asked_for_all_at_once(
    system: str, release: str, can: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk.sys, "platform", system)
    monkeypatch.setattr(disk.platform, "release", lambda: release)
    assert disk._can_settle_all.__wrapped__() is can
