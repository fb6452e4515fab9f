"""adb's own file service as a stream of requests: list, look, receive.

One connection carries many requests, and requests are sent ahead of their answers, so that a
thousand small files cost no thousand round trips. Sources: AOSP packages/modules/adb,
file_sync_protocol.h (messages), daemon/file_sync_service.cpp (answers; a file that cannot be
opened ends the session), SYNC.TXT. `LST2`, with its sizes of 64 bits, is in every adbd from
Android 8 on (feature stat_v2).
"""

from __future__ import annotations

import stat
import struct
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from types import TracebackType
from typing import TYPE_CHECKING

from drivers.errors import TransientPhoneError

if TYPE_CHECKING:
    from drivers.adb import Client

_REQUEST = struct.Struct("<4sI")
_ENTRY = struct.Struct("<4s4I")
_STAT = struct.Struct("<4sIQQIIIIQqqq")
# ENOENT and ENOTDIR, as Linux numbers them.
_NOTHING = {2, 20}
_OPEN_TIMEOUT_S = 10.0
# A phone that sends nothing for so long is gone, even if nobody said so: a card that has fallen
# asleep takes seconds, an SD card with errors tens of them.
_SILENCE_S = 60.0
_AHEAD = 64
# SYNC_DATA_MAX: no piece of a file is longer, and no name or message is.
_LONGEST = 1 << 16
# More at once are not looked for: a system writes so many together.
_MOST_BLOCKS = 63
_BUFFERS = 4
_BUFFER = 1 << 20
# The next buffer is begun where one has less room than this: a read should bring much at once.
_LEAST_ROOM = 2 * _LONGEST
# What was received stays as it is while so much more is: it may be worked on beside.
KEPT_BYTES = (_BUFFERS - 1) * (_BUFFER - _LEAST_ROOM)
_RECEIVE = 1 << 18
# The grain of `receive_rest`: what was received of a file beyond its last full block comes again.
REST_BLOCK = 1 << 16


