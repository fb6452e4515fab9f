"""Receives files from the phone, each going on where an earlier attempt ended.

Whole files come through one `sync:` connection after the other; a large one that is here in part
comes from its middle on, in the same way as one whose path adb does not take. Where the link drops
it is waited for, and nothing travels twice but the last, incomplete block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


@dataclass(frozen=True)
class Landed:
    """One file that arrived, or did not.

    Attributes:
        item: what it is on the phone.
        path: the partial file with all of its bytes.
        digest: of these bytes, computed here.
        failure: the phone's words where it would not send the file.
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

    Attributes:
        travelled: bytes that came from the phone.
    """

    def __init__(
        self,
        link: Link,
        folder: Path,
        digesting: Digesting,
        wanted: Iterator[Item],
        progress: Callable[[int], None],
    ) -> None:
        self.travelled = 0
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
                    yield self._receive_rest(item)
            except TransientPhoneError as error:
                self._link.regain(generation, error)
            else:
                return

    def _receive_whole(self) -> Iterator[Landed]:
        """Receives what has to come from its first byte on; the rest stays unfinished.

        A file that the phone will not send ends its connection, so there may be several.
        """
        is_refused = True
        while is_refused:
            is_refused = False
            asked: list[Item] = []
            with SyncConnection(self._link.client, self._link.serial) as sync:
                for landed in self._land(sync.receive(self._paths(asked)), asked):
                    is_refused = is_refused or bool(landed.failure)
                    yield landed

    def _paths(self, asked: list[Item]) -> Iterator[str]:
        for item in chain(tuple(self._unfinished), self._wanted):
            self._unfinished[item] = None
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
                    self._moved(landing.write(chunk.blocks))
                    continue
                landing.close()
                self._unfinished.pop(item)
                yield Landed(item, landing.path, landing.digest, chunk.failure)
                landing = None
        except TransientPhoneError:
            if landing is not None:
                self._progress(-landing.size)
            raise
        finally:
            if landing is not None:
                landing.close()

    def _receive_rest(self, item: Item) -> Landed:
        path = partial_path(self._folder, item)
        landing = Landing(path, self._digesting, arrived(path, item))
        self._progress(landing.size)
        before = landing.size
        try:
            if landing.size < item.size:
                link = self._link
                for block in receive_rest(link.client, link.serial, item.path, landing.size):
                    self._moved(landing.write([block]))
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
        self._unfinished.pop(item)
        return Landed(item, path, landing.digest)

    def _moved(self, size: int) -> None:
        self.travelled += size
        self._progress(size)
        self._link.moves()
