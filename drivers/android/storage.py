"""Room on the phone: how big /data is, and how much of it is free.

Sources: toybox `df` (Android 6 and later) and the toolbox form before it; DiskStatsService of AOSP
frameworks/base; recordings df_*.txt and diskstats_pixel_sailfish_a10.txt.
"""

from __future__ import annotations

import re

from drivers.android.content import parse_rows
from drivers.android.dump import lines_of
from drivers.values import Value, ValueType
from drivers.vocabulary import Fact, Facts, Reader, Reading

TOTAL = Fact("storage.total", ValueType("bytes"), "How big the phone's own storage is.")
FREE = Fact("storage.free", ValueType("bytes"), "How much of the phone's own storage is free.")
NEEDED = Fact(
    "storage.needed",
    ValueType("bytes"),
    "How much room a backup may need: a copy of the largest video, and what Android keeps free.",
)
# StorageManager.DEFAULT_THRESHOLD_MAX_BYTES, AOSP: with less free, Android itself runs low.
LOW_BYTES = 500 * 1024 * 1024
_END = "END-OF-VIDEOS"
_VIDEOS = (
    "content query --user {user} --uri content://media/external/video/media --projection _size; "
    f"echo {_END}"
)

# Several submounts of /data exist on some phones; on others, from Android 11, the same file
# system is listed under its mount for a user only.
_MOUNTS = (re.compile(r"/data/?"), re.compile(r"/data/user/\d+|/data/data"))
_BLOCKS = re.compile(r"(?P<count>\d+)(?P<unit>[KM]?)-blocks$")
_HUMAN = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>[BKMGT]?)$")
_UNITS = {"": 1, "B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_DATA_FREE = re.compile(r"\s*Data-Free: (\d+)K / (\d+)K total")


def read_df(text: str, reading: Reading) -> Facts:
    """Reads the row of /data off `df`, by the columns that its header names.

    Headers: `Filesystem 1K-blocks Used Available Use% Mounted on`, with `Size` and `Avail` under
    -h, and the old `Filesystem Size Used Free Blksize`, which has the mount point first.

    Raises:
        ValueError: the phone refused.
    """
    lines = lines_of(text)
    start = next((i for i, line in enumerate(lines) if line.startswith("Filesystem")), None)
    if start is None:
        return {}
    columns = lines[start].replace("Mounted on", "Mounted").split()
    rows = [dict(zip(columns, cells, strict=True)) for cells in _cells(lines[start + 1 :], columns)]
    for mount in _MOUNTS:
        for row in rows:
            if mount.fullmatch(row.get("Mounted", row["Filesystem"])):
                return _sizes(row)
    return {}


def _cells(lines: list[str], columns: list[str]) -> list[list[str]]:
    """Splits the rows; a long file system name may stand on a line of its own."""
    rows: list[list[str]] = []
    carried: list[str] = []
    for line in lines:
        cells = carried + line.split()
        carried = []
        if len(cells) == len(columns):
            rows.append(cells)
        elif len(cells) == 1:
            carried = cells
    return rows


def _sizes(row: dict[str, str]) -> Facts:
    facts: dict[str, Value] = {}
    for fact, names in ((TOTAL, ("Size",)), (FREE, ("Available", "Avail", "Free"))):
        blocks = next((b for name in row if (b := _BLOCKS.fullmatch(name))), None)
        cell = next((row[name] for name in names if name in row), "")
        if fact is TOTAL and blocks:
            cell = row[blocks.string]
        size = _HUMAN.fullmatch(cell)
        if not size:
            continue
        factor = _UNITS[size["unit"]]
        if blocks and not size["unit"]:
            factor = int(blocks["count"]) * _UNITS[blocks["unit"]]
        facts[fact.name] = int(float(size["number"]) * factor)
    return facts


def read_diskstats(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys diskstats`: `Data-Free: 20349932K / 25497924K total = 79% free`.

    Raises:
        ValueError: the phone refused to dump.
    """
    for line in lines_of(text):
        if found := _DATA_FREE.match(line):
            return {TOTAL.name: int(found[2]) * 1024, FREE.name: int(found[1]) * 1024}
    return {}


def read_needed(text: str, reading: Reading) -> Facts:
    """Reads the sizes of all videos: Photos makes a smaller copy of one before it sends it.

    Photos documents no figure; in original quality it needs less.

    Raises:
        ValueError: the phone refused the query.
    """
    lines = lines_of(text.rstrip())
    if lines.pop() != _END or _END in lines:
        return {}
    sizes = [row["_size"] for row in parse_rows("\n".join(lines), ("_size",)) if "_size" in row]
    if not sizes and "No result found." not in lines:
        return {}
    return {NEEDED.name: LOW_BYTES + max((int(s) for s in sizes if s.isdecimal()), default=0)}


FACTS = (TOTAL, FREE, NEEDED)
READERS = (
    Reader("df -k /data", (TOTAL.name, FREE.name), read_df),
    Reader(_VIDEOS, (NEEDED.name,), read_needed, in_diagnosis=False),
    Reader("dumpsys diskstats", (TOTAL.name, FREE.name), read_diskstats, in_diagnosis=False),
)
