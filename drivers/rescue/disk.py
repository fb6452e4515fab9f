"""What was written is on the disk, not only in this computer's memory, and soon.

A file at a time costs a phone's two thousand photos two thousand waits for the disk; Linux can be
asked for a whole file system at once. It must not know phones or manifests.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import re
import shutil
import sys
from collections.abc import Collection
from functools import cache
from pathlib import Path

# Before it, syncfs(2) keeps a failed write to itself (man syncfs, "Bugs").
_SYNCFS_TELLS_SINCE = (5, 8)


def settle(files: Collection[Path]) -> None:
    """Returns when everything that was written to these files is on their disk.

    Args:
        files: all in one folder.

    Raises:
        OSError: a write failed: the disk is full, gone or broken.
    """
    if len(files) > 1 and _can_settle_all():
        _settle_all(next(iter(files)).parent)
        return
    for path in files:
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def move(file: Path, place: Path) -> None:
    """Moves a file whose bytes are on its disk to a place, making its folders.

    Where somebody keeps a folder of a copy on another disk, behind a link, it is copied there
    first: a name has all of its bytes, or another file's.

    Raises:
        OSError: the disk is full, or gone.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        file.replace(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = place.parent / file.name
        shutil.copy2(file, beside)
        settle([beside])
        beside.replace(place)
        file.unlink()


def start_settling(descriptor: int) -> None:
    """Has what was written to an open file go to the disk already, and leave the memory.

    The disk then works while the rest arrives, and a video of many gigabytes does not push out of
    the memory what other programs have there. Where a system cannot be told so, nothing happens.
    """
    if sys.platform == "linux":
        # Starts the writing of what is not written yet, without waiting for it, and drops what is
        # (mm/fadvise.c of Linux).
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


@cache
def _can_settle_all() -> bool:
    if sys.platform != "linux":
        return False
    version = re.match(r"(\d+)\.(\d+)", platform.release())
    is_new = version and (int(version[1]), int(version[2])) >= _SYNCFS_TELLS_SINCE
    return bool(is_new) and hasattr(_libc(), "syncfs")


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _settle_all(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if _libc().syncfs(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(descriptor)
