"""The media store: how many photos and videos there are, and which Photos would not take.

Sources: MediaProvider's `file` table (AOSP packages/providers/MediaProvider) through
`content query`; Google's limits as facts of 2025: photos to 200 MB, videos to 10 GB. Rows of
pictures were not recorded from a phone; content_query_media_row_null_date.txt is a folder's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from drivers.android.content import parse_rows
from drivers.android.dump import lines_of
from drivers.values import ValueType
from drivers.vocabulary import Fact, Facts, Reader, Reading

COUNT = Fact("media.count", ValueType("count"), "How many photos and videos the phone holds.")
UNSUPPORTED = Fact(
    "media.unsupported",
    ValueType("list"),
    "Photos and videos that are too large or of a type that Photos does not take.",
)

# MediaStore.Files.FileColumns.MEDIA_TYPE_IMAGE and _VIDEO
_IMAGE, _VIDEO = "1", "3"
_PHOTO_LIMIT, _VIDEO_LIMIT = 200 * 10**6, 10 * 10**9
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
COLUMNS = ("_id", "media_type", "_size", "_display_name")
COMMAND = (
    "content query --user {user} --uri content://media/external/file "
    f"--projection {':'.join(COLUMNS)} --where 'media_type=1 OR media_type=3'; echo {_END}"
)
_EXTENSION = re.compile(r"\.(\w{1,5})$")


def read_media(text: str, reading: Reading) -> Facts:
    """Reads the rows of the query that COMMAND is.

    Other queries of the media store project other columns, and count other rows: rows without a
    media type give nothing, and neither do rows that may have been cut off.

    Raises:
        ValueError: the phone refused the query.
    """
    lines = lines_of(text.rstrip())
    if lines.pop() != _END:
        return {}
    rows = parse_rows("\n".join(lines), COLUMNS)
    if not rows and "No result found." not in lines:
        return {}
    if any(row.get("media_type") not in {_IMAGE, _VIDEO} for row in rows):
        return {}
    return {
        COUNT.name: len(rows),
        UNSUPPORTED.name: tuple(
            row.get("_display_name") or row["_id"] for row in rows if is_unsupported(row)
        ),
    }


def is_unsupported(row: Mapping[str, str]) -> bool:
    """Whether Photos would not take a file.

    Args:
        row: of the media store, with `media_type`, `_size` and `_display_name` where they are
            known; what is not known speaks for the file.
    """
    is_video = row["media_type"] == _VIDEO
    size = row.get("_size", "")
    if size.isdecimal() and int(size) > (_VIDEO_LIMIT if is_video else _PHOTO_LIMIT):
        return True
    extension = _EXTENSION.search(row.get("_display_name", ""))
    taken = _VIDEO_TYPES if is_video else _PHOTO_TYPES | _RAW_TYPES
    return extension is not None and extension[1].lower() not in taken


FACTS = (COUNT, UNSUPPORTED)
READERS = (Reader(COMMAND, (COUNT.name, UNSUPPORTED.name), read_media, in_diagnosis=False),)
