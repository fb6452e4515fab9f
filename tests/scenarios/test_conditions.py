"""What a condition says about a value, and that an absent fact is never guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.values import Value, ValueType
from scenarios.conditions import UNSEEN, Cause, Compare, Condition, Not
from scenarios.marks import Mark
from scenarios.model import Scenario

LoadFix = Callable[..., Scenario]


@pytest.fixture
def cause_of(load_fix: LoadFix) -> Callable[[str], Cause]:
    def read(text: str) -> Cause:
        cause = load_fix(more=f"cause: {text}").cause
        assert isinstance(cause, Cause)
        return cause

    return read


@pytest.mark.parametrize(
    ("test", "met", "not_met"),
    [
        ("{battery.saver: on}", [True], [False]),
        ("{battery.saver: true}", [True], [False]),
        ("{battery.saver: off}", [False], [True]),
        ("{battery.saver: {not: on}}", [False], [True]),
        ('{battery.level: "< 15%"}', [0, 14], [15, 100]),
        ('{battery.level: ">= 15%"}', [15, 100], [14]),
        ("{battery.level: 15%}", [15], [14, 16]),
        ("{battery.level: [5%, '> 90%']}", [5, 91], [6, 90]),
        ("{battery.level: {not: ['< 5%', '> 90%']}}", [5, 90], [4, 91]),
        ('{storage.free: "< 1 GB"}', [999_999_999], [10**9]),
        ('{storage.free: "< 1 GiB"}', [10**9, 2**30 - 1], [2**30]),
        ('{storage.free: "<= 1.5 GB"}', [1_500_000_000], [1_500_000_001]),
        ('{power.screen_timeout: "> 2min"}', [120.5], [120.0]),
        ('{battery.temperature: ">= 41.5 C"}', [41.5], [41.4]),
        ("{network.private_dns: off}", ["off"], ["hostname"]),
        ("{network.private_dns: [off, hostname]}", ["off", "hostname"], ["opportunistic"]),
        ("{photos.version: 6.80}", ["6.80"], ["6.8"]),
        ("{network.ssid: no}", ["no"], ["No", ""]),
        ('{network.ssid: "< 5 km"}', ["< 5 km"], ["5 km"]),
        ("{power.stay_on: usb}", [("ac", "usb")], [("ac",), ()]),
        ("{power.stay_on: {not: [ac, usb]}}", [("dock",), ()], [("ac", "dock")]),
        ("{photos.job_blockers: TIMING_DELAY}", [("TIMING_DELAY",)], [("BATTERY_NOT_LOW",)]),
        (
            "{photos.folders: {Camera: on}}",
            [{"Camera": True, "WhatsApp": False}],
            [{"Camera": False}],
        ),
        ('{photos.counter: {left: "> 0"}}', [{"left": 3}], [{"left": 0, "done": 3}]),
        ("{photos.counter: {not: {done: 1}}}", [{"done": 2}], [{"done": 1}]),
        ("{photos.cellular: unlimited}", ["unlimited"], ["off", 10_000_000]),
        ("{photos.cellular: 10 MB}", [10_000_000], ["off"]),
    ],
)
def test_a_value_meets_it(
    cause_of: Callable[[str], Cause], test: str, met: list[Value], not_met: list[Value]
) -> None:
    cause = cause_of(test)
    (fact,) = cause.facts
    assert [cause.holds({fact: value}) for value in met] == [True] * len(met)
    assert [cause.holds({fact: value}) for value in not_met] == [False] * len(not_met)
    assert cause.holds({}) is None


def test_an_absent_part_is_not_guessed(cause_of: Callable[[str], Cause]) -> None:
    assert cause_of("{photos.folders: {Camera: on}}").holds({"photos.folders": {}}) is None
    negated = cause_of('{photos.counter: {not: {left: "> 0"}}}')
    assert negated.holds({"photos.counter": {"done": 1}}) is None


def test_on_is_no_count_of_one(cause_of: Callable[[str], Cause]) -> None:
    assert cause_of("{battery.saver: on}").holds({"battery.saver": 1}) is False
    assert cause_of("{media.count: 1}").holds({"media.count": True}) is False


TWO = "{battery.saver: on, network.wifi: off}"
EITHER = "[{battery.saver: on}, {network.wifi: off, battery.level: '< 15%'}]"


@pytest.mark.parametrize(
    ("facts", "holds", "deciding"),
    [
        ({"battery.saver": True, "network.wifi": False}, True, ["battery.saver", "network.wifi"]),
        ({"battery.saver": True, "network.wifi": True}, False, ["network.wifi"]),
        ({"battery.saver": False}, False, ["battery.saver"]),
        ({"battery.saver": True}, None, ["network.wifi"]),
    ],
)
def test_a_map_is_all_of_them(
    cause_of: Callable[[str], Cause],
    facts: Mapping[str, Value],
    holds: bool | None,
    deciding: list[str],
) -> None:
    cause = cause_of(TWO)
    assert cause.holds(facts) is holds
    assert [condition.fact for condition in cause.deciding(facts)] == deciding


@pytest.mark.parametrize(
    ("facts", "holds", "deciding"),
    [
        ({"battery.saver": True}, True, ["battery.saver"]),
        (
            {"network.wifi": False, "battery.level": 3, "battery.saver": False},
            True,
            ["network.wifi", "battery.level"],
        ),
        ({"battery.saver": False, "network.wifi": True}, False, ["battery.saver", "network.wifi"]),
        ({"battery.saver": False, "network.wifi": False}, None, ["battery.level"]),
    ],
)
def test_a_list_is_any_of_them(
    cause_of: Callable[[str], Cause],
    facts: Mapping[str, Value],
    holds: bool | None,
    deciding: list[str],
) -> None:
    cause = cause_of(EITHER)
    assert cause.holds(facts) is holds
    assert [condition.fact for condition in cause.deciding(facts)] == deciding
    assert cause.size == 1


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("{battery.saver: on}", "battery.saver is on"),
        ("{battery.saver: {not: on}}", "battery.saver is not on"),
        ('{battery.level: "< 15%"}', "battery.level < 15%"),
        ('{battery.level: {not: "< 15%"}}', "battery.level is not < 15%"),
        ("{network.private_dns: [off, hostname]}", "network.private_dns is any of off, hostname"),
        ("{power.stay_on: usb}", "power.stay_on holds usb"),
        ("{power.stay_on: {not: usb}}", "power.stay_on does not hold usb"),
        ('{storage.free: "< 1.5 GB"}', "storage.free < 1.5 GB"),
        ('{photos.counter: {left: "> 0"}}', "photos.counter has left > 0"),
        (TWO, "battery.saver is on and network.wifi is off"),
        (
            EITHER,
            "battery.saver is on, or network.wifi is off and battery.level < 15%",
        ),
    ],
)
def test_it_is_said_in_words(cause_of: Callable[[str], Cause], test: str, words: str) -> None:
    assert cause_of(test).describe() == words


def test_a_cause_that_no_fact_shows(load_fix: LoadFix) -> None:
    assert load_fix(more="cause: unseen").cause is UNSEEN
    assert load_fix().cause is None


@given(level=st.integers(0, 100), limit=st.integers(0, 100))
def test_a_comparison_and_its_opposite(level: int, limit: int) -> None:
    percent = ValueType("percent")
    below = Condition(Mark("x"), "battery.level", percent, Compare("<", limit))
    not_below = Condition(Mark("x"), "battery.level", percent, Not(Compare("<", limit)))
    assert below.holds(level) is (level < limit)
    assert not_below.holds(level) is (level >= limit)
