"""A virtual phone with something to rescue, and a watcher that can be asked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.errors import TransientPhoneError
from drivers.phone import Phone, connect
from drivers.rescue.progress import Silent
from fixtures.launch import Launched, virtual_phone

CAMERA = "/storage/emulated/0/DCIM/Camera"


@pytest.fixture(scope="module")
def launched() -> Iterator[Launched]:
    with virtual_phone(["--media", "5"]) as phone:
        yield phone


@pytest.fixture(scope="module")
def connected(launched: Launched) -> Iterator[Phone]:
    with connect(launched.serial, launched.client) as phone:
        yield phone


@pytest.fixture
def phone(connected: Phone) -> Iterator[Phone]:
    """The phone with its five pictures; what a test adds is taken away again."""
    kept = "/data/local/tmp/kept"
    do(connected, f"rm -rf {kept}; mkdir -p {kept}; cp -a /sdcard/DCIM /sdcard/Pictures {kept}")
    yield connected
    do(
        connected,
        f"rm -rf /sdcard/DCIM /sdcard/Pictures; cp -a {kept}/DCIM {kept}/Pictures /sdcard/",
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The folder that a rescue goes to; nobody has made it yet."""
    return tmp_path / "copy"


def do(phone: Phone, command: str) -> str:
    """Runs a command on the phone that has to succeed; again where a test cut the link."""
    try:
        ran = phone.shell(command, timeout_s=60)
    except TransientPhoneError:
        ran = phone.shell(command, timeout_s=60)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


class Listener(Silent):
    """Remembers what was announced, and does something as bytes arrive."""

    def __init__(self, when: Callable[[int], None] | None = None) -> None:
        self.lines: list[str] = []
        self.seen = 0
        self._when = when

    def announce(self, line: str) -> None:
        self.lines.append(line)

    def advance(self, size: int) -> None:
        self.seen += size
        if self._when:
            self._when(self.seen)


def fill(phone: Phone, files: int, video: int) -> int:
    """Puts in files of sizes of their own and a sparse video; returns the bytes of all."""
    do(
        phone,
        f"cd {CAMERA}; for i in $(seq 1 {files}); do truncate -s $((20000 + i)) I$i.jpg; done; "
        f"truncate -s {video} V.mp4",
    )
    return sum(20_000 + n for n in range(1, files + 1)) + video


def rescue_command(launched: Launched, folder: Path, *more: str) -> list[str]:
    adb = str(launched.client.address)
    return [
        sys.executable, "-m", "drivers.rescue", "--adb", adb, *more, launched.serial, str(folder),
    ]  # fmt: skip


def content(folder: Path) -> dict[str, bytes]:
    """Relative path to bytes, of every file but the manifest."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.jsonl"
    }
