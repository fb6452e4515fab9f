"""Ill phones, healed or honestly refused, judged by the truth that only the phone knows."""

from __future__ import annotations

import re

import pytest

from benchmarks.ailments import BEYOND, CURABLE, HARMLESS, HEALTHY, INCURABLE, SLOW, Ailment
from benchmarks.doctor import ALL, DEAR, PROFILES, cases
from benchmarks.healing import heal, solutions
from drivers.vocabulary import Risk
from scenarios.doctor import order
from scenarios.events import CounterRead, Diagnosed, Event, Noted, StepEnded
from scenarios.loader import load

SEED = 7
# What is said first, by ailment; whatever else there is a solution for is "Fixed".
MOVING = "Moving since Photos was opened"
WORDS = {
    HEALTHY.name: MOVING,
    SLOW.name: "Slow, not stuck",
    # What binds in the background or off the cable only, and what opening Photos ends.
    **dict.fromkeys(
        [
            "background restricted",
            "battery saver from 75 % on, on the cable",
            "battery saver, sticky, on the cable",
            "data saver, Wi-Fi metered, mobile data allowed",
            "doze",
            "force-stopped",
            "hibernated",
            "no background data, Wi-Fi metered, mobile data allowed",
            "rarely used",
            "restricted by its bucket",
        ],
        MOVING,
    ),
    **{ailment.name: MOVING for ailment in HARMLESS},
    **dict.fromkeys(
        [
            "all in the cloud, a folder aside",
            "all in the cloud but what is refused",
            "files that nobody has noticed",
        ],
        "Done",
    ),
    **{ailment.name: "Needs more" for ailment in DEAR},
    **{ailment.name: "Not curable from here" for ailment in (*INCURABLE, *BEYOND)},
    "locked with a PIN": MOVING,
}
# What holds nothing up when the phone is given it.
IDLE = {HEALTHY.name, SLOW.name, "locked with a PIN", *(ailment.name for ailment in HARMLESS)}
# What holds something up as soon as a few items went.
SOON = "mobile data spent for today, Wi-Fi off"
# Those that show a way of ending each; the others only with --full.
QUICK = {HEALTHY.name, SLOW.name, "battery saver", "cloud-full", "Photos disabled"} | {
    "battery saver, sticky, on the cable"
}


def is_shown(ailment: Ailment) -> bool:
    """Whether nothing has to be tried in vain for it, which takes as long as patience does."""
    is_guessed = any(command.startswith("virtual fault") for command in ailment.commands)
    return not is_guessed or ailment.name in {"cloud-full", "too-hot"}


SIXTY = list(cases(60, SEED))
# Six that are quick, those first that can be healed.
SIX = sorted(
    (c for c in SIXTY if c[1] is Risk.DISRUPTIVE and all(map(is_shown, c[0]))),
    key=lambda case: sum(ailment.ends_at is None for ailment in case[0]),
)[:6]


@pytest.fixture(scope="module")
def scenarios():
    return solutions()


def named(value) -> str | None:
    if isinstance(value, Risk):
        return value.word
    is_ailments = isinstance(value, tuple)
    return " + ".join(ailment.name for ailment in value) if is_ailments else None


@pytest.mark.parametrize(
    "ailment",
    [pytest.param(a, marks=() if a.name in QUICK else pytest.mark.full, id=a.name) for a in ALL],
)
def test_a_single_ailment_is_healed_or_honestly_refused(ailment, scenarios) -> None:
    healing = heal([ailment], scenarios)
    assert healing.word == WORDS.get(ailment.name, "Fixed"), healing.verdict
    assert healing.is_true, f"{healing.verdict}: {healing.untruth}"
    if ailment is HEALTHY or ailment in HARMLESS:
        assert (healing.kept, healing.tried) == (0, ())
    if ailment.name != SOON:
        assert bool(healing.held) is (ailment.name not in IDLE), healing.held
    # Where room costs money, a way to safety that costs none is named.
    assert ailment.name != "cloud-full" or "docs/rescue.md" in healing.verdict


@pytest.mark.full
@pytest.mark.parametrize("ailment", DEAR, ids=lambda ailment: ailment.name)
def test_what_only_an_apps_data_ends_is_healed_where_that_is_allowed(ailment, scenarios) -> None:
    healing = heal([ailment], scenarios, risk=Risk.APP_DATA)
    assert healing.word == "Fixed", healing.verdict
    assert healing.is_true, f"{healing.verdict}: {healing.untruth}"


