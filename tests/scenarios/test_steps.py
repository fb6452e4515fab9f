"""What each step says, and what it may cost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.vocabulary import Effect, Registry, Risk
from fixtures.virtual.faults import FAULTS
from scenarios.conditions import Conditions
from scenarios.expectations import CounterAdvances, CounterSteady, FactIs, Judged, ResultIs
from scenarios.gestures import Key, Open, ScrollTo, Tap, Type, Wait
from scenarios.marks import ScenarioProblems
from scenarios.model import VIRTUAL_FAULTS, Run, Scenario, SetControl, Shell, Virtual, When, walk

Load = Callable[..., tuple[Scenario, ...]]
LoadFix = Callable[..., Scenario]


@pytest.mark.parametrize(
    ("step", "kind", "words", "risk"),
    [
        ("battery.saver: off", SetControl, "battery.saver: off", Risk.REVERSIBLE),
        ("power.stay_on: [usb, ac]", SetControl, "power.stay_on: [ac, usb]", Risk.REVERSIBLE),
        ("power.stay_on: usb", SetControl, "power.stay_on: [usb]", Risk.REVERSIBLE),
        ("power.stay_on: []", SetControl, "power.stay_on: []", Risk.REVERSIBLE),
        (
            "photos.folders: {Camera: on}",
            SetControl,
            "photos.folders: {Camera: on}",
            Risk.REVERSIBLE,
        ),
        ("photos.media_access: all", SetControl, "photos.media_access: all", Risk.REVERSIBLE),
        ("photos.media_access: none", SetControl, "photos.media_access: none", Risk.DISRUPTIVE),
        (
            "photos.media_access: ${before.photos.media_access}",
            SetControl,
            "photos.media_access: ${before.photos.media_access}",
            Risk.DISRUPTIVE,
        ),
        ("photos.open", Run, "photos.open", Risk.LOOK),
        ("photos.open:", Run, "photos.open", Risk.LOOK),
        ("photos.restart", Run, "photos.restart", Risk.DISRUPTIVE),
        ("media.add: 20", Run, "media.add: {count: 20}", Risk.REVERSIBLE),
        (
            "storage.fill: {leave: 100 MB, within: 1min}",
            Run,
            "storage.fill: {leave: 100 MB}",
            Risk.REVERSIBLE,
        ),
        (
            "photos.upload_manually: {until: 5}",
            Run,
            "photos.upload_manually: {until: 5}",
            Risk.REVERSIBLE,
        ),
        (
            "storage.trim_caches: {until: {storage.free: '> 1 GB'}}",
            Run,
            "storage.trim_caches until storage.free > 1 GB",
            Risk.DISRUPTIVE,
        ),
        (
            "photos.install: [a.apk, b.apk]",
            Run,
            "photos.install: {files: [a.apk, b.apk]}",
            Risk.DISRUPTIVE,
        ),
        ("photos.install: a.apk", Run, "photos.install: {files: [a.apk]}", Risk.DISRUPTIVE),
        ("photos.clear_data", Run, "photos.clear_data", Risk.APP_DATA),
        ("phone.factory_reset", Run, "phone.factory_reset", Risk.WIPE),
        ("shell: {run: [svc, wifi, enable]}", Shell, "shell: svc wifi enable", Risk.DISRUPTIVE),
        (
            "shell: {run: [svc, wifi, enable], undo: [svc, wifi, disable]}",
            Shell,
            "shell: svc wifi enable",
            Risk.REVERSIBLE,
        ),
        (
            "shell: {run: [pm, clear, some.app], undo: ['true']}",
            Shell,
            "shell: pm clear some.app",
            Risk.APP_DATA,
        ),
        ("open: photos", Open, "open: photos", Risk.DISRUPTIVE),
        (
            "open: {action: android.settings.SETTINGS, undo: []}",
            Open,
            "open: android.settings.SETTINGS",
            Risk.REVERSIBLE,
        ),
        (
            "open: com.android.settings/.Settings",
            Open,
            "open: com.android.settings/.Settings",
            Risk.DISRUPTIVE,
        ),
        ("tap: {say: backup}", Tap, "tap: {say: backup}", Risk.DISRUPTIVE),
        ("tap: {id: switch, undo: [tap: {id: switch}]}", Tap, "tap: {id: switch}", Risk.REVERSIBLE),
        ("tap: {id: switch, undo: [photos.clear_data]}", Tap, "tap: {id: switch}", Risk.APP_DATA),
        (
            "scroll_to: {text: Backup, within: 5s}",
            ScrollTo,
            "scroll_to: {text: Backup}",
            Risk.DISRUPTIVE,
        ),
        ("type: hello world", Type, "type: hello world", Risk.DISRUPTIVE),
        (
            "type: {text: no, into: {desc: Name}}",
            Type,
            "type: no into {desc: Name}",
            Risk.DISRUPTIVE,
        ),
        ("key: back", Key, "key: back", Risk.DISRUPTIVE),
        ("wait: {id: spinner}", Wait, "wait: {id: spinner}", Risk.DISRUPTIVE),
        (
            "wait: {gone: {id: spinner}, undo: []}",
            Wait,
            "wait: {gone: {id: spinner}}",
            Risk.REVERSIBLE,
        ),
    ],
)
def test_a_step(load_fix: LoadFix, step: str, kind: type, words: str, risk: Risk) -> None:
    scenario = load_fix(f"  - {step}")
    (one,) = scenario.fix
    assert isinstance(one, kind)
    assert one.describe() == words
    assert scenario.fix_risk == risk
    assert (one.mark.path, one.mark.line, one.mark.column) == ("scenario.yaml", 6, 5)


@pytest.mark.parametrize(
    "step",
    [
        "battery.saver: off\n    within: 2min",
        "photos.open:\n    within: 2min",
        "photos.open: {within: 2min}",
        "tap: {id: switch}\n    within: 2min",
        "tap: {id: switch, within: 2min}",
        "shell: {run: [ls], within: 2min}",
        "shell: {run: [ls]}\n    within: 2min",
        "when: {battery.saver: on}\n    do: [photos.open]\n    within: 2min",
    ],
)
def test_any_step_takes_within(load_fix: LoadFix, step: str) -> None:
    assert load_fix(f"  - {step}").fix[0].within_s == 120.0


def test_when(load_fix: LoadFix, vocabulary: Registry) -> None:
    scenario = load_fix(
        "  - when: {battery.saver: on}\n    do:\n      - battery.saver: off\n      - photos.restart"
    )
    (when,) = scenario.fix
    assert isinstance(when, When)
    assert when.describe() == "when battery.saver is on"
    assert [type(step) for step in walk(scenario.fix)] == [When, SetControl, Run]
    assert scenario.fix_risk == Risk.DISRUPTIVE


def test_until_is_a_condition(load_fix: LoadFix) -> None:
    (step,) = load_fix("  - storage.trim_caches:\n    until: {storage.free: '>= 2 GB'}").fix
    assert isinstance(step, Run)
    assert isinstance(step.until, Conditions)
    assert step.until.holds({"storage.free": 2 * 10**9}) is True


def test_included_steps_are_spliced_in(load_fix: LoadFix) -> None:
    scenario = load_fix(
        "  - battery.saver: off\n  - include: steps/open.yaml\n  - photos.restart",
        files={
            "steps/open.yaml": "- network.wifi: ${wifi}\n- include: ../more.yaml\n",
            "more.yaml": "- photos.open\n",
        },
        variables={"wifi": "on"},
    )
    assert [step.describe() for step in scenario.fix] == [
        "battery.saver: off", "network.wifi: on", "photos.open", "photos.restart",
    ]  # fmt: skip
    assert [str(step.mark) for step in scenario.fix] == [
        "scenario.yaml:6:5", "steps/open.yaml:1:3", "more.yaml:1:3", "scenario.yaml:8:5",
    ]  # fmt: skip


def test_one_file_included_twice_is_no_cycle(load_fix: LoadFix) -> None:
    fix = "  - include: open.yaml\n  - include: open.yaml"
    assert len(load_fix(fix, files={"open.yaml": "- photos.open\n"}).fix) == 2


def test_includes_that_explode(load_text: Load) -> None:
    files = {f"s{n}.yaml": f"- include: s{n + 1}.yaml\n" * 10 for n in range(9)}
    text = "name: A\nrisk: look\nexpect: {judged: moving}\nfix: [include: s0.yaml]\n"
    with pytest.raises(ScenarioProblems, match="more than 500 steps, includes counted"):
        load_text(text, files={**files, "s9.yaml": "- photos.open\n"})


def test_the_fault_costs_for_itself(load_text: Load) -> None:
    """Heal does the fix only: what injecting costs must not keep it from a gentle fix."""
    (scenario,) = load_text(
        "name: A\nrisk: reversible\nexpect: {judged: moving}\n"
        "fault: [photos.media_access: none, photos.folders: {Camera: off}, virtual: hung-app]\n"
        "fix: [photos.media_access: all]\n"
    )
    assert (scenario.fix_risk, scenario.fault_risk) == (Risk.REVERSIBLE, Risk.DISRUPTIVE)
    assert (scenario.effects, scenario.fault_effects) == (frozenset(), {Effect.UPLOADS})
    assert isinstance(scenario.fault[2], Virtual)


def test_more_may_be_declared_than_is_so(load_fix: LoadFix) -> None:
    scenario = load_fix("  - photos.open", risk="app-data")
    assert (scenario.risk, scenario.fix_risk) == (Risk.APP_DATA, Risk.LOOK)
    assert scenario.effects == {Effect.COSTS, Effect.UPLOADS}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{counter: {advances: 3}}",
            [(CounterAdvances, "the counter advances by at least 3", None, False)],
        ),
        (
            "{counter: {advances: 1, within: 1min, soft: on}}",
            [(CounterAdvances, "the counter advances by at least 1", 60.0, True)],
        ),
        (
            "{counter: {steady: 20s}}",
            [(CounterSteady, "the counter stays where it is for 20s", None, False)],
        ),
        ("{judged: slow}", [(Judged, "judged is slow", None, False)]),
        (
            "{judged: [slow, stuck], within: 5s}",
            [(Judged, "judged is any of slow, stuck", 5.0, False)],
        ),
        ("{judged: {not: stuck}}", [(Judged, "judged is not stuck", None, False)]),
        (
            "[{judged: moving}, {battery.saver: off, soft: on}]",
            [
                (Judged, "judged is moving", None, False),
                (FactIs, "battery.saver is off", None, True),
            ],
        ),
        (
            "{judged: moving, battery.saver: off, within: 5s}",
            [
                (Judged, "judged is moving", 5.0, False),
                (FactIs, "battery.saver is off", 5.0, False),
            ],
        ),
    ],
)
def test_an_expectation(load_fix: LoadFix, text: str, expected: list[tuple[object, ...]]) -> None:
    found = load_fix(more=f"expect: {text}").expect
    assert [(type(e), e.describe(), e.within_s, e.soft) for e in found] == expected


def test_the_result_of_an_operation(load_fix: LoadFix) -> None:
    scenario = load_fix(
        "  - cloud.transfer: {source: 'a:', target: 'b:'}",
        more="expect: {cloud.transfer: {verified: on, copied: '>= 1', soft: on}}",
    )
    (result,) = scenario.expect
    assert isinstance(result, ResultIs)
    assert result.soft
    assert result.describe() == "cloud.transfer.verified is on and cloud.transfer.copied >= 1"
    assert (
        result.conditions.holds({"cloud.transfer.verified": True, "cloud.transfer.copied": 2})
        is True
    )


def test_cases(load_text: Load) -> None:
    text = (
        "name: Low battery\nrisk: look\nexpect: {judged: moving}\n"
        "cases: [{level: 5%}, {level: 15%, plugged: none}]\n"
        "cause: {battery.level: '<= ${case.level}'}\n"
        "fault: [battery.level: '${case.level}']\n"
    )
    five, fifteen = load_text(text)
    assert [five.id, fifteen.id] == ["Low battery[level=5%]", "Low battery[level=15%,plugged=none]"]
    assert [s.fault[0].describe() for s in (five, fifteen)] == [
        "battery.level: 5%",
        "battery.level: 15%",
    ]
    assert five.cause.describe() == "battery.level <= 5%"


def test_what_is_said_of_a_scenario(load_text: Load) -> None:
    (scenario,) = load_text(
        "name: ' A name '\nsolution: 9\nwhy: Because.\ntags: power\n"
        "risk: look\nexpect: {judged: done}\n"
    )
    assert (scenario.id, scenario.solution, scenario.why, scenario.tags) == (
        "A name",
        9,
        "Because.",
        ("power",),
    )
    assert (scenario.mark.line, scenario.fix, scenario.fault, scenario.case) == (1, (), (), {})


def test_the_faults_are_those_of_the_virtual_phone() -> None:
    """Listed twice, since neither may import the other."""
    assert set(VIRTUAL_FAULTS) == set(FAULTS)
