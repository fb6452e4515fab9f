"""The counter over time, by whatever looks at it: until it has advanced, or patience is over.

This module must not know what a look is, phases, steps or reports.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.photos.counter import advance
from drivers.photos.status import Status
from scenarios.events import CounterRead, Event, Waiting

# Between two looks: short at first, since what was freed goes on at once, and longer and longer up
# to a twentieth of the patience, within these bounds. A look is one agent call, which costs the
# computer about a millisecond and a real phone about a tenth of a second; behind Photos' back it
# asks all witnesses, which takes a real phone about a second.
_SHORTEST_PAUSE_S = 0.05
_GROWTH = 1.3
_LONGEST_PAUSE_S = 2.0


@dataclass(frozen=True)
class Counted:
    """What was counted.

    Attributes:
        readings: every look at which something had changed, the first and the last one always.
        advanced: items by which the counter went on meanwhile.
        started: when it began, monotonic.
    """

    readings: tuple[CounterRead, ...]
    advanced: int
    started: float


def count(
    first: Status,
    look: Callable[[], Status | None],
    *,
    timeout_s: float,
    advances: int | None,
    announce: Callable[[Event], None],
    away_s: Callable[[], float] = lambda: 0.0,
) -> Counted:
    """Looks again and again.

    Args:
        first: the status as it is now.
        look: gives the status then; None where the look is lost, which changes nothing.
        timeout_s: how long, at most.
        advances: ends as soon as that many items were backed up, or all; None looks to the end.
        announce: told each look, and each reading that differs from the one before.
        away_s: seconds of it that were not the backup's: as much is added to `timeout_s`.

    Raises:
        What `look` raises.
    """
    longest_s = min(max(timeout_s / 20, _SHORTEST_PAUSE_S), _LONGEST_PAUSE_S)
    pause_s = _SHORTEST_PAUSE_S
    started = time.monotonic()
    status, advanced = first, 0
    readings = [_reading(status, 0.0)]
    announce(readings[0])
    while not (advances and advanced >= advances):
        remaining = started + timeout_s + away_s() - time.monotonic()
        if remaining <= 0 or (advances and status.status == "complete"):
            break
        # Photos offers no event for its counter; the next look is the only way to know.
        time.sleep(min(pause_s, remaining))
        pause_s = min(pause_s * _GROWTH, longest_s)
        seen = look()
        last, status = status, status if seen is None else seen
        reading = _reading(status, time.monotonic() - started)
        announce(Waiting(reading.at_s, timeout_s + away_s(), reading.describe()))
        advanced += advance(last.counter, status.counter) or 0
        if (status.status, status.counter) != (last.status, last.counter):
            readings.append(reading)
            announce(reading)
    if len(readings) == 1:
        readings.append(_reading(status, time.monotonic() - started))
    return Counted(tuple(readings), advanced, started)


def _reading(status: Status, at_s: float) -> CounterRead:
    return CounterRead(at_s, status.status, status.done, status.total, status.left, status.text)