@pytest.mark.parametrize(
    ("profile", "ailments", "risk"),
    [
        pytest.param(profile, *case, marks=() if (profile, case) in quick else pytest.mark.full)
        for quick in [[(PROFILES[0], case) for case in SIX]]
        for profile in PROFILES
        for case in SIXTY
    ],
    ids=named,
)
def test_several_at_once(profile, ailments, risk, scenarios) -> None:
    healing = heal(ailments, scenarios, risk=risk, profile=profile)
    assert healing.is_true, f"{healing.verdict}: {healing.untruth}"


@pytest.mark.full
def test_what_a_hung_app_has_hidden_is_asked_again_before_data_may_go(scenarios) -> None:
    hung, poison = (next(a for a in CURABLE if a.name == n) for n in ("hung-app", "poison-item"))
    healing = heal([hung, poison], scenarios, risk=Risk.APP_DATA)
    assert healing.word == "Fixed", healing.verdict
    assert healing.is_true, f"{healing.verdict}: {healing.untruth}"
    assert max(scenario.risk for scenario in healing.tried) < Risk.APP_DATA


# Android's own question covers a hung app after five seconds, so this long a look ends at it.
LONG_S = 3.0
HUNG = next(a for a in CURABLE if a.name == "hung-app")
OTHERS = [a for a in ALL if a.name in {"cloud-full", "expired-session", "synchronization off"}]


@pytest.mark.full
@pytest.mark.parametrize("other", [*OTHERS, SLOW], ids=lambda ailment: ailment.name)
def test_behind_a_hang_the_end_is_the_one_that_the_other_ailment_has_alone(
    other, scenarios
) -> None:
    alone = heal([other], scenarios, allow=frozenset())
    both = heal([other, HUNG], scenarios, allow=frozenset(), patience_s=LONG_S)
    assert both.word == alone.word, both.verdict
    assert "does not answer" not in both.sentence
    assert "treated meanwhile: a hung Photos app" in both.verdict
    assert [scenario.path.rpartition("/")[2] for scenario in both.tried] == ["06-restart-app.yaml"]
    assert both.is_true, both.untruth


@pytest.mark.full
def test_where_photos_hangs_with_old_words_of_being_done_it_is_restarted(scenarios) -> None:
    done = next(a for a in HARMLESS if a.name == "files that nobody has noticed")
    healing = heal([done, HUNG], scenarios)
    assert healing.verdict.startswith("Fixed: a hung Photos app was holding the backup"), (
        healing.verdict
    )
    assert healing.is_true, healing.untruth


@pytest.mark.full
@pytest.mark.parametrize("fault", ["service-down", "throttled"])
def test_no_data_goes_for_what_may_be_googles_to_end(fault, scenarios) -> None:
    [ailment] = [one for one in INCURABLE if one.name == fault]
    healing = heal([ailment], scenarios, risk=Risk.APP_DATA)
    assert healing.word == "Not curable from here", healing.verdict
    assert max(scenario.risk for scenario in healing.tried) < Risk.APP_DATA
    assert "lost for it" not in healing.verdict
    assert healing.is_true, healing.untruth


@pytest.mark.full
def test_behind_a_backup_that_stays_off_no_guess_is_tried(scenarios) -> None:
    expired = next(a for a in ALL if a.name == "expired-session")
    healing = heal([expired], scenarios)
    assert [s.path.rpartition("/")[2] for s in healing.tried] == ["01-backup-off.yaml"]
    assert "next: open Photos, tap the picture" in healing.verdict
    assert healing.is_true, healing.untruth


# As it is where Wi-Fi had been off: Photos hangs with those words, and the network is back since.
OLD_WORDS = Ailment(
    "hung with old words",
    (
        "svc wifi disable; am start -W -n com.google.android.apps.photos/.home.HomeActivity",
        "sleep 0.5; virtual fault add hung-app; svc wifi enable; sleep 1",
    ),
    ends_at=Risk.DISRUPTIVE,
)


