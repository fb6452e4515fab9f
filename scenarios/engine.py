"""One scenario on one phone: inject the fault, prove stuck, fix, prove moving, put back.

Every phase is announced, every failure carries the readings that it rests on. It must not know
pytest, reports, or how a phone is reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from drivers.errors import LossError, NotHealedError, PhoneError, PhoneLostError, UnstuckError
from drivers.values import Value
from drivers.vocabulary import Facts, Risk
from scenarios.behind import binds_behind
from scenarios.checking import check, look, values_shown
from scenarios.conditions import Cause
from scenarios.events import Captured, Noted, PhaseBegan, PhaseEnded
from scenarios.facts import read_facts
from scenarios.media_guard import media_kept
from scenarios.model import Run, Scenario, Step
from scenarios.risk import deletes_originals
from scenarios.steps import Bench, perform, placed
from scenarios.undo import undo
from scenarios.watch import Watched, bring_to_counter

# Items that have to be waiting before a fault is injected: enough for both proofs and the fix.
_PENDING = 20
_TOP_UPS = 3


def regress(bench: Bench, scenario: Scenario) -> None:
    """Proves a scenario: its fault stops the backup, its fix gets it moving, nothing stays.

    Args:
        bench: the phone and what to work on it with.
        scenario: what to prove; its `risk` and `effects` were allowed by the caller.

    Raises:
        NotHealedError: the backup did not behave as expected; the message has the readings.
        NotHereError: this phone has no way to do one of the steps.
        LossError: something could not be put back; the message says what.
        UnstuckError: the phone or the link failed.
    """
    risk = max(scenario.risk, scenario.fault_risk)
    behind = binds_behind(scenario.cause)
    stuck: Watched | None = None
    with _guarded(bench, risk, scenario), _put_back(bench):
        with _phase(bench, "baseline", "how the phone is"):
            before = facts_before(bench, scenario)
            if scenario.fault:
                # In sight before the fault, so that a frozen screen is still one that counts.
                _require_pending(bench, scenario)
            capture(bench, "the screen before")
        if scenario.fault:
            with _phase(bench, "fault", "inject what holds the backup up"):
                _perform_all(bench, scenario.fault, before)
                _require_cause(bench, scenario)
            with _phase(bench, "prove stuck", f"no progress for {bench.patience_s:g}s"):
                stuck = _require_stuck(bench, behind)
        results: dict[str, Value] = {}
        is_said_done = stuck is not None and stuck.judgment == "done"
        if scenario.fix:
            with _phase(bench, "fix", "apply the fix"):
                results = _perform_all(bench, scenario.fix, before)
        with _phase(bench, "prove moving", "what is expected of it"):
            check(
                bench,
                scenario.expect,
                before,
                results,
                behind=behind,
                is_done_enough=not is_said_done,
            )
            capture(bench, "the screen after")


def facts_before(bench: Bench, scenario: Scenario) -> Facts:
    """Reads what `${before.…}` of this scenario's steps refers to; empty where nothing does."""
    return read_facts(bench.phone, scenario.before) if scenario.before else {}


def _perform_all(bench: Bench, steps: Sequence[Step], before: Facts) -> dict[str, Value]:
    results: dict[str, Value] = {}
    for step in steps:
        results.update(perform(bench, step, before))
    return results


def _top_up(bench: Bench, scenario: Scenario) -> None:
    """Sees to it that there is enough to back up, with pictures of our own that are taken back.

    They are gone from the phone afterwards; what was uploaded of them stays in the account.
    """
    left = bring_to_counter(bench.phone).left
    if left is not None and left >= _PENDING:
        return
    perform(
        bench,
        Run(
            scenario.mark,
            "media.add",
            {"count": _PENDING},
            dict(bench.registry.operations["media.add"].arguments),
        ),
        {},
    )
    bench.announce(Noted(f"added {_PENDING} generated pictures: what is uploaded of them stays"))


