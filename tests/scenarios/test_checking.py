"""What is said where an expectation is not met, and where less was watched than was asked for."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from drivers.errors import NotHealedError, StablePhoneError
from drivers.photos.judgment import Judgment
from drivers.values import ValueType
from drivers.vocabulary import registry
from scenarios import checking
from scenarios.checking import check
from scenarios.collection import describe_failure
from scenarios.conditions import Condition, Is
from scenarios.events import CounterRead, Event, Noted
from scenarios.expectations import JUDGMENTS, CounterSteady, FactIs, Judged
from scenarios.marks import Mark
from scenarios.steps import Bench
from scenarios.watch import Watched


class FakePhone:
    """Its battery saver is on, and asking for its temperature breaks the cable."""

    def facts(self, names):
        if "battery.temperature" in names:
            raise StablePhoneError("the cable is out")
        return {"battery.saver": True, "battery.charging": True}


@pytest.fixture
def heard() -> list[Event]:
    return []


@pytest.fixture
def bench(heard: list[Event]) -> Bench:
    return Bench(FakePhone(), SimpleNamespace(), registry(), 0.01, heard.append)


def is_off(line: int, fact: str, *, soft: bool = True) -> FactIs:
    mark = Mark("scenario.yaml", line, 5)
    is_it = Condition(mark, fact, ValueType("bool"), Is(False))
    return FactIs(mark, is_it, within_s=0.01, soft=soft)


SEEN = "is off within 0.01s, the phone shows"
FIRST = f"expected that battery.saver {SEEN} battery.saver: on"
SECOND = f"expected that battery.charging {SEEN} battery.charging: on"


def failure_of(bench: Bench, *expectations: FactIs) -> str:
    with pytest.raises((NotHealedError, StablePhoneError)) as raised:
        check(bench, expectations, {}, {})
    return describe_failure(raised.value)


def test_one_soft_failure_has_its_place_once(bench, heard) -> None:
    assert failure_of(bench, is_off(7, "battery.saver")) == f"scenario.yaml:7:5: {FIRST}"
    assert heard == [Noted(f"soft: {FIRST}")]


def test_each_soft_failure_has_its_place(bench) -> None:
    assert failure_of(bench, is_off(7, "battery.saver"), is_off(8, "battery.charging")) == (
        f"scenario.yaml:7:5: {FIRST}\nscenario.yaml:8:5: {SECOND}"
    )


def test_a_hard_failure_does_not_hide_the_soft_ones_before_it(bench) -> None:
    hard = is_off(8, "battery.charging", soft=False)
    assert failure_of(bench, is_off(7, "battery.saver"), hard) == (
        f"scenario.yaml:8:5: {SECOND}\nscenario.yaml:7:5: {FIRST}"
    )


def test_a_phone_that_fails_does_not_hide_them_either(bench) -> None:
    assert failure_of(bench, is_off(7, "battery.saver"), is_off(8, "battery.temperature")) == (
        f"scenario.yaml:8:5: the cable is out\nscenario.yaml:7:5: {FIRST}"
    )


def seen(advanced: int) -> Watched:
    readings = tuple(
        CounterRead(at_s, "uploading", None, None, left, "")
        for at_s, left in ((0.0, 9), (1.0, 9 - advanced))
    )
    return Watched(readings, advanced, Judgment("stuck", 0, None, (), (), ("screen",)), 1.0)


def steady(for_s: float) -> CounterSteady:
    return CounterSteady(Mark("scenario.yaml", 7, 5), for_s)


CAPPED = "(--patience caps the file's 20s)"


def test_a_steady_counter_that_was_watched_for_less_is_said_so(bench, heard, monkeypatch) -> None:
    monkeypatch.setattr(checking, "look", lambda *_, **__: seen(0))
    check(bench, [steady(20.0)], {}, {})
    stays = "the counter stays where it is for 20s"
    assert heard == [Noted(f"{stays}, watched for 0.01s {CAPPED}")]


def test_a_steady_counter_that_was_watched_in_full_needs_no_word(bench, heard, monkeypatch) -> None:
    monkeypatch.setattr(checking, "look", lambda *_, **__: seen(0))
    check(bench, [steady(0.01)], {}, {})
    assert heard == []


def test_a_counter_that_goes_on_says_how_long_it_was_watched(bench, monkeypatch) -> None:
    monkeypatch.setattr(checking, "look", lambda *_, **__: seen(3))
    with pytest.raises(NotHealedError, match=r"for 20s, watched for 0\.01s \(--patience .*, saw"):
        check(bench, [steady(20.0)], {}, {})


def test_it_is_judged_one_patience_after_another_until_it_is_as_expected(
    bench, monkeypatch
) -> None:
    words, looks = iter(["moving", "stuck", "stuck"]), []

    def look(*_: object, timeout_s: float, **__: object) -> Watched:
        looks.append(timeout_s)
        return replace(seen(0), verdict=Judgment(next(words), 0, None, (), (), ("screen",)))

    monkeypatch.setattr(checking, "look", look)
    mark = Mark("scenario.yaml", 7, 5)
    is_stuck = Condition(mark, "judged", ValueType("enum", JUDGMENTS), Is("stuck"))
    check(bench, [Judged(mark, is_stuck)], {}, {})
    assert looks == [0.01, 0.01]


def test_a_fact_that_was_waited_for_less_is_said_so(bench, monkeypatch) -> None:
    monkeypatch.setattr(checking, "_BUSY_S", 0.01)
    asked = replace(is_off(7, "battery.saver"), within_s=20.0)
    assert failure_of(bench, asked) == (
        f"scenario.yaml:7:5: expected that battery.saver is off within 0.01s {CAPPED}, "
        "the phone shows battery.saver: on"
    )


def test_a_judgment_that_was_waited_for_less_is_said_so(bench, monkeypatch) -> None:
    monkeypatch.setattr(checking, "_BUSY_S", 0.01)
    monkeypatch.setattr(checking, "look", lambda *_, **__: seen(0))
    mark = Mark("scenario.yaml", 7, 5)
    is_slow = Condition(mark, "judged", ValueType("enum", JUDGMENTS), Is("slow"))
    said = failure_of(bench, Judged(mark, is_slow, within_s=20.0))
    assert f"judged is slow within 0.01s {CAPPED}, it is judged stuck" in said