@dataclass(frozen=True)
class Stat:
    """What a path is.

    Attributes:
        mode: st_mode, Linux's.
        size: bytes.
        mtime: seconds since 1970.
        error: Linux's number, where there is something that cannot be looked at; all else is 0.
    """

    mode: int
    size: int
    mtime: int
    error: int = 0

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file, and no link."""
        return stat.S_ISREG(self.mode)

    @property
    def is_directory(self) -> bool:
        """Whether it is a directory, and no link."""
        return stat.S_ISDIR(self.mode)


@dataclass(frozen=True)
class Chunk:
    """What came of a file that is being received.

    Attributes:
        index: of the path in what was asked for.
        blocks: the bytes; they stay as they are until KEPT_BYTES more were received.
        is_last: the file ends here; `blocks` is empty then.
        failure: the phone's words where it would not send the file; empty otherwise.
    """

    index: int
    blocks: Sequence[memoryview]
    is_last: bool = False
    failure: str = ""


class SyncConnection:
    """One `sync:` connection. Used as a context manager; not for several threads at once.

    Args:
        client: the adb server.
        serial: the phone.

    Raises:
        TransientPhoneError: the phone does not answer; every method raises it where the link
            drops, and the connection is then of no use.
    """

    def __init__(self, client: Client, serial: str) -> None:
        self._serial = serial
        self._socket = client.open_service(serial, "sync:", timeout_s=_OPEN_TIMEOUT_S)
        self._socket.settimeout(_SILENCE_S)
        self._buffers = cycle([memoryview(bytearray(_BUFFER)) for _ in range(_BUFFERS)])
        self._view = next(self._buffers)
        self._start = 0
        self._end = 0

    def __enter__(self) -> SyncConnection:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection. Idempotent."""
        self._socket.close()

    def list(self, folders: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        """Lists folders.

        Yields:
            Each folder with the names in it, without `.` and `..`; none where it cannot be read,
            or is no folder: the protocol does not tell these apart.
        """
        for folder in self._ahead(b"LIST", folders):
            names = []
            while True:
                kind, _, _, _, length = _ENTRY.unpack(self._take(_ENTRY.size))
                if kind == b"DONE":
                    break
                self._expect(kind, b"DENT")
                name = decode(bytes(self._take(length)))
                if name not in {".", ".."}:
                    names.append(name)
            yield folder, names

    def look(self, paths: Sequence[str]) -> Iterator[tuple[str, Stat | None]]:
        """Looks at paths, without following links.

        Yields:
            Each path with what it is; None where there is nothing.
        """
        for path in self._ahead(b"LST2", paths):
            fields = _STAT.unpack(self._take(_STAT.size))
            kind, error, _, _, mode, _, _, _, size, _, mtime, _ = fields
            self._expect(kind, b"LST2")
            yield path, None if error in _NOTHING else Stat(mode, size, mtime, error)

    def receive(self, paths: Iterable[str]) -> Iterator[Chunk]:
        """Receives files, in order; `paths` is read some files ahead of them.

        Yields:
            The pieces of each file; its last is empty. A chunk with `failure` is the end of its
            file and of this connection: ask for the rest on a new one.
        """
        for index, _ in enumerate(self._ahead(b"RECV", paths)):
            while True:
                kind, length = _REQUEST.unpack(self._take(_REQUEST.size))
                if kind == b"DONE":
                    yield Chunk(index, (), is_last=True)
                    break
                if kind == b"FAIL":
                    words = decode(bytes(self._take(length)))
                    yield Chunk(index, (), is_last=True, failure=words)
                    return
                self._expect(kind, b"DATA")
                yield Chunk(index, [self._take(length), *self._blocks_here()])

    def _blocks_here(self) -> Iterator[memoryview]:
        """The next pieces of the same file that have come as a whole already.

        Taken together, they cost a few calls for a megabyte, not for each 64 KiB of it.
        """
        for _ in range(_MOST_BLOCKS):
            start = self._start + _REQUEST.size
            if self._end < start:
                return
            kind, length = _REQUEST.unpack_from(self._view, self._start)
            if kind != b"DATA" or self._end < start + length:
                return
            self._start = start + length
            yield self._view[start : self._start]

    def _ahead(self, kind: bytes, paths: Iterable[str]) -> Iterator[str]:
        """Yields each path when its answer is next; some requests more are then on their way."""
        asked: deque[str] = deque()
        rest = iter(paths)
        while True:
            while len(asked) <= _AHEAD // 2:
                batch = list(islice(rest, _AHEAD // 2))
                if not batch:
                    break
                self._send(kind, batch)
                asked += batch
            if not asked:
                return
            yield asked.popleft()

    def _send(self, kind: bytes, paths: Iterable[str]) -> None:
        encoded = [encode(path) for path in paths]
        message = b"".join(_REQUEST.pack(kind, len(path)) + path for path in encoded)
        try:
            self._socket.sendall(message)
        except OSError as error:
            raise _dropped(self._serial, error) from error

    def _take(self, size: int) -> memoryview:
        """The next `size` bytes."""
        if size > _LONGEST:
            raise _dropped(self._serial, ValueError(f"a message of {size} bytes"))
        if self._end - self._start < size:
            self._fill(size)
        taken = self._view[self._start : self._start + size]
        self._start += size
        return taken

    def _fill(self, size: int) -> None:
        if _BUFFER - self._start < _LEAST_ROOM:
            rest = self._view[self._start : self._end]
            self._view = next(self._buffers)
            self._view[: len(rest)] = rest
            self._start, self._end = 0, len(rest)
        while self._end - self._start < size:
            try:
                count = self._socket.recv_into(self._view[self._end :])
            except OSError as error:
                raise _dropped(self._serial, error) from error
            if not count:
                raise _dropped(self._serial, EOFError("the connection closed"))
            self._end += count

    def _expect(self, kind: bytes, expected: bytes) -> None:
        if kind != expected:
            raise _dropped(self._serial, ValueError(f"{kind!r} where {expected!r} was expected"))


def _dropped(serial: str, error: Exception) -> TransientPhoneError:
    return TransientPhoneError(
        f"phone {serial}: the link dropped while files were read: {error}",
        serial=serial,
        command="sync:",
    )


def receive_rest(client: Client, serial: str, path: str, offset: int) -> Iterator[bytes]:
    """Receives the end of one file; the file service itself always begins at the start.

    Args:
        client: the adb server.
        serial: the phone.
        path: of the file.
        offset: where to begin; a multiple of REST_BLOCK.

    Yields:
        The bytes. Neither a failure nor a link that drops can be told from the file's end: compare
        the length.

    Raises:
        TransientPhoneError: the phone does not answer.
    """
    # dd seeks where tail would read; its report goes to stderr, which `exec:` would mix in.
    command = f"dd if={quote(path)} bs={REST_BLOCK} skip={offset // REST_BLOCK} 2>/dev/null"
    with client.open_service(serial, f"exec:{command}", timeout_s=_OPEN_TIMEOUT_S) as opened:
        opened.settimeout(_SILENCE_S)
        while True:
            try:
                block = opened.recv(_RECEIVE)
            except OSError as error:
                raise _dropped(serial, error) from error
            if not block:
                return
            yield block


def encode(path: str) -> bytes:
    """A path as the phone has it: bytes, of which all but NUL and / are allowed in a name."""
    return path.encode("utf-8", "surrogateescape")


def decode(path: bytes) -> str:
    """The opposite of `encode`."""
    return path.decode("utf-8", "surrogateescape")


def quote(path: str) -> str:
    r"""Quotes a path for the phone's shell, whatever bytes it holds.

    Only in `$'…'` can a byte be written that is no UTF-8. It is written in octal, which ends after
    three digits; mksh reads as many hexadecimal ones as there are.

    >>> print(quote("it's"))
    'it'\''s'
    >>> print(quote("\udcffa"))
    $'\377a'
    """
    if not any("\udc80" <= character <= "\udcff" for character in path):
        return "'" + path.replace("'", "'\\''") + "'"
    escaped = "".join(
        chr(byte) if (chr(byte).isalnum() and byte < 128) or byte in b"/._-" else f"\\{byte:03o}"
        for byte in encode(path)
    )
    return f"$'{escaped}'"
