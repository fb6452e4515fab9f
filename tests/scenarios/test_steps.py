"""Steps on a phone: journalled before they are done, refused before they do harm."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from drivers import connect
from drivers.errors import LossError, NotHealedError, StablePhoneError, TransientPhoneError
from drivers.phone import Phone
from drivers.shell import ShellResult
from drivers.values import ValueType
from drivers.vocabulary import PATIENCE, Operation, Risk, registry
from fixtures.launch import virtual_phone
from scenarios import journal as journals
from scenarios import remembered
from scenarios.conditions import Condition, Conditions, Is
from scenarios.events import Event, StepEnded
from scenarios.gestures import Key, Open, ScrollTo, Selector, Tap, Type, Wait
from scenarios.marks import Mark
from scenarios.model import Run, SetControl, Shell, Virtual, When
from scenarios.steps import Bench, NotHereError, perform
from scenarios.undo import still_changed, undo
from scenarios.way_back import as_memo, gesture_of

MARK = Mark("scenario.yaml", 7, 3)
LIST = ValueType("list")


@pytest.fixture(scope="module")
def phone():
    with (
        virtual_phone(["--media", "5"]) as launched,
        connect(launched.serial, launched.client) as connected,
    ):
        yield connected


@pytest.fixture
def heard() -> list[Event]:
    return []


@pytest.fixture
def bench(phone: Phone, tmp_path: Path, heard: list[Event]) -> Bench:
    journal = journals.begin(tmp_path, phone.identity, phone.serial)
    return Bench(phone, journal, registry(), 1.0, heard.append)


def wifi(value: bool) -> SetControl:
    return SetControl(MARK, "network.wifi", registry().facts["network.wifi"].type, value)


def test_a_change_is_journalled_done_read_back_and_taken_back(bench, heard) -> None:
    perform(bench, wifi(False), {})
    [change] = bench.journal.standing
    assert (change.name, change.was, change.to, change.is_done) == (
        "network.wifi", True, False, True,
    )  # fmt: skip
    assert bench.phone.facts(["network.wifi"])["network.wifi"] is False
    ended = [event for event in heard if isinstance(event, StepEnded)][-1]
    assert (ended.before, ended.after) == ({"network.wifi": True}, {"network.wifi": False})
    assert undo(bench.journal, bench.phone, bench.registry) == []
    assert bench.phone.facts(["network.wifi"])["network.wifi"] is True


@pytest.mark.parametrize("memo", [{}, [], "0", 0, {"written": []}])
def test_a_memo_of_another_version_costs_only_itself(bench, memo, monkeypatch) -> None:
    monkeypatch.setattr("scenarios.undo._SETTLE_S", 0.0)
    perform(bench, wifi(False), {})
    for name in ("power.screen_timeout", "battery.saver"):
        bench.journal.record("control", name, place="x.yaml:1:1", was=1.0, to=None, memo=memo)
    bench.journal.record("operation", "media.add", place="x.yaml:1:1", was=None, to=None, memo=memo)
    bench.journal.record("screen", "tap", place="x.yaml:1:1", was=None, to=None, memo=memo)
    undo(bench.journal, bench.phone, bench.registry)
    assert bench.phone.facts(["network.wifi"])["network.wifi"] is True


def test_a_full_disk_ends_no_way_back(bench, monkeypatch) -> None:
    saver = registry().facts["network.data_saver"].type
    perform(bench, wifi(False), {})
    perform(bench, SetControl(MARK, "network.data_saver", saver, True), {})

    def full(change: journals.Change, how: str) -> None:
        raise LossError("no room")

    monkeypatch.setattr(bench.journal, "mark_undone", full)
    leftovers = undo(bench.journal, bench.phone, bench.registry)
    reason = "it was put back, which the journal cannot tell: no room"
    assert [leftover.reason for leftover in leftovers] == [reason] * 2
    assert bench.phone.facts(["network.wifi"])["network.wifi"] is True
    monkeypatch.undo()
    assert undo(bench.journal, bench.phone, bench.registry) == []


def test_when_sees_what_only_a_page_of_photos_shows(bench) -> None:
    quality = registry().facts["photos.quality"].type
    for value, done in (("express", []), ("original", ["network.wifi"])):
        is_it = Condition(MARK, "photos.quality", quality, Is(value))
        perform(bench, When(MARK, Conditions(MARK, (is_it,)), (wifi(False),)), {})
        assert [change.name for change in bench.journal.standing] == done
    assert undo(bench.journal, bench.phone, bench.registry) == []


def test_a_value_that_is_there_already_changes_nothing(bench) -> None:
    perform(bench, wifi(True), {})
    assert bench.journal.changes == {}


class Standing(Operation):
    """Says how long it is to wait for the backup."""

    name, doc, base_risk = "photos.stand", "Stands.", Risk.LOOK
    arguments: ClassVar = {PATIENCE: ValueType("seconds")}
    results: ClassVar = {"waited": ValueType("seconds")}

    def commands(self, arguments):
        return ()

    def run(self, phone, arguments, prepared):
        return {"photos.stand.waited": arguments[PATIENCE]}


@pytest.mark.parametrize(("given", "waited"), [({}, 1.0), ({PATIENCE: 7.0}, 7.0)])
def test_who_waits_for_the_backup_has_the_patience_of_the_run(bench, given, waited) -> None:
    bench = replace(bench, registry=replace(bench.registry, operations={Standing.name: Standing()}))
    step = Run(MARK, Standing.name, given, Standing.arguments)
    assert perform(bench, step, {}) == {"photos.stand.waited": waited}


class Emptying(Operation):
    """Makes less room each time, and none in the end; one time in between nothing."""

    name, doc, base_risk, repeats, spent = "storage.empty", "Empties.", Risk.LOOK, True, "freed"
    results: ClassVar = {"freed": ValueType("bytes")}

    def __init__(self) -> None:
        self.brings = [3, 0, 2, 0, 0, 9]

    def commands(self, arguments):
        return ()

    def run(self, phone, arguments, prepared):
        return {"storage.empty.freed": self.brings.pop(0)}


def test_what_brings_nothing_any_more_is_not_repeated_until_the_time_is_up(bench) -> None:
    emptying = Emptying()
    bench = replace(bench, registry=replace(bench.registry, operations={Emptying.name: emptying}))
    never = Condition(MARK, "network.wifi", registry().facts["network.wifi"].type, Is(False))
    step = Run(MARK, Emptying.name, until=Conditions(MARK, (never,)), within_s=600.0)
    with pytest.raises(NotHealedError, match="gets no further: the last 2 times brought nothing"):
        perform(bench, step, {})
    assert emptying.brings == [9]


def test_what_cannot_be_read_is_not_set_since_it_could_not_be_put_back(
    bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = bench.registry.controls["photos.roaming"]
    monkeypatch.setattr(control, "read", lambda phone: None)
    step = SetControl(MARK, "photos.roaming", control.fact.type, True)
    with pytest.raises(StablePhoneError, match=r"photos\.roaming cannot be read.*was not done"):
        perform(bench, step, {})
    assert bench.journal.changes == {}


def test_what_this_android_has_not_is_not_asked_for_its_value(
    bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = bench.registry.controls["network.wifi"]
    monkeypatch.setattr(control, "since", bench.phone.sdk + 1)
    monkeypatch.setattr(control, "read", lambda phone: pytest.fail("it was asked"))
    with pytest.raises(NotHereError, match="can be set from API 35 on"):
        perform(bench, wifi(False), {})


def test_what_would_cut_the_link_is_refused_before_it_starts(
    bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Phone, "link", "network")
    by_hand = Shell(MARK, ("svc", "wifi", "disable"), ("svc", "wifi", "enable"))
    for step in (wifi(False), Run(MARK, "phone.reboot"), by_hand):
        with pytest.raises(StablePhoneError, match="needs a cable"):
            perform(bench, step, {})
    assert bench.journal.changes == {}
    assert bench.phone.facts(["network.wifi"])["network.wifi"] is True


def test_what_would_cut_the_link_is_not_put_back_over_it(
    bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform(bench, wifi(False), {})
    undo(bench.journal, bench.phone, bench.registry)
    monkeypatch.setattr(Phone, "link", "network")
    bench.journal.record(
        "control", "network.wifi", place="x:1:1", was=False, to=True, memo={"wifi": False}
    )
    [leftover] = undo(bench.journal, bench.phone, bench.registry)
    assert "needs a cable" in leftover.reason
    assert bench.phone.facts(["network.wifi"])["network.wifi"] is True
    bench.journal.record(
        "shell", "shell: svc wifi enable", place="x:1:1", was=None, to=None,
        memo="'svc' wifi disable",
    )  # fmt: skip
    assert len(undo(bench.journal, bench.phone, bench.registry)) == 2


def test_what_stands_is_named_so_that_its_owner_finds_it_again(bench) -> None:
    perform(bench, Run(MARK, "media.set_aside", {"items": ("largest",)}, {"items": LIST}), {})
    [line] = still_changed(bench.journal, bench.registry)
    # In quotes and called a file: so a report hides the name, and tells it with --show-personal.
    assert re.fullmatch(r'media\.set_aside: file ".+\.\w+" in the folder \.unstuck/aside, .*', line)
    undo(bench.journal, bench.phone, bench.registry)
    assert still_changed(bench.journal, bench.registry) == []


def test_a_restart_that_was_done_to_its_end_leaves_nothing_to_take_back(bench) -> None:
    perform(bench, Run(MARK, "photos.restart"), {})
    assert [change.name for change in bench.journal.changes.values()] == ["photos.restart"]
    assert bench.journal.standing == []


def test_a_value_that_somebody_set_since_is_left_and_reported(bench) -> None:
    level = registry().facts["battery.saver_trigger"].type
    perform(bench, SetControl(MARK, "battery.saver_trigger", level, 20), {})
    bench.phone.shell("settings put global low_power_trigger_level 35")
    [leftover] = undo(bench.journal, bench.phone, bench.registry)
    assert "not ours any more" in leftover.reason
    assert bench.phone.shell("settings get global low_power_trigger_level").stdout == "35\n"
    bench.phone.shell("settings put global low_power_trigger_level 0")


def test_undoing_twice_does_no_harm(bench) -> None:
    perform(bench, wifi(False), {})
    assert undo(bench.journal, bench.phone, bench.registry) == []
    bench.phone.shell("settings put global x 1")
    assert undo(bench.journal, bench.phone, bench.registry) == []
    assert bench.journal.standing == []


def test_a_shell_step_is_taken_back_by_its_own_words(bench) -> None:
    step = Shell(MARK, ("touch", "/data/local/tmp/a b"), ("rm", "/data/local/tmp/a b"))
    perform(bench, step, {})
    assert bench.phone.shell("ls /data/local/tmp").stdout.splitlines().count("a b") == 1
    assert undo(bench.journal, bench.phone, bench.registry) == []
    assert "a b" not in bench.phone.shell("ls /data/local/tmp").stdout


def test_a_failing_shell_step_says_what_the_phone_said_and_where(bench) -> None:
    with pytest.raises(StablePhoneError, match="No such file or directory") as failed:
        perform(bench, Shell(MARK, ("cat", "/no/such")), {})
    assert failed.value.place == "scenario.yaml:7:3"
    assert failed.value.exit_code == 1


def without_virtual(phone: Phone, monkeypatch: pytest.MonkeyPatch, uid: str) -> list[str]:
    """Makes a phone one of metal, whose adb is root or not; returns what is killed on it."""
    inner, killed = phone.shell, []

    def shell(command: str, **options: float) -> ShellResult:
        if "kill -" in command:
            killed.append(command)
            return ShellResult(command, "", "", 0)
        if command == "id -u":
            return ShellResult(command, f"{uid}\n", "", 0)
        return inner(command.replace("virtual ", "virtul ", 1), **options)

    monkeypatch.setattr(phone, "shell", shell)
    return killed


def test_an_app_hangs_on_a_phone_of_metal_too_where_adb_is_root(bench, monkeypatch) -> None:
    killed = without_virtual(bench.phone, monkeypatch, "0")
    found = "p=$(pidof com.google.android.apps.photos) && kill -"
    perform(bench, Virtual(MARK, "hung-app"), {})
    assert killed == [f"{found}STOP $p"]
    assert undo(bench.journal, bench.phone, bench.registry) == []
    assert killed[1:] == [f"{found}CONT $p; true"]


@pytest.mark.parametrize(("fault", "uid"), [("hung-app", "2000"), ("service-down", "0")])
def test_without_root_or_a_way_nothing_hangs(bench, monkeypatch, fault, uid) -> None:
    killed = without_virtual(bench.phone, monkeypatch, uid)
    with pytest.raises(NotHereError, match="on a virtual phone only"):
        perform(bench, Virtual(MARK, fault), {})
    assert killed == []
    assert bench.journal.changes == {}


def test_a_virtual_fault_needs_a_virtual_phone(bench, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = bench.phone.shell
    monkeypatch.setattr(bench.phone, "shell", lambda c: inner(c.replace("virtual ", "virtul ", 1)))
    with pytest.raises(NotHereError, match="on a virtual phone only"):
        perform(bench, Virtual(MARK, "hung-app"), {})
    assert bench.journal.changes == {}


def test_what_the_phone_takes_and_does_not_show_is_no_success(
    bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.steps.STEP_TIMEOUT_S", 0.2)
    monkeypatch.setattr("drivers.android.wifi.Wifi.commands", lambda self, value: ["true"])
    with pytest.raises(NotHealedError, match=r"still shows on after 0\.2s"):
        perform(bench, wifi(False), {})
    # What may have been done is in the journal all the same.
    assert [change.is_done for change in bench.journal.standing] == [False]
    assert undo(bench.journal, bench.phone, bench.registry) == []


def back_home(*more: object) -> Open:
    undo = (Key(MARK, "home"), *more)
    action = "android.settings.WIFI_SETTINGS"
    return Open(MARK, action=action, undo=undo)  # type: ignore[arg-type]


def test_a_screen_step_is_taken_back_by_its_way_back_also_in_the_next_run(bench) -> None:
    level = registry().facts["battery.saver_trigger"].type
    trigger = SetControl(MARK, "battery.saver_trigger", level, 30)
    command = Shell(MARK, ("settings", "put", "global", "way_back", "a b"))
    perform(bench, back_home(trigger, command), {})
    died = remembered.read(bench.journal.path)
    assert [c.kind for c in died.standing] == ["screen"]
    assert undo(died, bench.phone, bench.registry) == []
    assert bench.phone.shell("settings get global low_power_trigger_level").stdout == "30\n"
    assert bench.phone.shell("settings get global way_back").stdout == "a b\n"
    bench.phone.shell(
        "settings put global low_power_trigger_level 0; settings delete global way_back"
    )


def test_a_tap_that_nobody_saw_done_is_not_taken_back_but_reported(bench) -> None:
    perform(bench, back_home(), {})
    text = bench.journal.path.read_text().replace('{"done": 1}\n', "")
    bench.journal.path.write_text(text)
    [leftover] = undo(remembered.read(bench.journal.path), bench.phone, bench.registry)
    assert "look at it yourself" in leftover.reason


def test_what_was_not_found_was_not_tapped(bench) -> None:
    nothing = Selector("id", "nowhere")
    tap = Tap(MARK, nothing, undo=(Tap(MARK, nothing),), within_s=0.1)
    with pytest.raises(TransientPhoneError, match="was not there"):
        perform(bench, tap, {})
    assert bench.journal.changes == {}


def test_a_way_back_is_the_same_after_the_journal() -> None:
    there = Selector("text", "a b")
    steps = (
        Tap(MARK, there), ScrollTo(MARK, there), Wait(MARK, there), Wait(MARK, there, gone=True),
        Type(MARK, "x", there), Type(MARK, "x"), Key(MARK, "back"), Open(MARK, package="photos"),
        Open(MARK, action="a", data="b"), Run(MARK, "media.add", {"count": 2}),
    )  # fmt: skip
    memo = json.loads(json.dumps(as_memo(steps)))
    again = [as_memo([gesture_of(entry)]) for entry in memo[:-1]]
    assert [one for [one] in again] == [{**entry, "within": 30.0} for entry in memo[:-1]]
