"""Looks that are lost, and phones that are away: what a watch makes of them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from drivers.errors import PhoneLostError, StablePhoneError, TransientPhoneError
from drivers.exchange import Exchange
from drivers.photos.status import UNKNOWN
from scenarios import watch
from scenarios.events import Noted

SEEN = SimpleNamespace(status="uploading", counter=None)
AGAIN = SimpleNamespace(status="uploading", counter=None)


class Shaky:
    """A phone each of whose screens is what it is told to be: a status, or what goes wrong."""

    package = "photos"
    about = SimpleNamespace(locale="en-US")

    def __init__(self, *screens):
        self.restarts = 0
        self.listeners = []
        self._screens = list(screens)

    def listen(self, listener):
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def screen(self):
        screen = self._screens.pop(0)
        if isinstance(screen, Exception):
            raise screen
        if screen == "restarted":
            self.restarts += 1
            for listener in self.listeners:
                listener(Exchange("link", "phone is back", "", "", None, 0.0, 1.0))
            return UNKNOWN
        return screen


@pytest.fixture
def look(monkeypatch):
    """Looks as often as there are screens; gives the looks, what was said, and the eyes."""
    now = iter(range(0, 10_000, 100))
    monkeypatch.setattr(watch.time, "monotonic", lambda: float(next(now)))
    monkeypatch.setattr(watch, "status_of", lambda screen, locale, package: screen)
    monkeypatch.setattr(watch, "bring_to_counter", lambda phone: AGAIN)

    def run(*screens):
        phone, said = Shaky(*screens), []
        with watch._Eyes(phone, said.append) as eyes:
            looks = [eyes.look() for _ in screens]
        assert phone.listeners == []
        return looks, said, eyes

    return run


@pytest.mark.parametrize("error", [TransientPhoneError("no answer"), StablePhoneError("refused")])
def test_a_look_that_is_lost_is_said_once_and_is_no_reading(look, error) -> None:
    looks, said, eyes = look(SEEN, error, error, SEEN)
    assert looks == [SEEN, None, None, SEEN]
    assert said == [Noted(f"a look at the counter is lost, the watch goes on: {error}")]
    assert eyes.away_s == 0.0


def test_after_a_restart_the_counter_is_looked_for_and_the_time_is_given_back(look) -> None:
    looks, said, eyes = look(SEEN, "restarted", SEEN)
    assert looks == [SEEN, AGAIN, SEEN]
    assert said == []
    assert eyes.away_s == 100.0


def test_a_phone_that_restarts_forever_is_not_watched_forever(look) -> None:
    _, _, eyes = look(*["restarted"] * 9)
    assert eyes.away_s == watch._LONGEST_AWAY_S


def test_a_lost_phone_is_nobodys_look(look) -> None:
    with pytest.raises(PhoneLostError):
        look(SEEN, PhoneLostError("gone"))
