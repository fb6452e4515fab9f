"""What heal would do, said without doing it: every step in its order, down to the commands.

For check mode, and for whoever wants to know before they allow it. It must not know pytest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from drivers.vocabulary import Effect, Facts, Risk
from scenarios.awake import wanted
from scenarios.binding import Binding
from scenarios.conditions import UNSEEN
from scenarios.diagnosis import Finding, flags_missing
from scenarios.events import Planned, PlanStep
from scenarios.findings import Outlook, price_of
from scenarios.hindrances import hindrance
from scenarios.holders import is_named, restarts_photos
from scenarios.model import Scenario
from scenarios.needs import missing
from scenarios.sending import commands, filled, needs_touch, way_back
from scenarios.sentences import listed
from scenarios.steps import Bench


def plan(
    bench: Bench,
    scenarios: Sequence[Scenario],
    outlooks: Sequence[Outlook],
    facts: Facts,
    risk: Risk,
    allow: frozenset[Effect],
    *,
    status: str,
    is_done: bool = False,
    is_hung: bool = False,
    untouched_until: str = "",
) -> Planned:
    """What heal would do with a phone that shows this.

    Args:
        bench: its patience, and the phone whose needs are asked for; nothing is changed.
        scenarios: those that are asked for, in heal's order.
        outlooks: what becomes of each cause that holds, in heal's order.
        facts: of the diagnosis.
        risk: the highest that is allowed.
        allow: effects that are allowed.
        status: what Photos said last, a word of `photos.status`; `unknown` where it said nothing.
        is_done: whether Photos says that nothing is left to do.
        is_hung: whether Photos does not answer a tap.
        untouched_until: what a person has to do before adb may tap; empty where it may.
    """
    registry, phone = bench.registry, bench.phone
    hold, release = _held_awake(facts, bench)
    opened = registry.operations["photos.open"].commands({})
    opening = tuple(filled(template, phone) for template in opened)
    watch = f"watch its counter for {bench.patience_s:g} s"
    look = PlanStep(
        "look",
        "keep the screen on, open Photos, read it through a helper that is put on the phone, "
        f"{watch}; where it moves, only what stops it in the background is treated",
        (*hold, *opening),
    )
    treated = [outlook.finding.scenario for outlook in outlooks if outlook.is_treated]
    treats = [_step("treat", s, bench, is_last_resort=_waits(s, n)) for n, s in enumerate(treated)]
    proof = list(_proof([o.finding for o in outlooks if o.is_treated], facts, bench, status))
    enough = f"{watch} again" if proof else f"{watch} again; where it moves, that is all"
    again = [PlanStep("look", enough), *proof] if treats else []
    nothing_tried = _why_no_guess(outlooks, facts, status)
    if is_hung and not nothing_tried:
        nothing_tried = _behind_a_hang(scenarios, risk, allow)
    if is_done:
        nothing_tried = "everything: Photos says that nothing is left to do"
    worth = [] if nothing_tried else scenarios
    guesses, away = _guesses(worth, bench, risk, allow, untouched_until)
    if is_hung:
        guesses = _restart_first(guesses)
    refused = [(o.finding.scenario, f"not without {o.flags}") for o in outlooks if o.flags]
    return Planned(
        (look, *treats, *again),
        tuple(_step("try", scenario, bench) for scenario in guesses),
        (PlanStep("end", "put back what was not needed, and let the screen go", release),),
        (*_left_away([*refused, *away]), *filter(None, [nothing_tried])),
    )


def _why_no_guess(outlooks: Sequence[Outlook], facts: Facts, status: str) -> str:
    """Why nothing is tried that no fact speaks for; empty where it is.

    Behind what Photos itself names, or a person has to end, no guess can be seen to help.
    """
    causes = [outlook.finding.scenario for outlook in outlooks if outlook.flags]
    if named := [scenario for scenario in causes if is_named(scenario, status)]:
        return f"nothing on a guess before what Photos itself says: {named[0].name!r}"
    held = hindrance(facts, status)
    may_end = any(outlook.is_treated for outlook in outlooks)
    if held is None or (may_end and not held.is_final):
        return ""
    is_yours = any(not outlook.finding.scenario.fix for outlook in outlooks)
    if held.is_certain or (held.is_borne_out and is_yours):
        return f"nothing on a guess before your part: {held.says}"
    return ""


def _behind_a_hang(scenarios: Sequence[Scenario], risk: Risk, allow: frozenset[Effect]) -> str:
    """Why nothing is tried behind a Photos that hangs; empty where it may be restarted."""
    ender = next((scenario for scenario in scenarios if restarts_photos(scenario)), None)
    flags = flags_missing(ender, risk, allow) if ender is not None else ""
    if ender is None or not flags:
        return ""
    return f"nothing on a guess before Photos answers: {ender.name!r} needs {flags}"


def _restart_first(guesses: Sequence[Scenario]) -> list[Scenario]:
    """Guesses in heal's order for a Photos that hangs: until it answers, the gentle ones wait."""
    ender = next((n for n, one in enumerate(guesses) if restarts_photos(one)), None)
    if ender is None:
        return list(guesses)
    waiting = [one for one in guesses if one.risk <= Risk.REVERSIBLE]
    until_it_answers = [one for one in guesses[: ender + 1] if one not in waiting]
    return [*until_it_answers, *waiting, *(one for one in guesses[ender + 1 :])]


