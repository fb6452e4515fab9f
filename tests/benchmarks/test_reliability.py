"""A smaller docs/reliability.md: each break once, in the moments that it interrupts."""

from __future__ import annotations

import random
from itertools import product

import pytest

from benchmarks.breaking import BREAKS, Break
from benchmarks.reliability import PHONE, Moment, Row, Trial, main, moments, run, table
from tests.conftest import ROOT

# Each takes some seconds; the rest of the table is for `--full`.
QUICK = {
    ("adb server killed", "diagnosis"),
    ("phone disconnected", "change"),
    ("agent killed", "change"),
    ("agent hung", "diagnosis"),
    ("phone restarted", "diagnosis"),
    ("phone restarted", "watch"),
}
CASES = [
    pytest.param(
        broke,
        moment,
        id=f"{broke.name}, {moment.name}",
        marks=[] if (broke.name, moment.name) in QUICK else [pytest.mark.full],
    )
    for broke, moment in product(BREAKS, moments())
]


@pytest.mark.parametrize(("broke", "moment"), CASES)
def test_all_comes_back_and_what_is_lost_is_said(
    broke: Break, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than a look takes on this phone, and not the 10 s that a real one is given.
    monkeypatch.setattr("drivers.agent.CALL_TIMEOUT_S", 1.5)
    row = run(broke, moment, times=1, chance=random.Random(1), arguments=PHONE)
    [trial] = row.trials
    assert trial.problem == ""
    assert trial.losses, trial.said


def test_what_did_not_come_back_stands_out() -> None:
    lost = Trial(problem="PhoneLostError: gone")
    said = Trial(seconds=1.25, said=["phone SERIAL dropped", "a | b is asked again"])
    *_, row = table([Row("agent killed", "watch", (lost, said))])
    assert row == "| agent killed | watch | **1 of 2** | 1.2 (1.2) | a \\| b is asked again |"


def test_the_page_has_a_row_for_each_break_in_each_moment() -> None:
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    for broke, moment in product(BREAKS, moments()):
        assert f"| {broke.name} | {moment.name} | " in text


def test_the_command_says_what_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "python -m benchmarks.reliability" in capsys.readouterr().out
