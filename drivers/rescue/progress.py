"""How far something long is, on one line that also tells when nothing moves."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from drivers.rescue.meter import Meter, Waiting
from drivers.rescue.telling import lead_nowhere

_DRAW_EVERY_S = 0.1
_LINE_EVERY_S = 10.0
# How often the bar is looked at where nothing moves it.
_TICK_S = 1.0
# Of a terminal that does not say.
_COLUMNS = 80


class Watcher(Protocol):
    """Is told what a rescue does."""

    def announce(self, line: str) -> None:
        """Something happened that a person may want to know."""

    def begin(self, title: str, total: int | None) -> None:
        """So many bytes are to come, 0 if that is not known yet; None for what has no bytes."""

    def expect(self, total: int) -> None:
        """So many bytes are to come after all."""

    def advance(self, size: int) -> None:
        """So many more are there; fewer, where it is negative. From one thread."""

    def end(self) -> None:
        """What began is over."""


class Silent:
    """A watcher that nobody looks at."""

    def announce(self, line: str) -> None:
        """Keeps it to itself."""

    def begin(self, title: str, total: int | None) -> None:
        """Draws nothing."""

    def expect(self, total: int) -> None:
        """Draws nothing."""

    def advance(self, size: int) -> None:
        """Draws nothing."""

    def end(self) -> None:
        """Draws nothing."""


@contextmanager
def during(watcher: Watcher, title: str, total: int | None = None) -> Iterator[None]:
    """Has a watcher told what is being done, and that it is over, however it ends."""
    watcher.begin(title, total)
    try:
        yield
    finally:
        watcher.end()


class Bar:
    """Draws on a stream: over itself on a terminal, elsewhere a line now and then.

    Args:
        stream: where to.
        now: a monotonic clock.
        is_ticking: whether to draw also where nothing moves; else that is `tick`'s caller's to do.
    """

    def __init__(
        self,
        stream: TextIO | None = None,
        now: Callable[[], float] = time.monotonic,
        *,
        is_ticking: bool = True,
    ) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._now = now
        self._is_ticking = is_ticking
        self._meter: Meter | Waiting | None = None
        self._drawn = now()
        # It is told things by one thread, and ticks in another.
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._ticking: threading.Thread | None = None

    def announce(self, line: str) -> None:
        """Writes a line above the bar."""
        with self._lock:
            self._write(f"{line}\n")
            self._draw()

    def begin(self, title: str, total: int | None) -> None:
        """Starts a new bar."""
        with self._lock:
            self._drawn = now = self._now()
            self._meter = Waiting(title, now) if total is None else Meter(title, total, now)
            if self._is_terminal:
                self._draw()
        if self._is_ticking:
            self._ended.clear()
            self._ticking = threading.Thread(target=self._tick_until_ended, daemon=True)
            self._ticking.start()

    def expect(self, total: int) -> None:
        """Changes what the whole is; drawn with the next step."""
        with self._lock:
            if isinstance(self._meter, Meter):
                self._meter.total = total

    def advance(self, size: int) -> None:
        """Moves the bar."""
        with self._lock:
            if isinstance(self._meter, Meter):
                self._meter.advance(size, self._now())
            self.tick()

    def tick(self) -> None:
        """Draws the bar as it is by now, if it is time to."""
        with self._lock:
            now = self._now()
            every_s = _DRAW_EVERY_S
            if self._meter and not self._is_terminal:
                # What stands for minutes is not said six times in each.
                every_s = max(_LINE_EVERY_S, self._meter.still_s(now) / 2)
            if now - self._drawn >= every_s:
                self._draw()

    def end(self) -> None:
        """Leaves what it came to standing on a line of its own."""
        self._ended.set()
        if self._ticking:
            self._ticking.join()
        with self._lock:
            summary = self._meter.summary(self._now()) if self._meter else ""
            self._meter = None
            self._write(f"{summary}\n" if summary else "")

    def _tick_until_ended(self) -> None:
        while not self._ended.wait(_TICK_S):
            self.tick()

    def _draw(self) -> None:
        if self._meter is None:
            return
        self._drawn = self._now()
        if self._is_terminal:
            width = self._columns() - 1
            # A line that wraps cannot be drawn over.
            self._write(self._meter.line(self._drawn, width=width)[:width])
        elif line := self._meter.line(self._drawn):
            self._write(f"{line}\n")

    def _write(self, text: str) -> None:
        try:
            self._stream.write(f"\r\x1b[K{text}" if self._is_terminal else text)
            self._stream.flush()
        except BrokenPipeError:
            # Whoever looked on has gone (`2>&1 | head`): that is no reason to end the work.
            lead_nowhere(self._stream)

    def _columns(self) -> int:
        try:
            # A pseudo terminal that nobody gave a size, as `script` has one, says 0.
            return os.get_terminal_size(self._stream.fileno()).columns or _COLUMNS
        except (OSError, ValueError):  # the latter: a stream without a file
            return _COLUMNS