@pytest.mark.full
def test_the_words_of_a_screen_that_hangs_decide_nothing(scenarios) -> None:
    healing = heal([OLD_WORDS], scenarios, risk=Risk.REVERSIBLE)
    assert healing.held == {"hung-app"}
    assert healing.sentence.endswith("is stuck: Photos does not answer a tap.")
    assert "--risk=disruptive" in healing.verdict
    assert (healing.kept, healing.tried) == (0, ())
    assert healing.is_true, healing.untruth


@pytest.mark.full
def test_a_photos_that_hangs_with_a_counter_is_restarted(scenarios) -> None:
    healing = heal([OLD_WORDS], scenarios)
    assert healing.verdict.startswith("Fixed: a hung Photos app was holding")
    assert healing.is_true, healing.untruth


@pytest.mark.full
def test_what_goes_up_by_hand_and_no_further_is_no_cure(scenarios) -> None:
    # Items that were handed over wait behind the cache, and go up before the one that stands.
    cache, poison = (
        next(a for a in CURABLE if a.name == n) for n in ("corrupt-cache", "poison-item")
    )
    healing = heal([cache, poison], scenarios)
    names = "Photos' own cache and one file at the head of the queue"
    assert healing.verdict.startswith(f"Fixed: {names} were together holding")
    assert healing.is_true, f"{healing.verdict}: {healing.untruth}"


@pytest.mark.parametrize(
    "risk", [Risk.REVERSIBLE, pytest.param(Risk.DISRUPTIVE, marks=pytest.mark.full)]
)
def test_behind_a_hung_app_nothing_is_moved_on_a_guess(risk, scenarios) -> None:
    hung = next(a for a in CURABLE if a.name == "hung-app")
    heard: list[Event] = []
    healing = heal([hung], scenarios, risk=risk, listener=heard.append)
    assert Noted("Photos does not answer a tap: its pages cannot be read") in heard
    assert [scenario for scenario in healing.tried if scenario.risk < Risk.DISRUPTIVE] == []
    assert healing.is_true, f"{healing.verdict}: {healing.untruth}"
    if risk < Risk.DISRUPTIVE:
        assert healing.word == "Needs more"
        assert re.search(r"next: .*--risk=disruptive", healing.verdict)


def test_what_was_not_allowed_is_named_with_its_flag_and_not_done(scenarios) -> None:
    metered = next(a for a in CURABLE if a.name == "Wi-Fi metered")
    healing = heal([metered], scenarios, risk=Risk.REVERSIBLE, allow=frozenset())
    assert healing.word == "Needs more"
    assert "without --allow=costs: 'Wi-Fi is treated as a metered hotspot'" in healing.verdict
    assert "--allow=costs`" in healing.verdict
    assert (healing.kept, healing.is_well) == (0, False)
    # Behind what the phone shows nothing else is tried.
    assert healing.tried == ()


def test_behind_what_is_a_persons_to_end_no_file_is_moved_on_a_guess(scenarios) -> None:
    vpn = Ailment("a VPN", ("virtual circumstance add vpn",))
    healing = heal([vpn], scenarios, risk=Risk.REVERSIBLE)
    assert "everything goes through a VPN" in healing.sentence
    assert (healing.kept, healing.tried) == (0, ())
    assert "not tried" not in healing.verdict


@pytest.mark.full
def test_what_the_notification_alone_says_is_told_before_anything_is_tried(scenarios) -> None:
    # This maker's phone lets nobody tap: the screen says nothing.
    full = next(a for a in INCURABLE if a.name == "cloud-full")
    heard: list[Event] = []
    heal([full], scenarios, profile="xiaomi-pad-6", listener=heard.append)
    [table] = [event for event in heard if isinstance(event, Diagnosed)]
    assert table.rest[0].startswith("no fix can end this: the account's storage is full")


def test_nothing_is_changed_where_nothing_could_move_yet(scenarios) -> None:
    metered, full = (
        next(a for a in (*CURABLE, *INCURABLE) if a.name == name)
        for name in ("Wi-Fi metered", "cloud-full")
    )
    healing = heal([metered, full], scenarios)
    assert healing.sentence == "Not curable from here: the account's storage is full."
    assert "also found: Wi-Fi marked as metered; left as it is until then" in healing.verdict
    assert (healing.kept, healing.tried) == (0, ())
    assert healing.is_true, healing.untruth


