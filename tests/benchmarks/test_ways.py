"""Each benchmark once on a virtual phone: the three ways do what they say; no time is asserted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

import pytest

from benchmarks import watch
from benchmarks.bench import Bench
from benchmarks.results import Result


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as bench:
        yield bench


def once(ways: Mapping[str, Callable[[], object]], **_: object) -> dict[str, tuple[float, ...]]:
    for call in ways.values():
        call()
    return dict.fromkeys(ways, (0.001,))


@pytest.mark.parametrize("name", ["shell", "agent", "screen", "tap", "diagnosis"])
def test_all_three_ways_work(name: str, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module(f"benchmarks.{name}")
    monkeypatch.setattr(module, "interleave", once)
    compared = module.compare(bench)
    for result in compared if isinstance(compared, tuple) else (compared,):
        assert isinstance(result, Result)
        assert result.stock is not None
        assert result.floor is not None


def test_the_floor_fetches_the_same_screen(bench: Bench) -> None:
    from benchmarks.floor import Stream, request

    with Stream(bench.launched.client, bench.launched.serial, "tcp:9008") as stream:
        body = stream.post(request("dumpWindowHierarchy", False, 50))
    assert b"com.google.android.apps.photos" in body
    assert bench.stock_screen.dump_hierarchy() == bench.phone.hierarchy()


def test_a_watch_costs_time_of_ours_and_of_the_server(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_WATCH_S", 0.6)
    monkeypatch.setattr(watch, "_PAUSE_S", 0.05)  # a twentieth, at least 0.05 s, as a watch has it
    result = watch.compare(bench)
    assert result.stock is not None
    assert all(0 < way.median < 1 for way in (result.ours, result.stock))
    assert len(list(watch._server_pids())) == 1
