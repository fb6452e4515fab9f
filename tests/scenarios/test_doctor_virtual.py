"""Ill phones, healed or honestly refused, judged by the truth that only the phone knows."""

from __future__ import annotations

import pytest

from benchmarks.ailments import COSTLY, CURABLE, HEALTHY, INCURABLE, SLOW, Ailment
from benchmarks.doctor import combinations, heal, solutions
from drivers.vocabulary import Risk

SEED = 7
# What is said first, by ailment; whatever else there is a solution for is "Fixed".
WORDS = {
    HEALTHY.name: "Moving since Photos was opened",
    SLOW.name: "Slow, not stuck",
    "battery saver, sticky, on the cable": "Moving since Photos was opened",
    **{ailment.name: "Needs more" for ailment in COSTLY},
    **{ailment.name: "Not curable from here" for ailment in INCURABLE},
}
ALL = (HEALTHY, *CURABLE, *COSTLY, *INCURABLE, SLOW)
# Those that show a way of ending each; the others only with --full.
QUICK = {HEALTHY.name, SLOW.name, "battery saver", "cloud-full", "Photos disabled"} | {
    "battery saver, sticky, on the cable"
}
# Nothing has to be tried in vain for these, which takes as long as patience does.
SHOWN = tuple(
    a
    for a in (*CURABLE, *INCURABLE, SLOW)
    if a.name not in {"service-down", "throttled"}
    and (a.name in {"cloud-full", "too-hot"} or not a.commands[0].startswith("virtual fault"))
)


@pytest.fixture(scope="module")
def scenarios():
    return solutions()


def named(ailments: tuple[Ailment, ...]) -> str:
    return " + ".join(ailment.name for ailment in ailments)


@pytest.mark.parametrize(
    "ailment",
    [pytest.param(a, marks=() if a.name in QUICK else pytest.mark.full, id=a.name) for a in ALL],
)
def test_a_single_ailment_is_healed_or_honestly_refused(ailment, scenarios) -> None:
    healing = heal([ailment], scenarios)
    assert healing.word == WORDS.get(ailment.name, "Fixed"), healing.verdict
    assert healing.is_true, f"{healing.verdict}: {healing.untruth}"
    if ailment is HEALTHY:
        assert (healing.kept, healing.tried) == (0, ())


@pytest.mark.parametrize("ailments", list(combinations(6, SEED, SHOWN)), ids=named)
def test_several_at_once(ailments, scenarios) -> None:
    healing = heal(ailments, scenarios)
    assert healing.is_true, f"{healing.verdict}: {healing.untruth}"


@pytest.mark.full
@pytest.mark.parametrize("ailments", list(combinations(54, SEED)), ids=named)
def test_many_at_once(ailments, scenarios) -> None:
    healing = heal(ailments, scenarios)
    assert healing.is_true, f"{healing.verdict}: {healing.untruth}"


def test_what_was_not_allowed_is_named_with_its_flag_and_not_done(scenarios) -> None:
    metered = next(a for a in CURABLE if a.name == "Wi-Fi metered")
    healing = heal([metered], scenarios, risk=Risk.REVERSIBLE, allow=frozenset())
    assert healing.word == "Needs more"
    assert "Wi-Fi is treated as a metered hotspot' (--allow=costs)" in healing.verdict
    assert (healing.kept, healing.is_well) == (0, False)
