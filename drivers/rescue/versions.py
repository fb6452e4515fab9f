"""What the entries of a manifest are to each other: versions of one file, files of one content.

It must not know phones, nor what is on the disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from drivers.rescue.manifest import Entry, Manifest


def newest(entries: Sequence[Entry]) -> dict[str, Entry]:
    """The last version of each file that is neither in the trash nor unfinished, by its path."""
    return {entry.path: entry for entry in entries if not entry.state}


def put_last(manifest: Manifest, on_phone: AbstractSet[tuple[str, int, int]]) -> None:
    """Has the version of each file that the phone has come after its others, be it an older one."""
    last = {entry.path: entry for entry in manifest.entries}

    def is_back(entry: Entry) -> bool:
        now = last[entry.path]
        is_there = (entry.path, entry.size, entry.mtime) in on_phone
        return is_there and (now.path, now.size, now.mtime) not in on_phone

    manifest.entries.sort(key=is_back)


def changed(held: Sequence[Entry], new: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Files that came in another version than is here, each with the entry of that one."""
    known = {entry.path: entry for entry in held}
    for entry in new:
        old = known.get(entry.path)
        if old and old.sha256 != entry.sha256:
            yield old, entry


def sharing(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The files whose content is stored with an earlier one's."""
    paths: dict[str, set[str]] = {}
    for entry in entries:
        known = paths.setdefault(entry.stored, set())
        if known and entry.path not in known:
            yield entry
        known.add(entry.path)
