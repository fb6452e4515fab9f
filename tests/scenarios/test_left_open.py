"""Causes that nothing decides: said where data may go, and asked once more before it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import pytest

from benchmarks.ailments import Ailment
from benchmarks.healing import ill_phone, journalled, solutions, truth
from drivers.photos.judgment import Judgment
from drivers.vocabulary import Effect, Facts, Risk
from scenarios.again import Given
from scenarios.diagnosis import Chart, find
from scenarios.doctor import Doctor
from scenarios.events import CounterRead
from scenarios.steps import Bench
from scenarios.verdict import Case, NotTried, tell_verdict
from scenarios.watch import Watched

PHOTOS = "com.google.android.apps.photos"
SOLUTIONS = {one.path.rpartition("/")[2]: one for one in solutions() if not one.case}
ACCESS, CLEARING = SOLUTIONS["beside-media-access.yaml"], SOLUTIONS["03-clear-data.yaml"]
HIBERNATED = SOLUTIONS["beside-hibernated.yaml"]


@dataclass
class FakeChart:
    """A phone that shows what it is given, and suits or not."""

    shown: Facts
    lack: str = ""

    def facts(self) -> Facts:
        return self.shown

    def look_up(self, names: object) -> Facts:
        return self.shown

    def lacking(self, scenario: object) -> str:
        return self.lack


@pytest.mark.parametrize(
    ("lack", "reason"),
    [
        ("", "cannot be told: photos.hibernated is (absent)"),
        ("needs Android >= 12, and this is 10", "needs Android >= 12, and this is 10"),
    ],
)
def test_what_does_not_suit_the_phone_is_not_left_open(lack, reason) -> None:
    assert not isinstance(HIBERNATED.cause, str)
    found = find(HIBERNATED, HIBERNATED.cause, cast("Chart", FakeChart({}, lack)))
    assert (found.holds, found.lack, found.why_not()) == (None, lack, reason)


def test_a_fact_that_several_sets_ask_for_is_told_once() -> None:
    clock = SOLUTIONS["beside-wrong-time.yaml"]
    found = find(clock, clock.cause, cast("Chart", FakeChart({"phone.clock_skew": 0.0})))
    assert found.why_not() == "not the cause: phone.clock_skew is 0s"


@pytest.mark.parametrize(
    ("shown", "scenario"),
    [
        ({"photos.suspended": False}, "beside-suspended-by-adb.yaml"),
        ({"network.transport": "wifi"}, "02-roaming.yaml"),
    ],
)
def test_what_a_healthy_phone_never_shows_is_ruled_out_by_what_it_does(shown, scenario) -> None:
    assert SOLUTIONS[scenario].cause.holds(shown) is False


class FakePhone:
    serial = "0a1b"


class FakeBench:
    phone = FakePhone()
    given = Given()


class TestVerdict:
    @pytest.fixture
    def case(self) -> Case:
        readings = (CounterRead(0.0, "paused", None, None, 40, "Waiting"),)
        verdict = Judgment("stuck", 0, 0, ("it stood",), (), ("screen",))
        last = Watched(readings, 0, verdict, 120.0)
        return Case(
            first=last, last=last, cure=None, treatments=(), not_tried=(), in_vain=(), yours=(),
            left=(), facts={}, risk=Risk.REVERSIBLE, allow=frozenset(), left_open=(ACCESS,),
        )  # fmt: skip

    def test_whoever_is_asked_to_lose_data_hears_what_gentler_cause_there_may_be(
        self, case
    ) -> None:
        asked = replace(case, not_tried=(NotTried(CLEARING, "--risk=app-data"),))
        told = tell_verdict(cast("Bench", FakeBench()), asked)
        said = "'Photos may not see the photos' (the phone does not show photos.media_access)"
        assert ("not ruled out", said) in told.notes

    def test_nobody_else_does(self, case) -> None:
        asked = replace(case, not_tried=(NotTried(HIBERNATED, "--risk=disruptive"),))
        told = tell_verdict(cast("Bench", FakeBench()), asked)
        assert "not ruled out" not in dict(told.notes)


@pytest.mark.full
def test_what_is_told_after_all_is_treated_before_data_goes(monkeypatch) -> None:
    video = Ailment("no videos", (f"pm revoke {PHOTOS} android.permission.READ_MEDIA_VIDEO",))
    is_asked_again: list[bool] = []
    refresh = Chart.refresh

    def refreshed(chart: Chart) -> None:
        is_asked_again.append(True)
        refresh(chart)

    monkeypatch.setattr(Chart, "refresh", refreshed)
    with ill_phone([video], profile="pixel-8", latency="none") as ill:
        tell = ill.phone.facts

        def told(names=None):
            facts = dict(tell(names))
            if not is_asked_again:
                facts.pop("photos.media_access", None)
            return facts

        monkeypatch.setattr(ill.phone, "facts", told)
        with journalled(ill, 1.0) as bench:
            doctor = Doctor(bench, Risk.APP_DATA, frozenset(Effect), [ACCESS, CLEARING])
            for scenario in doctor.scenarios:
                doctor.treat(scenario)
            verdict = str(doctor.verdict())
            doctor.end()
        assert truth(ill.phone)["settings"]["photos.media_access"] == "all"
    assert verdict.startswith("Fixed: the missing permission to see photos was holding")
    assert "lost" not in verdict
