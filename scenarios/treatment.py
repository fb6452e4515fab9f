"""One fix on one phone: done, journalled, and taken back where it was in vain.

It decides nothing: which fix is worth trying is the doctor's to say. It must not know pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from drivers.errors import HostError, NotHealedError, PhoneError, PhoneLostError, ScenarioError
from drivers.vocabulary import Facts, Risk
from scenarios.binding import Binding
from scenarios.conditions import Cause
from scenarios.diagnosis import Finding
from scenarios.engine import facts_before
from scenarios.events import Noted, PhaseBegan, PhaseEnded
from scenarios.facts import read_facts
from scenarios.journal import NOTHING_DONE, Change
from scenarios.lasting import lost
from scenarios.media_guard import media_kept
from scenarios.model import Scenario, SetControl, When, resolve, walk
from scenarios.sentences import listed
from scenarios.steps import Bench, NotHereError, perform
from scenarios.undo import undo


@dataclass(frozen=True)
class Treatment:
    """A fix that was applied and took.

    Attributes:
        scenario: whose fix.
        binding: when its cause binds.
        is_named: whether Photos' own words had named its cause before.
        above: number of the journal's last change before it.
        up_to: number of its own last change; the same where it changed nothing.
    """

    scenario: Scenario
    binding: Binding
    is_named: bool
    above: int
    up_to: int


@dataclass(frozen=True)
class Tried:
    """How applying a fix went.

    Attributes:
        problem: why it did not take; empty where it did.
        above: number of the journal's last change before it.
        up_to: number of its last change.
    """

    problem: str
    above: int
    up_to: int


def apply(bench: Bench, scenario: Scenario, *, phase: str = "fix") -> Tried:
    """Applies a scenario's fix, and reads its own cause back where a fact shows it.

    What fails is put back before this returns, and so is half a fix that Ctrl-C ends. What no way
    back brings back is said at once.

    Args:
        bench: what to work with.
        scenario: its risk and effects were allowed.
        phase: what it is called where a person reads it.

    Raises:
        PhoneLostError: the phone is gone; the journal keeps what stands.
        LossError: photos are gone, or the journal cannot be written.
    """
    above = len(bench.journal.changes)
    bench.announce(PhaseBegan(phase, scenario.name))
    problem, is_over = "", False
    try:
        before = facts_before(bench, scenario)
        _insist_on_what_was(scenario, before)
        with media_kept(bench.phone, scenario.risk, lambda line: bench.announce(Noted(line))):
            for step in scenario.fix:
                perform(bench, step, before)
        problem = _still_holds(bench, scenario)
        is_over = not problem
    except PhoneLostError:
        raise
    except (NotHealedError, PhoneError, HostError, NotHereError, ScenarioError) as error:
        problem = str(error)
    finally:
        up_to = len(bench.journal.changes)
        try:
            bench.announce(PhaseEnded(phase, problem, is_cut=not is_over and not problem))
            for what in lost(changes_of(bench, above, up_to)):
                bench.announce(Noted(f"lost for it: {what}"))
        finally:  # Ctrl-C likes to come while a line is written
            if not is_over:
                put_back(bench, above, up_to)
    return Tried(problem, above, up_to)


def _insist_on_what_was(scenario: Scenario, before: Facts) -> None:
    """Looks whether every step could be done that needs what the phone showed before.

    Whose account it was is asked for after the data that held it is gone: then it is too late.

    Raises:
        NotHereError: the phone did not show it.
        ScenarioError: it showed what a step cannot take.
    """
    for step in scenario.fix:
        if isinstance(step, When):  # what is done under a condition is filled in when it is
            continue
        try:
            resolve(step, before)
        except ScenarioError as error:
            if not (unseen := [name for name in scenario.before if name not in before]):
                raise
            raise NotHereError(
                f"the phone does not show {listed(unseen)}, without which Photos could not be set "
                "up again"
            ) from error


def changes_of(bench: Bench, above: int, up_to: int) -> list[Change]:
    """The journal's changes from the one after number `above` up to number `up_to`.

    What turned out to have nothing to change is none.
    """
    journal = bench.journal
    numbers = [n for n in journal.changes if above < n <= up_to]
    return [journal.changes[n] for n in numbers if journal.undone.get(n) != NOTHING_DONE]


def put_back(bench: Bench, above: int, up_to: int) -> None:
    """Takes back a range of the journal's changes; what cannot be is said.

    Raises:
        PhoneLostError: the phone is gone; the journal keeps what stands.
    """
    for leftover in undo(bench.journal, bench.phone, bench.registry, above=above, up_to=up_to):
        bench.announce(Noted(f"still changed: {leftover}"))


def has_ended_something(bench: Bench, tried: Tried) -> bool:
    """Whether a fix did what interrupts, such as a restart: the phone is another since."""
    done = [
        bench.registry.operations.get(change.name)
        for change in changes_of(bench, tried.above, tried.up_to)
        if change.is_done and change.kind == "operation"
    ]
    return any(one is not None and one.base_risk >= Risk.DISRUPTIVE for one in done)


def can_be_put_back(bench: Bench, treatment: Treatment) -> bool:
    """Whether taking a fix back for a look risks no more than the fix itself did."""
    changes = changes_of(bench, treatment.above, treatment.up_to)
    for change in changes:
        control = bench.registry.controls.get(change.name)
        if change.kind != "control" or control is None or change.was is None:
            return False
        was = tuple(change.was) if isinstance(change.was, list) else change.was
        if control.risk(was) > Risk.REVERSIBLE:  # type: ignore[arg-type]
            return False
        if control.cuts_link(was) and bench.phone.link == "network":  # type: ignore[arg-type]
            return False
    return bool(changes)


def done_besides(
    bench: Bench,
    standing: Sequence[Treatment],
    tell: Callable[[Iterable[Change]], Sequence[str]],
) -> tuple[str, ...]:
    """What was done, as `tell` has it, and is not done by what stands as a treatment."""
    named = tell([c for t in standing for c in changes_of(bench, t.above, t.up_to)])
    return tuple(what for what in tell(bench.journal.changes.values()) if what not in named)


def went_along(bench: Bench, treatments: Sequence[Treatment], shown: Facts) -> list[str]:
    """What a fix was to set, and Android set by itself with another change that stands.

    It stands in no journal, since nothing was sent for it; it goes back as it came.

    Args:
        bench: with the phone and the journal.
        treatments: that were applied.
        shown: the facts of the diagnosis.
    """
    ours = {change.name for change in bench.journal.standing}
    steps = [step for treatment in treatments for step in walk(treatment.scenario.fix)]
    names = {s.control for s in steps if isinstance(s, SetControl)} & shown.keys() - ours
    try:
        now = bench.phone.facts(sorted(names)) if ours and names else {}
    except PhoneError:
        return []  # what stands in the journal is said all the same
    return [
        f"{name}: {kind.format(shown[name])} -> {kind.format(value)}"
        for name, value in now.items()
        for kind in (bench.registry.controls[name].fact.type,)
        if name in names and value != shown[name]
    ]


def _still_holds(bench: Bench, scenario: Scenario) -> str:
    """Why a readable fix was in vain; empty where its cause is gone, or nothing shows it."""
    if not isinstance(scenario.cause, Cause):
        return ""
    facts = read_facts(bench.phone, scenario.cause.facts)
    if scenario.cause.holds(facts):
        found = Finding(scenario, scenario.cause, True, Binding.ALWAYS, facts)
        return f"it was done, and nothing has changed: {found.shown()}"
    return ""
