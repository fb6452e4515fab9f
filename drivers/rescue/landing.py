"""A file of the phone while it arrives: bytes and hash, and what an earlier attempt left.

It must not know phones: what is written comes from elsewhere.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from drivers.rescue.digest import Digest, Digesting
from drivers.rescue.disk import start_settling
from drivers.rescue.manifest import PARTIAL
from drivers.rescue.survey import Item
from drivers.rescue.sync import REST_BLOCK, encode

_BLOCK = 1 << 20
# After so much more the disk is set to work.
_SETTLE_EVERY = 32 << 20


def partial_path(folder: Path, item: Item) -> Path:
    """Where the bytes of an item are until all are there; another version's are elsewhere."""
    key = encode(f"{item.size} {item.mtime} {item.path}")
    return folder / PARTIAL / f"{hashlib.sha256(key).hexdigest()[:32]}.part"


def arrived(path: Path, item: Item) -> int:
    """How many bytes of an item an earlier attempt left that can be built upon.

    Returns:
        A multiple of REST_BLOCK, or the item's whole size; 0 where nothing is there.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return 0
    return size if size == item.size else min(size, item.size) // REST_BLOCK * REST_BLOCK


class Landing:
    """One file that is being written.

    Args:
        path: from `partial_path`.
        digesting: hashes what arrives.
        offset: what to keep of what is there, from `arrived`; it is hashed first.

    Raises:
        OSError: the disk is full, or gone; so does `write`.

    Attributes:
        size: bytes that are there.
        digest: of these bytes.
    """

    def __init__(self, path: Path, digesting: Digesting, offset: int = 0) -> None:
        self.path = path
        self.size = 0
        self.digest = Digest(digesting)
        # Unbuffered: the pieces are large already.
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        self._file = os.open(path, flags, 0o644)
        while self.size < offset:
            block = os.read(self._file, min(_BLOCK, offset - self.size))
            if not block:
                break
            self.digest.update(block)
            self.size += len(block)
        os.ftruncate(self._file, self.size)
        self._settling = self.size

    def close(self) -> None:
        """Closes the file; what is there stays. Idempotent."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            self.digest.end()

    def write(self, blocks: Sequence[memoryview | bytes]) -> int:
        """Writes the next bytes, at most 64 blocks; see `Digest.update` for how long they matter.

        Returns:
            How many there were.
        """
        size = 0
        for block in blocks:
            self.digest.update(block)
            size += len(block)
        written = os.writev(self._file, blocks) if hasattr(os, "writev") else 0
        if written < size:
            self._write_rest(blocks, written)
        self.size += size
        if self.size - self._settling >= _SETTLE_EVERY:
            start_settling(self._file)
            self._settling = self.size
        return size

    def _write_rest(self, blocks: Sequence[memoryview | bytes], written: int) -> None:
        """Writes what one call for all blocks left, as on a disk that is filling up."""
        for block in blocks:
            rest = memoryview(block)[written:]
            written = max(0, written - len(block))
            while rest:
                rest = rest[os.write(self._file, rest) :]
