"""A rescue of 2,000 photos and a 3 GB video, beside plain `adb pull` of the same tree.

    python -m benchmarks rescue --write

Both copy from one virtual phone into empty folders on the same disk, in turns, each as a person
would type it, and each beginning with a disk that has nothing left to write. A rescue's time
includes what `adb pull` does not do: SHA-256 on both sides, bytes forced to the disk, the manifest.
The phone hashes on this computer's processor, too. Then the same rescue is unplugged five times,
and what travelled is counted. The files are sparse on the phone, and every byte of them travels.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.bench import Bench
from benchmarks.results import Budget, Result, Way
from drivers import connect
from drivers.adb import adb_binary
from drivers.rescue.outcome import Outcome
from drivers.rescue.progress import Silent
from drivers.rescue.rescuing import rescue
from drivers.rescue.verification import verify
from fixtures.launch import Launched, virtual_phone

PHOTOS, PHOTO_SIZE, VIDEO_SIZE = 2000, 200_000, 3_000_000_000
ROUNDS = 5
CUTS = 5
LEAST_SPEED = 0.7
_CAMERA = "/storage/emulated/0/DCIM/Camera"
_FILL_TIMEOUT_S = 300.0


def compare(bench: Bench) -> Result:
    """Copies in turns, then once more with the cable pulled; needs 12 GB of disk for a while."""
    with virtual_phone(["--media", "0"]) as launched, _folder() as folder:
        _fill(launched)
        ours: list[float] = []
        stock: list[float] = []
        for number in range(ROUNDS):
            rescued, pulled = folder / f"rescued{number}", folder / f"pulled{number}"
            turns = [(stock, _pull(launched, pulled)), (ours, _rescue(launched, rescued))]
            for times, command in turns if number % 2 else reversed(turns):
                times.append(_timed(command))
            _require_equal(rescued, pulled)
            # The photos stay: ext4 creates files slowly for a while after many were deleted.
            for video in folder.rglob("VID.mp4"):
                video.unlink()
        hashing_s = _hashed(launched)
        outcome = _unplugged(launched, folder / "unplugged")
    shares = [theirs / own for own, theirs in zip(ours, stock, strict=True)]
    size = outcome.survey.size
    return Result(
        title=f"rescue, {PHOTOS:,} photos and a {VIDEO_SIZE / 1e9:g} GB video",
        unit="s",
        ours=Way("python -m drivers.rescue SERIAL DIR", tuple(ours)),
        stock=Way("adb pull -a /sdcard/DCIM DIR", tuple(stock)),
        budgets=(
            Budget(
                f">= {LEAST_SPEED:.0%} of the speed of adb pull",
                median(shares) >= LEAST_SPEED,
            ),
        ),
        notes=(
            f"{size / 1e9:.2f} GB; ours at {size / min(ours) / 1e6:.0f} MB/s at best, adb pull at "
            f"{size / min(stock) / 1e6:.0f}; speed of ours, pair by pair: "
            f"{', '.join(f'{share:.0%}' for share in shares)} of adb pull's.",
            f"Hashing it all takes the phone {hashing_s:.1f} s by itself, here on this computer's "
            "processor; a phone has one of its own.",
            f"Unplugged {CUTS} times on the way it was complete, every hash right, and "
            f"{(outcome.travelled - size) / 1e6:.2f} MB of {size / 1e6:.0f} travelled again.",
        ),
    )


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="unstuck-rescue-") as folder:
        yield Path(folder)


def _fill(launched: Launched) -> None:
    script = (
        f"mkdir -p {_CAMERA}; cd {_CAMERA}; truncate -s {VIDEO_SIZE} VID.mp4; "
        f"for i in $(seq 1 {PHOTOS}); do truncate -s $(({PHOTO_SIZE} + i)) IMG_$i.jpg; done"
    )
    with connect(launched.serial, launched.client) as phone:
        filled = phone.shell(script, timeout_s=_FILL_TIMEOUT_S)
    if filled.exit_code:
        raise RuntimeError(f"the virtual phone was not filled: {filled.output}")


def _hashed(launched: Launched) -> float:
    with connect(launched.serial, launched.client) as phone:
        started = time.monotonic()
        phone.shell(f"sha256sum {_CAMERA}/*", timeout_s=_FILL_TIMEOUT_S)
        return time.monotonic() - started


def _pull(launched: Launched, folder: Path) -> list[str]:
    folder.mkdir(parents=True)
    server = ["-P", str(launched.client.address.port), "-s", launched.serial]
    return [adb_binary(), *server, "pull", "-a", "/sdcard/DCIM", str(folder)]


def _rescue(launched: Launched, folder: Path) -> list[str]:
    adb = str(launched.client.address)
    return [sys.executable, "-m", "drivers.rescue", "--adb", adb, launched.serial, str(folder)]


def _timed(command: Sequence[str]) -> float:
    os.sync()
    started = time.monotonic()
    subprocess.run(
        command,
        cwd=Path(__file__).parents[1],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.monotonic() - started


def _require_equal(rescued: Path, pulled: Path) -> None:
    """Both did the same work, or the comparison means nothing."""
    if findings := verify(rescued):
        raise RuntimeError(f"the rescue is not whole: {findings[0].describe()}")
    ours, theirs = (
        {path.relative_to(root).as_posix(): path.stat().st_size for path in root.rglob("*.*")}
        for root in (rescued / "DCIM", pulled / "DCIM")
    )
    if ours != theirs:
        raise RuntimeError("the rescue and adb pull brought different files")


class _Unplugging(Silent):
    """Cuts the link at even distances."""

    def __init__(self, launched: Launched, size: int) -> None:
        self._launched = launched
        self._cuts = [size * number // (CUTS + 1) for number in range(1, CUTS + 1)]
        self._seen = 0

    def advance(self, size: int) -> None:
        """Cuts where the next distance is reached."""
        self._seen += size
        if self._cuts and self._seen >= self._cuts[0]:
            self._cuts.pop(0)
            self._launched.client.ask(f"host:disconnect:{self._launched.serial}")


def _unplugged(launched: Launched, folder: Path) -> Outcome:
    size = VIDEO_SIZE + PHOTOS * PHOTO_SIZE
    with connect(launched.serial, launched.client) as phone:
        outcome = rescue(phone, folder, watcher=_Unplugging(launched, size))
    if not outcome.is_whole or verify(folder):
        raise RuntimeError("unplugged, the rescue is not whole")
    return outcome
