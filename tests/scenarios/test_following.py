"""What an operation that takes minutes tells: how far it is, and what a person should know."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

from drivers.phone import Phone
from drivers.rescue.progress import Watcher, during
from drivers.values import Json, Value
from drivers.vocabulary import Facts, Operation, Registry, Risk
from reports.terminal import Progress
from scenarios.events import Event, Noted, Waiting
from scenarios.following import Follower
from scenarios.marks import Mark
from scenarios.model import Run
from scenarios.steps import Bench, perform


class Ear:
    """Hears events, and lets a test wait for what the other thread tells."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._came = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._came:
            self.events.append(event)
            self._came.notify_all()

    def await_shown(self, words: str) -> Waiting:
        def found() -> Waiting | None:
            waits = (event for event in self.events if isinstance(event, Waiting))
            return next((event for event in waits if words in event.shown), None)

        with self._came:
            heard = self._came.wait_for(found, timeout=60)
        assert heard, self.events
        return heard


@pytest.fixture
def ear() -> Ear:
    return Ear()


class Slow(Operation):
    """Takes long, and says so."""

    name = "test.slow"
    doc = "Takes long."
    base_risk = Risk.LOOK
    ear: ClassVar[Ear]

    def commands(self, arguments: Mapping[str, Value]) -> list[str]:
        return []

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        raise AssertionError("a step has somebody who reads along")

    def run_watched(
        self, phone: Phone, arguments: Mapping[str, Value], prepared: Json, watcher: Watcher
    ) -> Facts:
        watcher.announce("a Locked Folder is not in it")
        with during(watcher, "copying", 1000):
            watcher.advance(400)
            self.ear.await_shown("40%")
        return {}


def test_a_step_tells_how_far_its_operation_is_and_what_it_says(ear: Ear, tmp_path: Path) -> None:
    Slow.ear = ear
    journal = SimpleNamespace(record=lambda *a, **k: None, mark_done=lambda change: None)
    bench = Bench(
        SimpleNamespace(sdk=34),  # type: ignore[arg-type]
        journal,  # type: ignore[arg-type]
        Registry({}, {}, {Slow.name: Slow()}, ()),
        1.0,
        ear,
    )
    perform(bench, Run(Mark("scenario.yaml"), Slow.name, {}), {})
    assert Noted("a Locked Folder is not in it", is_always_told=True) in ear.events
    told = ear.await_shown("40%")
    line = Progress().line(told.elapsed_s, told.patience_s, told.shown)
    assert line.startswith("  .. ")
    assert "s  40%  400 B of 1 kB  " in line
    assert line.endswith("  copying")


def test_what_cannot_be_counted_is_told_as_well(ear: Ear) -> None:
    with during(Follower(ear, every_s=0.01), "looking through drive:Phone"):
        assert ear.await_shown("looking through drive:Phone").patience_s is None


def test_a_whole_that_grows_is_told_as_it_is_by_then(ear: Ear) -> None:
    follower = Follower(ear, every_s=0.01)
    with during(follower, "copying", 0):
        follower.expect(200)
        follower.advance(50)
        ear.await_shown("25%")


def test_nothing_is_told_of_what_is_over(ear: Ear) -> None:
    follower = Follower(ear, every_s=0.01)
    with during(follower, "copying", 10):
        ear.await_shown("copying")
    heard = len(ear.events)
    with during(follower, "comparing", 10):
        ear.await_shown("comparing")
    later = [event.shown for event in ear.events[heard:] if isinstance(event, Waiting)]
    assert all(shown.endswith("comparing") for shown in later)
