"""A counter that goes on for a moment and stands again is no cure, and costs no second patience."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import scenarios.doctor
import scenarios.patient
from drivers.photos.judgment import Judgment
from drivers.vocabulary import Risk
from scenarios.doctor import Doctor
from scenarios.events import CounterRead, Noted, PhaseBegan
from scenarios.watch import Watched

FASTER, ON = "how fast is it?", "does it go on?"
AGAIN = Noted("it went on and stands again: what is left is tried once more")


def seen(word: str, advanced: int = 0) -> Watched:
    readings = tuple(
        CounterRead(at_s, "uploading", None, None, left, f"{left} items left")
        for at_s, left in ((0.0, 40), (1.0, 40 - advanced))
    )
    return Watched(readings, advanced, Judgment(word, advanced, 0, ("why",), (), ("screen",)), 1.0)


@pytest.mark.parametrize(
    ("looks", "titles", "said"),
    [
        ([seen("moving", 5)], [FASTER], "moving"),
        ([seen("moving", 2), seen("moving", 1)], [FASTER, ON], "moving"),
        # A large file after some small ones is on its way.
        ([seen("moving", 2), seen("slow")], [FASTER, ON], "moving"),
        ([seen("done", 2)], [FASTER], "done"),
        ([seen("slow")], [FASTER], "slow"),
        ([seen("moving", 2), seen("stuck")], [FASTER, ON], "stuck"),
        ([seen("stuck")], [FASTER], "stuck"),
    ],
)
def test_a_counter_is_believed_that_does_not_stop_short(monkeypatch, looks, titles, said) -> None:
    heard: list[object] = []
    waiting = iter(looks)
    monkeypatch.setattr(scenarios.patient, "watch", lambda *_, **__: next(waiting))
    monkeypatch.setattr(scenarios.patient, "question_in_front", lambda _: None)
    judged: list[str] = []

    def tell(_, case):
        judged.append(case.last.judgment)
        return "told"

    monkeypatch.setattr(scenarios.doctor, "tell_verdict", tell)
    untouched = SimpleNamespace(changes={})
    bench = SimpleNamespace(phone=None, journal=untouched, patience_s=1.0, announce=heard.append)
    nothing = {"is_stale": lambda: None, "refresh": lambda: None, "note": lambda *_: None}
    chart = SimpleNamespace(facts=dict, **nothing)
    doctor = Doctor(bench, Risk.LOOK, frozenset())
    patient = doctor._patient
    patient.first, patient.last, patient.chart = seen("stuck"), seen("moving", 1), chart
    if said in {"moving", "done"}:
        assert doctor.verdict() == "told"
    else:
        with pytest.raises(scenarios.doctor.NotHealedError):
            doctor.verdict()
    assert judged == [said]
    assert next(waiting, None) is None
    assert [event.title for event in heard if isinstance(event, PhaseBegan)] == titles
    assert (AGAIN in heard) is (said == "stuck")
