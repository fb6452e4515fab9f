"""The backup's switch where things go wrong; where they go right, tests/contract has a phone."""

import pytest

import drivers.photos.visits
from drivers.errors import PhoneLostError, StablePhoneError
from drivers.photos.backup import Backup
from tests.drivers.fakes import PHOTOS, PagedPhone, page, view

HOME = page(view(1, "selected_account_disc", desc="Backing up.", clickable="true"))


def settings(checked):
    row = view(4, "title", "Backup") + view(
        4, "switchWidget", checkable="true", clickable="true", checked=checked
    )
    return page(view(1, text="Backup"), page(row))


class Switching(PagedPhone):
    """Stands on the settings page; BACK leads home."""

    package = PHOTOS

    def __init__(self, turns, **pages):
        shown = {"on": settings("true"), "off": settings("false"), "home": HOME, **pages}
        super().__init__(shown, {(p, "key back"): "home" for p in ("on", "off")} | turns)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(drivers.photos.visits, "_SWITCH_TIMEOUT_S", 0.2)


def test_a_sheet_behind_the_switch_is_confirmed():
    phone = Switching(
        {("off", "tap switchWidget"): "sheet", ("sheet", "tap done_button"): "on"},
        sheet=page(view(9, "done_button", "Confirm", clickable="true")),
    )
    phone.page = "off"

    Backup().apply(phone, True)
    assert phone.done == ["tap switchWidget", "tap done_button", "key back"]
    assert phone.page == "home"


def test_a_switch_that_does_not_stay_is_told_with_the_way_by_hand():
    phone = Switching({})

    with pytest.raises(StablePhoneError, match="set it by hand: Photos > account picture"):
        Backup().apply(phone, False)
    assert phone.page == "home"


def test_what_is_so_already_is_not_touched():
    phone = Switching({})

    Backup().apply(phone, True)
    assert phone.done == ["key back"]


def test_a_lost_phone_is_not_an_absent_fact():
    phone = Switching({})

    def gone():
        raise PhoneLostError("gone")

    phone.screen = gone
    with pytest.raises(PhoneLostError):
        Backup().read(phone)
    with pytest.raises(PhoneLostError):
        Backup().apply(phone, True)
