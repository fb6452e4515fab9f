"""The events of a run as plain data, and the file that keeps them: one JSON object a line.

The shape is what other programs read: `event` names the kind, `at` is seconds since the run
began, everything else is text, numbers, booleans, lists and maps.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO


class EventFile:
    """Appends events to a file, each on its way to the disk when it happens.

    It ends where one finds no room: its last line may be half a one then, and no other is.

    Args:
        path: made with its folder when the first event comes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None
        self._is_over = False

    def write(self, event: Mapping[str, object]) -> None:
        """Appends one event; after an error and after the end, none.

        Raises:
            OSError: it cannot be written. Said once: this was the last one.
        """
        if self._is_over:
            return
        try:
            if self._file is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                # Half a letter, as an app may show it, is written as JSON's own escape for it.
                self._file = self._path.open("a", encoding="utf-8", errors="backslashreplace")
            self._file.write(json.dumps(event, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError:
            with suppress(OSError):  # closing tries once more to write
                self.close()
            raise

    def close(self) -> None:
        """Closes the file. Idempotent."""
        self._is_over = True
        file, self._file = self._file, None
        if file is not None:
            file.close()
