"""What a file cannot understate: read off its steps, the shell's words included."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.vocabulary import Effect, Registry, Risk, registry
from scenarios.loader import load
from scenarios.marks import Mark, ScenarioProblems
from scenarios.model import Scenario, SetControl
from scenarios.risk import effects_of, riskiest
from scenarios.shell_words import may_cut_link
from scenarios.templates import Argument, Before, Template

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
    ("control", "harmless", "harmful"),
    [
        ("network.mobile_data", False, True),
        ("network.metered", True, False),
        ("photos.cellular", "off", 5_000_000),
        ("photos.cellular", "off", "unlimited"),
        ("photos.cellular_videos", False, True),
        ("photos.roaming", False, True),
        ("photos.backup", False, True),
        ("photos.folders", {"Screenshots": False}, {"Screenshots": False, "Download": True}),
        ("photos.account", "none", "someone@example.com"),
    ],
)
def test_effects_look_at_the_value(control: str, harmless: Argument, harmful: Argument) -> None:
    effects = registry().controls[control].effects
    assert effects
    assert _effects_of_setting(control, harmless) == set()
    assert _effects_of_setting(control, harmful) == effects
    value_type = registry().facts[control].type
    open_value = Template(Mark("x.yaml"), value_type, (Before(control, value_type),))
    assert _effects_of_setting(control, open_value) == effects


def _effects_of_setting(control: str, value: Argument) -> set[Effect]:
    step = SetControl(Mark("x.yaml"), control, registry().facts[control].type, value)
    return set(effects_of((step,), registry()))


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


def test_what_deletes_originals_is_for_who_names_the_file_and_never_for_heal(
    tmp_path: Path,
) -> None:
    path = tmp_path / "freeing.yaml"
    text = "name: x\nrisk: app-data\nfix: [storage.free_up]\nexpect: {judged: moving}\n"
    path.write_text(text)
    [scenario] = load([path], variables={}, environ={})
    assert scenario.cause is None
    path.write_text(f"{text}cause: unseen\n")
    with pytest.raises(ScenarioProblems, match="heal never deletes originals"):
        load([path], variables={}, environ={})