@pytest.mark.full
def test_which_of_several_accounts_it_is_to_be_is_left_to_their_owner(scenarios) -> None:
    second = Ailment("a second account", ("virtual circumstance add second-account",))
    nobody = Ailment("signed out", sets=(("photos.account", "none"),))
    healing = heal([second, nobody], scenarios, risk=Risk.APP_DATA)
    assert healing.word == "Not curable from here", healing.verdict
    assert "Photos is not signed in, and the phone has several accounts" in healing.sentence
    assert "choose the account" in healing.verdict
    assert (healing.kept, healing.tried) == (0, ())


@pytest.mark.parametrize(
    "ailment",
    [
        Ailment(
            "the backup of the one in view off",
            ("virtual circumstance add second-account",),
            sets=(("photos.backup", False),),
        ),
        pytest.param(
            Ailment("signed out", sets=(("photos.account", "none"),)), marks=pytest.mark.full
        ),
    ],
    ids=lambda ailment: ailment.name,
)
def test_a_finger_comes_before_what_risks_an_apps_data(ailment, scenarios) -> None:
    healing = heal([ailment], scenarios, risk=Risk.REVERSIBLE, allow=frozenset())
    assert healing.word == "Needs more", healing.verdict
    assert "next: open Photos, tap the picture" in healing.verdict
    assert re.search(r"otherwise: if you agree to it, `pytest .*--risk=app-data", healing.verdict)
    assert (healing.kept, healing.tried) == (0, ())


def test_what_photos_own_words_speak_for_is_said_first_whatever_is_allowed(scenarios) -> None:
    [ailment] = [one for one in INCURABLE if one.name == "service-down"]
    healing = heal([ailment], scenarios, risk=Risk.REVERSIBLE, allow=frozenset())
    assert healing.word == "Needs more"
    assert "service may be down" in healing.verdict.split("; next: ")[0]
    assert healing.kept == 0


def test_a_mere_guess_is_no_headline_while_more_may_be_tried(scenarios) -> None:
    [ailment] = [one for one in INCURABLE if one.name == "throttled"]
    healing = heal([ailment], scenarios, risk=Risk.REVERSIBLE, allow=frozenset())
    assert healing.sentence.startswith("Needs more: the backup is stuck: Photos went no further")
    assert "otherwise: Photos waits, and nothing that the phone shows makes it" in healing.verdict


@pytest.mark.full
def test_a_question_on_the_screen_is_named_and_nothing_is_tried_behind_it(scenarios) -> None:
    asks = next(a for a in CURABLE if a.name == "duplicate-prompt")
    healing = heal([asks], scenarios, allow=frozenset())
    assert healing.word == "Needs more"
    assert "what was found: 'Photos asks whether to upload everything again'" in healing.sentence
    assert "--allow=uploads" in healing.verdict
    assert (healing.kept, healing.tried) == (0, ())
    assert healing.is_true, healing.untruth


def test_what_there_is_nothing_to_do_for_is_no_try_and_is_waited_for_by_nobody(scenarios) -> None:
    throttled = next(a for a in INCURABLE if a.name == "throttled")
    update = [s for s in scenarios if s.path.endswith("06-update.yaml")]
    told: list[Event] = []
    healing = heal([throttled], update, listener=told.append)
    assert f"could not be done: {update[0].name!r}" in healing.verdict
    ended = [n for n, e in enumerate(told) if isinstance(e, StepEnded) and "update" in e.title]
    assert not [e for e in told[ended[-1] :] if isinstance(e, CounterRead)]
    assert healing.is_true, healing.untruth


def test_what_a_treatment_uncovers_is_judged_before_anything_is_tried(scenarios) -> None:
    saver = next(a for a in CURABLE if a.name == "battery saver")
    [vpn] = [one for one in BEYOND if one.name == "a VPN in the way"]
    told: list[Event] = []
    healing = heal([saver, vpn], scenarios, listener=told.append)
    assert healing.word == "Not curable from here"
    assert "everything goes through a VPN" in healing.sentence
    assert {scenario.solution for scenario in healing.tried} == {9}
    assert [e for e in told if isinstance(e, Noted) and e.text.startswith("now found: A VPN")]
    assert healing.is_true, healing.untruth


# As a Xiaomi comes out of its box; then not even the counter can be brought in front.
UNTOUCHED = Ailment("taps refused", ("virtual usb-security off",))
NEED_NO_TAP = ["beside-poison-item.yaml", "06-restart-app.yaml", "06-restart-phone.yaml"]


