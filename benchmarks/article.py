"""The article's reader: solution 1, then 2, up to 11, until the counter moves.

Nobody diagnoses: each step is done whether or not it can help, whatever it costs, and nothing is
put back that did not. That is what a healing is compared with, on the same ill phones, with the
patience that a healing has: the longer one where Photos' data went. The counter is looked at again
after whatever did something to the phone, so a walk ends with the article at the latest.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.ailments import Ailment
from benchmarks.healing import (
    LONG_PATIENCE_S,
    PATIENCE_S,
    holding,
    ill_phone,
    journalled,
    truth,
)
from drivers.errors import HostError, NotHealedError, PhoneError, PhoneLostError, ScenarioError
from drivers.vocabulary import Risk
from scenarios.engine import facts_before
from scenarios.model import Scenario
from scenarios.steps import Bench, NotHereError, perform
from scenarios.watch import watch

LAST_SOLUTION = 11


@dataclass(frozen=True)
class Walk:
    """How far the reader came.

    Attributes:
        ailments: what the phone was given.
        took_s: seconds until the counter moved, or until the article was at its end.
        solution: the one after which it moved; 0 where it moved by itself; None where it never did.
        changes: steps that were carried out on the phone.
        data_lost: how often an app's own data went, and with Photos' its Locked Folder.
        photos_lost: photos that are gone from the phone; those of solution 10 are in the cloud.
        holds: what still holds the backup up.
    """

    ailments: tuple[Ailment, ...]
    took_s: float
    solution: int | None
    changes: int
    data_lost: int
    photos_lost: int
    holds: frozenset[str]


def walk(ailments: Sequence[Ailment], scenarios: Sequence[Scenario], *, profile: str) -> Walk:
    """Walks one ill phone through the article.

    Args:
        ailments: none for a healthy phone.
        scenarios: all solutions; those of the article with a fix are done, in its order.
        profile: the phone's.
    """
    steps = sorted(
        (s for s in scenarios if s.fix and not s.unset and 0 < (s.solution or 0) <= LAST_SOLUTION),
        key=lambda s: (s.solution or 0, s.risk, s.path, s.mark.line),
    )
    with (
        ill_phone(ailments, profile=profile, latency="none") as ill,
        journalled(ill, PATIENCE_S) as bench,
    ):
        began = time.monotonic()
        solution, data_lost = (0, 0) if _moves(bench, PATIENCE_S) else (None, 0)
        for scenario in steps if solution is None else ():
            above = len(bench.journal.changes)
            done = _do(bench, scenario)
            if len(bench.journal.changes) == above:
                continue  # as it was before: nobody expects the counter to move now
            is_lost = done and scenario.risk >= Risk.APP_DATA
            data_lost += is_lost
            if _moves(bench, LONG_PATIENCE_S if is_lost else PATIENCE_S):
                solution = scenario.solution
                break
        took_s = time.monotonic() - began
        changes = sum(change.is_done for change in bench.journal.changes.values())
        lost = ill.state["media"]["rows"] - truth(ill.phone)["media"]["rows"]
        holds = holding(ill.phone)
    return Walk(ill.ailments, took_s, solution, changes, data_lost, max(0, lost), holds)


def _do(bench: Bench, scenario: Scenario) -> bool:
    """Does what a solution says, as far as the phone lets it be done; whether all was done."""
    try:
        before = facts_before(bench, scenario)
        for step in scenario.fix:
            perform(bench, step, before)
    except PhoneLostError:
        raise
    except (NotHealedError, PhoneError, HostError, NotHereError, ScenarioError):
        return False
    return True


def _moves(bench: Bench, patience_s: float) -> bool:
    return watch(bench.phone, timeout_s=patience_s, advances=1, announce=bench.announce).is_well
