"""What is found and what is planned, as it is told; and that heal does what check has said."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import pytest

from benchmarks.ailments import CURABLE, Ailment
from benchmarks.healing import ill_phone, journalled, solutions, truth
from drivers.errors import NotHealedError
from drivers.vocabulary import Effect, Facts, Risk
from reports.terminal import diagnosis_lines, plan_lines
from scenarios.binding import Binding
from scenarios.conditions import UNSEEN
from scenarios.diagnosis import Finding
from scenarios.doctor import Doctor
from scenarios.events import Event, PhaseBegan, Planned
from scenarios.examination import Examination
from scenarios.findings import Outlook, foresee
from scenarios.journal import Change
from scenarios.loader import load
from scenarios.outcome import SKIPPED
from scenarios.steps import Bench
from scenarios.undo import undo

HEAD = "risk: reversible\nexpect: {counter: {advances: 1}}\n"


@pytest.fixture
def found(tmp_path):
    """What becomes of causes that are held against facts: the outlooks, by the scenario's name."""

    def find(facts: Facts, *texts: str, **allowed) -> dict[str, Outlook]:
        for number, text in enumerate(texts):
            (tmp_path / f"{number}.yaml").write_text(text + HEAD, encoding="utf-8")
        scenarios = load(sorted(tmp_path.glob("*.yaml")), variables={}, environ={})
        findings = [
            Finding(s, s.cause, s.cause.holds(facts), Binding.ALWAYS, facts) for s in scenarios
        ]
        told = foresee(findings, facts, Risk.REVERSIBLE, frozenset(), **allowed)
        return {outlook.finding.scenario.name: outlook for outlook in told}

    return find


SAVER = "name: Saver\ncause: {battery.saver: on}\nfix: [{battery.saver: off}]\n"
STICKY = (
    "name: Sticky\ncause: {battery.saver_sticky: on}\n"
    "fix: [{battery.saver: off}, {battery.saver_sticky: off}]\n"
)
METERED = (
    "name: Metered\ncause: {network.metered: on}\nfix: [{network.metered: off}]\neffects: [costs]\n"
)
BOTH = {"battery.saver": True, "battery.saver_sticky": True, "network.metered": True}


class TestForesight:
    def test_what_an_earlier_fix_ends_is_not_promised_again(self, found) -> None:
        outlooks = found(BOTH, STICKY, SAVER)
        assert outlooks["Sticky"].is_treated
        assert outlooks["Saver"].needless == "it ends with 1"

    def test_what_is_not_done_ends_nothing(self, found) -> None:
        again = METERED.replace("Metered", "Again")
        outlooks = found(BOTH, METERED, again)
        assert [o.flags for o in outlooks.values()] == ["--allow=costs", "--allow=costs"]

    def test_nothing_is_promised_before_a_persons_part(self, found) -> None:
        outlooks = found({**BOTH, "photos.status": "cloud_full"}, SAVER)
        assert outlooks["Saver"].needless == "first your part"

    def test_a_backup_that_moves_needs_nothing_that_binds_always(self, found) -> None:
        assert found(BOTH, SAVER, is_well=True)["Saver"].needless == "the backup moves despite it"

    def test_the_same_cause_of_several_cases_is_told_once(self, found) -> None:
        cases = "name: Low\ncause: {battery.level: '< 15%'}\ncases: [{at: 1}, {at: 2}]\n"
        assert len(found({"battery.level": 4}, cases)) == 1


def wide(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if len(line) > 80]


CAUSE = {
    "found": "battery.saver is on",
    "means": "Google Photos waits for power while battery saver is on. " * 3,
    "deeds": ["battery.saver: off", "battery.saver_sticky: off"],
    "price": "nothing that cannot be put back",
    "refusal": "not without --allow=costs",
}


class TestLines:
    def test_the_diagnosis_is_readable_at_80_columns(self) -> None:
        told = {"causes": [CAUSE], "rest": ["6 others are ruled out"]}
        lines = list(diagnosis_lines(told))
        assert wide(lines) == []
        assert lines[0] == "   1 found    battery.saver is on"
        assert list(diagnosis_lines(told, is_brief=True)) == lines[:1]
        assert "(not without --allow=costs)" in " ".join(line.strip() for line in lines)
        assert lines[-1].strip() == "6 others are ruled out"

    def test_what_is_a_persons_to_do_is_said_and_has_no_risk(self) -> None:
        yours = {**CAUSE, "deeds": [], "price": "", "refusal": ""}
        for has_plan in (False, True):
            told = {"causes": [yours], "rest": [], "has_plan": has_plan}
            assert list(diagnosis_lines(told))[-1] == "     will do  nothing (this is yours to do)"

    def test_a_plan_is_numbered_through_and_readable_at_80_columns(self) -> None:
        step = {"kind": "try", "title": "A fix", "sends": ["svc wifi enable " * 8], "price": "no"}
        told = {"steps": [step, step], "guesses": [step], "last": [step], "rest": ["flags " * 30]}
        lines = list(plan_lines(told))
        assert wide(lines) == []
        assert [line.split()[0] for line in lines if "try" in line] == ["1", "2", "3", "4"]
        nothing = {"steps": [step], "guesses": [], "last": [], "rest": []}
        assert not [line for line in plan_lines(nothing) if line.startswith("if that")]


