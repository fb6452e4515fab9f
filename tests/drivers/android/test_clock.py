"""Whose clock it is that is wrong, and what is said of it afterwards; no phone is needed."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from drivers.android.clock import SetClock
from drivers.errors import HostError, StablePhoneError

YEAR_S = 365 * 86_400


class Obstinate:
    """A phone that answers every command and goes on with its own time."""

    serial = "fake"

    def __init__(self, skew_s, built_s):
        self.skew_s, self.built_s = skew_s, built_s

    def shell(self, command, timeout_s=10.0):
        return SimpleNamespace(stdout=f"{self.built_s}\n", stderr="", exit_code=0, output="")

    def facts(self, names):
        return {} if self.skew_s is None else {"phone.clock_skew": self.skew_s}


def test_a_computer_that_is_older_than_the_phones_android_sets_no_clock():
    built_s = int(time.time()) + YEAR_S
    with pytest.raises(HostError, match="this computer's clock is behind"):
        SetClock().prepare(Obstinate(2.0 * YEAR_S, built_s), {})


def test_a_clock_that_cannot_be_read_is_not_set():
    with pytest.raises(StablePhoneError, match="could not be put back"):
        SetClock().prepare(Obstinate(None, ""), {})


def test_a_clock_that_does_not_obey_is_no_success():
    phone = Obstinate(-2.0 * YEAR_S, int(time.time()) - YEAR_S)
    prepared = SetClock().prepare(phone, {})
    with pytest.raises(StablePhoneError, match="keeps its own time"):
        SetClock().run(phone, {}, prepared)


@pytest.mark.parametrize(
    ("skew_s", "said"),
    [
        (-34_560_000.0, "the clock was 400 days behind"),
        (86_400.0 * 3, "the clock was 3 days ahead"),
        (600.0, "the clock was 10 minutes ahead"),
    ],
)
def test_how_wrong_it_was_is_told_in_days(skew_s, said):
    assert SetClock().leaves(skew_s) == said
