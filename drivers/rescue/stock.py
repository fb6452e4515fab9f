"""What a rescue finds before it copies: what is here, what has to come, what may have been ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from drivers.rescue.landing import arrived, partial_path
from drivers.rescue.manifest import NAME, PARTIAL, Entry, Manifest
from drivers.rescue.names import Names, probe
from drivers.rescue.progress import Watcher, during
from drivers.rescue.survey import Item, Survey
from drivers.rescue.verification import by_content, strays
from drivers.rescue.versions import put_last


@dataclass(frozen=True)
class Stock:
    """What there is.

    Attributes:
        todo: what has to come, or to be found here under another name.
        held: the entries of what is here, and of what is lost.
        again: the entries of what is damaged here, and comes once more.
        damaged: places that do not hold what the manifest says.
        spare: files that are here without an entry, each with its hash.
        started: bytes of what has to come that are here in part.
        names: gives places, none of which anything has.
        may_be_ours: whether the manifest may have lost entries of what is here without one.
    """

    todo: Sequence[Item]
    held: Sequence[Entry]
    again: Sequence[Entry]
    damaged: Collection[str]
    spare: Sequence[Entry]
    started: int
    names: Names
    may_be_ours: bool

    @property
    def lost(self) -> Mapping[str, str]:
        """The places of what is damaged here and does not come again for its entry, by hash.

        The phone may have their content all the same, under another name or with another date.
        """
        return {entry.sha256: entry.stored for entry in self.held if entry.stored in self.damaged}

    @property
    def to_come(self) -> int:
        """Bytes that may have to travel, as far as it can be told before anything is hashed.

        Equal files count each: which are equal only their hashes tell.
        """
        here = Counter(entry.size for entry in self.spare)
        size = 0
        for item in self.todo:
            if here[item.size]:
                here[item.size] -= 1
            else:
                size += item.size
        return size - self.started


def take_stock(
    folder: Path,
    manifest: Manifest,
    found: Survey,
    damaged: set[str],
    differing: Collection[Item],
    watcher: Watcher,
) -> Stock:
    """Compares what is here with what the phone holds.

    Args:
        folder: of the copy; its folder for partial files is made.
        manifest: of the copy; what comes again is taken out of it, and its header is brought up to
            date.
        found: what the phone holds.
        damaged: places that do not hold what the manifest says.
        differing: what the phone has in another content than the manifest says.
        watcher: told what is read.

    Raises:
        OSError: the disk is full, or gone.
    """
    on_phone = {(i.path, i.size, i.mtime) for i in found.items if i not in differing}
    # What the phone has no more stays in the manifest even damaged, so that it is not forgotten.
    again = {
        entry: None
        for entry in manifest.entries
        if entry.stored in damaged and (entry.path, entry.size, entry.mtime) in on_phone
    }
    manifest.entries = [entry for entry in manifest.entries if entry not in again]
    put_last(manifest, on_phone | {(item.path, item.size, item.mtime) for item in found.older})
    known = {(entry.path, entry.size, entry.mtime) for entry in manifest.entries}
    todo = [
        item
        for item in found.items
        if (item.path, item.size, item.mtime) not in known or item in differing
    ]
    left_out = sum((item.path, item.size, item.mtime) not in known for item in found.older)
    manifest.header = replace(
        manifest.header, since=found.since if left_out else "", left_out=left_out
    )
    partial = folder / PARTIAL
    partial.mkdir(exist_ok=True)
    kept = {entry.stored for entry in manifest.entries}
    # A file that somebody put here is nothing to write over, whatever it is.
    others = set(strays(folder, kept | damaged | {NAME}))
    unnamed = {place for place in others if not place.startswith(f"{PARTIAL}/")}
    # Of a manifest that is not whole these may be files that lost their entries.
    may_be_ours = not manifest.is_sealed
    return Stock(
        todo=todo,
        held=tuple(manifest.entries),
        again=tuple(again),
        damaged=damaged,
        spare=_without_entry(folder, unnamed, watcher) if may_be_ours else [],
        started=sum(arrived(partial_path(folder, item), item) for item in todo),
        names=Names(probe(partial), {NAME, PARTIAL, *kept, *others}),
        may_be_ours=may_be_ours,
    )


def _without_entry(folder: Path, places: Collection[str], watcher: Watcher) -> list[Entry]:
    """Files that a manifest which is not whole may have lost, each with its hash."""
    size = sum((folder / place).lstat().st_size for place in places)
    if not size:
        return list(by_content(folder, places))
    with during(watcher, "checking what is here without an entry", size):
        return list(by_content(folder, places, watcher.advance))
