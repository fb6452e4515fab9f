"""What the doctor decides by, apart from any phone."""

from __future__ import annotations

import pytest

from drivers.photos.judgment import Judgment
from drivers.vocabulary import registry
from scenarios.binding import Binding, binding_of, returning
from scenarios.cure import are_few
from scenarios.events import CounterRead
from scenarios.hindrances import hindrance
from scenarios.holders import holder, is_named
from scenarios.loader import load
from scenarios.sending import commands
from scenarios.watch import Watched
from tests.conftest import ROOT


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


@pytest.mark.parametrize(
    ("left", "word", "few"),
    [(9, "moving", True), (10, "moving", False), (None, "moving", False), (None, "done", True)],
)
def test_what_cannot_be_counted_is_not_few(left, word, few):
    reading = CounterRead(0.0, "unknown", None, None, left, "")
    verdict = Judgment(word, 0, None, (), (), ())
    assert are_few(Watched((reading,), 0, verdict, 1.0)) is few
