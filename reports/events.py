"""The events of a run as plain data, and the file that keeps them: one JSON object a line.

The shape is what other programs read: `event` names the kind, `at` is seconds since the run
began, everything else is text, numbers, booleans, lists and maps.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO


class EventFile:
    """Appends events to a file, each on its way to the disk when it happens.

    Args:
        path: made with its folder when the first event comes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def write(self, event: Mapping[str, object]) -> None:
        """Appends one event."""
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a", encoding="utf-8")
        self._file.write(json.dumps(event, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Closes the file. Idempotent."""
        file, self._file = self._file, None
        if file is not None:
            file.close()
