"""Turns: who is called when, and what is counted."""

from __future__ import annotations

import gc
import itertools

import pytest

from benchmarks.sampling import interleave


def recorder(names):
    called: list[str] = []
    return called, {name: lambda name=name: called.append(name) for name in names}


def test_each_way_has_its_samples() -> None:
    called, ways = recorder("ab")
    taken = interleave(ways, rounds=4, block=3, warmup=2)
    assert {name: len(samples) for name, samples in taken.items()} == {"a": 12, "b": 12}
    # Two to warm up, then a first call in each block that is not counted.
    assert called.count("a") == 2 + 4 * (1 + 3)


def test_all_orders_take_turns() -> None:
    called, ways = recorder("abc")
    interleave(ways, rounds=6, block=1, warmup=0)
    blocks = [name for name, _ in itertools.groupby(called)]
    orders = {"".join(called[i : i + 6 : 2]) for i in range(0, 36, 6)}
    assert orders == {"".join(order) for order in itertools.permutations("abc")}
    assert len(blocks) > 6


def test_a_way_that_fails_ends_it_and_garbage_is_collected_again() -> None:
    def fail() -> None:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        interleave({"a": fail}, rounds=1)
    assert gc.isenabled()


def test_no_sample_holds_a_garbage_collection() -> None:
    seen: list[bool] = []
    interleave({"a": lambda: seen.append(gc.isenabled())}, rounds=2, block=2, warmup=0)
    assert not any(seen)
