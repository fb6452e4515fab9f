"""Holding a phone's screen awake for as long as it is looked at, and letting it go again.

A screen that goes off in mid-watch ends what can be seen, and with it Photos' time in front. What
is set for that is journalled like any fix, and is never among what a run keeps.
"""

from __future__ import annotations

from drivers.errors import (
    NotHealedError,
    PhoneLostError,
    StablePhoneError,
    TransientPhoneError,
)
from drivers.values import Value
from drivers.vocabulary import Facts
from scenarios.binding import is_on_cable
from scenarios.events import Noted
from scenarios.marks import Mark
from scenarios.model import SetControl
from scenarios.steps import Bench, perform
from scenarios.undo import undo

# The longest that every phone's own settings offer.
_LONG_TIMEOUT_S = 1800.0
_CHARGERS = ("ac", "usb", "wireless")
_OURS = Mark("(the run itself)", 0, 0)


class Awake:
    """What keeps one phone's screen on.

    Args:
        bench: the phone, and the journal in which this is written down.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._span = (0, 0)

    def hold(self, facts: Facts) -> None:
        """Keeps the screen on; a phone that refuses is told of, and looked at as it is.

        Args:
            facts: what the phone shows. "Stay awake" works on a charger only; on its battery the
                screen's timeout is lengthened instead.
        """
        name, value = wanted(facts)
        if facts.get(name) == value:
            return
        bench = self._bench
        first = len(bench.journal.changes)
        control = bench.registry.controls[name]
        try:
            perform(bench, SetControl(_OURS, name, control.fact.type, value, 5.0), {})
        except PhoneLostError:
            raise
        except (NotHealedError, StablePhoneError, TransientPhoneError) as error:
            bench.announce(Noted(f"the screen could not be held awake, leave it on: {error}"))
        self._span = (first, len(bench.journal.changes))

    def release(self) -> list[str]:
        """Puts back what held the screen awake; says what could not be, a line each.

        Raises:
            PhoneLostError: the phone is gone; the journal keeps it for the next run.
        """
        (above, up_to), self._span = self._span, (0, 0)
        bench = self._bench
        leftovers = undo(bench.journal, bench.phone, bench.registry, above=above, up_to=up_to)
        return [f"still changed: {leftover}" for leftover in leftovers]


def wanted(facts: Facts) -> tuple[str, Value]:
    """The control that keeps this phone's screen on, and its value.

    Args:
        facts: what the phone shows.
    """
    if not is_on_cable(facts):
        return "power.screen_timeout", _LONG_TIMEOUT_S
    chargers = facts.get("power.stay_on", ())
    already = chargers if isinstance(chargers, tuple) else ()
    # The dock's bit is unknown before API 33, so it is kept where it stands and never set.
    return "power.stay_on", (*_CHARGERS, *(("dock",) if "dock" in already else ()))
