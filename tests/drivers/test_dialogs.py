"""What stands in the way: which it is, what is done about it, and that it is told."""

import logging
from pathlib import Path

import pytest

from drivers.dialog_kinds import KINDS, recognize
from drivers.dialogs import (
    BACK,
    DEFAULT_POLICY,
    LEAVE,
    MOST_ANSWERS,
    answer,
    wait_past_dialogs,
)
from drivers.errors import TransientPhoneError
from drivers.hierarchy import parse
from drivers.nodes import Selector
from tests.drivers.fakes import PagedPhone, page, view

SHARED = Path(__file__).parents[2].parent / "shared" / "hierarchies"
CONTROLLER = "com.google.android.permissioncontroller"


def alert(*names, title="Photos isn't responding"):
    rows = [view(5, "android:id/alertTitle", title, package="android")]
    rows += [
        view(6 + row, f"android:id/{name}", name, package="android", clickable="true")
        for row, name in enumerate(names)
    ]
    return page(*rows, package="android")


def permission(*names):
    rows = [view(5, "permission_message", "Allow Photos to access photos?", package=CONTROLLER)]
    rows += [
        view(6 + row, name, name, package=CONTROLLER, clickable="true")
        for row, name in enumerate(names)
    ]
    return page(*rows, package=CONTROLLER)


ANR = alert("aerr_close", "aerr_wait")
CRASH = alert("aerr_restart", "aerr_close", title="Photos keeps stopping")
PERMISSION = permission(
    "permission_allow_all_button", "permission_allow_selected_button", "permission_deny_button"
)
OLD_PERMISSION = permission("permission_allow_button", "permission_deny_button").replace(
    CONTROLLER, "com.android.packageinstaller"
)
TOUR = page(view(3, "welcomescreens_skip_button", "Skip", clickable="true"))
UPDATE = page(
    view(3, "title", "Update Photos"), view(4, "negative_button", "Not now", clickable="true")
)
OFFER = page(
    view(3, "title", "Backup is off"),
    view(4, text="Turn on backup", clickable="true"),
    view(5, "negative_button", "Not now", clickable="true"),
)
SHEET = page(view(3, "backup_understandability_image"))
PROMOTION = page(view(3, "not_now_button", "Not now", clickable="true"))
OLD_PROMOTION = page(view(3, "auto_backup_switch", checkable="true"))
HOME = page(view(1, "selected_account_disc", desc="Backing up.", clickable="true"))


@pytest.mark.parametrize(
    ("xml", "kind", "title", "answers"),
    [
        (ANR, "not_responding", "Photos isn't responding", {"wait", "close"}),
        (CRASH, "crashed", "Photos keeps stopping", {"close", "restart"}),
        (PERMISSION, "permission", "Allow Photos to access photos?", {"allow", "selected", "deny"}),
        (OLD_PERMISSION, "permission", "Allow Photos to access photos?", {"allow", "deny"}),
        (TOUR, "tour", "", {"skip"}),
        (UPDATE, "update", "Update Photos", {"later"}),
        (OFFER, "promotion", "Backup is off", {"later"}),
        (SHEET, "explanation", "", set()),
    ],
)
def test_a_dialog_is_recognized_with_its_answers(xml, kind, title, answers):
    dialog = recognize(parse(f"<hierarchy>{xml}</hierarchy>"))

    assert dialog is not None
    assert (dialog.kind, dialog.title, set(dialog.answers)) == (kind, title, answers)


@pytest.mark.parametrize(
    "xml",
    [HOME, page(view(4, "later", "Not now", package="com.example"), package="com.example")],
)
def test_what_is_no_dialog_of_ours_is_none(xml):
    assert recognize(parse(f"<hierarchy>{xml}</hierarchy>")) is None


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared hierarchies are not beside this clone")
@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("anr_system_ui_not_responding.xml", "not_responding"),
        ("chooser_open_with_samsung.xml", "chooser"),
        ("immersive_full_screen_hint_landscape.xml", "full_screen"),
        ("permission_contacts_es_appium.xml", "permission"),
        ("permission_location_three_buttons.xml", "permission"),
        ("permission_notifications_rtl_app_name.xml", "permission"),
        ("settings_security_privacy.xml", None),
        ("dialog_confirm_zh.xml", None),
        ("notification_shade_es.xml", None),
    ],
)
def test_real_dialogs_are_recognized(file, kind):
    dialog = recognize(parse((SHARED / file).read_text(encoding="utf-8")))

    assert (dialog.kind if dialog else None) == kind


