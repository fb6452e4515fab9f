"""The backup over time while Photos is in the background, where some causes alone bind.

Photos is left by HOME, and its screen is not looked at: the notification's counter and the bytes
that Photos sent are the witnesses. This module must not know phases, steps or reports.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from drivers.phone import Phone
from drivers.photos.judgment import judge
from drivers.photos.status import Status
from drivers.photos.witnesses import NOTIFICATION, ask_witnesses
from scenarios.binding import BACKGROUND_FACTS
from scenarios.conditions import Cause
from scenarios.counting import count
from scenarios.events import Event
from scenarios.watch import Watched, said_of


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

    def look() -> Status:
        nonlocal last
        last = ask_witnesses(phone, screen=False)
        return said_of(last, NOTIFICATION)

    counted = count(
        said_of(first, NOTIFICATION),
        look,
        timeout_s=timeout_s,
        advances=advances,
        announce=announce,
    )
    verdict = judge(first, last, seen=counted.advanced)
    elapsed_s = time.monotonic() - counted.started
    return Watched(counted.readings, verdict.advanced, verdict, elapsed_s)
