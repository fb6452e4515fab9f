"""What is expected of a fix, checked on a phone; every failure carries the readings it rests on.

It must not know phases, pytest or reports.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from drivers.errors import NotHealedError, UnstuckError
from drivers.pauses import pauses
from drivers.vocabulary import Facts
from scenarios.behind import watch_behind
from scenarios.conditions import Condition, Conditions
from scenarios.events import Noted
from scenarios.expectations import (
    CounterAdvances,
    CounterSteady,
    Expectation,
    FactIs,
    Judged,
    ResultIs,
)
from scenarios.facts import read_facts
from scenarios.model import resolve
from scenarios.steps import Bench, placed
from scenarios.watch import Watched, watch


def check(
    bench: Bench,
    expectations: Sequence[Expectation],
    before: Facts,
    results: Facts,
    *,
    behind: bool = False,
    is_done_enough: bool = True,
) -> None:
    """Checks expectations in order; soft ones are collected, the others end it at once.

    Args:
        bench: what to work with.
        expectations: as the file has them.
        before: the facts before the first step.
        results: what the fix's operations found out.
        behind: whether the counter is watched with Photos in the background.
        is_done_enough: whether a counter that was to advance may have nothing left instead; not
            where Photos said that already while the fault was in place.

    Raises:
        NotHealedError: one was not met, with its place and the readings; soft ones that were
            not met either stand below it.
    """
    soft: list[UnstuckError] = []
    for expectation in expectations:
        try:
            with placed(expectation.mark):
                _check_one(bench, resolve(expectation, before), results, behind, is_done_enough)
        except UnstuckError as error:
            if not (expectation.soft and isinstance(error, NotHealedError)):
                _say_too(error, soft)
                raise
            soft.append(error)
            bench.announce(Noted(f"soft: {error}"))
    if soft:
        first, *others = soft
        _say_too(first, others)
        raise first


def _say_too(error: UnstuckError, others: Sequence[UnstuckError]) -> None:
    """Adds soft failures to an error: each with its place, for the error's own is not theirs."""
    if others:
        lines = [str(error), *(f"{other.place}: {other}" for other in others)]
        error.args = ("\n".join(lines), *error.args[1:])


def look(bench: Bench, *, timeout_s: float, advances: int | None, behind: bool = False) -> Watched:
    """Watches the counter, in sight or with Photos in the background; see `watch.watch`."""
    watcher = watch_behind if behind else watch
    return watcher(bench.phone, timeout_s=timeout_s, advances=advances, announce=bench.announce)


# An expectation ends as soon as it is met, so this costs failures alone. With the second of
# patience that a phone of our own has, a busy computer would be taken for a backup that is stuck.
_BUSY_S = 10.0


def _check_one(
    bench: Bench, expectation: Expectation, results: Facts, behind: bool, is_done_enough: bool
) -> None:
    limit_s = max(bench.patience_s, _BUSY_S)
    within_s = min(expectation.within_s or limit_s, limit_s)
    cap = _cap(expectation.within_s, within_s)
    if isinstance(expectation, CounterAdvances):
        watched = look(bench, timeout_s=within_s, advances=expectation.by, behind=behind)
        is_enough = is_done_enough and watched.judgment == "done"
        if watched.advanced < expectation.by and not is_enough:
            raise NotHealedError(
                f"expected that {expectation.describe()} within {within_s:g}s{cap}, "
                f"saw {watched.describe()}"
            )
    elif isinstance(expectation, CounterSteady):
        for_s = min(expectation.for_s, bench.patience_s)
        cap = _cap(expectation.for_s, for_s)
        cut = f", watched for {for_s:g}s{cap}" if cap else ""
        watched = look(bench, timeout_s=for_s, advances=1, behind=behind)
        if watched.advanced:
            raise NotHealedError(
                f"expected that {expectation.describe()}{cut}, saw {watched.describe()}"
            )
        if cut:
            # It is met, and proves less than the file asked for.
            bench.announce(Noted(f"{expectation.describe()}{cut}"))
    elif isinstance(expectation, Judged):
        watched = _judge(bench, expectation.condition, within_s, behind)
        if not expectation.condition.holds(watched.judgment):
            raise NotHealedError(
                f"expected that {expectation.describe()} within {within_s:g}s{cap}, "
                f"it is judged {watched.judgment}: "
                f"{'; '.join(watched.reasons)}; {watched.describe()}"
            )
    elif isinstance(expectation, FactIs):
        _check_fact(bench, expectation.condition, within_s, cap)
    else:
        _check_results(expectation, results)


def _judge(bench: Bench, condition: Condition, within_s: float, behind: bool) -> Watched:
    """Judges one patience after another, until it is as expected or the time is over."""
    deadline = time.monotonic() + within_s
    while True:
        timeout_s = min(bench.patience_s, within_s)
        watched = look(bench, timeout_s=timeout_s, advances=None, behind=behind)
        if condition.holds(watched.judgment) or time.monotonic() >= deadline:
            return watched


def _cap(asked_s: float | None, given_s: float) -> str:
    """That the file's time was cut to the patience; empty where it was not."""
    is_capped = asked_s is not None and asked_s > given_s
    return f" (--patience caps the file's {asked_s:g}s)" if is_capped else ""


def _check_fact(bench: Bench, condition: Condition, within_s: float, cap: str) -> None:
    facts: Facts = {}
    for _ in pauses(within_s):
        facts = read_facts(bench.phone, [condition.fact])
        if condition.holds(facts.get(condition.fact)):
            return
    raise NotHealedError(
        f"expected that {condition.describe()} within {within_s:g}s{cap}, the phone shows "
        f"{values_shown([condition], facts)}"
    )


def _check_results(expectation: ResultIs, results: Facts) -> None:
    conditions: Conditions = expectation.conditions
    if not conditions.holds(results):
        raise NotHealedError(
            f"expected that {expectation.describe()}, {expectation.operation} found "
            f"{values_shown(conditions.deciding(results), results)}"
        )


def values_shown(conditions: Sequence[Condition], facts: Facts) -> str:
    """What the phone shows of the facts that conditions speak of, in words."""
    return ", ".join(f"{c.fact}: {c.type.format(facts.get(c.fact))}" for c in conditions)
