"""Which files that are here from before have another content on the phone by now.

As a rule size and date tell. What an app wrote in place and dated back only its hash tells, for
which the phone has to read everything once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing

from drivers.rescue.hashing import PhoneHashes
from drivers.rescue.link import Link
from drivers.rescue.manifest import Entry
from drivers.rescue.progress import Watcher, during
from drivers.rescue.survey import Item


def differing(
    link: Link, entries: Iterable[Entry], items: Sequence[Item], watcher: Watcher
) -> frozenset[Item]:
    """Has the phone hash what is here already.

    Args:
        link: to the phone.
        entries: of the copy; of a file's versions the last one counts.
        items: what the phone holds.
        watcher: told the bytes that were compared.

    Returns:
        The items that are not what their entry says, or cannot be read any more.

    Raises:
        PhoneError: the phone is lost.
    """
    known = {(entry.path, entry.size, entry.mtime): entry.sha256 for entry in entries}
    here = [item for item in items if (item.path, item.size, item.mtime) in known]
    found = set()
    with (
        during(watcher, "comparing with the phone", sum(item.size for item in here)),
        closing(PhoneHashes(link, here)) as hashes,
    ):
        for item in here:
            if hashes.of(item) != known[item.path, item.size, item.mtime]:
                found.add(item)
            watcher.advance(item.size)
    return frozenset(found)
