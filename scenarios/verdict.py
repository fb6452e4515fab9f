"""What a healing came to, in one sentence: the cure, or the honest reason why there is none.

It judges nothing anew but what happens with Photos left by HOME. It must not know pytest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.errors import PhoneError, PhoneLostError
from drivers.vocabulary import Facts
from scenarios.background import judged_in_background
from scenarios.binding import Binding, is_on_cable, returning
from scenarios.conditions import Cause
from scenarios.cure import FEWEST_LEFT, Cure
from scenarios.events import Captured
from scenarios.hindrances import hindrance
from scenarios.holders import holder
from scenarios.model import Scenario
from scenarios.sentences import items, left_in, listed, progress, rate, time_left
from scenarios.steps import Bench
from scenarios.treatment import Treatment
from scenarios.watch import Watched


@dataclass(frozen=True)
class NotTried:
    """A fix that was not allowed.

    Attributes:
        scenario: whose fix.
        flags: what would allow it.
    """

    scenario: Scenario
    flags: str


@dataclass(frozen=True)
class Case:
    """One healing, as far as it got.

    Attributes:
        first: the watch before anything was treated.
        last: the watch that is judged.
        cure: which changes were needed; None where nothing moves, or nothing was changed.
        treatments: every fix that took.
        not_tried: what more could be allowed.
        in_vain: what was tried and put back.
        facts: of the phone as it is left.
    """

    first: Watched
    last: Watched
    cure: Cure | None
    treatments: tuple[Treatment, ...]
    not_tried: tuple[NotTried, ...]
    in_vain: tuple[str, ...]
    facts: Facts


def sentence(bench: Bench, case: Case) -> str:
    """The verdict, in one sentence.

    Raises:
        PhoneLostError: the phone went away.
    """
    return _well(bench, case) if case.last.is_well else _unwell(bench, case)


def _well(bench: Bench, case: Case) -> str:
    cure = case.cure or Cure(needed=[])
    parts = [_what_helped(case, cure), *_rest_of_it(case)]
    idle = listed([holder(t.scenario) for t in cure.idle])
    if idle and cure.needed:
        parts.append(f"no longer needed and put back: {idle}")
    elif idle:
        parts.append("it goes on without the changes, which were put back")
    if cure.kept:
        parts.append(_kept(bench, cure))
    if not cure.idle and not cure.kept:
        parts.append("nothing else was changed" if cure.needed else "nothing was changed")
    if clauses := returning(case.facts):
        parts.append(f"this is while on the cable: without it {listed(clauses)}")
    elif any(t.binding is Binding.OFF_CABLE for t in cure.kept) and is_on_cable(case.facts):
        parts.append("this is while on the cable")
    return "; ".join(parts)


def _what_helped(case: Case, cure: Cure) -> str:
    seen = progress(case.last)
    if cure.idle and not cure.needed:
        either = " or ".join(dict.fromkeys(holder(t.scenario) for t in cure.idle))
        return f"Fixed: {either} was holding {_held(case)}; {seen}"
    if not cure.needed:
        if case.last.judgment == "done":
            return f"Done: {case.last.reasons[0]}"
        return f"Moving since Photos was opened: {seen}"
    names = list(dict.fromkeys(holder(t.scenario) for t in cure.needed))
    verb = "were" if len(names) > 1 else "was"
    together = " together" if len(names) > 1 else ""
    few = cure.is_together and (left_in(case.last.readings[-1]) or 0) < FEWEST_LEFT
    doubt = f" (fewer than {FEWEST_LEFT} items were left to tell them apart)" if few else ""
    return f"Fixed: {listed(names)} {verb}{together} holding {_held(case)}{doubt}; {seen}"


def _held(case: Case) -> str:
    """What was held up: as many items as were left at first, where that was to be seen."""
    left = left_in(case.first.readings[-1])
    return items(left) if left is not None else "the backup"


def _rest_of_it(case: Case) -> list[str]:
    rest = time_left(case.last)
    return [rest] if rest and case.last.judgment == "moving" else []


def _kept(bench: Bench, cure: Cure) -> str:
    names = listed([holder(t.scenario) for t in cure.kept])
    if any(t.binding is Binding.BACKGROUND for t in cure.kept):
        heard = judged_in_background(bench)
        if heard:
            return f"also treated: {names}; judged in the background: {heard}"
    armed = [t for t in cure.kept if t.binding is Binding.OFF_CABLE]
    when = "unplugged, it would hold the backup up again" if armed else "the phone shows it"
    return f"also treated: {names} ({when})"


def _unwell(bench: Bench, case: Case) -> str:
    last = case.last
    status = last.readings[-1].status
    held = hindrance(case.facts, status)
    tail = _tail(case)
    if held is not None and held.is_certain:
        return f"Not curable from here: {held.describe()}{tail}"
    if last.judgment == "slow":
        return f"Slow, not stuck: {_speed(last)}; next: let it go on{tail}"
    is_shown = any(isinstance(one.scenario.cause, Cause) for one in case.not_tried)
    if held is not None and not is_shown:
        # Nothing shows that what may lose data would help, and this would explain it without.
        more = f"; not tried: {_by_flags(case.not_tried)}" if case.not_tried else ""
        return f"Not curable from here: {held.describe()}{more}{tail}"
    if case.not_tried:
        return (
            f"Needs more: the backup is {last.judgment}, {last.reasons[0]}; not tried: "
            f"{_by_flags(case.not_tried)}; next: run again with the flags of what you agree "
            f"to{tail}"
        )
    if last.judgment == "off":
        return (
            f"Off: {last.reasons[0]}; next: turn backup on in Photos, or run with "
            f"--allow=uploads{tail}"
        )
    if last.judgment == "unknown":
        _attach_screen(bench)
        return (
            f"Unreadable: {last.reasons[0]}; next: look at the screen in the report, and send it "
            f"with `python -m drivers.screen {bench.phone.serial}`{tail}"
        )
    return (
        f"The backup is {last.judgment}: {last.reasons[0]}; no fix for it is known here; next: "
        f"leave the phone on Wi-Fi and on its charger overnight{tail}"
    )


def _by_flags(not_tried: Sequence[NotTried]) -> str:
    """What was not tried, each flag named once: `A and B (--risk=app-data)`."""
    names: dict[str, list[str]] = {}
    for one in not_tried:
        names.setdefault(one.flags, []).append(repr(one.scenario.name))
    return "; ".join(f"{listed(group)} ({flags})" for flags, group in names.items())


def _speed(watched: Watched) -> str:
    sent = watched.verdict.bytes_sent or 0
    stood = watched.readings[-1].describe()
    return f"Photos sent {rate(sent, watched.elapsed_s)}, while the counter stood at {stood}"


def _tail(case: Case) -> str:
    """What was done all the same."""
    parts = []
    if case.treatments:
        names = listed([holder(t.scenario) for t in case.treatments])
        parts.append(f"treated meanwhile: {names}")
    if case.in_vain:
        parts.append(f"tried in vain and put back: {listed([repr(n) for n in case.in_vain])}")
    if not parts:
        parts.append("nothing was changed")
    return f"; {'; '.join(parts)}"


def _attach_screen(bench: Bench) -> None:
    """Keeps the screen that nobody could read for the report, where it can be had."""
    phone = bench.phone
    try:
        shown = Captured("the screen that could not be read", phone.screenshot(), phone.hierarchy())
    except PhoneLostError:
        raise
    except PhoneError:
        return
    bench.announce(shown)