@pytest.mark.full
def test_where_taps_are_refused_what_needs_none_is_tried(scenarios) -> None:
    healing = heal([UNTOUCHED, HUNG], scenarios, profile="xiaomi-pad-6")
    assert healing.verdict.startswith("Fixed: a hung Photos app was holding"), healing.verdict
    assert [s.path.rpartition("/")[2] for s in healing.tried] == NEED_NO_TAP[:2]
    assert healing.is_true, healing.untruth


@pytest.mark.full
def test_where_taps_are_refused_nothing_is_tried_that_needs_one(scenarios) -> None:
    cache = next(a for a in CURABLE if a.name == "corrupt-cache")
    healing = heal([UNTOUCHED, cache], scenarios, profile="xiaomi-pad-6")
    assert healing.word == "Not curable from here"
    assert "this phone lets adb neither tap nor grant" in healing.sentence
    assert "next: turn on 'USB debugging (Security settings)'" in healing.verdict
    assert [s.path.rpartition("/")[2] for s in healing.tried] == NEED_NO_TAP
    assert healing.is_true, healing.untruth


def test_where_taps_are_refused_a_restart_that_was_not_allowed_is_asked_for(scenarios) -> None:
    healing = heal([UNTOUCHED, HUNG], scenarios, risk=Risk.REVERSIBLE, profile="xiaomi-pad-6")
    assert healing.word == "Needs more", healing.verdict
    assert "--risk=disruptive" in healing.verdict
    assert "otherwise: turn on 'USB debugging (Security settings)'" in healing.verdict
    assert healing.is_true, healing.untruth


HEAD = "risk: reversible\nexpect: {counter: {advances: 1}}\n"
DNS = f"name: Private DNS is off\n{HEAD}cause: {{network.private_dns: off}}\n"
DNS += "fix: [{network.private_dns: opportunistic}]\n"
CLOCK = f"name: The clock is wrong\n{HEAD}cause: {{phone.auto_time: off}}\n"
CLOCK += "fix: [{phone.auto_time: on}]\n"
RESTRICTED = f"name: Photos is restricted\n{HEAD}cause: {{photos.background: restricted}}\n"
RESTRICTED += "fix: [{photos.background: allowed}]\n"

DNS_OFF = Ailment("private DNS off", ("settings put global private_dns_mode off",))
CLOCK_WRONG = Ailment(
    "clock wrong", ("settings put global auto_time 0", "cmd alarm set-time 1500000000000")
)
IN_BACKGROUND = Ailment(
    "restricted",
    ("cmd appops set com.google.android.apps.photos RUN_ANY_IN_BACKGROUND ignore",),
)


class TestWhatWasNeeded:
    @pytest.fixture
    def of(self, tmp_path):
        def load_texts(*texts: str):
            paths = [tmp_path / f"{number}.yaml" for number, _ in enumerate(texts)]
            for path, text in zip(paths, texts, strict=True):
                path.write_text(text, encoding="utf-8")
            return order([*load(paths, variables={}, environ={})])

        return load_texts

    def test_what_the_words_did_not_name_is_put_back_where_it_goes_on(self, of, scenarios) -> None:
        wifi = next(a for a in CURABLE if a.name == "Wi-Fi off")
        known = [s for s in scenarios if s.path.endswith("05-wifi-off.yaml")]
        healing = heal([wifi, DNS_OFF], [*known, *of(DNS)])
        assert healing.verdict.startswith("Fixed: Wi-Fi being off was holding")
        assert "no longer needed and put back: the private DNS server" in healing.verdict
        assert healing.kept == 1
        assert healing.is_true, healing.untruth

    def test_none_of_several_is_blamed_where_it_goes_on_without_any(self, of) -> None:
        healing = heal([CLOCK_WRONG, DNS_OFF], of(DNS, CLOCK))
        assert "the private DNS server or a wrong clock was holding" in healing.verdict
        assert "it goes on without the changes, which were put back" in healing.verdict
        assert healing.kept == 0

    def test_what_binds_out_of_sight_is_judged_with_photos_left_by_home(self, of) -> None:
        healing = heal([IN_BACKGROUND], of(RESTRICTED))
        assert healing.held == {"background-restricted"}
        assert healing.verdict.startswith("Moving since Photos was opened")
        assert "judged in the background" in healing.verdict
        assert healing.is_true, healing.untruth
