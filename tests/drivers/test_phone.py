"""The one object that the rest holds: what it makes of an agent that answers with nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from drivers import phone as phones
from drivers.adb import Client
from drivers.errors import TransientPhoneError
from drivers.phone import Phone
from tests.drivers.fakes import page, view

SCREEN = f'<?xml version="1.0"?><hierarchy rotation="0">{page(view(1, text="Photos"))}</hierarchy>'
NOTHING = (None, "", '<?xml version="1.0"?><hierarchy rotation="0" />')


def phone_that_shows(answers: Iterator[object], monkeypatch: pytest.MonkeyPatch) -> Phone:
    phone = Phone(cast("Client", None), "0a1b2c3d")  # nothing is sent to it
    monkeypatch.setattr(phone, "_call", lambda *_: next(answers))
    return phone


def test_between_two_windows_it_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    phone = phone_that_shows(iter((*NOTHING, SCREEN)), monkeypatch)
    assert [node.text for node in phone.screen().nodes if node.text] == ["Photos"]


@pytest.mark.parametrize("nothing", NOTHING)
def test_a_screen_that_shows_nothing_is_an_error_that_may_pass(
    nothing: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones, "_NO_WINDOW_S", 0.05)
    phone = phone_that_shows(iter(lambda: nothing, object()), monkeypatch)
    with pytest.raises(TransientPhoneError, match="0a1b2c3d shows nothing that can be read"):
        phone.screen()
