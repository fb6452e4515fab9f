"""How often something is looked for, and when for the last time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import pauses as module
from drivers.pauses import pauses


class Clock:
    """Time that passes only where somebody sleeps, or says so."""

    def __init__(self) -> None:
        self.now = 50.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def looks(timeout_s: float, look_s: float = 0.0, **how: float) -> list[float]:
    """When each look begins, in seconds from the first."""
    clock, begun = Clock(), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "time", clock)
        for _ in pauses(timeout_s, **how):
            begun.append(clock.now - 50.0)
            clock.now += look_s
    return begun


def test_there_is_always_a_first_look() -> None:
    assert looks(0) == [0.0]
    assert looks(-1) == [0.0]


def test_a_look_that_takes_all_the_time_is_the_last() -> None:
    assert looks(3, look_s=3) == [0.0]


@given(timeout_s=st.floats(0.1, 300), longest_s=st.floats(0.05, 2))
def test_the_last_look_comes_when_the_time_is_up(timeout_s: float, longest_s: float) -> None:
    begun = looks(timeout_s, longest_s=longest_s)
    assert begun[0] == 0.0
    assert begun[-1] == pytest.approx(timeout_s)
    steps = [later - earlier for earlier, later in pairwise(begun)]
    assert max(steps) <= longest_s + 1e-9
    # Ever more slowly, but for the last, which keeps the time.
    assert all(late >= early - 1e-9 for early, late in pairwise(steps[:-1]))
