"""What a line of progress says: amount, rate, remaining time, or that nothing moves. Pure."""

from __future__ import annotations

from collections import deque

from drivers.values import format_size

# The rate is that of the last so many seconds: a cable's whole past says little of its present.
_WINDOW_S = 10.0
_LONGEST_BAR, _SHORTEST_BAR = 20, 5
# What stands for so long is said to stand; before it, a disk or a network may be taking breath.
_STILL_S = 5.0
# A rate of less time, or of less than a buffer, promises hours where minutes are left.
_RATED_S, _RATED_BYTES = 2.0, 1 << 16


class Waiting:
    """Something that takes its time, of which nothing can be counted.

    Args:
        title: what is being done.
        now: monotonic seconds.
    """

    def __init__(self, title: str, now: float) -> None:
        self.title = title
        self._started = now

    def still_s(self, now: float) -> float:
        """Since when nothing was seen to move."""
        return now - self._started

    def line(self, now: float, *, width: int = 0) -> str:
        """One line; empty as long as it is not worth one."""
        still_s = self.still_s(now)
        return f"{self.title}  {clock(still_s)}" if still_s >= _STILL_S else ""

    def summary(self, now: float) -> str:
        """Nothing: what it came to is said by others."""
        return ""


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
        self._started = self._moved = now
        self._samples: deque[tuple[float, int]] = deque([(now, 0)])

    def advance(self, size: int, now: float) -> None:
        """Adds bytes; negative takes them back."""
        self.done += size
        if size > 0:
            self._moved = now
        if now - self._samples[-1][0] >= _WINDOW_S / 100:
            self._samples.append((now, self.done))
        while now - self._samples[0][0] > _WINDOW_S:
            self._samples.popleft()
            if not self._samples:
                self._samples.append((now, self.done))

    def still_s(self, now: float) -> float:
        """Since when nothing moved, seconds; also at 100%, where a cloud may still be at work."""
        return now - self._moved

    def rate(self, now: float) -> float:
        """Bytes a second of late; 0.0 where nothing moved."""
        then, before = self._samples[0]
        return max(0.0, (self.done - before) / (now - then)) if now > then else 0.0

    def _is_rated(self, now: float) -> bool:
        """Whether so much came, for so long, that what is left can be told from it."""
        return now - self._started >= _RATED_S and self.done >= min(_RATED_BYTES, self.total)

    def line(self, now: float, *, width: int = 0) -> str:
        """One line: of an unknown whole only amount and rate, of a standstill its duration.

        Args:
            now: monotonic seconds.
            width: columns; what the words leave of them a bar takes.
        """
        rate, still_s = self.rate(now), self.still_s(now)
        if still_s >= _STILL_S:
            parts = [self._amount(), f"nothing moved for {clock(still_s)}"]
        else:
            parts = [self._amount(), *_speed(rate)]
            if self.total and rate and self._is_rated(now):
                parts.append(f"{clock(max(0, self.total - self.done) / rate)} left")
        words = "  ".join(parts)
        cells = min(_LONGEST_BAR, width - len(self.title) - len(words) - len(" [] "))
        if cells < _SHORTEST_BAR or not self.total:
            return f"{self.title} {words}"
        full = int(self._share() * cells)
        return f"{self.title} [{'#' * full}{'.' * (cells - full)}] {words}"

    def summary(self, now: float) -> str:
        """How much it was in the end, how fast on the whole, how long it took; else empty."""
        if not (self.total or self.done):
            return ""
        took_s = now - self._started
        speed = _speed(self.done / took_s if took_s > 0 else 0.0)
        return "  ".join([f"{self.title} {self._amount()}", *speed, f"in {clock(took_s)}"])

    def _amount(self) -> str:
        done = format_size(self.done)
        return f"{self._share():4.0%}  {done} of {format_size(self.total)}" if self.total else done

    def _share(self) -> float:
        return min(1.0, self.done / self.total)


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
