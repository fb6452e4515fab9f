"""What is here of files that did not come whole: whose each is, and what becomes of it.

A partial file has a hash for a name, since a phone's own names may not fit; a list beside them
says whose each is. One that is done with is removed, and nothing else ever is. It must not know
phones.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from drivers.rescue.digest import hash_file
from drivers.rescue.disk import move
from drivers.rescue.landing import partial_path
from drivers.rescue.manifest import PARTIAL, Entry
from drivers.rescue.survey import Item
from drivers.rescue.sync import encode

_BLOCK = 1 << 20
# As `partial_path` names them: whatever else is there is somebody else's.
_OURS = re.compile(r"[0-9a-f]{32}\.part")
# One object a line; it only grows, and goes with the last partial file.
LIST = "parts.jsonl"


@dataclass(frozen=True)
class Part:
    """One partial file.

    Attributes:
        place: relative to the copy's folder, with `/`.
        size: bytes that are here.
        item: whose; None where the list does not tell.
    """

    place: str
    size: int
    item: Item | None = None

    @property
    def has_all(self) -> bool:
        """Whether it has as many bytes as the file had; nobody compared them yet."""
        return self.item is None or self.size == self.item.size


def expect(folder: Path, items: Iterable[Item]) -> None:
    """Writes down whose the partial files of these items will be, before there is any.

    Args:
        folder: of the copy; its folder for partial files exists.
        items: what is about to be received.

    Raises:
        OSError: the disk is full, or gone.
    """
    known = _listed(folder)
    lines = [
        json.dumps({"path": item.path, "size": item.size, "mtime": item.mtime})
        for item in items
        if partial_path(folder, item).name not in known
    ]
    if lines:
        with (folder / PARTIAL / LIST).open("a", encoding="ascii") as file:
            # What a power cut left of the line before is no part of this one.
            file.write("\n" + "\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())


def parts(folder: Path) -> list[Part]:
    """The partial files of a copy, in order of their places."""
    items = _listed(folder)
    return [
        Part(f"{PARTIAL}/{path.name}", path.lstat().st_size, items.get(path.name))
        for path in sorted((folder / PARTIAL).glob("*.part"))
        if _OURS.fullmatch(path.name) and path.is_file() and not path.is_symlink()
    ]


def known_places(folder: Path) -> set[str]:
    """The places of what is ours: the list, and each partial file whose owner it names."""
    listed = {part.place for part in parts(folder) if part.item}
    return {*listed, f"{PARTIAL}/{LIST}"} if (folder / PARTIAL / LIST).is_file() else set()


def mend(folder: Path, damaged: Iterable[Entry]) -> set[str]:
    """Puts partial files that hold what the manifest promises into their places.

    There they are where a rescue ended just before it did so itself.

    Args:
        folder: of the copy.
        damaged: entries whose places do not hold what they should.

    Returns:
        The places that do now.

    Raises:
        OSError: the disk is full, or gone.
    """
    spare = parts(folder)
    hashes: dict[str, str] = {}
    mended = set()
    for entry in damaged:
        for part in [part for part in spare if part.size == entry.size]:
            if part.place not in hashes:
                hashes[part.place] = _hash(folder / part.place)
            if hashes[part.place] == entry.sha256:
                os.utime(folder / part.place, (entry.mtime, entry.mtime))
                move(folder / part.place, folder / entry.stored)
                spare.remove(part)
                mended.add(entry.stored)
                break
    return mended


def clear(folder: Path, intact: Sequence[Entry], awaited: AbstractSet[str]) -> list[Part]:
    """Removes the partial files that are done with, and their folder where it is empty then.

    Args:
        folder: of the copy.
        intact: entries whose files are whole.
        awaited: phone paths that are on the phone and not here: a later rescue goes on from
            their partial files.

    Returns:
        Those that stay though no later rescue can go on from them.
    """
    contents = {entry.sha256 for entry in intact}
    kept = []
    for part in parts(folder):
        if part.item and part.item.path in awaited:
            continue
        if _is_done_with(folder, part, intact, contents):
            (folder / part.place).unlink()
        elif part.item:
            kept.append(part)
    left = {path.name for path in (folder / PARTIAL).iterdir()}
    if not any(_OURS.fullmatch(name) for name in left):
        (folder / PARTIAL / LIST).unlink(missing_ok=True)
    if left <= {LIST}:
        (folder / PARTIAL).rmdir()
    return kept


def _is_done_with(
    folder: Path,
    part: Part,
    intact: Sequence[Entry],
    contents: AbstractSet[str],
) -> bool:
    """Whether nothing is lost with a partial file."""
    if not part.size:
        return True
    if part.has_all and _hash(folder / part.place) in contents:
        return True
    if part.item is None:
        return False
    return any(
        _begins_with(folder / entry.stored, folder / part.place)
        for entry in _renamed(part.item, part.size, intact)
    )


def _renamed(item: Item, size: int, entries: Iterable[Entry]) -> Iterator[Entry]:
    """The files that this one may have become: renamed, or recorded to its end."""
    path = PurePosixPath(item.path)
    for entry in entries:
        other = PurePosixPath(entry.path)
        is_beside = (other.parent, other.suffix) == (path.parent, path.suffix)
        if entry.size >= size and entry.mtime >= item.mtime and is_beside:
            yield entry


def _begins_with(path: Path, beginning: Path) -> bool:
    try:
        with path.open("rb") as whole, beginning.open("rb") as part:
            while block := part.read(_BLOCK):
                if whole.read(len(block)) != block:
                    return False
    except OSError:  # what cannot be read proves nothing
        return False
    return True


def _hash(path: Path) -> str:
    """SHA-256 in hexadecimal; empty where the file cannot be read."""
    try:
        return hash_file(path)
    except OSError:
        return ""


def _listed(folder: Path) -> dict[str, Item]:
    """What the list says, by the names of the partial files; a damaged line says nothing."""
    try:
        text = (folder / PARTIAL / LIST).read_text(encoding="ascii", errors="replace")
    except OSError:
        return {}
    found = {}
    for line in text.split("\n"):
        if item := _item(line):
            found[partial_path(folder, item).name] = item
    return found


def _item(line: str) -> Item | None:
    try:
        fields = json.loads(line)
        item = Item(fields["path"], fields["size"], fields["mtime"])
        encode(item.path)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    is_one = isinstance(item.size, int) and isinstance(item.mtime, int)
    return item if is_one else None
