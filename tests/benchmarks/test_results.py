"""Medians, ratios and budgets, and how they are written down."""

from __future__ import annotations

import pytest

from benchmarks.page import details, table
from benchmarks.results import Budget, Result, Way, at_most, times_faster

FAST = Way("fast()", (0.003, 0.001, 0.002))
SLOW = Way("slow()", (0.06, 0.04, 0.05))


def test_a_way_is_its_median_and_its_middle_half() -> None:
    way = Way("x()", (5.0, 1.0, 2.0, 100.0, 3.0))
    assert way.median == 3.0
    assert way.middle_half == (2.0, 5.0)


def test_one_sample_has_no_spread() -> None:
    assert Way("x()", (0.5,)).middle_half == (0.5, 0.5)


def test_ratios_are_of_medians() -> None:
    result = Result("row", "ms", ours=FAST, stock=SLOW, floor=Way("least()", (0.0005,)))
    assert result.faster == pytest.approx(25)
    assert result.above_floor == pytest.approx(4)


@pytest.mark.parametrize(("found", "met"), [(0.001, True), (0.0010001, False)])
def test_an_upper_limit_is_met_up_to_the_limit_itself(found: float, met: bool) -> None:
    assert at_most(0.001, "ms", found).met is met


def test_a_share_of_a_core_is_shown_in_percent() -> None:
    assert at_most(0.003, "% of a core", 0.001).text == "<= 0.3 % of a core"


def test_a_ratio_is_held_to_the_medians() -> None:
    assert times_faster(25, FAST.samples, SLOW.samples).met
    assert not times_faster(25.1, FAST.samples, SLOW.samples).met


def test_the_table_says_what_is_missed() -> None:
    result = Result("row", "ms", FAST, SLOW, budgets=(Budget("<= 1 ms", met=False),))
    assert list(table([result]))[2] == (
        "| row | **2 ms** | 50 ms | – | 25 | – | <= 1 ms: **not met** |"
    )


def test_details_name_the_call_the_samples_and_their_spread() -> None:
    lines = list(details([Result("row", "ms", FAST, notes=("Why so.",))]))
    assert "- ours: `fast()`; 3 samples, half of them within 1.5 to 2.5 ms" in lines
    assert "- Why so." in lines
