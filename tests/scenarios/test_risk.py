"""What a file cannot understate: read off its steps, the shell's words included."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.vocabulary import Effect, Registry, Risk
from scenarios.marks import ScenarioProblems
from scenarios.model import Scenario
from scenarios.risk import effects_of, riskiest
from scenarios.shell_words import may_cut_link

LoadFix = Callable[..., Scenario]


@pytest.mark.parametrize(
    ("run", "risk"),
    [
        ("[pm, clear, com.x]", Risk.APP_DATA),
        ("[/system/bin/pm, clear, com.x]", Risk.APP_DATA),
        ("[sh, -c, 'pm clear com.x']", Risk.APP_DATA),
        ('[sh, -c, "true;pm uninstall com.x"]', Risk.APP_DATA),
        ("[cmd, -w, package, clear, com.x]", Risk.APP_DATA),
        ("['${program}', clear, com.x]", Risk.APP_DATA),
        ("[rm, -rf, /sdcard/DCIM]", Risk.DISRUPTIVE),
        ("[content, delete, --uri, 'content://media/external/file']", Risk.DISRUPTIVE),
        ("[sh, -c, 'am force-stop com.x']", Risk.DISRUPTIVE),
        ("[settings, put, global, x, '1']", Risk.REVERSIBLE),
    ],
)
def test_a_way_back_that_is_none(
    run: str, risk: Risk, load_fix: LoadFix, vocabulary: Registry
) -> None:
    more = "vars: {program: {secret: PROGRAM}}"
    step = f"  - shell: {{run: {run}, undo: [echo]}}"
    scenario = load_fix(step, more=more, environ={"PROGRAM": "pm"})
    assert riskiest(scenario.fix, vocabulary)[0] is risk


def test_the_way_back_counts_too(load_fix: LoadFix, vocabulary: Registry) -> None:
    scenario = load_fix("  - shell: {run: [svc, nfc, enable], undo: [pm, clear, com.x]}")
    assert scenario.fix_risk is Risk.APP_DATA


def test_a_factory_reset_is_refused(load_fix: LoadFix) -> None:
    run = "[am, broadcast, -a, android.intent.action.MASTER_CLEAR]"
    with pytest.raises(ScenarioProblems, match="never carried out"):
        load_fix(f"  - shell: {{run: {run}}}")


@pytest.mark.parametrize(
    "step",
    [
        "  - shell: {run: [svc, data, enable], undo: [svc, data, disable]}",
        "  - tap: {id: x}\n    undo:\n      - photos.cellular: unlimited",
    ],
    ids=["shell", "the way back of a tap"],
)
def test_costs(step: str, load_fix: LoadFix, vocabulary: Registry) -> None:
    assert set(effects_of(load_fix(step).fix, vocabulary)) == {Effect.COSTS}


@pytest.mark.parametrize(
    ("command", "cuts"),
    [
        ("svc wifi disable", True),
        ("sh -c 'svc wifi disable'", True),
        ("cmd connectivity airplane-mode enable", True),
        ("settings put global airplane_mode_on 1", True),
        ("svc wifi enable", False),
        ("settings put global low_power 1", False),
    ],
)
def test_what_may_cut_the_link(command: str, *, cuts: bool) -> None:
    assert may_cut_link(command.split()) is cuts
