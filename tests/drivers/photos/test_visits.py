"""A switch is moved, or nothing is: what a finger met in its place is moved back."""

import pytest

from drivers.errors import StablePhoneError, TransientPhoneError
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


def test_a_photos_that_cannot_be_opened_is_not_looked_for(monkeypatch):
    phone, looked = PagedPhone({"launcher": page()}), []

    def refuse(_):
        raise StablePhoneError("it is disabled")

    monkeypatch.setattr(visits, "bring_to_front", refuse)
    monkeypatch.setattr(visits, "leave", looked.append)
    with pytest.raises(StablePhoneError, match="disabled"):
        visits.seen_there(phone, lambda: looked.append(phone))
    with pytest.raises(StablePhoneError, match="disabled"), visits.visit(phone, "Photos"):
        looked.append(phone)
    assert looked == []


def test_a_visit_ends_at_home_whatever_it_came_to(monkeypatch):
    phone, left = PagedPhone({"list": page()}), []
    monkeypatch.setattr(visits, "bring_to_front", lambda _: None)
    monkeypatch.setattr(visits, "leave", left.append)
    assert visits.seen_there(phone, lambda: 3) == 3
    with pytest.raises(ValueError, match="mine"), visits.visit(phone, "Photos"):
        raise ValueError("mine")
    assert left == [phone, phone]


def test_a_switch_that_does_not_stay_is_not_touched_again(monkeypatch):
    monkeypatch.setattr(visits, "_SWITCH_TIMEOUT_S", 0.05)
    phone = PagedPhone({"list": switches(False, False)})

    with pytest.raises(TransientPhoneError):
        visits.turn(phone, first, True, expected="the switch")
    assert phone.done == ["tap switchWidget"]
