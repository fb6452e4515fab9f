"""Where the time goes: a watch counts as patience, from its first reading on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import benchmarks.shares
from benchmarks.ailments import HEALTHY
from benchmarks.shares import shares
from scenarios.events import CounterRead, PhaseBegan, PhaseEnded

READ = CounterRead(0.0, "uploading", None, None, 40, "40 left")


def test_the_patience_is_what_was_waited_for_counters(monkeypatch) -> None:
    now = 0.0
    clock = SimpleNamespace(monotonic=lambda: now, thread_time=lambda: now / 10)
    monkeypatch.setattr(benchmarks.shares, "time", clock)

    def heal(ailments, scenarios, *, risk, latency, listener):
        nonlocal now
        for event, seconds in [
            (PhaseBegan("baseline", ""), 2.0),  # Photos is brought to the front
            (READ, 3.0),
            (READ, 4.0),
            (PhaseEnded("baseline"), 5.0),
            (PhaseBegan("fix", ""), 6.0),
            (READ, 7.0),
            (PhaseEnded("fix"), 8.0),
            (PhaseBegan("watch", ""), 1.0),
            (READ, 0.5),
            (PhaseEnded("watch"), 1.5),
        ]:
            listener(event)
            now += seconds
        return SimpleNamespace(sentence="Fixed", took_s=now)

    monkeypatch.setattr(benchmarks.shares, "heal", heal)
    timed = shares(HEALTHY, [], latency="usb")
    assert (timed.took_s, timed.patience_s) == (38.0, 7.5)
    assert timed.computer_s == pytest.approx(3.8)
    assert timed.phone_s == pytest.approx(38.0 - 7.5 - 3.8)
