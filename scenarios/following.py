"""What an operation that takes minutes tells, as events: how far it is, and what else it says.

The operation knows a `Watcher` and no scenario; a run knows events and no rescue.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from drivers.rescue.meter import Meter
from scenarios.events import Event, Noted, Waiting

# A console shows of these what its own pace lets it; a run's files keep none.
_TELL_EVERY_S = 0.5


class Follower:
    """A `drivers.rescue.progress.Watcher` for one operation.

    While something is under way it is told by a thread of its own, also where nothing moves: a
    cloud may be listed for minutes without a word.

    Args:
        announce: told every event; `Waiting` comes from the other thread.
        every_s: how often.
    """

    def __init__(
        self, announce: Callable[[Event], None], *, every_s: float = _TELL_EVERY_S
    ) -> None:
        self._announce = announce
        self._every_s = every_s
        self._since = time.monotonic()
        self._title = ""
        self._meter: Meter | None = None
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._telling: threading.Thread | None = None

    def announce(self, line: str) -> None:
        """Says it wherever the run is told."""
        self._announce(Noted(line, is_always_told=True))

    def begin(self, title: str, total: int | None) -> None:
        """Tells how far it is, from now on."""
        self.end()
        now = time.monotonic()
        with self._lock:
            self._title = title
            self._meter = None if total is None else Meter("", total, now)
        self._ended.clear()
        self._telling = threading.Thread(target=self._tell_until_ended, daemon=True)
        self._telling.start()

    def expect(self, total: int) -> None:
        """Changes what the whole is."""
        with self._lock:
            if self._meter:
                self._meter.total = total

    def advance(self, size: int) -> None:
        """Counts it; told with the next look."""
        with self._lock:
            if self._meter:
                self._meter.advance(size, time.monotonic())

    def end(self) -> None:
        """Tells no more."""
        self._ended.set()
        if self._telling:
            self._telling.join()
            self._telling = None

    def _tell_until_ended(self) -> None:
        while not self._ended.wait(self._every_s):
            now = time.monotonic()
            with self._lock:
                figures = self._meter.line(now).strip() if self._meter else ""
            # The figures first: what a console's width cuts off is the end of a place's name.
            shown = f"{figures}  {self._title}".strip()
            # The whole operation's seconds: many short parts may make a long one.
            self._announce(Waiting(now - self._since, None, shown))