def only(name: str) -> Ailment:
    return next(ailment for ailment in CURABLE if ailment.name == name)


def planned(events: Sequence[Event]) -> Planned:
    [plan] = [event for event in events if isinstance(event, Planned)]
    return plan


@pytest.mark.parametrize(
    "ailment",
    [only("battery saver"), pytest.param(only("hung-app"), marks=pytest.mark.full)],
    ids=lambda ailment: ailment.name,
)
def test_heal_does_what_check_has_said_and_check_changes_nothing(ailment) -> None:
    scenarios = [s for s in solutions() if s.solution in {5, 6, 9}]
    allowed = (Risk.DISRUPTIVE, frozenset(Effect))
    events: list[Event] = []
    with ill_phone([ailment], profile="pixel-8", latency="none") as ill:
        before = truth(ill.phone)
        with journalled(ill, 0.6, events.append) as bench:
            with suppress(NotHealedError):  # where something holds it up
                Examination(bench, *allowed, scenarios).verdict()
            assert bench.journal.changes == {}
        after = truth(ill.phone)
        assert after["settings"] == before["settings"]
        assert after["phone"]["foreground"] == before["phone"]["foreground"]
        with journalled(ill, 0.6) as bench:
            doctor = Doctor(bench, *allowed, scenarios)
            done = [s.name for s in scenarios if not s.unset and doctor.treat(s).how != SKIPPED]
            doctor.verdict()
            doctor.end()
    plan = planned(events)
    said = [step.title for step in (*plan.steps, *plan.guesses) if step.kind in {"treat", "try"}]
    # In the order in which heal does it; once it moves, nothing more.
    assert done == [title for title in said if title in done]
    assert done
    sends = {line for step in (*plan.steps, *plan.guesses, *plan.last) for line in step.sends}
    for change in bench.journal.changes.values():
        assert set(commands_of(change, bench)) <= sends, change


def test_what_heal_puts_back_to_find_the_cure_check_has_said_too() -> None:
    names = ("Wi-Fi is switched off", "Battery saver pauses the backup")
    scenarios = [scenario for scenario in solutions() if scenario.name in names]
    events: list[Event] = []
    both = [only("Wi-Fi off"), only("battery saver")]
    with ill_phone(both, profile="pixel-8", latency="none") as ill:
        with journalled(ill, 0.6, events.append) as bench, suppress(NotHealedError):
            Examination(bench, Risk.REVERSIBLE, frozenset(), scenarios).verdict()
        with journalled(ill, 0.6) as bench:
            doctor = Doctor(bench, Risk.REVERSIBLE, frozenset(), scenarios)
            for scenario in scenarios:
                doctor.treat(scenario)
            doctor.verdict()
            doctor.end()
            changes = bench.journal.changes
            sent = {
                command
                for number in bench.journal.undone
                if changes[number].name in {"network.wifi", "battery.saver"}
                for command in bench.registry.controls[changes[number].name].commands(
                    changes[number].was
                )
            }
    [prove] = [step for step in planned(events).steps if step.kind == "prove"]
    assert sent
    assert sent <= set(prove.sends)


@pytest.mark.full
def test_behind_a_hang_heal_tries_in_the_order_that_check_has_said() -> None:
    """Photos hangs, and once it answers the account is throttled: every guess has its turn."""
    ailment = only("hung-app")
    scenarios = [s for s in solutions() if s.cause is UNSEEN and not s.unset]
    allowed = (Risk.DISRUPTIVE, frozenset(Effect))
    events: list[Event] = []
    with ill_phone([ailment], profile="pixel-8", latency="none") as ill:
        ill.phone.shell("virtual fault add throttled")
        with journalled(ill, 0.6, events.append) as bench, suppress(NotHealedError):
            Examination(bench, *allowed, scenarios, may_look=True).verdict()
        tried: list[str] = []

        def hear(event: Event) -> None:
            if isinstance(event, PhaseBegan) and event.name == "fix":
                tried.append(event.title)

        with journalled(ill, 0.6, hear) as bench:
            doctor = Doctor(bench, *allowed, scenarios)
            for scenario in scenarios:
                doctor.treat(scenario)
            doctor.end()
            undo(bench.journal, ill.phone, bench.registry)
    said = [step.title for step in planned(events).guesses]
    assert said[0] == "Google Photos hangs and has to be restarted"
    assert tried == said


def commands_of(change: Change, bench: Bench) -> list[str]:
    if change.kind == "control":
        to = tuple(change.to) if isinstance(change.to, list) else change.to
        templates = bench.registry.controls[change.name].commands(to)
    else:
        templates = bench.registry.operations[change.name].commands({"which": "largest"})
    package = bench.phone.package
    return [t.replace("{user}", "0").replace("{package}", package) for t in templates]
