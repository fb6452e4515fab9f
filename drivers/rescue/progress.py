"""How far a long transfer is: amount, rate, remaining time, on one line."""

from __future__ import annotations

import shutil
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol, TextIO

from drivers.values import format_size

# The rate is that of the last so many seconds: a cable's whole past says little of its present.
_WINDOW_S = 10.0
_DRAW_EVERY_S = 0.1
_LINE_EVERY_S = 10.0
_BAR = 20


class Watcher(Protocol):
    """Is told what a rescue does."""

    def announce(self, line: str) -> None:
        """Something happened that a person may want to know."""

    def begin(self, title: str, total: int) -> None:
        """So many bytes are to come."""

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

    def begin(self, title: str, total: int) -> None:
        """Draws nothing."""

    def expect(self, total: int) -> None:
        """Draws nothing."""

    def advance(self, size: int) -> None:
        """Draws nothing."""

    def end(self) -> None:
        """Draws nothing."""


class Meter:
    """Amount, rate and remaining time. Pure: the clock is handed in.

    Args:
        title: what is being done.
        total: bytes; 0 where it is not known.
        now: monotonic seconds.
    """

    def __init__(self, title: str, total: int, now: float) -> None:
        self.title = title
        self.total = total
        self.done = 0
        self._samples: deque[tuple[float, int]] = deque([(now, 0)])

    def advance(self, size: int, now: float) -> None:
        """Adds bytes; negative takes them back."""
        self.done += size
        if now - self._samples[-1][0] >= _WINDOW_S / 100:
            self._samples.append((now, self.done))
        while now - self._samples[0][0] > _WINDOW_S:
            self._samples.popleft()
            if not self._samples:
                self._samples.append((now, self.done))

    def rate(self, now: float) -> float:
        """Bytes a second of late; 0.0 where nothing moved."""
        then, before = self._samples[0]
        return max(0.0, (self.done - before) / (now - then)) if now > then else 0.0

    def line(self, now: float, *, is_plain: bool = False) -> str:
        """One line, with a bar unless it is plain; of an unknown whole only amount and rate."""
        rate = self.rate(now)
        speed = [f"{format_size(int(rate))}/s"] if rate else []
        if not self.total:
            return "  ".join([f"{self.title} {format_size(self.done)}", *speed])
        share = min(1.0, self.done / self.total)
        parts = [f"{share:4.0%}", f"{format_size(self.done)} of {format_size(self.total)}", *speed]
        if rate:
            parts.append(f"{clock(max(0, self.total - self.done) / rate)} left")
        full = int(share * _BAR)
        bar = "" if is_plain else f" [{'#' * full}{'.' * (_BAR - full)}]"
        return f"{self.title}{bar} {'  '.join(parts)}"


class Bar:
    """Draws on a stream: over itself on a terminal, elsewhere a line now and then.

    Args:
        stream: where to.
        now: a monotonic clock.
    """

    def __init__(
        self, stream: TextIO | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._now = now
        self._meter: Meter | None = None
        self._drawn = now()

    def announce(self, line: str) -> None:
        """Writes a line above the bar."""
        self._write(f"{line}\n")
        self._draw(is_due=True)

    def begin(self, title: str, total: int) -> None:
        """Starts a new bar."""
        self._meter = Meter(title, total, self._now())
        self._drawn = self._now()
        self._draw(is_due=self._is_terminal)

    def expect(self, total: int) -> None:
        """Changes what the whole is; drawn with the next step."""
        if self._meter:
            self._meter.total = total

    def advance(self, size: int) -> None:
        """Moves the bar."""
        now = self._now()
        if self._meter:
            self._meter.advance(size, now)
        every_s = _DRAW_EVERY_S if self._is_terminal else _LINE_EVERY_S
        self._draw(is_due=now - self._drawn >= every_s)

    def end(self) -> None:
        """Leaves the last state standing on a line of its own."""
        if self._meter:
            self._write(self._meter.line(self._now(), is_plain=not self._is_terminal) + "\n")
        self._meter = None

    def _draw(self, *, is_due: bool) -> None:
        if not (is_due and self._meter):
            return
        self._drawn = self._now()
        line = self._meter.line(self._drawn, is_plain=not self._is_terminal)
        self._write(line if self._is_terminal else f"{line}\n")

    def _write(self, text: str) -> None:
        if self._is_terminal:
            width = shutil.get_terminal_size().columns - 1
            head, newline, _ = text.partition("\n")
            # Erase the line, then draw what fits: a line that wraps cannot be drawn over.
            text = f"\r\x1b[K{head if newline and not self._meter else head[:width]}{newline}"
        self._stream.write(text)
        self._stream.flush()


def clock(seconds: float) -> str:
    """A duration for a person.

    >>> clock(59), clock(3700)
    ('0:59', '1:01:40')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
