"""Lists and looks at paths of any length.

adbd takes paths of up to 1,024 bytes and hangs up on a longer one (AOSP packages/modules/adb,
daemon/file_sync_service.cpp, handle_sync_command), while Linux has files behind paths of 4,095.
These few are asked for through the shell, one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from drivers.errors import TransientPhoneError
from drivers.rescue.sync import Stat, SyncConnection, decode, encode, quote

if TYPE_CHECKING:
    from drivers.adb import Client

_LONGEST_PATH = 1024
_TIMEOUT_S = 60.0
_RECEIVE = 1 << 16
# Behind all that a command prints: a link that drops looks like a command that ends.
_END = b"\nend of it"
# The error of Linux for a path that not even the shell can name: ENAMETOOLONG.
_TOO_LONG = 36
_STAT = re.compile(rb"([0-9a-f]+) (\d+) (-?\d+)\n")


def is_too_long(path: str) -> bool:
    """Whether adb's file service does not take this path."""
    return len(encode(path)) > _LONGEST_PATH


class Looking(SyncConnection):
    """A `sync:` connection whose `list` and `look` know paths of any length."""

    def __init__(self, client: Client, serial: str) -> None:
        super().__init__(client, serial)
        self._client = client

    def __enter__(self) -> Looking:
        return self

    def list(self, folders: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        """Lists folders; see `SyncConnection.list`."""
        rest = super().list([folder for folder in folders if not is_too_long(folder)])
        for folder in folders:
            yield (folder, _names(self._find(folder))) if is_too_long(folder) else next(rest)

    def look(self, paths: Sequence[str]) -> Iterator[tuple[str, Stat | None]]:
        """Looks at paths; see `SyncConnection.look`."""
        rest = super().look([path for path in paths if not is_too_long(path)])
        for path in paths:
            yield (path, self._look_long(path)) if is_too_long(path) else next(rest)

    def run(self, command: str, timeout_s: float = _TIMEOUT_S) -> bytes:
        """What a command prints, as bytes: a kept shell knows text only.

        Args:
            command: what it says on stderr comes with the rest.
            timeout_s: how long it may say nothing.

        Raises:
            TransientPhoneError: the link dropped.
        """
        said = _END.decode().strip()
        line = f"exec:{command}; echo; echo {said}"
        with self._client.open_service(self._serial, line, timeout_s=_TIMEOUT_S) as opened:
            opened.settimeout(timeout_s)
            printed = bytearray()
            try:
                while block := opened.recv(_RECEIVE):
                    printed += block
            except OSError as error:
                raise self._dropped(error) from error
        body, end, rest = bytes(printed).rpartition(_END)
        if not end or rest.strip():
            raise self._dropped(EOFError("the connection closed"))
        return body

    def _find(self, folder: str) -> bytes:
        return self.run(f"find {quote(folder)} -mindepth 1 -maxdepth 1 -print0 2>/dev/null")

    def _look_long(self, path: str) -> Stat | None:
        printed = self.run(f"stat -c '%f %s %Y' {quote(path)} 2>&1")
        if found := _STAT.fullmatch(printed):
            return Stat(int(found[1], 16), int(found[2]), int(found[3]))
        if b"No such file" in printed or b"Not a directory" in printed:
            return None
        return Stat(0, 0, 0, error=_TOO_LONG)

    def _dropped(self, error: Exception) -> TransientPhoneError:
        return TransientPhoneError(
            f"phone {self._serial}: the link dropped while files were read: {error}",
            serial=self._serial,
        )


def _names(printed: bytes) -> list[str]:
    return [decode(path.rpartition(b"/")[2]) for path in printed.split(b"\0") if path]