def _step(kind: str, scenario: Scenario, bench: Bench, *, is_last_resort: bool = False) -> PlanStep:
    sends = tuple(commands(scenario.fix, bench.registry, bench.phone))
    only = " (only if it does not move by then)" if is_last_resort else ""
    return PlanStep(kind, f"{scenario.name}{only}", sends, price_of(scenario))


def _proof(
    treated: Sequence[Finding], facts: Facts, bench: Bench, status: str
) -> Iterator[PlanStep]:
    """How heal finds out which of several fixes was the cure, see `scenarios.cure`."""
    judged = [f for f in treated if f.binding is Binding.ALWAYS]
    if len(judged) < 2:
        return
    doubtful = [f.scenario for f in judged if not is_named(f.scenario, status)]
    sends = [way_back(one.fix, bench.registry, facts, bench.phone) for one in doubtful]
    if commands_back := tuple(chain.from_iterable(sends)):
        title = "where it moves: put back one after another, and done again if it stops without it"
        yield PlanStep("prove", title, commands_back)


def _waits(scenario: Scenario, done_before: int) -> bool:
    """Whether heal looks first if what it has done already is enough, for this one has a price."""
    return bool(done_before and (scenario.risk > Risk.REVERSIBLE or scenario.effects))


def _guesses(
    scenarios: Sequence[Scenario],
    bench: Bench,
    risk: Risk,
    allow: frozenset[Effect],
    untouched_until: str,
) -> tuple[list[Scenario], list[tuple[Scenario, str]]]:
    """Fixes of causes that no fact can show: those that would be tried, and why not the others."""
    tried, away = [], []
    for scenario in scenarios:
        if scenario.cause is not UNSEEN:
            continue
        flags = flags_missing(scenario, risk, allow)
        if scenario.unset:
            away.append((scenario, scenario.unset[0].hint))
        elif lack := missing(scenario.needs, bench.phone):
            away.append((scenario, f"not on this phone: {lack}"))
        elif untouched_until and needs_touch(scenario, bench.registry):
            away.append((scenario, f"not before you {untouched_until}"))
        elif flags:
            away.append((scenario, f"not without {flags}"))
        else:
            tried.append(scenario)
    return tried, away


def _left_away(refused: Sequence[tuple[Scenario, str]]) -> Iterator[str]:
    """What would not be done, by the reason."""
    names: dict[str, list[str]] = {}
    for scenario, reason in refused:
        names.setdefault(reason, []).append(repr(scenario.name))
    for reason, group in names.items():
        yield f"{reason}: {listed(group)}"


def _held_awake(facts: Facts, bench: Bench) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What keeps the screen on, and what lets it go again; neither where it stays on by itself."""
    name, value = wanted(facts)
    control, was = bench.registry.controls[name], facts.get(name)
    if was == value:
        return (), ()
    hold = tuple(filled(template, bench.phone) for template in control.commands(value))
    back = () if was is None else control.commands(was)
    return hold, tuple(filled(template, bench.phone) for template in back)
