"""The media store: how many photos and videos there are, and which Photos would not take.

Sources: MediaProvider's `file` table (AOSP packages/providers/MediaProvider) through
`content query`. Google's limits: support.google.com/photos/answer/6193313 (200 MB or 200
megapixels, videos to 10 GB), and what was said of them from 2016 to 2020 (75 MB, 100 megapixels:
PC Magazine, ocalamug.org) and to 2023 (150 megapixels: Business Insider). Rows of pictures were
not recorded from a phone; content_query_media_row_null_date.txt is a folder's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.android.content import parse_rows
from drivers.android.dump import lines_of
from drivers.android.send import fill
from drivers.values import ValueType, format_size
from drivers.vocabulary import Fact, Facts, Reader, Reading

if TYPE_CHECKING:
    from drivers.phone import Phone

COUNT = Fact("media.count", ValueType("count"), "How many photos and videos the phone holds.")
UNSUPPORTED = Fact(
    "media.unsupported",
    ValueType("list"),
    "Photos and videos that are too large or of a type that Photos does not take.",
)

# MediaStore.Files.FileColumns.MEDIA_TYPE_IMAGE and _VIDEO
_IMAGE, _VIDEO = "1", "3"
_VIDEO_LIMIT = 10 * 10**9
# Bytes and pixels of a photo, from which major version of Photos on: 5.0 came in June 2020, 7.0 in
# autumn 2024.
_TODAY = (200 * 10**6, 200 * 10**6)
_PHOTO_LIMITS = ((7, _TODAY), (5, (200 * 10**6, 150 * 10**6)), (0, (75 * 10**6, 100 * 10**6)))
_VERSION = re.compile(r"\s*versionName=(?P<major>\d+)\.")
_PHOTO_TYPES = {"jpg", "jpeg", "heic", "heif", "png", "webp", "gif", "avif"}
_RAW_TYPES = {"dng", "raw", "arw", "cr2", "cr3", "nef", "nrw", "orf", "pef", "raf", "rw2", "srw"}
# fmt: off
_VIDEO_TYPES = {
    "mpg", "mpeg", "mod", "mmv", "tod", "wmv", "asf", "avi", "divx", "mov", "m4v", "3gp", "3g2",
    "mp4", "m2t", "m2ts", "mts", "mkv",
}
# fmt: on
# The query itself prints nothing behind its rows by which a cut would show.
_END = "END-OF-ROWS"
COLUMNS = ("_id", "media_type", "_size", "width", "height", "_display_name")
COMMAND = (
    "dumpsys package {package} | grep -m 1 versionName=; "
    "content query --user {user} --uri content://media/external/file "
    f"--projection {':'.join(COLUMNS)} --where 'media_type=1 OR media_type=3'; echo {_END}"
)
_EXTENSION = re.compile(r"\.(\w{1,5})$")
# Tens of thousands of rows take a slow phone this long.
_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Refused:
    """A photo or video that Photos does not take.

    Attributes:
        name: the file's, or its number where the media store knows none.
        why: a clause: how large it is and what is taken, or its type.
    """

    name: str
    why: str


def read_media(text: str, reading: Reading) -> Facts:
    """Reads the rows of the query that COMMAND is, by the limits of this phone's Photos.

    Other queries of the media store project other columns, and count other rows: rows without a
    media type give nothing, and neither do rows that may have been cut off.

    Raises:
        ValueError: the phone refused the query.
    """
    answer = _rows_of(text)
    if answer is None:
        return {}
    rows, limits = answer
    names = tuple(refused.name for refused in _refused_of(rows, limits))
    return {COUNT.name: len(rows), UNSUPPORTED.name: names}


def refused_files(phone: Phone) -> tuple[Refused, ...]:
    """The photos and videos that this phone's Photos does not take, and why.

    Returns:
        None of them where the media store's answer is cut off.

    Raises:
        StablePhoneError: the phone refused the query.
        TransientPhoneError: the link failed.
    """
    answer = _rows_of(phone.shell(fill(COMMAND, phone), timeout_s=_TIMEOUT_S).stdout)
    return _refused_of(*answer) if answer else ()


_Limits = tuple[int, int]
_Row = Mapping[str, str]


def _rows_of(text: str) -> tuple[Sequence[_Row], _Limits] | None:
    """The rows of the query that COMMAND is, and the limits; None where it is not whole."""
    lines = lines_of(text.rstrip())
    if lines.pop() != _END or _END in lines:
        return None
    version = _VERSION.match(lines[0]) if lines else None
    limits = photo_limits(int(version["major"]) if version else None)
    rows = parse_rows("\n".join(lines), COLUMNS)
    if not rows and "No result found." not in lines:
        return None
    if any(row.get("media_type") not in {_IMAGE, _VIDEO} for row in rows):
        return None
    return rows, limits


def _refused_of(rows: Sequence[_Row], limits: _Limits) -> tuple[Refused, ...]:
    return tuple(
        Refused(row.get("_display_name") or row["_id"], why)
        for row in rows
        if (why := why_unsupported(row, limits))
    )


def photo_limits(major: int | None) -> tuple[int, int]:
    """Bytes and pixels that a photo may have, by the major version of Photos.

    >>> photo_limits(4)
    (75000000, 100000000)

    Args:
        major: None where it is not known: today's limits, which refuse least.
    """
    if major is None:
        return _TODAY
    return next(limits for first, limits in _PHOTO_LIMITS if major >= first)


def is_unsupported(row: Mapping[str, str], limits: tuple[int, int] = _TODAY) -> bool:
    """Whether Photos would not take a file; for what it is told by, see `why_unsupported`."""
    return bool(why_unsupported(row, limits))


def why_unsupported(row: Mapping[str, str], limits: tuple[int, int] = _TODAY) -> str:
    """Why Photos would not take a file, as a clause; empty where it would.

    Args:
        row: of the media store, with `media_type`, `_size`, `width`, `height` and `_display_name`
            where they are known; what is not known speaks for the file.
        limits: bytes and pixels of a photo.
    """
    is_video = row["media_type"] == _VIDEO
    kind, most = ("video", _VIDEO_LIMIT) if is_video else ("photo", limits[0])
    size = _number(row, "_size")
    if size > most:
        return f"{format_size(size)}, and a {kind} may have {format_size(most)}"
    pixels = _number(row, "width") * _number(row, "height")
    if not is_video and pixels > limits[1]:
        return f"{pixels / 1e6:.0f} megapixels, and a photo may have {limits[1] / 1e6:.0f}"
    extension = _EXTENSION.search(row.get("_display_name", ""))
    taken = _VIDEO_TYPES if is_video else _PHOTO_TYPES | _RAW_TYPES
    if extension is not None and extension[1].lower() not in taken:
        return f"{format_size(size)} of a type that is not taken"
    return ""


def _number(row: Mapping[str, str], column: str) -> int:
    text = row.get(column, "")
    return int(text) if text.isdecimal() else 0


FACTS = (COUNT, UNSUPPORTED)
READERS = (Reader(COMMAND, (COUNT.name, UNSUPPORTED.name), read_media, in_diagnosis=False),)
