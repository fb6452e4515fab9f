"""A switch is moved, or nothing is: what a finger met in its place is moved back."""

import pytest

from drivers.errors import TransientPhoneError
from drivers.photos import visits
from drivers.photos.pages import SWITCH
from tests.drivers.fakes import PagedPhone, page, view


def switches(*checked):
    flags = {"checkable": "true", "clickable": "true"}
    rows = enumerate(str(on).lower() for on in checked)
    return page(*(view(4 * row, "switchWidget", checked=on, **flags) for row, on in rows))


def first(screen):
    return screen.find(SWITCH)


def test_a_switch_that_is_met_in_its_place_is_moved_back(monkeypatch):
    monkeypatch.setattr(visits, "_SWITCH_TIMEOUT_S", 0.05)
    turns = {("list", "tap switchWidget"): "astray", ("astray", "tap switchWidget"): "list"}
    phone = PagedPhone({"list": switches(False, False), "astray": switches(False, True)}, turns)

    with pytest.raises(TransientPhoneError, match="the switch on was not there"):
        visits.turn(phone, first, True, expected="the switch")
    assert phone.page == "list"
    assert phone.done == ["tap switchWidget"] * 2


def test_a_switch_that_does_not_stay_is_not_touched_again(monkeypatch):
    monkeypatch.setattr(visits, "_SWITCH_TIMEOUT_S", 0.05)
    phone = PagedPhone({"list": switches(False, False)})

    with pytest.raises(TransientPhoneError):
        visits.turn(phone, first, True, expected="the switch")
    assert phone.done == ["tap switchWidget"]
