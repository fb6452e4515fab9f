"""What the doctor says and decides, apart from any phone."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from drivers.photos.judgment import Judgment
from drivers.photos.status import Status
from drivers.vocabulary import Effect, Risk, registry
from reports.terminal import Lines, Pace, Progress
from scenarios.binding import Binding, binding_of, returning
from scenarios.cure import Cure, are_few
from scenarios.events import CounterRead
from scenarios.hindrances import hindrance
from scenarios.holders import holder, is_named
from scenarios.loader import load
from scenarios.plan import commands
from scenarios.sentences import command_line, listed, progress, rate, time_left
from scenarios.steps import Bench
from scenarios.treatment import Treatment
from scenarios.verdict import Case, tell_verdict
from scenarios.watch import Watched
from tests.conftest import ROOT

HEAD = (
    "name: A cause\nrisk: app-data\neffects: [costs, uploads]\nexpect: {counter: {advances: 1}}\n"
)


@pytest.fixture
def written(tmp_path):
    """A scenario of the real vocabulary, from the parts that matter here."""

    def from_text(text: str):
        path = tmp_path / "scenario.yaml"
        path.write_text(HEAD + text, encoding="utf-8")
        (scenario,) = load([path], variables={}, environ={})
        return scenario

    return from_text


class FakePhone:
    package, user, serial = "com.google.android.apps.photos", 10, "0a1b"


class TestBinding:
    @pytest.mark.parametrize(
        ("cause", "facts", "binding"),
        [
            ("{battery.saver: on}", {"battery.saver": True}, Binding.ALWAYS),
            (
                "{battery.saver_sticky: on}",
                {"battery.saver_sticky": True, "battery.plugged": "usb"},
                Binding.OFF_CABLE,
            ),
            (
                "{battery.saver_sticky: on}",
                {"battery.saver_sticky": True, "battery.plugged": "none"},
                Binding.ALWAYS,
            ),
            (
                "{network.metered: on, network.data_saver: on}",
                {"network.metered": True, "network.data_saver": True, "battery.plugged": "usb"},
                Binding.BACKGROUND,
            ),
            (
                "[{photos.background: restricted}, {network.wifi: off}]",
                {"photos.background": "restricted", "network.wifi": False},
                Binding.ALWAYS,
            ),
            (
                "[{photos.background: restricted}, {network.wifi: off}]",
                {"photos.background": "restricted", "network.wifi": True},
                Binding.BACKGROUND,
            ),
        ],
    )
    def test_a_cause_binds_when_a_set_of_it_that_holds_does(
        self, written, cause, facts, binding
    ) -> None:
        assert binding_of(written(f"cause: {cause}\n").cause, facts) is binding

    def test_only_on_the_cable_anything_can_return_without_it(self) -> None:
        armed = {"battery.saver_trigger": 15, "photos.standby_bucket": "rare"}
        assert returning({**armed, "battery.plugged": "none"}) == []
        assert returning({**armed, "battery.plugged": "usb"}) == [
            "battery saver comes on below 15%",
            "Android lets Photos run rarely, until it is used more often",
        ]


class TestHindrances:
    @pytest.mark.parametrize(
        ("facts", "status", "words", "is_certain"),
        [
            ({}, "cloud_full", "storage is full", True),
            (
                {"photos.suspended": True, "photos.suspended_by": "x.y"},
                "paused",
                "app (x.y) has",
                True,
            ),
            ({"photos.suspended": True}, "paused", "an administrator, Family Link or", True),
            ({"phone.unlocked_since_boot": False}, "unknown", "since it was started", True),
            ({"phone.locked": True, "phone.secure_lock": True}, "unknown", "PIN", True),
            ({"power.thermal_status": "severe"}, "unknown", "too hot", True),
            ({"accounts.google": 0}, "signed_out", "no Google account", True),
            ({"accounts.google": 1}, "signed_out", "sign in again", False),
            ({"accounts.google": 2, "photos.account": "none"}, "off", "several accounts", True),
            ({"network.captive_portal": True}, "offline", "web page", True),
            ({"network.validated": True}, "offline", "service may be down", False),
            ({"network.validated": True}, "paused", "make this account wait", False),
            ({"phone.clock_skew": -864_000.0}, "offline", "wrong by 10 days", True),
            ({"sync.automatic": False}, "cloud_sync", "synchronize by themselves", True),
            ({"network.vpn": True, "network.validated": True}, "offline", "a VPN", False),
            ({}, "waiting_wifi", "no network", False),
            ({"network.validated": False}, "offline", "no network", True),
            ({"battery.level": 4, "battery.plugged": "none"}, "paused", "battery is low", True),
        ],
    )
    def test_each_has_its_own_sentence(self, facts, status, words, is_certain) -> None:
        held = hindrance(facts, status)
        assert words in held.says
        assert held.is_certain is is_certain
        assert held.deed

    def test_where_nobody_may_tap_that_is_first_to_end_unless_something_is_certain(self) -> None:
        until = "turn a switch on"
        held = hindrance({"network.validated": True}, "offline", until)
        assert (held.is_certain, held.is_borne_out) == (False, True)
        assert held.describe().endswith("next: turn a switch on, and run again")
        assert "storage is full" in hindrance({}, "cloud_full", until).says
        assert "no network" in hindrance({"network.validated": False}, "offline", until).says

    @pytest.mark.parametrize(
        ("by", "who"),
        [
            ("com.google.android.apps.wellbeing", "Digital Wellbeing has paused Photos"),
            ("android", "an administrator of this phone has paused Photos"),
        ],
    )
    def test_who_paused_photos_is_said_in_words_and_not_as_a_package(self, by, who) -> None:
        held = hindrance({"photos.suspended": True, "photos.suspended_by": by}, "unknown")
        assert held.says == who
        assert by not in held.describe()

    def test_what_adb_has_paused_a_fix_lifts(self) -> None:
        facts = {"photos.suspended": True, "photos.suspended_by": "com.android.shell"}
        assert hindrance(facts, "unknown") is None

    def test_a_swipe_lock_and_a_working_account_hinder_nothing(self) -> None:
        facts = {"phone.locked": True, "phone.secure_lock": False, "accounts.google": 2}
        assert hindrance(facts, "uploading") is None

    @pytest.mark.parametrize(
        ("facts", "status", "is_final"),
        [
            ({}, "cloud_full", True),
            ({"photos.suspended": True}, "unknown", True),
            ({"network.validated": False}, "offline", False),  # Wi-Fi may be off
            ({"phone.clock_skew": -864_000.0}, "offline", False),  # the network has the time
            ({"battery.level": 4, "battery.plugged": "none"}, "offline", False),  # not its words
        ],
    )
    def test_no_fix_matters_before_what_only_a_person_ends(self, facts, status, is_final) -> None:
        assert hindrance(facts, status).is_final is is_final

    def test_the_only_account_of_a_phone_is_nobodys_to_choose(self) -> None:
        assert hindrance({"accounts.google": 1, "photos.account": "none"}, "off") is None

    def test_a_low_battery_that_charges_hinders_nothing(self) -> None:
        assert hindrance({"battery.level": 4, "battery.plugged": "usb"}, "uploading") is None


class TestHolders:
    def test_the_fact_that_cause_and_fix_share_names_it(self, written) -> None:
        text = "cause: {network.airplane_mode: on}\nfix:\n  - network.wifi: on\n"
        both = written(text + "  - network.airplane_mode: off\n")
        assert holder(both) == "airplane mode"
        assert holder(written(text)) == "Wi-Fi being off"

    def test_what_no_fact_shows_is_named_by_what_was_done(self, written) -> None:
        assert holder(written("cause: unseen\nfix: [photos.restart]\n")) == "a hung Photos app"
        assert holder(written("cause: unseen\nfix: [photos.open]\n")) == "'A cause'"

    def test_photos_names_only_what_its_words_speak_of(self, written) -> None:
        saver = written("cause: {battery.saver: on}\nfix: [{battery.saver: off}]\n")
        assert is_named(saver, "waiting_power")
        assert not is_named(saver, "paused")
        assert not is_named(written("cause: unseen\nfix: [photos.restart]\n"), "waiting_power")
        assert is_named(written("cause: {photos.status: off}\nfix: [{photos.backup: on}]\n"), "off")

    def test_every_fix_of_the_solutions_has_words_of_its_own(self) -> None:
        paths = sorted((ROOT / "scenarios" / "solutions").glob("*.yaml"))
        scenarios = load(paths, variables={}, environ={})
        nameless = [s.path for s in scenarios if s.cause and s.fix and holder(s) == repr(s.name)]
        assert nameless == []


class TestPlan:
    def test_package_and_user_are_filled_in(self, written) -> None:
        fix = "fix:\n  - photos.background: allowed\n  - photos.restart\n"
        lines = list(commands(written(fix).fix, registry(), FakePhone()))
        assert lines[0] == (
            "cmd appops set --user 10 com.google.android.apps.photos RUN_ANY_IN_BACKGROUND allow"
        )
        assert lines[1] == "am force-stop --user 10 com.google.android.apps.photos"

    def test_what_is_done_only_under_a_condition_is_said_so(self, written) -> None:
        fix = "fix:\n  - when: {network.wifi: off}\n    do: [{network.wifi: on}]\n"
        lines = list(commands(written(fix).fix, registry(), FakePhone()))
        assert lines == ["# only when network.wifi is off:", "svc wifi enable"]

    def test_nothing_stays_open_in_any_plan_of_the_solutions(self) -> None:
        paths = sorted((ROOT / "scenarios" / "solutions").glob("*.yaml"))
        for scenario in load(paths, variables={}, environ={}):
            for line in commands(scenario.fix, registry(), FakePhone()):
                assert "{package}" not in line
                assert "{user}" not in line


def watched(first: int, last: int, at_s: float) -> Watched:
    readings = tuple(
        CounterRead(when, "uploading", None, None, left, "")
        for when, left in ((0.0, first), (at_s, last))
    )
    verdict = Judgment("moving", first - last, None, ("it went on",), (), ("screen",))
    return Watched(readings, first - last, verdict, at_s)


class TestSentences:
    def test_progress_names_both_ends_and_the_time(self) -> None:
        assert progress(watched(39, 33, 14.2)) == "39 -> 33 left in 14 s"
        assert progress(watched(39, 39, 120.0)) == "39 left after 120 s"

    def test_the_rest_is_told_at_the_rate_that_was_seen(self) -> None:
        assert time_left(watched(39, 33, 60.0)) == "33 left, about 6 minutes at this rate"
        assert time_left(watched(39, 39, 60.0)) == ""
        assert time_left(watched(3, 0, 60.0)) == ""

    def test_where_the_screen_shows_no_counter_the_other_witness_speaks(self) -> None:
        blind = tuple(CounterRead(t, "unknown", None, None, None, "") for t in (0.0, 2.0))
        reason = "the counter of the notification went on by 5"
        verdict = Judgment("moving", 5, None, (reason,), (), ("notification",))
        seen = Watched(blind, 5, verdict, 2.0, Status("cloud_full"))
        assert progress(seen) == f"{reason} in 2.0 s"
        assert seen.status == "cloud_full"

    def test_what_was_done_at_the_first_look_takes_no_time(self) -> None:
        whole = tuple(CounterRead(t, "complete", None, None, None, "") for t in (0.0, 0.0))
        verdict = Judgment("done", 0, None, ("Photos says so",), (), ("screen",))
        assert progress(Watched(whole, 0, verdict, 0.0)) == "everything is backed up"

    def test_a_counter_out_of_a_whole_names_it_once(self) -> None:
        readings = tuple(
            CounterRead(when, "uploading", done, 40, None, "")
            for when, done in ((0.0, 1), (14.0, 6))
        )
        verdict = Judgment("moving", 5, None, ("it went on",), (), ("screen",))
        assert progress(Watched(readings, 5, verdict, 14.0)) == "1 -> 6 of 40 in 14 s"

    def test_bytes_over_time_are_a_rate(self) -> None:
        assert rate(1_200_000, 120.0) == "1.2 MB in 120 s, 10 kB a second"

    def test_a_person_is_asked_for_as_little_as_may_do(self, written) -> None:
        gentle = replace(written("cause: unseen\n"), risk=Risk.REVERSIBLE)
        rough = replace(gentle, risk=Risk.DISRUPTIVE, effects=frozenset())
        dear = replace(gentle, risk=Risk.APP_DATA)
        asked = [
            command_line("0a1b", Risk.REVERSIBLE, frozenset(), wanted)
            for wanted in ([gentle, rough], [rough, dear], [dear])
        ]
        assert asked == [
            "pytest --phone=0a1b --allow=costs --allow=uploads",
            "pytest --phone=0a1b --risk=disruptive",
            "pytest --phone=0a1b --risk=app-data --allow=costs --allow=uploads --confirm=0a1b",
        ]

    def test_what_was_allowed_already_is_asked_for_again(self, written) -> None:
        rough = replace(written("cause: unseen\n"), risk=Risk.DISRUPTIVE, effects=frozenset())
        line = command_line("0a1b", Risk.DISRUPTIVE, frozenset({Effect.UPLOADS}), [rough])
        assert line == "pytest --phone=0a1b --risk=disruptive --allow=uploads"

    def test_words_are_listed_as_a_person_does(self) -> None:
        assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
            "",
            "a",
            "a and b",
            "a, b and c",
        ]


def test_a_verdict_says_who_alone_bears_it_out_and_what_the_look_left_in_front() -> None:
    seen = watched(600, 590, 4.2)
    case = Case(
        first=seen, last=seen, cure=None, treatments=(), not_tried=(), in_vain=(), yours=(),
        left=(), facts={}, risk=Risk.REVERSIBLE, allow=frozenset(),
    )  # fmt: skip
    bench = cast("Bench", None)  # a phone that moves is asked nothing more
    told = tell_verdict(bench, case)
    assert ("bears it out", "the screen alone") in told.notes
    assert ("left in front", "Photos, which was opened to look at it") in told.notes
    both = replace(seen, verdict=replace(seen.verdict, witnesses=("screen", "traffic")))
    assert "not backed up" not in str(told)
    skipped = CounterRead(4.2, "skipped_items", None, None, 0, "2 items were skipped")
    rest = replace(seen, readings=(*seen.readings, skipped))
    assert "not backed up: what Photos has skipped" in str(
        tell_verdict(bench, replace(case, last=rest))
    )
    assert "alone" not in str(tell_verdict(bench, replace(case, last=both)))


def test_a_verdict_names_everything_that_is_a_persons_to_end(written) -> None:
    router = replace(written("cause: {network.validated: off}\n"), name="The Wi-Fi leads nowhere")
    hot = replace(written("cause: {power.thermal_status: severe}\n"), name="It is hot")
    seen = watched(600, 600, 120.0)
    stuck = replace(seen, verdict=replace(seen.verdict, word="stuck"), advanced=0)
    case = Case(
        first=stuck, last=stuck, cure=None, treatments=(), not_tried=(), in_vain=(),
        yours=(router, hot), left=(), facts={"power.thermal_status": "severe"},
        risk=Risk.REVERSIBLE, allow=frozenset(),
    )  # fmt: skip
    told = tell_verdict(cast("Bench", None), case)
    assert told.sentence == "Not curable from here: the phone says that it is too hot."
    assert ("also yours to end", "'The Wi-Fi leads nowhere'") in told.notes


class TestBeyondRecall:
    """What nothing brings back is said at every end, and is never called put back."""

    LOST = "what Photos kept for itself on the phone, its Locked Folder included"

    def told(self, written, *, moves: bool, **more) -> str:
        stuck, seen = watched(600, 600, 4.2), watched(600, 590, 4.2)
        stuck = replace(stuck, verdict=replace(stuck.verdict, word="stuck"))
        restart = Treatment(written("cause: unseen\n"), Binding.ALWAYS, False, 1, 2)
        case = Case(
            first=stuck, last=seen if moves else stuck, not_tried=(), in_vain=(), yours=(),
            cure=Cure([restart]) if moves else None, treatments=(restart,) if moves else (),
            left=(), facts={}, risk=Risk.APP_DATA, allow=frozenset(), **more,
        )  # fmt: skip
        return str(tell_verdict(cast("Bench", None), case))

    def test_a_cure_beside_which_a_cache_was_cleared_says_so(self, written) -> None:
        assert "nothing else was changed." in self.told(written, moves=True)
        told = self.told(written, moves=True, besides=("Photos' cache was cleared",))
        assert "nothing else was changed" not in told
        assert "also done, and not to be undone: Photos' cache was cleared" in told

    @pytest.mark.parametrize("moves", [True, False])
    def test_lost_data_is_named_whatever_it_came_to(self, written, moves) -> None:
        told = self.told(written, moves=moves, lost=(self.LOST,), for_good=("A broken database",))
        assert f"lost for it: {self.LOST}" in told
        assert "put back: 'A broken" not in told.replace("not to be put back", "")

    def test_what_was_not_begun_has_changed_nothing(self, written) -> None:
        told = self.told(written, moves=False, not_done=("A broken database",))
        assert "could not be done: 'A broken database'" in told
        assert "changed: nothing" in told


class TestLines:
    """A healing as it is told, from its events."""

    @staticmethod
    def told(lines: Lines, *events: dict) -> list[str]:
        return [line for event in events if (line := lines.hear(event))]

    def test_a_look_is_told_by_its_title_and_what_it_came_to(self) -> None:
        began = {"event": "phase began", "name": "baseline", "title": "is it stuck at all?"}
        counter = {"event": "counter", "shown": "39 left"}
        ended = {"event": "phase ended", "name": "baseline", "found": "stuck"}
        told = self.told(Lines(is_healing=True), began, counter, ended)
        assert told == ["is it stuck at all?", "  -- 39 left: stuck"]

    def test_a_title_that_stands_above_already_is_not_said_again(self) -> None:
        began = {"event": "phase began", "name": "watch", "title": "does it move now?"}
        ended = {"event": "phase ended", "name": "watch", "found": "moving"}
        told = self.told(Lines(is_healing=True), began, ended, began, ended)
        assert told == ["does it move now?", "  ok", "  ok"]

    def test_where_the_screen_says_nothing_the_line_says_who_decided(self) -> None:
        counter = {"event": "counter", "shown": "unknown"}
        because = "the counter of the notification went on by 9"
        ended = {"event": "phase ended", "name": "watch", "found": "moving", "because": because}
        told = self.told(Lines(is_healing=True), counter, ended)
        assert told == [f"  ok moving: {because}"]

    def test_a_long_reason_is_told_whole_in_80_columns(self) -> None:
        because = "Photos went no further than 'Getting ready to back up 200 items left', 0 bytes"
        ended = {"event": "phase ended", "name": "watch", "found": "stuck", "because": because}
        [told] = self.told(Lines(is_healing=True), ended)
        lines = told.splitlines()
        assert all(len(line) <= 80 for line in lines)
        assert " ".join(line.strip() for line in lines) == f"-- stuck: {because}"

    def test_what_was_cut_off_is_no_ok(self) -> None:
        counter = {"event": "counter", "shown": "37 left"}
        ended = {"event": "phase ended", "name": "watch", "is_cut": True}
        assert self.told(Lines(is_healing=True), counter, ended) == ["  -- 37 left | cut off"]

    def test_a_diagnosis_ends_in_its_table_and_says_no_more(self) -> None:
        began = {"event": "phase began", "name": "diagnosis", "title": "what does the phone show?"}
        ended = {"event": "phase ended", "name": "diagnosis"}
        told = self.told(Lines(is_healing=True), began, ended, began, {**ended, "is_cut": True})
        assert told == ["what does the phone show?", "  -- cut off"]

    def test_a_regression_keeps_its_one_line_a_phase(self) -> None:
        began = {"event": "phase began", "name": "fix", "title": "apply the fix"}
        step = {"event": "step began", "title": "battery.saver: off"}
        ended = {"event": "phase ended", "name": "fix", "problem": ""}
        assert self.told(Lines(), began, step, ended) == ["  ok fix           battery.saver: off"]


class TestProgress:
    def test_it_has_the_patience_the_counter_and_its_rate_in_80_columns(self) -> None:
        progress = Progress()
        for left in (40, 30):
            reading = {"status": "uploading", "done": None, "total": None, "left": left}
            progress.hear({"event": "counter", **reading})
        line = progress.line(5.0, 120.0, "30 left")
        assert line == "  .. [----------]   5 of 120 s  30 left [##--------] 2/s  uploading"
        assert len(line) <= 80

    def test_without_a_counter_it_says_what_photos_says(self) -> None:
        progress = Progress()
        nothing = {"done": None, "total": None, "left": None}
        progress.hear({"event": "counter", "status": "waiting_power", **nothing})
        assert progress.line(60.0, 120.0, "?").endswith("60 of 120 s  ?  waiting power")
        assert progress.line(60.0, 120.0, "waiting power").endswith("120 s  waiting power")


class TestPace:
    """Something is seen to go on, whoever does it."""

    def test_what_takes_a_second_is_told_and_told_again_twice_a_second(self) -> None:
        pace = Pace(is_live=True)
        pace.turn_to("reading a page", 100.0)
        lines = [pace.busy_line(100.0 + tenths / 10) for tenths in range(25)]
        shown = [n / 10 for n, line in enumerate(lines) if line]
        assert shown == [1.0, 1.5, 2.0]
        assert lines[20] == "  ..   2 s  reading a page"

    def test_without_a_terminal_a_line_comes_every_ten_seconds(self) -> None:
        pace = Pace()
        pace.turn_to("reading a page", 0.0)
        assert [s for s in range(35) if pace.busy_line(float(s))] == [10, 20, 30]

    def test_a_watch_tells_itself_how_far_it_is_until_it_falls_silent(self) -> None:
        pace = Pace(is_live=True)
        pace.turn_to("does it move now?", 0.0)
        assert pace.is_due(5.0, 5.0)
        assert [s for s in (5.6, 7.9) if pace.busy_line(s)] == []
        assert pace.busy_line(8.1)

    def test_nothing_is_said_of_what_has_ended(self) -> None:
        pace = Pace(is_live=True)
        pace.turn_to("", 0.0)
        assert pace.busy_line(60.0) == ""


@pytest.mark.parametrize(
    ("left", "word", "few"),
    [(9, "moving", True), (10, "moving", False), (None, "moving", False), (None, "done", True)],
)
def test_what_cannot_be_counted_is_not_few(left, word, few):
    reading = CounterRead(0.0, "unknown", None, None, left, "")
    verdict = Judgment(word, 0, None, (), (), ())
    assert are_few(Watched((reading,), 0, verdict, 1.0)) is few
