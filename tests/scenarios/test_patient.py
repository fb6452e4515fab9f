"""What is known of a Photos that hangs, and for how long it is believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import pytest

import scenarios.patient
from drivers.photos.judgment import Judgment
from scenarios.events import CounterRead
from scenarios.patient import Patient
from scenarios.steps import Bench
from scenarios.watch import Watched


@dataclass
class Phone:
    package: str = "com.google.android.apps.photos"

    def facts(self) -> dict[str, object]:
        return {}


@dataclass
class Answers:
    """Stands for tapping Photos: each time it is asked, the next answer."""

    given: list[bool]
    asked: int = field(default=0)

    def __call__(self, phone: Phone) -> bool:
        self.asked += 1
        return self.given.pop(0)


def look(word: str, *statuses: str) -> Watched:
    readings = tuple(CounterRead(float(n), s, None, None, None, "") for n, s in enumerate(statuses))
    return Watched(readings, 0, Judgment(word, 0, 0, ("a reason",), (), ()), 2.0)


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(scenarios.patient, "untouched_until", lambda _phone: "")
    return Patient(cast("Bench", Bench(Phone(), None, None, 2.0, lambda _event: None)))


@pytest.fixture
def answers(monkeypatch):
    def give(*given: bool) -> Answers:
        answers = Answers(list(given))
        monkeypatch.setattr(scenarios.patient, "does_answer", answers)
        return answers

    return give


def test_a_look_that_ends_at_androids_own_question_is_no_reason_not_to_ask(
    patient, answers
) -> None:
    answers(False)
    patient.last = look("stuck", "getting_ready", "unknown")
    patient.diagnose(patient.last)
    assert patient.was_hung
    assert not patient.chart.may_open


def test_a_hang_is_believed_until_something_was_done_that_may_have_ended_it(
    patient, answers
) -> None:
    asked = answers(False, True)
    assert patient.hangs()
    assert patient.hangs()
    assert asked.asked == 1
    patient.interrupted()
    assert patient.is_hung  # nobody has asked since
    assert not patient.hangs()
    assert not patient.is_hung


def test_the_judgment_is_as_old_as_the_last_look(patient, monkeypatch) -> None:
    looks = [look("moving", "uploading"), look("done", "complete")]
    monkeypatch.setattr(patient, "watch", lambda *_, **__: looks.pop(0))
    patient.last = look("moving", "uploading")
    assert patient.measured().judgment == "done"


@pytest.mark.parametrize("word", ["moving", "slow", "done"])
def test_what_goes_on_does_not_hang(patient, answers, word) -> None:
    asked = answers(False)
    assert patient.hangs()
    patient.last = look(word, "uploading")
    assert not patient.is_hung
    patient.interrupted()
    assert not patient.hangs()
    assert asked.asked == 1
