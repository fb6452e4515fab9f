"""Operations that a finger does, on phones of several makers and generations behind real adb."""

import json

import pytest

import drivers.photos.store
import drivers.photos.uploads
from drivers.errors import NothingToDoError, StablePhoneError
from drivers.pauses import pauses
from drivers.phone import connect
from drivers.photos.app import open_app
from drivers.photos.pages import is_home
from drivers.vocabulary import registry
from fixtures.launch import arguments_of, virtual_phone
from tests.contract.phones import phones


def truth(phone):
    return json.loads(phone.shell("virtual state").stdout)


def carry_out(phone, name, **arguments):
    operation = registry().operations[name]
    return operation.run(phone, arguments, operation.prepare(phone, arguments))


def await_backed_up(phone, count):
    return any(truth(phone)["media"]["backed_up"] >= count for _ in pauses(20))


@pytest.fixture(
    scope="module",
    params=phones("pixel-8/menu", "pixel-8//de-DE"),
)
def phone(request):
    with (
        virtual_phone([*arguments_of(request.param), "--media", "60"]) as launched,
        connect(launched.serial, launched.client) as phone,
    ):
        open_app(phone)
        yield phone


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        ("photos.clear_cache", "corrupt-cache"),
        ("photos.update", "bad-version"),
        ("photos.new_files_only", "duplicate-prompt"),
    ],
)
def test_it_cures_what_it_is_for(phone, operation, fault):
    before = truth(phone)["settings"]
    phone.shell(f"virtual fault add {fault}")
    carry_out(phone, operation)
    assert truth(phone)["faults"] == []
    assert truth(phone)["settings"] == before


def test_a_cache_that_is_empty_already_is_no_failure(phone):
    carry_out(phone, "photos.clear_cache")
    carry_out(phone, "photos.clear_cache")


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("photos.update", "the Play Store offers no update of Photos: this is the newest version"),
        ("photos.new_files_only", "Photos does not ask whether to upload everything again"),
    ],
)
def test_what_a_page_that_stands_still_does_not_offer_is_refused(
    phone, monkeypatch, operation, told
):
    monkeypatch.setattr(drivers.photos.store, "_OFFERED_WITHIN_S", 0.1)
    monkeypatch.setattr(drivers.photos.uploads, "_ASKS_WITHIN_S", 0.1)
    with pytest.raises(NothingToDoError, match=told):
        carry_out(phone, operation)
    assert is_home(phone.screen())


def test_items_that_do_not_go_up_by_hand_stand_after_the_patience(phone, monkeypatch):
    monkeypatch.setattr(drivers.photos.uploads, "_SHORTEST_STANDING_S", 0.1)
    monkeypatch.setattr(drivers.photos.uploads, "_STANDING_S", 600.0)
    phone.shell("virtual fault add service-down")
    try:
        found = carry_out(phone, "photos.upload_manually", count=2, patience=0.2)
    finally:
        phone.shell("virtual fault remove service-down")
    assert found == {"photos.upload_manually.uploaded": 0}


def test_items_are_uploaded_by_hand_past_one_that_holds_up_the_rest(phone):
    phone.shell("virtual fault add poison-item")
    try:
        before = truth(phone)["media"]["backed_up"]
        carry_out(phone, "photos.upload_manually", count=2)
        assert is_home(phone.screen())
        assert await_backed_up(phone, before + 2)
        carry_out(phone, "photos.upload_manually", count=1, singly=True)
        assert is_home(phone.screen())
        assert await_backed_up(phone, before + 3)
    finally:
        phone.shell("virtual fault remove poison-item")


def test_the_status_card_turns_backup_on_and_that_is_taken_back(phone):
    registry().controls["photos.backup"].apply(phone, False)
    operation = registry().operations["photos.tap_card"]
    prepared = json.loads(json.dumps(operation.prepare(phone, {})))
    try:
        assert operation.run(phone, {}, prepared) == {"photos.tap_card.turned_on": True}
        assert truth(phone)["settings"]["photos.backup"] is True
        assert is_home(phone.screen())
        operation.undo(phone, prepared)
        assert truth(phone)["settings"]["photos.backup"] is False
    finally:
        registry().controls["photos.backup"].apply(phone, True)


def test_the_status_card_leads_to_its_settings_and_changes_none(phone):
    before = truth(phone)["settings"]
    assert carry_out(phone, "photos.tap_card") == {"photos.tap_card.turned_on": False}
    assert truth(phone)["settings"] == before
    assert is_home(phone.screen())


def test_space_is_freed_of_what_the_cloud_has_and_of_nothing_else(phone):
    phone.shell("virtual circumstance add stored-video")
    phone.shell("svc wifi disable; svc data disable")  # so that nothing goes up meanwhile
    before = truth(phone)["media"]
    found = carry_out(phone, "storage.free_up")
    after = truth(phone)["media"]
    phone.shell("svc wifi enable; svc data enable")
    assert found["storage.free_up.freed"] >= 1_500_000_000
    assert found["storage.free_up.files"] >= 1
    assert after["rows"] == before["rows"] - found["storage.free_up.files"]
    assert after["total"] - after["backed_up"] == before["total"] - before["backed_up"]
    phone.shell("virtual circumstance remove stored-video")


def test_no_space_is_freed_where_the_cloud_has_less_than_the_original(phone):
    quality = registry().controls["photos.quality"]
    quality.apply(phone, "saver")
    try:
        before = truth(phone)["media"]["rows"]
        with pytest.raises(StablePhoneError, match="quality saver: the originals"):
            carry_out(phone, "storage.free_up")
        assert truth(phone)["media"]["rows"] == before
    finally:
        quality.apply(phone, "original")


def test_the_account_that_backs_up_is_found_and_no_switch_moved(phone):
    before = truth(phone)["settings"]
    phone.shell("virtual circumstance add second-account")
    try:
        with pytest.raises(StablePhoneError, match="the one that is backed up to"):
            carry_out(phone, "photos.view_backup_account")
        registry().controls["photos.account"].apply(phone, "bob.tester@example.com")
        found = carry_out(phone, "photos.view_backup_account")
        assert found == {"photos.view_backup_account.found": True}
        assert truth(phone)["settings"] == before
    finally:
        phone.shell("virtual circumstance remove second-account")


def test_where_no_account_backs_up_the_one_in_view_is_in_view_again(phone):
    before = truth(phone)["settings"]
    backup = registry().controls["photos.backup"]
    phone.shell("virtual circumstance add second-account")
    backup.apply(phone, False)
    try:
        found = carry_out(phone, "photos.view_backup_account")
        assert found == {"photos.view_backup_account.found": False}
        assert truth(phone)["settings"] == {**before, "photos.backup": False}
    finally:
        backup.apply(phone, True)
        phone.shell("virtual circumstance remove second-account")


def test_another_account_is_viewed_and_left_again_where_there_is_one(phone):
    before = truth(phone)["settings"]
    with pytest.raises(StablePhoneError, match="no other Google account"):
        carry_out(phone, "photos.switch_account")
    phone.shell("virtual circumstance add second-account")
    phone.shell("virtual fault add expired-session")
    carry_out(phone, "photos.switch_account")
    assert truth(phone)["faults"] == []
    assert truth(phone)["settings"] == before
    phone.shell("virtual circumstance remove second-account")
