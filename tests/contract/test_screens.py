"""Screens, ways and witnesses on a phone behind the real adb server; here the virtual one."""

import json
import subprocess
import sys

import pytest

from drivers.phone import connect
from drivers.photos.app import open_app
from drivers.photos.judgment import judge
from drivers.photos.navigation import backup_status, open_backup_settings
from drivers.photos.pages import is_backup_on
from drivers.photos.status import status_of
from drivers.photos.witnesses import MEDIA, NOTIFICATION, SCREEN, TRAFFIC, ask_witnesses
from drivers.screen import wait_for
from fixtures.launch import virtual_phone

ITEMS = 2000


@pytest.fixture(scope="module")
def launched():
    with virtual_phone(["--media", str(ITEMS), "--rate", "20"]) as launched:
        yield launched


@pytest.fixture(scope="module")
def phone(launched):
    with connect(launched.serial, launched.client) as phone:
        open_app(phone)
        yield phone


def counted_below(left):
    """A condition: the counter on the screen has gone below so many items."""

    def condition(screen):
        status = status_of(screen)
        return status if status.left is not None and status.left < left else None

    return condition


def test_all_four_witnesses_speak_and_agree_that_it_moves(phone):
    first = backup_status(phone)
    before = ask_witnesses(phone)
    wait_for(phone, counted_below(first.left - 20), expected="twenty items less")
    judgment = judge(before, ask_witnesses(phone))

    assert judgment.word == "moving"
    assert judgment.advanced > 0
    assert judgment.witnesses == (SCREEN, NOTIFICATION, TRAFFIC)
    assert judgment.contradictions == ()
    assert {s.witness: s.number for s in before}[MEDIA] == ITEMS


def test_without_wifi_the_witnesses_agree_that_it_is_stuck(phone):
    backup_status(phone)
    try:
        phone.shell("svc wifi disable")
        wait_for(phone, lambda s: status_of(s).status == "waiting_wifi", expected="no Wi-Fi")
        before = ask_witnesses(phone)
        judgment = judge(before, ask_witnesses(phone))
    finally:
        phone.shell("svc wifi enable")

    assert judgment.word == "stuck"
    assert "Waiting for Wi-Fi" in judgment.reasons[0]
    assert TRAFFIC in judgment.witnesses


def test_the_way_to_the_backup_switch_is_found(phone):
    assert is_backup_on(open_backup_settings(phone)) is True


def test_a_screen_is_read_aloud(launched, phone):
    command = [sys.executable, "-m", "drivers.screen", launched.serial]
    printed = subprocess.run(
        [*command, "--adb", str(launched.client.address)], capture_output=True, check=True
    )

    assert json.loads(printed.stdout)["package"] == phone.package
