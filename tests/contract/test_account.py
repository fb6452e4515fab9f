"""Photos' account on a phone behind real adb: read, signed out and in by finger."""

import json

import pytest

import drivers.photos.visits
from drivers.errors import StablePhoneError
from drivers.phone import connect
from drivers.photos.account import NOBODY, Account, SignIn, SignOutAndIn
from drivers.photos.app import open_app
from drivers.photos.backup import Backup
from fixtures.launch import arguments_of, virtual_phone
from tests.contract.phones import phones


def truth(phone):
    settings = json.loads(phone.shell("virtual state").stdout)["settings"]
    return settings["photos.account"], settings["photos.backup"]


@pytest.fixture(scope="module", params=phones("pixel-8/menu", "pixel-8//ar"))
def phone(request):
    with (
        virtual_phone([*arguments_of(request.param), "--media", "500"]) as launched,
        connect(launched.serial, launched.client) as phone,
    ):
        open_app(phone)
        yield phone


def test_it_is_read_signed_out_and_put_back_with_the_backup(phone):
    before = truth(phone)
    snapshot = Account().snapshot(phone, Account().read(phone))
    assert (Account().read(phone), True) == before

    Account().apply(phone, NOBODY)
    assert (truth(phone), Account().read(phone)) == ((None, False), NOBODY)
    Account().apply(phone, NOBODY)
    Account().restore(phone, snapshot)
    assert truth(phone) == before


def test_without_knowing_of_its_backup_an_account_is_no_snapshot(phone, monkeypatch):
    monkeypatch.setattr(Backup, "read", lambda *_: None)
    assert Account().snapshot(phone, "ada.tester@example.com") is None
    assert Account().snapshot(phone, NOBODY) == {"account": NOBODY, "backup": False}


def test_nobody_is_signed_in_with_the_one_account_of_the_phone_and_out_again(phone):
    before, operation = truth(phone), SignIn()
    assert operation.run(phone, {}, operation.prepare(phone, {})) == {}
    assert truth(phone) == before
    Account().apply(phone, NOBODY)
    prepared = operation.prepare(phone, {})
    operation.run(phone, {}, prepared)
    assert truth(phone) == (before[0], False)
    operation.undo(phone, prepared)
    assert truth(phone) == (None, False)
    phone.shell("virtual circumstance add second-account")
    try:
        with pytest.raises(StablePhoneError, match="offers 2 accounts"):
            operation.run(phone, {}, prepared)
    finally:
        phone.shell("virtual circumstance remove second-account")
        Account().restore(phone, {"account": before[0], "backup": before[1]})
    assert truth(phone) == before


def test_out_and_in_again_cures_an_expired_session(phone):
    before = truth(phone)
    phone.shell("virtual fault add expired-session")
    operation = SignOutAndIn()
    operation.run(phone, {}, operation.prepare(phone, {}))
    assert truth(phone) == before
    assert json.loads(phone.shell("virtual state").stdout)["faults"] == []


def test_half_a_run_is_signed_in_again_and_nobody_cannot_be_signed_out(phone):
    before = truth(phone)
    operation = SignOutAndIn()
    prepared = operation.prepare(phone, {})
    Account().apply(phone, NOBODY)
    with pytest.raises(StablePhoneError, match="no account"):
        operation.prepare(phone, {})
    operation.undo(phone, prepared)
    assert truth(phone) == before


def test_an_account_that_the_phone_lacks_is_refused(phone, monkeypatch):
    monkeypatch.setattr(drivers.photos.visits, "_SWITCH_TIMEOUT_S", 0.5)
    with pytest.raises(StablePhoneError, match=r"nobody@example\.com"):
        Account().apply(phone, "nobody@example.com")
