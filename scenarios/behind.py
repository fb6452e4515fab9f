"""The backup over time while Photos is in the background, where some causes alone bind.

Photos is left by HOME, and its screen is not looked at: the notification's counter and the bytes
that Photos sent are the witnesses. This module must not know phases, steps or reports.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from drivers.phone import Phone
from drivers.photos.counter import advance
from drivers.photos.judgment import judge
from drivers.photos.status import UNKNOWN, Status
from drivers.photos.witnesses import NOTIFICATION, Statement, ask_witnesses
from scenarios.binding import BACKGROUND_FACTS
from scenarios.conditions import Cause
from scenarios.events import CounterRead, Event
from scenarios.watch import Watched

# Asking all witnesses takes a real phone about a second.
_PAUSE_S = 0.2


def binds_behind(cause: object) -> bool:
    """Whether a cause binds only while Photos is not in front, whichever of its sets holds."""
    return isinstance(cause, Cause) and all(
        any(condition.fact in BACKGROUND_FACTS for condition in conditions.all)
        for conditions in cause.any
    )


def watch_behind(
    phone: Phone, *, timeout_s: float, advances: int | None, announce: Callable[[Event], None]
) -> Watched:
    """Leaves Photos and asks the witnesses again and again, as `scenarios.watch.watch` does.

    Args:
        phone: whose backup.
        timeout_s: how long, at most.
        advances: ends as soon as that many items were backed up; None watches to the end.
        announce: told each reading that differs from the one before.

    Raises:
        PhoneLostError: the phone went away and did not come back.
    """
    phone.key("home")
    first = last = ask_witnesses(phone, screen=False)
    started = time.monotonic()
    readings, advanced = [_reading(first, 0.0)], 0
    announce(readings[0])
    while (remaining := started + timeout_s - time.monotonic()) > 0:
        if advances and advanced >= advances:
            break
        # No event tells of a notification over adb; asking again is the only way to know.
        time.sleep(min(_PAUSE_S, remaining))
        before, last = last, ask_witnesses(phone, screen=False)
        advanced += advance(_status(before).counter, _status(last).counter) or 0
        reading = _reading(last, time.monotonic() - started)
        if reading.describe() != readings[-1].describe():
            readings.append(reading)
            announce(reading)
    if len(readings) == 1:
        readings.append(_reading(last, time.monotonic() - started))
    verdict = judge(first, last, seen=advanced)
    return Watched(tuple(readings), verdict.advanced, verdict, time.monotonic() - started)


def _status(statements: Sequence[Statement]) -> Status:
    return next((s.status for s in statements if s.witness == NOTIFICATION), UNKNOWN)


def _reading(statements: Sequence[Statement], at_s: float) -> CounterRead:
    status = _status(statements)
    return CounterRead(at_s, status.status, status.done, status.total, status.left, status.text)
