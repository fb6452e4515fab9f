"""Receives files from the phone, each going on where an earlier attempt ended.

Whole files come through one `sync:` connection after the other; a large one that is here in part
comes from its middle on, in the same way as one whose path adb does not take. Where the link drops
it is waited for, and nothing travels twice but the last, incomplete block.
"""

from __future__ import annotations

import errno
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.errors import TransientPhoneError
from drivers.rescue.digest import Digest, Digesting
from drivers.rescue.landing import Landing, arrived, partial_path
from drivers.rescue.looking import is_too_long
from drivers.rescue.sync import Chunk, SyncConnection, receive_rest

if TYPE_CHECKING:
    from drivers.rescue.link import Link
    from drivers.rescue.survey import Item

# Below it, a file is sooner received anew than opened in its middle.
_WORTH_RESUMING = 1 << 20
_TOO_LARGE = "this disk cannot hold so large a file (FAT ends at 4 GiB): rescue to another one"


@dataclass(frozen=True)
class Landed:
    """One file that arrived, or did not.

    Attributes:
        item: what it is on the phone.
        path: the partial file with all of its bytes.
        digest: of these bytes, computed here.
        failure: why it did not; empty where it did.
    """

    item: Item
    path: Path
    digest: Digest
    failure: str = ""


class Receiver:
    """Receives items into a folder's partial files.

    Args:
        link: to the phone.
        folder: of the copy.
        digesting: hashes what arrives.
        wanted: what to receive; read some items ahead of what arrives.
        progress: told by how many bytes there are more, or fewer: a small file whose link dropped
            begins anew.
        too_large: no file of this size, or larger, can be held by the folder's disk.

    Attributes:
        travelled: bytes that came from the phone.
        too_large: the same, after what was learnt.
    """

    def __init__(
        self,
        link: Link,
        folder: Path,
        digesting: Digesting,
        wanted: Iterator[Item],
        progress: Callable[[int], None],
        too_large: float = math.inf,
    ) -> None:
        self.travelled = 0
        self.too_large = too_large
        self._link = link
        self._folder = folder
        self._digesting = digesting
        self._wanted = wanted
        self._progress = progress
        # What was read from `wanted` and has not landed, in order.
        self._unfinished: dict[Item, None] = {}

    def receive(self) -> Iterator[Landed]:
        """Receives everything that is wanted.

        Yields:
            What became of each item, in any order.

        Raises:
            PhoneError: the phone is lost, or may not be used any more.
            OSError: the disk is full, or gone.
        """
        while True:
            generation = self._link.generation
            try:
                yield from self._receive_whole()
                for item in tuple(self._unfinished):
                    landed = self._receive_rest(item)
                    self._unfinished.pop(item)
                    yield landed
            except TransientPhoneError as error:
                self._link.regain(generation, error)
            else:
                return

    def _receive_whole(self) -> Iterator[Landed]:
        """Receives what has to come from its first byte on; the rest stays unfinished.

        A file that the phone will not send, or the disk not hold, ends its connection, so there
        may be several.
        """
        is_refused = True
        while is_refused:
            is_refused = False
            asked: list[Item] = []
            with SyncConnection(self._link.client, self._link.serial) as sync:
                for landed in self._land(sync.receive(self._paths(asked)), asked):
                    is_refused = is_refused or bool(landed.failure)
                    self._unfinished.pop(landed.item)
                    yield landed

    def _paths(self, asked: list[Item]) -> Iterator[str]:
        for item in chain(tuple(self._unfinished), self._wanted):
            self._unfinished[item] = None
            if item.size >= self.too_large:
                continue
            here = arrived(partial_path(self._folder, item), item)
            if here < min(_WORTH_RESUMING, item.size) and not is_too_long(item.path):
                asked.append(item)
                yield item.path

    def _land(self, chunks: Iterator[Chunk], asked: list[Item]) -> Iterator[Landed]:
        landing: Landing | None = None
        try:
            for chunk in chunks:
                item = asked[chunk.index]
                if landing is None:
                    landing = Landing(partial_path(self._folder, item), self._digesting)
                if not chunk.is_last:
                    if not self._write(landing, chunk.blocks):
                        yield self._too_large(item, landing.digest)
                        return
                    continue
                landing.close()
                failure = f"the phone does not give it: {chunk.failure}" if chunk.failure else ""
                yield Landed(item, landing.path, landing.digest, failure)
                landing = None
        except TransientPhoneError:
            if landing is not None:
                self._progress(-landing.size)
            raise
        finally:
            if landing is not None:
                landing.close()

    def _receive_rest(self, item: Item) -> Landed:
        if item.size >= self.too_large:
            return self._too_large(item, Digest(self._digesting))
        path = partial_path(self._folder, item)
        landing = Landing(path, self._digesting, arrived(path, item))
        self._progress(landing.size)
        before = landing.size
        try:
            if landing.size < item.size:
                link = self._link
                for block in receive_rest(link.client, link.serial, item.path, landing.size):
                    if not self._write(landing, [block]):
                        return self._too_large(item, landing.digest)
            if before < landing.size < item.size:
                # A link that drops looks like a stream that ends; one that brings nothing more
                # is a file that became shorter, and the comparison will say so.
                raise TransientPhoneError(
                    f"phone {self._link.serial}: {item.path} ended early",
                    serial=self._link.serial,
                )
        except TransientPhoneError:
            self._progress(-landing.size)
            raise
        finally:
            landing.close()
        return Landed(item, path, landing.digest)

    def _write(self, landing: Landing, blocks: Sequence[memoryview | bytes]) -> bool:
        """Writes what came; returns whether the disk can hold a file of that size.

        Raises:
            OSError: the disk is full, or gone.
        """
        try:
            size = landing.write(blocks)
        except OSError as error:
            if error.errno != errno.EFBIG:
                raise
            landing.close()
            landing.path.unlink()
            self._progress(-landing.size)
            self.too_large = landing.size + sum(map(len, blocks))
            return False
        self.travelled += size
        self._progress(size)
        self._link.moves()
        return True

    def _too_large(self, item: Item, digest: Digest) -> Landed:
        return Landed(item, partial_path(self._folder, item), digest, _TOO_LARGE)
