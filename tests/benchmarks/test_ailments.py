"""Ailments: whatever a virtual phone can be given, it is given, and each has a name of its own."""

from __future__ import annotations

import pytest

from benchmarks.doctor import ALL, DEAR
from drivers.vocabulary import Risk
from fixtures.virtual.circumstances import CIRCUMSTANCES
from fixtures.virtual.faults import FAULTS

SENT = {command for ailment in ALL for command in ailment.commands}


@pytest.mark.parametrize(
    "command",
    [f"virtual fault add {name}" for name in FAULTS]
    + [f"virtual circumstance add {name}" for name in CIRCUMSTANCES],
)
def test_a_phone_is_made_ill_by_everything_that_it_can_have(command) -> None:
    assert command in SENT


def test_each_is_told_from_the_others_and_the_dear_ones_are_healed_twice() -> None:
    names = [ailment.name for ailment in ALL]
    assert len(set(names)) == len(names)
    assert {"expired-session", "corrupt-database"} < {one.name for one in DEAR}


def test_a_backup_that_is_off_costs_more_among_several_accounts() -> None:
    off = next(ailment for ailment in ALL if ailment.name == "backup off")
    assert (off.among(1).ends_at, off.among(2).ends_at) == (Risk.REVERSIBLE, Risk.APP_DATA)
    saver = next(ailment for ailment in ALL if ailment.name == "battery saver")
    assert saver.among(2) is saver
