"""SHA-256 of the phone's files, computed by the phone.

`sha256sum` is toybox's, in every Android from 8 on. It prints a name behind each hash and leaves a
file out that it cannot open, so the names that were asked for say which is which; a name that
would not come back as it is gets a command of its own.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from drivers.errors import StablePhoneError, TransientPhoneError
from drivers.rescue.sync import quote
from drivers.shell import KeptShell

if TYPE_CHECKING:
    from drivers.rescue.link import Link
    from drivers.rescue.survey import Item

# How much is asked for at once: small enough that copying soon has hashes to go by.
_BATCH_BYTES = 64 << 20
_BATCH_ITEMS = 100
# The command is one argument of `sh -c` on the phone, which Linux limits to 128 KiB.
_BATCH_TEXT = 60_000
_SLOWEST_BYTES_PER_S = 10 * 10**6
_START_S = 30.0
_END_S = 5.0
_COMMAND_NOT_FOUND = 127
_HASH = re.compile(r"[0-9a-f]{64}")


class PhoneHashes:
    """Hashes files on the phone while others are being copied. Used from any thread.

    Args:
        link: to the phone.
        items: what to hash, in this order.
    """

    def __init__(self, link: Link, items: Sequence[Item]) -> None:
        self._link = link
        self._items = items
        self._futures: dict[Item, Future[str]] = {item: Future() for item in items}
        self._is_closed = False
        self._shell = KeptShell(link.client, link.serial)
        self._thread = threading.Thread(target=self._work, name="rescue-hashes", daemon=True)
        self._thread.start()

    def of(self, item: Item) -> str:
        """Waits for the hash of a file.

        Returns:
            In hexadecimal; empty where the phone cannot read the file.

        Raises:
            PhoneError: the phone is lost.
            CancelledError: closed before it was known.
        """
        return self._futures[item].result()

    @property
    def left(self) -> int:
        """Of how many files the hash is not known yet."""
        return sum(not future.done() for future in self._futures.values())

    def close(self) -> None:
        """Stops hashing; what is not known by then never will be. Idempotent."""
        self._is_closed = True
        for future in self._futures.values():
            future.cancel()
        self._shell.close()
        # It may be waiting for a phone that is away, which the end need not wait for as well.
        self._thread.join(_END_S)

    def _work(self) -> None:
        try:
            for batch in batches(self._items):
                for item, found in zip(batch, self._ask(batch), strict=True):
                    # False where `close` was first.
                    if self._futures[item].set_running_or_notify_cancel():
                        self._futures[item].set_result(found)
                if self._is_closed:
                    return
        except Exception as error:  # noqa: BLE001 - whatever it is, who asks for a hash raises it
            for future in self._futures.values():
                # Claims it unless it was cancelled meanwhile.
                if not future.done() and future.set_running_or_notify_cancel():
                    future.set_exception(error)
        finally:
            self._shell.close()

    def _ask(self, batch: Sequence[Item]) -> list[str]:
        while True:
            generation = self._link.generation
            try:
                return hash_batch(self._shell, batch)
            except TransientPhoneError as error:
                if self._is_closed:
                    raise
                self._link.regain(generation, error)


def batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Splits items into batches for `hash_batch`, in order."""
    batch: list[Item] = []
    size = text = 0
    for item in items:
        length = len(quote(item.path).encode()) + 1
        full = len(batch) == _BATCH_ITEMS or text + length > _BATCH_TEXT
        if batch and (full or size + item.size > _BATCH_BYTES):
            yield batch
            batch, size, text = [], 0, 0
        batch.append(item)
        size += item.size
        text += length
    if batch:
        yield batch


def hash_batch(shell: KeptShell, batch: Sequence[Item]) -> list[str]:
    """Asks the phone for the hashes of some files.

    Returns:
        One for each, in hexadecimal; empty where the phone could not read the file.

    Raises:
        StablePhoneError: the phone has no `sha256sum`.
        TransientPhoneError: the link dropped.
    """
    tame = [item.path for item in batch if is_tame(item.path)]
    wild = [item.path for item in batch if not is_tame(item.path)]
    commands = [f"sha256sum -- {' '.join(map(quote, tame))}"] if tame else []
    # Without a name there is nothing to print behind the hash but a dash.
    commands += [f"sha256sum < {quote(path)}" for path in wild]
    timeout_s = _START_S + sum(item.size for item in batch) / _SLOWEST_BYTES_PER_S
    results = shell.run(commands, timeout_s=timeout_s)
    if any(result.exit_code == _COMMAND_NOT_FOUND for result in results):
        raise StablePhoneError(
            "the phone has no `sha256sum`: nothing could be proven equal", command="sha256sum"
        )
    found: dict[str, str] = {}
    if tame:
        found = read_hashes(results.pop(0).stdout, tame)
    for path, result in zip(wild, results, strict=True):
        found[path] = result.stdout[:64] if _HASH.match(result.stdout) else ""
    return [found.get(item.path, "") for item in batch]


def is_tame(path: str) -> bool:
    """Whether `sha256sum` surely prints this name as it is, and the shell protocol carries it."""
    return path.isprintable() and "\\" not in path


def read_hashes(text: str, paths: Sequence[str]) -> dict[str, str]:
    r"""Reads what `sha256sum` printed for these files.

    >>> read_hashes("a" * 64 + "  /b\n", ["/a", "/b"]) == {"/b": "a" * 64}
    True
    """
    asked = set(paths)
    found = {}
    for line in text.split("\n"):
        if _HASH.match(line) and line[64:66] in {"  ", " *"} and line[66:] in asked:
            found[line[66:]] = line[:64]
    return found
