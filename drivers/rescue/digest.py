"""SHA-256: of what arrives, by a thread of its own while more of it does; and of what is here."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash

# Handing over costs more than it spares where there is little to hand over.
_PIECE = 1 << 19
_BLOCK = 1 << 20


class Digesting:
    """Hashes, one piece after the other. Used as a context manager; fed from one thread.

    Args:
        most_behind: how many bytes may have been given to its digests without being hashed yet;
            who gives more has to wait.
    """

    def __init__(self, most_behind: int) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="rescue-digest")
        self._waiting: deque[tuple[Future[None], int]] = deque()
        self._room = most_behind - _PIECE

    def __enter__(self) -> Digesting:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._worker.shutdown()

    def add(self, digest: _Hash, blocks: Sequence[memoryview | bytes], size: int) -> Future[None]:
        """Has a digest take in blocks of so many bytes in all.

        Returns:
            What is done when they are taken in.
        """
        while self._waiting and self._room < size:
            oldest, taken = self._waiting.popleft()
            oldest.result()
            self._room += taken
        self._room -= size
        future = self._worker.submit(_add, digest, blocks)
        self._waiting.append((future, size))
        return future


class Digest:
    """The SHA-256 of one file.

    Args:
        digesting: does the work.
    """

    def __init__(self, digesting: Digesting) -> None:
        self._digesting = digesting
        self._digest = hashlib.sha256()
        self._gathered: list[memoryview | bytes] = []
        self._size = 0
        self._last: Future[None] | None = None

    def update(self, data: memoryview | bytes) -> None:
        """Adds bytes, which have to stay as they are until `most_behind` more were added."""
        if self._size + len(data) > _PIECE:
            self.end()
        self._gathered.append(data)
        self._size += len(data)

    def end(self) -> None:
        """Says that nothing more is coming."""
        if self._gathered:
            self._last = self._digesting.add(self._digest, self._gathered, self._size)
            self._gathered, self._size = [], 0

    def hexdigest(self) -> str:
        """Waits for the hash of all that was added before `end`, in hexadecimal."""
        if self._last:
            self._last.result()
        return self._digest.hexdigest()


def hash_file(path: Path, progress: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            if progress:
                progress(len(block))
    return digest.hexdigest()


def _add(digest: _Hash, blocks: Sequence[memoryview | bytes]) -> None:
    for block in blocks:
        digest.update(block)
