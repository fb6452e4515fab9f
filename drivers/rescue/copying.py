"""One pass over some items: the phone hashes, files arrive, what arrived is kept, side by side.

Files whose size occurs twice wait for the phone's hash, and travel only if their content is
neither here nor on its way.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from drivers.rescue.digest import Digesting
from drivers.rescue.hashing import PhoneHashes
from drivers.rescue.keeping import Equal, Keeper
from drivers.rescue.link import Link
from drivers.rescue.manifest import Entry, Log
from drivers.rescue.names import Names
from drivers.rescue.progress import Watcher
from drivers.rescue.receiving import Landed, Receiver
from drivers.rescue.survey import Item
from drivers.rescue.sync import KEPT_BYTES
from drivers.rescue.verification import files

# What lands within so long is kept together: each time costs the disk and the manifest a write.
_GATHER_S = 0.5
# How long a phone may take for its last hashes before that is said.
_UNSAID_S = 2.0


@dataclass(frozen=True)
class Passed:
    """What came of one pass.

    Attributes:
        failures: items that are not here, with the reason.
        travelled: bytes that came from the phone.
    """

    failures: dict[Item, str]
    travelled: int


class Pass:
    """One pass over some items.

    Args:
        link: to the phone.
        folder: of the copy; exists, as does its folder for partial files.
        log: its manifest.
        names: gives places.
        watcher: told by how many bytes there are more, or fewer, and what is waited for.
        damaged: places that do not hold what the manifest says, by its hash.
        spare: files that are here without an entry.

    Attributes:
        damaged: those that are so still.
    """

    def __init__(
        self,
        link: Link,
        folder: Path,
        log: Log,
        names: Names,
        watcher: Watcher,
        damaged: Mapping[str, str] = MappingProxyType({}),
        spare: Sequence[Entry] = (),
    ) -> None:
        self.damaged = dict(damaged)
        self._link = link
        self._folder = folder
        self._log = log
        self._names = names
        self._spare = spare
        self._watcher = watcher
        self._advanced = 0
        self._too_large = math.inf

    def copy(self, items: Sequence[Item]) -> Passed:
        """Copies what can be copied, and keeps it even where the end is an error.

        Raises:
            PhoneError: the phone is lost, or may not be used any more.
            OSError: the disk is full, or gone.
        """
        self._advanced = 0
        unique, twins = self._split(items)
        # The twins are hashed first and received last, so that hardly one is waited for.
        hashes = PhoneHashes(self._link, [*twins, *unique])
        keeper = Keeper(self._folder, self._log, self._names, hashes, self.damaged, self._spare)
        equals: list[Equal] = []
        wanted = self._wanted(unique, twins, hashes, equals)
        landed: queue.SimpleQueue[Landed | None] = queue.SimpleQueue()
        keeping = _Keeping(keeper, landed)
        keeping.start()
        with Digesting(KEPT_BYTES) as digesting:
            receiver = Receiver(
                self._link, self._folder, digesting, wanted, self._advance, self._too_large
            )
            try:
                for arrival in receiver.receive():
                    landed.put(arrival)
                    if keeping.error:
                        break
                landed.put(None)
                self._await_end(keeping, hashes)
            except BaseException:
                self._link.abandon()
                hashes.close()
                landed.put(None)
                raise
            finally:
                keeping.join()
                hashes.close()
        if keeping.error:
            raise keeping.error
        self._too_large = receiver.too_large
        keeper.keep_equal(equals)
        # What is not here after all is taken back: it may come again.
        self._advance(sum(i.size for i in items if i not in keeper.failures) - self._advanced)
        return Passed(keeper.failures, receiver.travelled)

    def _advance(self, size: int) -> None:
        self._advanced += size
        self._watcher.advance(size)

    def _await_end(self, keeping: _Keeping, hashes: PhoneHashes) -> None:
        """Waits until all that landed is kept, and says where it is the phone that takes long."""
        keeping.join(_UNSAID_S)
        if keeping.is_alive() and hashes.left:
            self._watcher.announce(
                f"all has come over; the phone still hashes {files(hashes.left)}"
            )
        keeping.join()

    def _split(self, items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
        """Those of a size of their own, and those that may be equal to another."""
        sizes = Counter(item.size for item in items)
        sizes.update({entry.size for entry in (*self._spare, *self._log.entries)})
        unique = [item for item in items if sizes[item.size] == 1]
        return unique, [item for item in items if sizes[item.size] > 1]

    def _wanted(
        self,
        unique: Sequence[Item],
        twins: Sequence[Item],
        hashes: PhoneHashes,
        equals: list[Equal],
    ) -> Iterator[Item]:
        """What has to travel; `equals` gets what need not, as it is found out."""
        yield from unique
        held = {entry.sha256 for entry in (*self._spare, *self._log.entries)}
        here = held - self.damaged.keys()
        for item in twins:
            sha256 = hashes.of(item)
            if sha256 and sha256 in here:
                equals.append(Equal(item, sha256))
                self._advance(item.size)
                continue
            here.add(sha256)
            yield item


class _Keeping(threading.Thread):
    """Keeps what lands, in groups, until it is told that nothing more will.

    Attributes:
        error: what ended it early.
    """

    def __init__(self, keeper: Keeper, landed: queue.SimpleQueue[Landed | None]) -> None:
        super().__init__(name="rescue-keeping", daemon=True)
        self.error: Exception | None = None
        self._keeper = keeper
        self._landed = landed

    def run(self) -> None:
        """Works until None comes."""
        try:
            while group := self._group():
                self._keeper.keep(group)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other thread raises it
            self.error = error

    def _group(self) -> list[Landed]:
        """What lands in the next while, at least one; empty at the end."""
        group: list[Landed] = []
        landed = self._landed.get()
        deadline = time.monotonic() + _GATHER_S
        while landed is not None:
            group.append(landed)
            try:
                landed = self._landed.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return group
        self._landed.put(None)  # the end stays the end
        return group
