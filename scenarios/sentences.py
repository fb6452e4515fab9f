"""The sentences of a verdict: how far the counter came, what it was, what to do next.

It must not know phones: what was seen goes in, text comes out.
"""

from __future__ import annotations

from collections.abc import Sequence

from drivers.values import format_size
from drivers.vocabulary import Effect, Risk
from scenarios.again import Given
from scenarios.events import CounterRead
from scenarios.model import Scenario
from scenarios.watch import Watched

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_NOTHING = Given()


def left_in(reading: CounterRead) -> int | None:
    """Items that a reading leaves to do; None where it does not say."""
    if reading.left is not None:
        return reading.left
    if reading.done is not None and reading.total is not None:
        return max(0, reading.total - reading.done)
    return None


def progress(watched: Watched) -> str:
    """The counter from the first reading to the last: `39 -> 33 left in 14 s`."""
    first, last = watched.readings[0], watched.readings[-1]
    if left_in(last) is None and watched.advanced:
        # Nothing to be read on the screen: whoever else saw it go on.
        return f"{watched.reasons[0]} in {seconds(watched.elapsed_s)}"
    if first.describe() == last.describe() and watched.judgment == "done":
        return "everything is backed up"
    if first.describe() == last.describe():
        return f"{last.describe()} after {seconds(watched.elapsed_s)}"
    before = first.describe()
    if first.left is not None and last.left is not None:
        before = f"{first.left}"  # `39 -> 33 left`
    elif first.done is not None and first.total == last.total:
        before = f"{first.done}"  # `1 -> 6 of 40`
    return f"{before} -> {last.describe()} in {seconds(last.at_s - first.at_s)}"


def time_left(watched: Watched) -> str:
    """How long the rest takes at the rate that was seen; empty where no rate shows."""
    last = watched.readings[-1]
    left = left_in(last)
    elapsed_s = last.at_s - watched.readings[0].at_s
    if not left or watched.advanced <= 0 or elapsed_s <= 0:
        return ""
    return f"{left} left, about {duration(left * elapsed_s / watched.advanced)} at this rate"


def rate(sent_bytes: int, elapsed_s: float) -> str:
    """Bytes over time: `1.2 MB in 120 s, 10 kB/s`."""
    per_second = format_size(int(sent_bytes / max(elapsed_s, 1e-9)))
    return f"{format_size(sent_bytes)} in {seconds(elapsed_s)}, {per_second} a second"


def seconds(elapsed_s: float) -> str:
    """Seconds as short as they say something: `14 s`, `0.4 s`."""
    return f"{elapsed_s:.1f} s" if elapsed_s < 9.95 else f"{elapsed_s:.0f} s"


def duration(length_s: float) -> str:
    """A length of time in the unit that a person would use.

    >>> duration(6.4), duration(70), duration(300), duration(7200), duration(200_000)
    ('6 seconds', 'a minute', '5 minutes', '2 hours', '2 days')
    """
    if round(length_s) < _MINUTE_S:
        whole = max(1, round(length_s))
        return f"{whole} second" + ("" if whole == 1 else "s")
    if length_s < 1.5 * _MINUTE_S:
        return "a minute"
    if length_s < 1.5 * _HOUR_S:
        return f"{length_s / _MINUTE_S:.0f} minutes"
    if length_s < 1.5 * _DAY_S:
        return f"{max(2, round(length_s / _HOUR_S))} hours"
    return f"{max(2, round(length_s / _DAY_S))} days"


def listed(words: Sequence[str]) -> str:
    """Words as a person lists them: `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def left_alone(names: Sequence[str]) -> str:
    """What waits until a person has done their part; empty where nothing does."""
    return f"{listed(names)}; left as it is until then, so run again" if names else ""


def items(count: int) -> str:
    """`1 item`, `39 items`."""
    return f"{count} item" + ("" if count == 1 else "s")


def command_line(
    serial: str,
    risk: Risk,
    allow: frozenset[Effect],
    wanted: Sequence[Scenario],
    given: Given = _NOTHING,
) -> str:
    """What to type so that the gentlest of `wanted` is tried.

    More than that is for the run after it to ask for: a person agrees to as little as may do.

    Args:
        serial: the phone's.
        risk: the highest that was allowed so far.
        allow: effects that were allowed so far.
        wanted: scenarios whose fixes were not allowed, or need nothing.
        given: what was typed for the run before, and belongs to this one as well.
    """
    risk = max(risk, min((scenario.risk for scenario in wanted), default=risk))
    near = [scenario for scenario in wanted if scenario.risk <= risk]
    words = ["pytest", f"--phone={serial}"]
    words += [f"--risk={risk.word}"] if risk != Risk.REVERSIBLE else []
    effects = allow.union(*(scenario.effects for scenario in near))
    words += sorted(f"--allow={effect.value}" for effect in effects)
    words += [f"--confirm={serial}"] if risk >= Risk.APP_DATA else []
    return " ".join([*words, *given.where, *given.how, *given.which])