def test_the_default_policy_names_every_kind_and_only_answers_that_there_are():
    answers = {kind.name: {*kind.answers, BACK, LEAVE} for kind in KINDS} | {"update": {"later"}}

    assert set(DEFAULT_POLICY) == set(answers)
    assert all(set(words) <= answers[kind] for kind, words in DEFAULT_POLICY.items())


def test_by_default_nothing_is_granted_and_nothing_that_lives_is_closed():
    assert DEFAULT_POLICY["permission"] == (BACK,)
    assert DEFAULT_POLICY["not_responding"] == ("wait",)


@pytest.mark.parametrize(
    ("xml", "policy", "done", "told"),
    [
        (ANR, DEFAULT_POLICY, ["tap aerr_wait"], "wait"),
        (CRASH, DEFAULT_POLICY, ["tap aerr_close"], "close"),
        (PERMISSION, DEFAULT_POLICY, ["key back"], "back"),
        (PERMISSION, {"permission": ("allow",)}, ["tap permission_allow_all_button"], "allow"),
        (PERMISSION, {"permission": ("once",)}, [], "leave"),
        (PERMISSION, {"permission": ("once", "deny")}, ["tap permission_deny_button"], "deny"),
        (PROMOTION, DEFAULT_POLICY, ["tap not_now_button"], "later"),
        (OLD_PROMOTION, DEFAULT_POLICY, ["key back"], "back"),
        (PERMISSION, {}, [], "leave"),
    ],
)
def test_the_policy_alone_decides_and_the_log_hears_of_it(xml, policy, done, told, caplog):
    phone = PagedPhone({"dialog": xml})
    dialog = recognize(phone.screen())

    with caplog.at_level(logging.INFO):
        answered = answer(phone, phone.screen(), dialog, policy)

    assert phone.done == done
    assert answered.answer == told
    assert f"phone fake: {dialog.kind}" in caplog.text
    assert caplog.text.strip().endswith(f": {told}")


def disc(screen):
    return screen.find(Selector(id="selected_account_disc"))


def test_dialogs_in_a_row_are_answered_on_the_way_to_what_is_waited_for():
    turns = {
        ("tour", "tap welcomescreens_skip_button"): "update",
        ("update", "tap negative_button"): "permission",
        ("permission", "key back"): "home",
    }
    phone = PagedPhone(
        {"tour": TOUR, "update": UPDATE, "permission": PERMISSION, "home": HOME}, turns
    )
    told = []

    assert wait_past_dialogs(phone, disc, expected="the disc", tell=told.append)
    assert [a.dialog.kind for a in told] == ["tour", "update", "permission"]


def test_a_dialog_that_stays_is_answered_once_and_then_told():
    phone = PagedPhone({"anr": ANR})

    with pytest.raises(TransientPhoneError, match="isn't responding"):
        wait_past_dialogs(phone, disc, expected="the disc", timeout_s=0.1)
    assert phone.done == ["tap aerr_wait"]


def test_a_phone_that_asks_for_ever_is_answered_a_few_times():
    pages = {
        f"{n}": alert("aerr_close", "aerr_wait", title=f"App {n} isn't responding")
        for n in range(2 * MOST_ANSWERS)
    }
    turns = {(f"{n}", "tap aerr_wait"): f"{n + 1}" for n in range(2 * MOST_ANSWERS - 1)}
    phone = PagedPhone(pages, turns)

    with pytest.raises(TransientPhoneError):
        wait_past_dialogs(phone, disc, expected="the disc", timeout_s=0.5)
    assert len(phone.done) <= MOST_ANSWERS
