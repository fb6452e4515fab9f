"""The article's reader: does one step after the other, and stops where the counter moves."""

from __future__ import annotations

import pytest

from benchmarks.ailments import CURABLE, HEALTHY
from benchmarks.article import walk
from benchmarks.healing import solutions

pytestmark = pytest.mark.full


@pytest.mark.parametrize(
    ("name", "solution", "least", "most"),
    [(HEALTHY.name, 0, 0, 0), ("backup off", 1, 1, 2), ("no access to photos", 3, 5, 15)],
)
def test_a_walk_ends_at_the_first_solution_that_moves_it(name, solution, least, most) -> None:
    ailment = next(one for one in (HEALTHY, *CURABLE) if one.name == name)
    walked = walk([ailment], solutions(), profile="pixel-8")
    assert walked.solution == solution
    assert least <= walked.changes <= most
    # Clearing Photos' data is in the third.
    assert (walked.data_lost > 0, walked.photos_lost) == (solution == 3, 0)
    assert walked.holds == frozenset()
