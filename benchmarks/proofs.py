"""Proves of every scenario that it can fail: without its fix, and without its fault.

    python -m benchmarks.proofs [--only WORDS] [--jobs N] [--write]

Each proof has a virtual phone of its own. The scenario as it is has to pass and to leave the phone
as it was. Without its fix the proof that it is stuck has to stand, and the expectation to fail.
Without its fault it has to be found not stuck. `--write` keeps the table in docs/proofs.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.proving import (
    FAILED,
    PASSED,
    Ending,
    prove_somewhere,
    shipped,
    surroundings,
    without_fault,
    without_fault_only,
    without_fix,
)
from drivers.adb import Client
from scenarios.conditions import Cause
from scenarios.expectations import Judged
from scenarios.model import Scenario, case_id

_DOCUMENT = Path(__file__).parents[1] / "docs" / "proofs.md"


@dataclass(frozen=True)
class Proof:
    """One way of running a scenario, and what has to come of it.

    Attributes:
        name: for the table and the tests.
        ending: how it ended; None where the scenario has nothing that could be taken out.
        reason: why it has not; empty where it has.
        problem: what is not as it should be; empty where all is.
    """

    name: str
    ending: Ending | None = None
    reason: str = ""
    problem: str = ""

    @property
    def shown(self) -> str:
        """A cell of the table."""
        if self.problem:
            return f"**{self.problem}**"
        if self.ending is None:
            return self.reason
        return f"yes, {self.ending.took_s:.1f} s"


def whole(scenario: Scenario, client: Client) -> Proof:
    """The scenario as it is: it passes, and the phone afterwards is the phone before."""
    ending = prove_somewhere(scenario, client)
    problem = "" if ending.how == PASSED else f"{ending.how}: {ending.said}"
    return Proof("as it is", ending, problem=problem or _left(ending))


def fixless(scenario: Scenario, client: Client) -> Proof:
    """Without its fix: the stuck proof stands, and what is expected does not come."""
    name = "without its fix"
    if not scenario.fix:
        # Only a file that says how it goes on without any fix needs none.
        says_so = any(isinstance(one, Judged) for one in scenario.expect)
        problem = "" if says_so else "it has no fix, and does not say how the backup is judged"
        return Proof(name, reason="no fix: it says how the backup is judged", problem=problem)
    ending = prove_somewhere(without_fix(scenario), client)
    problem = _failed(ending, "prove moving", "expected that")
    if not problem and scenario.fault and not ending.held_by:
        problem = "the phone itself knows of nothing that holds it up"
    return Proof(name, ending, problem=problem or _left(ending))


def faultless(scenario: Scenario, client: Client) -> Proof:
    """Without its fault: the backup is found not stuck, and the phone agrees."""
    name = "without its fault"
    if not scenario.fault:
        # Without one its fix has to show in something else than the counter, see `fixless`.
        return Proof(name, reason="no fault: nothing is injected")
    ending = prove_somewhere(without_fault(scenario), client)
    problem = _failed(ending, "prove stuck", "not stuck")
    if not problem and ending.held_by:
        problem = f"the phone itself is held up by {', '.join(ending.held_by)}"
    return Proof(name, ending, problem=problem or _left(ending))


def causeless(scenario: Scenario, client: Client) -> Proof:
    """Without its fault, its cause still asked for: the phone does not show the cause."""
    name = "without its fault, the cause"
    if not scenario.fault:
        return Proof(name, reason="no fault: nothing is injected")
    if not isinstance(scenario.cause, Cause):
        return Proof(name, reason="no fact shows its cause")
    ending = prove_somewhere(without_fault_only(scenario), client)
    problem = _failed(ending, "fault", "the fault was injected, and the cause does not hold")
    return Proof(name, ending, problem=problem or _left(ending))


PROOFS = (whole, fixless, faultless, causeless)


def _failed(ending: Ending, phase: str, words: str) -> str:
    if ending.how != FAILED:
        return f"it {ending.how}{': ' * bool(ending.said)}{ending.said}"
    if ending.phase != phase or not ending.said.startswith(words):
        return f"it failed, but in {ending.phase!r}: {ending.said}"
    return ""


def _left(ending: Ending) -> str:
    return f"left behind: {'; '.join(ending.left)}" if ending.left else ""


@dataclass(frozen=True)
class Row:
    """All proofs of one scenario."""

    scenario: Scenario
    proofs: tuple[Proof, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """What is not as it should be, a sentence each."""
        return tuple(f"{proof.name}: {proof.problem}" for proof in self.proofs if proof.problem)


_HEAD = """\
# Every scenario can fail

Written by `{command} --write`; without `--write` it prints the table alone.

Each cell is a run on a virtual phone of its own, started for it. What the harness says is held
against `virtual state`, which nothing in the harness can see.

- **as it is**: the scenario passes, in that many seconds; afterwards every setting of `virtual
  state`, the media store's rows and the files on the phone are those of before.
- **without its fix**: the fault is injected and proven stuck, and what is expected does not come:
  "expected that …, saw …". The phone itself says that something still holds the backup up.
- **without its fault**: the proof that it is stuck fails: "not stuck: …". The phone itself says
  that nothing holds the backup up.
- **cause**: without its fault, and the cause still asked for: "the cause does not hold: …".

After the last three as well, the phone is the phone before.

{good} of {all} are as they should be.
"""


def page(rows: Sequence[Row]) -> str:
    """The whole of docs/proofs.md."""
    good = sum(not row.problems for row in rows)
    head = _HEAD.format(command="python -m benchmarks.proofs", good=good, all=len(rows))
    return f"{head}\n{table(rows)}"


def table(rows: Sequence[Row]) -> str:
    """One line a scenario, as a Markdown table."""
    lines = ["| scenario | as it is | without its fix | without its fault | cause | on |"]
    lines.append("|---|---|---|---|---|---|")
    for row in rows:
        name = f"{row.scenario.path.removeprefix('scenarios/')}"
        name += f" [{case_id(row.scenario.case)}]" if row.scenario.case else ""
        first = row.proofs[0].ending
        cells = [name, *(proof.shown for proof in row.proofs), first.virtual if first else ""]
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str] | None = None) -> int:
    """Proves everything. Returns 1 where something is not as it should be."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.proofs",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", default="", metavar="WORDS", help="files whose path holds this")
    parser.add_argument("--jobs", type=int, default=3, metavar="N", help="phones at a time")
    parser.add_argument("--write", action="store_true", help="writes docs/proofs.md")
    options = parser.parse_args(arguments)
    if options.write and options.only:
        parser.error("--write keeps the whole table: leave --only away")
    with surroundings() as client, ThreadPoolExecutor(options.jobs) as pool:
        scenarios = [one for one in shipped() if options.only in one.path]
        proven = [[pool.submit(proof, one, client) for proof in PROOFS] for one in scenarios]
        rows = []
        for scenario, futures in zip(scenarios, proven, strict=True):
            rows.append(Row(scenario, tuple(future.result() for future in futures)))
            said = "; ".join(rows[-1].problems) or "ok"
            print(f"{len(rows)} of {len(scenarios)} {scenario.path}: {said}", file=sys.stderr)
    if options.write:
        _DOCUMENT.write_text(page(rows), encoding="utf-8")
    else:
        print(table(rows), end="")
    return int(any(row.problems for row in rows))


if __name__ == "__main__":
    sys.exit(main())
