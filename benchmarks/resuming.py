"""Results that outlive the command that came to them: one that is cut off can be gone on with.

They are of the code that was run: whoever changes what a healing does begins a new file.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_Result = TypeVar("_Result")


class Kept:
    """Results by a key, in a file that is written after each of them.

    Args:
        path: the file; None keeps nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._results: dict[str, object] = {}
        if path is not None and path.exists():
            self._results = pickle.loads(path.read_bytes())

    def once(self, key: str, work: Callable[[], _Result]) -> _Result:
        """What is kept under a key; where nothing is, what `work` comes to. Threads may share it.

        Raises:
            Whatever `work` raises; then nothing is kept.
        """
        if key in self._results:
            return self._results[key]  # type: ignore[return-value]
        result = work()
        with self._lock:
            self._results[key] = result
            if self._path is not None:
                written = self._path.with_suffix(".new")
                written.write_bytes(pickle.dumps(self._results))
                written.replace(self._path)
        return result
