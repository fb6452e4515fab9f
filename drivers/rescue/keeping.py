"""Makes what arrived permanent: compared, on the disk, in the manifest, in its place.

The order is what survives a power cut: first the bytes are on the disk, then the manifest has
the entry, then the file moves to its place. An entry without its file is copied again from the
partial file that is still there; a file without an entry cannot come to be.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.errors import PhoneError
from drivers.rescue.disk import move, settle
from drivers.rescue.manifest import Entry, Log
from drivers.rescue.names import Names, below_storage
from drivers.rescue.receiving import Landed
from drivers.rescue.survey import Item

if TYPE_CHECKING:
    from drivers.rescue.hashing import PhoneHashes

_CHANGED = "it differs from what the phone has: it may have changed on the way"


@dataclass(frozen=True)
class Equal:
    """An item whose content is here already, or on its way, by the phone's own hash."""

    item: Item
    sha256: str


class Keeper:
    """Makes arrivals permanent.

    Args:
        folder: of the copy.
        log: its manifest.
        names: gives places.
        hashes: the phone's.
        damaged: places whose content the phone may have under another name or date, by its hash;
            one that arrives mends its place, and leaves here.
        spare: files that are here without an entry; an equal item gets one.

    Attributes:
        failures: items that are not here, with the reason; what is here in part stays.
    """

    def __init__(
        self,
        folder: Path,
        log: Log,
        names: Names,
        hashes: PhoneHashes,
        damaged: dict[str, str],
        spare: Sequence[Entry] = (),
    ) -> None:
        self.failures: dict[Item, str] = {}
        self._folder = folder
        self._log = log
        self._names = names
        self._hashes = hashes
        self._damaged = damaged
        self._kept = {e.sha256: e for e in (*spare, *log.entries) if e.sha256 not in damaged}

    def keep(self, arrivals: Iterable[Landed]) -> None:
        """Keeps those that are equal on both sides.

        Raises:
            OSError: the disk is full, or gone.
        """
        entries = {}
        for landed in arrivals:
            sha256 = landed.digest.hexdigest()
            if reason := self._difference(landed, sha256):
                self.failures[landed.item] = reason
                continue
            os.utime(landed.path, (landed.item.mtime, landed.item.mtime))
            stored = self._damaged.get(sha256) or self._names.place(below_storage(landed.item.path))
            entries[landed.path] = _entry(landed.item, stored, sha256)
        settle(entries)
        self._log.add(entries.values())
        for path, entry in entries.items():
            move(path, self._folder / entry.stored)
            self._kept[entry.sha256] = entry
            self._damaged.pop(entry.sha256, None)

    def keep_equal(self, equals: Iterable[Equal]) -> None:
        """Enters items whose content is kept; to be called when everything else is.

        Raises:
            OSError: the disk is full, or gone.
        """
        entries = []
        for equal in equals:
            kept = self._kept.get(equal.sha256)
            if kept is None:
                self.failures[equal.item] = "the file that it is equal to did not arrive"
            elif kept.size != equal.item.size:
                self.failures[equal.item] = _CHANGED
            else:
                entries.append(_entry(equal.item, kept.stored, equal.sha256))
        self._log.add(entries)

    def _difference(self, landed: Landed, sha256: str) -> str:
        """Why what arrived is not what the phone has; empty where it is."""
        if landed.failure:
            return landed.failure
        try:
            expected = self._hashes.of(landed.item)
        # It stays as a complete partial file: the next attempt has only to compare.
        except CancelledError:
            return "the rescue ended before it was compared"
        except PhoneError as error:
            return f"it could not be compared: {error}"
        if not expected:
            return "the phone cannot read it to compute its hash"
        # Both sides may have read a file that had grown since the survey: then the hashes agree,
        # and size and date of the entry would be those of another version.
        if expected != sha256 or landed.path.stat().st_size != landed.item.size:
            landed.path.unlink()
            return _CHANGED
        return ""


def _entry(item: Item, stored: str, sha256: str) -> Entry:
    return Entry(item.path, stored, item.size, item.mtime, sha256, item.state)
