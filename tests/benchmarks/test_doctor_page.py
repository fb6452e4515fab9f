"""What the doctor's page says of healings: a truth is found out, and a row says what it is."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from benchmarks.ailments import CURABLE, SLOW
from benchmarks.article import Walk
from benchmarks.doctor import cases, combinations
from benchmarks.doctor_page import Found, Table, page
from benchmarks.healing import Healing
from benchmarks.shares import Shares
from drivers.vocabulary import Risk

SAVER = next(ailment for ailment in CURABLE if ailment.name == "battery saver")
HEALED = Healing(
    ailments=(SAVER,),
    risk=Risk.DISRUPTIVE,
    verdict="Fixed: battery saver was holding 39 items; 39 -> 33 left in 14 s.\n  to go: 33 left",
    is_well=True,
    took_s=14.0,
    held=frozenset({"battery-saver"}),
    holds=frozenset(),
    changed={},
    needless=(),
    lost=0,
    unrestored=(),
    kept=1,
    tried=(),
)
DEAR = SimpleNamespace(risk=Risk.APP_DATA)


def test_a_healing_that_is_as_it_should_be_has_no_untruth() -> None:
    assert HEALED.untruth == ""
    assert (HEALED.word, HEALED.sentence) == ("Fixed", HEALED.verdict.splitlines()[0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"holds": frozenset({"metered"})}, "held up by metered"),
        ({"is_well": False}, "held up by nothing"),
        ({"changed": {"network.wifi": (True, False)}}, "changed {'network.wifi': (True, False)}"),
        ({"needless": ("battery.saver: True -> False",)}, "stands without need: battery.saver"),
        ({"unrestored": ("network.wifi",)}, "not restored: network.wifi"),
        ({"lost": 2}, "2 of the photos lost"),
        ({"tried": (DEAR,)}, "tried above disruptive; app data was risked for nothing"),
    ],
)
def test_whatever_is_not_as_it_should_be_is_found_out(change, words) -> None:
    assert replace(HEALED, **change).untruth.startswith(words)


def test_a_slow_backup_is_true_only_where_something_slow_is_on_its_way() -> None:
    slow = replace(HEALED, verdict="Slow, not stuck: …", is_well=False)
    assert slow.untruth == "nothing large is on its way; held up by nothing"
    stuck = replace(slow, holds=frozenset({"poison-item"}))
    assert stuck.untruth == "nothing large is on its way"
    assert replace(slow, ailments=(SLOW,)).is_true


def test_the_page_counts_and_compares() -> None:
    wrong = replace(HEALED, lost=1)
    walked = Walk((SAVER,), 70.0, 9, 25, 3, 0, frozenset())
    timed = Shares(SAVER, HEALED.sentence, 10.0, 4.0, 1.0)
    text = page(Found([Table("pixel-8", (HEALED, wrong))], [walked], [timed]), "the command")
    assert "**1 of 2** are what they should be" in text
    assert "| **no**: 1 of the photos lost |" in text
    assert "| 70.0 | 25 | apps' own, 3 times | moves after solution 9 |" in text
    assert "| battery saver | Fixed | 10.0 | 5.0 | 4.0 | 1.0 |" in text


def test_combinations_are_the_same_for_the_same_seed_and_can_be_had_together() -> None:
    assert list(cases(20, 7)) == list(cases(20, 7))
    for chosen in combinations(40, 7):
        groups = [ailment.group for ailment in chosen if ailment.group]
        assert len(groups) == len(set(groups))
        assert len(chosen) in {2, 3}