def _require_pending(bench: Bench, scenario: Scenario) -> None:
    """A fault has to find something to hold up; what was added may be gone before it is looked."""
    for _ in range(_TOP_UPS):
        _top_up(bench, scenario)
        start = look(bench, timeout_s=bench.patience_s, advances=1)
        if start.judgment != "done":
            return
    raise NotHealedError(
        f"phone {bench.phone.serial} has nothing to back up ({start.describe()}): no fault can be "
        "seen to hold anything up; take some pictures first"
    )


def _require_cause(bench: Bench, scenario: Scenario) -> None:
    """A fault that its own cause does not recognize would prove nothing about the diagnosis."""
    if not isinstance(scenario.cause, Cause):
        return
    facts = read_facts(bench.phone, scenario.cause.facts)
    with placed(scenario.cause.mark):
        if not scenario.cause.holds(facts):
            raise NotHealedError(
                f"the fault was injected, and the cause does not hold: {scenario.cause.describe()};"
                f" the phone shows {values_shown(scenario.cause.deciding(facts), facts)}"
            )


def _require_stuck(bench: Bench, behind: bool) -> Watched:
    watched = look(bench, timeout_s=bench.patience_s, advances=1, behind=behind)
    if watched.advanced:
        raise NotHealedError(
            f"not stuck: with the fault in place the counter went on, {watched.describe()}"
        )
    return watched


@contextmanager
def _phase(bench: Bench, name: str, title: str) -> Iterator[None]:
    bench.announce(PhaseBegan(name, title))
    ended = PhaseEnded(name)
    try:
        yield
    except BaseException as error:
        # Whatever ends it, Ctrl-C included, a phase that did not come to its end is not well.
        ended = PhaseEnded(name, str(error) or type(error).__name__)
        raise
    finally:
        bench.announce(ended)


def capture(bench: Bench, title: str) -> None:
    """Keeps what the screen shows for the report; a screen that cannot be had is said so."""
    try:
        bench.announce(Captured(title, bench.phone.screenshot(), bench.phone.hierarchy()))
    except PhoneLostError:
        raise
    except PhoneError as error:
        bench.announce(Noted(f"{title} could not be taken: {error}"))


def _guarded(bench: Bench, risk: Risk, scenario: Scenario) -> AbstractContextManager[None]:
    return media_kept(
        bench.phone,
        risk,
        lambda line: bench.announce(Noted(line)),
        may_free=deletes_originals(scenario.fix, bench.registry) is not None,
    )


@contextmanager
def _put_back(bench: Bench) -> Iterator[None]:
    """Puts back everything that was journalled inside, however the inside ended.

    What fails on the way back must not hide why the scenario failed, so it is noted then, and
    raised only where the scenario itself went well.
    """
    first = len(bench.journal.changes)
    try:
        yield
    except PhoneLostError:
        if any(change.number > first for change in bench.journal.standing):
            bench.announce(Noted("what stands changed is in the journal, for the next run"))
        raise
    except UnstuckError as error:
        capture(bench, "the screen at the failure")
        for line in _undo(bench, first, error):
            bench.announce(Noted(line))
        raise
    except BaseException:
        for line in _undo(bench, first, None):
            bench.announce(Noted(line))
        raise
    else:
        if problems := _undo(bench, first, None):
            raise LossError("; ".join(problems))


def _undo(bench: Bench, above: int, error: UnstuckError | None) -> list[str]:
    if len(bench.journal.changes) == above:
        return []
    try:
        with _phase(bench, "undo", "put everything back"):
            leftovers = undo(
                bench.journal,
                bench.phone,
                bench.registry,
                above=above,
                announce=lambda line: bench.announce(Noted(line)),
            )
    except UnstuckError as failure:
        if error is None:
            raise
        return [f"not put back: {failure}; the journal keeps it for the next run"]
    return [f"still changed: {leftover}" for leftover in leftovers]
