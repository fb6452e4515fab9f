r"""What a phone's media store knows, and what is behind it, whatever names there are.

`content query` quotes nothing (AOSP frameworks/base, cmds/content Content.java, QueryCommand): a
name may hold line ends, escape sequences, and what looks like the next row. So it is read as bytes,
and a row is what one could be. Where nothing is behind one, a longer name is looked for in its
folder, of which it is the beginning.

The store is Java's, which decodes the names of files as UTF-8 (libcore, java/io/File.java). Of a
name that is none it knows what is ASCII, and something else for the rest: such a file is looked for
in its folder as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from drivers.android.send import fill
from drivers.rescue.sync import Stat, decode

if TYPE_CHECKING:
    from drivers.phone import Phone
    from drivers.rescue.looking import Looking

_QUERY = (
    "content query --user {user} --uri content://media/external/file "
    "--projection _id:_data --where 'media_type=1 OR media_type=3'"
)
# A store of 100,000 rows takes a slow phone half a minute to print.
_TIMEOUT_S = 180.0
_CODE = b"\nexit code "
_NO_ROWS = b"No result found."
_ROW = re.compile(rb"(?:\A|\n)Row: \d+ _id=\d+, _data=(?=/|NULL(?:\n|\Z))")
# How a name goes on that was taken for two rows.
_GOES_ON = r"\nRow: .*"
# What `content` says where it breaks off; its exit code is 0 all the same.
_BROKE_OFF = re.compile(rb"(?:\A|\n)(Error while accessing provider[^\n]*)")
# What Java may have made of other bytes. What is between is the name's own.
_REPLACED = re.compile(r"[^\x00-\x3e\x40-\x7f]+")


@dataclass(frozen=True)
class Known:
    """What the store told.

    Attributes:
        paths: of photos and videos, as it knows them.
        repeated: those that it seems to know twice, which it does not (`_data` is unique): a name
            goes on from one of the two as a row does.
        trouble: why there may be more; empty where it told all.
    """

    paths: frozenset[str] = frozenset()
    repeated: frozenset[str] = frozenset()
    trouble: str = ""


@dataclass(frozen=True)
class Behind:
    """What is behind the paths that a store knows.

    Attributes:
        found: what was not found before, some of it by other paths.
        nothing: paths at which there is nothing any more.
        unclear: paths that may be the beginnings of others.
    """

    found: Mapping[str, Stat]
    nothing: tuple[str, ...]
    unclear: tuple[str, ...]


def ask_store(phone: Phone, looking: Looking) -> Known:
    """Asks for the paths of all photos and videos.

    Raises:
        TransientPhoneError: the link dropped.
    """
    command = f"{fill(_QUERY, phone)} 2>&1; printf '\\nexit code %s' $?"
    return read(looking.run(command, timeout_s=_TIMEOUT_S))


def read(printed: bytes) -> Known:
    r"""Reads what a query printed, its exit code behind it.

    >>> sorted(read(b"Row: 0 _id=7, _data=/a\nb\nRow: 1 _id=8, _data=/c\n\nexit code 0").paths)
    ['/a\nb', '/c']
    """
    listing, _, code = printed.rpartition(_CODE)
    trouble = ""
    if broke_off := _BROKE_OFF.search(listing):
        trouble = _words(broke_off[1])
        listing = listing[: broke_off.start()]
    before, *rows = _ROW.split(listing.removesuffix(b"\n"))
    if not rows and _NO_ROWS not in before:
        trouble = trouble or _words(before.strip()) or "it gives no answer"
    if code != b"0":
        trouble = trouble or f"it ended with exit code {_words(code)}"
    counts = Counter(decode(row) for row in rows if row.startswith(b"/"))
    repeated = frozenset(path for path, times in counts.items() if times > 1)
    return Known(frozenset(counts), repeated, trouble)


def _words(printed: bytes) -> str:
    return printed.partition(b"\n")[0].decode("utf-8", "replace")


def look_behind(looking: Looking, store: Known, there: Mapping[str, Stat]) -> Behind:
    """Looks what is behind the paths that a store knows.

    Args:
        looking: where.
        store: what it told.
        there: what was found already.

    Raises:
        TransientPhoneError: the link dropped.
    """
    known = store.paths
    looked = dict(looking.look(sorted(known - there.keys())))
    found = {path: stat for path, stat in looked.items() if stat}
    absent = [path for path, stat in looked.items() if not stat]
    doubtful = [*absent, *sorted(store.repeated.difference(absent))]
    meant = {path: set(others) - known for path, others in _candidates(looking, doubtful)}
    others = looking.look(sorted({*chain.from_iterable(meant.values())} - there.keys()))
    found |= {path: stat for path, stat in others if stat}
    here = {**there, **found}
    # No photo is a folder: such a path is the beginning of one.
    unclear = sorted(path for path in known if path in here and here[path].is_directory)
    nothing = []
    for path in doubtful:
        behind = [here[other] for other in meant[path] if other in here]
        if any(stat.is_directory for stat in behind):
            unclear.append(path)
        elif not behind and path in absent:
            nothing.append(path)
    return Behind(found, tuple(nothing), tuple(unclear))


def _candidates(looking: Looking, paths: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """What the store may know by these paths, at which there is nothing, or another file.

    Yields:
        Each path with those that differ from it by nothing that is ASCII, or go on as a row does.
    """
    listed: dict[str, list[str]] = {}
    for path in paths:
        first, *parts, last = path.split("/")
        found = [first]
        for part, ending in (*((part, "") for part in parts), (last, f"(?:{_GOES_ON})?")):
            if not ending and not _REPLACED.search(part):
                found = [f"{folder}/{part}" for folder in found]
                continue
            listed |= looking.list([folder for folder in found if folder not in listed])
            like = re.compile(f"{_alike(part)}{ending}", re.DOTALL)
            found = [f"{f}/{name}" for f in found for name in listed[f] if like.fullmatch(name)]
        yield path, found


def _alike(name: str) -> str:
    """A pattern of the names that Java may know by this one."""
    return ".*".join(map(re.escape, _REPLACED.split(name)))
