"""What has to come of a scenario with a part taken out, and how the table says what did not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import proofs
from benchmarks.proofs import Row, causeless, faultless, fixless, page, whole
from benchmarks.proving import Ending, without_fault, without_fix
from scenarios.conditions import Cause
from scenarios.expectations import CounterAdvances
from scenarios.loader import load
from tests.conftest import ROOT


def shipped(name: str):
    (scenario,) = load([ROOT / "scenarios" / name], variables={}, environ={})
    return scenario


@pytest.fixture
def ends(monkeypatch):
    """Lets every run end in one way; the client is nobody's."""

    def as_said(**ending) -> None:
        monkeypatch.setattr(proofs, "prove_somewhere", lambda *_: Ending(**ending))

    return as_said


SAVER = shipped("solutions/09-battery-saver.yaml")
STUCK = {"how": "failed", "phase": "prove moving", "said": "expected that it advances, saw 3"}
MOVING = {"how": "failed", "phase": "prove stuck", "said": "not stuck: it went on"}
LEFT = ("battery.saver: False -> True",)


def test_without_a_fix_it_has_to_stay_stuck_by_the_phones_own_account(ends) -> None:
    ends(**STUCK, held_by=("battery-saver",))
    assert not fixless(SAVER, None).problem
    ends(**STUCK)
    assert "knows of nothing" in fixless(SAVER, None).problem
    ends(how="passed")
    assert fixless(SAVER, None).problem == "it passed"
    ends(**MOVING)
    assert "in 'prove stuck': not stuck" in fixless(SAVER, None).problem


def test_without_a_fault_it_has_to_be_found_not_stuck(ends) -> None:
    ends(**MOVING)
    assert not faultless(SAVER, None).problem
    ends(**MOVING, held_by=("offline",))
    assert "held up by offline" in faultless(SAVER, None).problem
    ends(**STUCK)
    assert "in 'prove moving'" in faultless(SAVER, None).problem


def test_its_cause_has_to_be_missed_with_the_fault(ends) -> None:
    ends(how="failed", phase="fault", said="the fault was injected, and the cause does not hold: x")
    assert not causeless(SAVER, None).problem


@pytest.mark.parametrize(
    ("proof", "ending"),
    [(whole, {"how": "passed"}), (faultless, MOVING), (fixless, {**STUCK, "held_by": ("x",)})],
)
def test_what_is_left_behind_is_a_problem_of_each(proof, ending, ends) -> None:
    ends(**ending, left=LEFT)
    assert proof(SAVER, None).problem == f"left behind: {LEFT[0]}"


def test_a_part_that_is_not_there_is_no_proof_and_says_so(ends) -> None:
    ends(how="passed")
    assert fixless(shipped("regression/service-down.yaml"), None).reason.startswith("no fix")
    assert causeless(shipped("solutions/06-restart-app.yaml"), None).reason.startswith("no fact")


def test_taking_out_leaves_something_to_prove() -> None:
    bare = without_fix(SAVER)
    assert not bare.fix
    assert isinstance(bare.cause, Cause)
    assert [type(one) for one in bare.expect] == [CounterAdvances]
    # Without any fault nothing would be proven stuck, and nothing found not to be.
    [step] = without_fault(SAVER).fault
    assert step.describe() == "photos.open"


def test_the_page_counts_and_names_what_is_not_as_it_should_be(ends) -> None:
    ends(how="passed", took_s=2.0, virtual="pixel-8")
    rows = [Row(SAVER, (whole(SAVER, None), fixless(SAVER, None)))]
    text = page(rows)
    assert "0 of 1 are as they should be" in text
    name = Path(SAVER.path).name
    assert text.splitlines()[-1].endswith(f"{name} | yes, 2.0 s | **it passed** | pixel-8 |")


def test_the_page_is_of_scenarios_that_are_there_and_all_are_as_they_should_be() -> None:
    text = (ROOT / "docs" / "proofs.md").read_text(encoding="utf-8")
    [(good, every)] = re.findall(r"^(\d+) of (\d+) are as they should be", text, re.MULTILINE)
    paths = re.findall(r"^\| ((?:solutions|regression)/\S+\.yaml)", text, re.MULTILINE)
    assert int(good) == int(every) == len(paths)
    assert [path for path in paths if not (ROOT / "scenarios" / path).is_file()] == []
