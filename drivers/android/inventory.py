"""Which photos and videos are on the phone, so that losing one is noticed.

Asks the media store, and the file system where the store says less than before: a row that is
gone is not yet a file that is gone. Sources: AOSP packages/providers/MediaProvider, the `files`
table (`_data` is there in every version, relative_path and volume_name from API 29 on), and
FileUtils.PATTERN_EXPIRES_FILE for the names of pending and trashed files (API 30).
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.android.aside import ASIDE
from drivers.android.content import parse_rows
from drivers.android.send import fill, refusal_of
from drivers.errors import StablePhoneError

if TYPE_CHECKING:
    from drivers.phone import Phone

_COLUMNS = ("_id", "media_type", "_size", "_data")
_END = "END-OF-ROWS"
_COMMAND = (
    "content query --user {user} --uri content://media/external/file "
    f"--projection {':'.join(_COLUMNS)} --where 'media_type=1 OR media_type=3'; echo {_END}"
)
# Tens of thousands of rows take a slow phone this long.
_TIMEOUT_S = 60.0
_EXPIRES = re.compile(r"\.(?:pending|trashed)-\d+-(?P<name>.+)\Z")
_OWN_STORAGE = re.compile(r"(/storage/emulated/\d+/)(.+)\Z", re.DOTALL)
# As many names as fit a command line well below ARG_MAX.
_BATCH = 200


@dataclass(frozen=True)
class MediaFile:
    """One photo or video, by what makes it the same one tomorrow.

    Attributes:
        path: its volume and relative path in one, such as /storage/emulated/0/DCIM/Camera/x.jpg.
        size: bytes; None where the store does not know.
    """

    path: str
    size: int | None


def media_files(phone: Phone) -> frozenset[MediaFile]:
    """Every photo and video that the media store shows; trashed and pending ones are not among.

    Raises:
        StablePhoneError: the store refused, or its answer is cut off.
    """
    result = phone.shell(fill(_COMMAND, phone), timeout_s=_TIMEOUT_S)
    lines = result.stdout.rstrip().splitlines()
    if refusal := refusal_of(result) or ("" if lines[-1:] == [_END] else "its answer is cut off"):
        raise StablePhoneError(
            f"phone {phone.serial}: the media store cannot be counted: {refusal}; nothing that "
            "could lose a photo is done without it",
            serial=phone.serial,
            command=result.command,
            exit_code=result.exit_code,
            output=result.output[-4000:],
        )
    rows = parse_rows("\n".join(lines[:-1]), _COLUMNS)
    return frozenset(
        MediaFile(row["_data"], int(row["_size"]) if row.get("_size", "").isdecimal() else None)
        for row in rows
        if row.get("_data", "").startswith("/")
        and not _EXPIRES.match(posixpath.basename(row["_data"]))
    )


def gone_files(phone: Phone, missed: Collection[MediaFile]) -> list[MediaFile]:
    """Those of the files, missing from the store, that the file system has no more either.

    A file that was trashed is not gone: it lies beside its old place for 30 days. Nor is one that
    `media.set_aside` moved, which the journal moves back.

    Args:
        phone: where they were.
        missed: what the media store shows no longer.

    Returns:
        What is really gone, or has another size now; sorted by path.
    """
    gone: list[MediaFile] = []
    files = sorted(missed, key=lambda file: file.path)
    for start in range(0, len(files), _BATCH):
        batch = files[start : start + _BATCH]
        results = phone.ask([_look_command(file.path) for file in batch], timeout_s=_TIMEOUT_S)
        for file, result in zip(batch, results, strict=True):
            sizes = [int(word) for word in result.stdout.split() if word.isdecimal()]
            if not sizes or (file.size is not None and file.size not in sizes):
                gone.append(file)
    return gone


def _look_command(path: str) -> str:
    folder, name = posixpath.split(path)
    # The name is quoted, the pattern before it is not: it stands for the time of expiry.
    trashed = f"{shlex.quote(folder)}/.trashed-*-{shlex.quote(name)}"
    own = _OWN_STORAGE.match(path)
    aside = shlex.quote(f"{own[1]}{ASIDE}/{own[2]}") if own else ""
    return f"stat -c %s {shlex.quote(path)} {trashed} {aside} 2>/dev/null"
