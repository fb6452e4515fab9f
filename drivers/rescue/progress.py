"""How far a long transfer is: amount, rate, remaining time, on one line."""

from __future__ import annotations

import os
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
_LONGEST_BAR, _SHORTEST_BAR = 20, 5
# Of a terminal that does not say.
_COLUMNS = 80


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
        self._started = now
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

    def line(self, now: float, *, width: int = 0) -> str:
        """One line, of an unknown whole only amount and rate.

        Args:
            now: monotonic seconds.
            width: columns; what the words leave of them a bar takes.
        """
        rate = self.rate(now)
        parts = [self._amount(), *_speed(rate)]
        if self.total and rate:
            parts.append(f"{clock(max(0, self.total - self.done) / rate)} left")
        words = "  ".join(parts)
        cells = min(_LONGEST_BAR, width - len(self.title) - len(words) - len(" [] "))
        if cells < _SHORTEST_BAR or not self.total:
            return f"{self.title} {words}"
        full = int(self._share() * cells)
        return f"{self.title} [{'#' * full}{'.' * (cells - full)}] {words}"

    def summary(self, now: float) -> str:
        """How much it was in the end, how fast on the whole, and how long it took."""
        took_s = now - self._started
        speed = _speed(self.done / took_s if took_s > 0 else 0.0)
        return "  ".join([f"{self.title} {self._amount()}", *speed, f"in {clock(took_s)}"])

    def _amount(self) -> str:
        done = format_size(self.done)
        return f"{self._share():4.0%}  {done} of {format_size(self.total)}" if self.total else done

    def _share(self) -> float:
        return min(1.0, self.done / self.total)


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
        """Leaves what it came to standing on a line of its own."""
        if self._meter:
            self._write(self._meter.summary(self._now()) + "\n")
        self._meter = None

    def _draw(self, *, is_due: bool) -> None:
        if not (is_due and self._meter):
            return
        self._drawn = self._now()
        if self._is_terminal:
            width = self._columns() - 1
            # A line that wraps cannot be drawn over.
            self._write(self._meter.line(self._drawn, width=width)[:width])
        else:
            self._write(self._meter.line(self._drawn) + "\n")

    def _write(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}" if self._is_terminal else text)
        self._stream.flush()

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._stream.fileno()).columns
        except (OSError, ValueError):  # the latter: a stream without a file
            return _COLUMNS


def _speed(rate: float) -> list[str]:
    return [f"{format_size(int(rate))}/s"] if rate >= 1 else []


def clock(seconds: float) -> str:
    """A duration for a person.

    >>> clock(59), clock(3700)
    ('0:59', '1:01:40')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
