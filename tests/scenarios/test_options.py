"""What a run may do to its phone, and what is refused before one is touched."""

from __future__ import annotations

import pytest

from drivers.fleet import Pick
from drivers.vocabulary import Effect, Risk
from scenarios.options import (
    HEAL,
    REGRESS,
    OptionError,
    Options,
    idle,
    read_options,
    read_wish,
)

OURS = Pick(virtual="", by_default=True)
THEIRS = Pick(serial="0a1b")


def options(pick: Pick, **given: str | list[str]) -> Options:
    return read_options(given.get, read_wish(given.get), pick)


def test_the_mode_follows_from_who_started_the_phone() -> None:
    assert options(OURS).mode == REGRESS
    assert options(THEIRS).mode == HEAL


def test_on_a_phone_of_our_own_everything_short_of_wipe_is_allowed() -> None:
    ours = options(OURS)
    assert (ours.risk, ours.allow, ours.patience_s) == (Risk.APP_DATA, frozenset(Effect), 1.0)


def test_on_a_phone_of_a_persons_nothing_is_that_they_did_not_ask_for() -> None:
    theirs = options(THEIRS)
    assert (theirs.risk, theirs.allow, theirs.patience_s) == (Risk.REVERSIBLE, frozenset(), 120.0)


def test_regress_on_a_phone_of_a_persons_names_the_account() -> None:
    with pytest.raises(OptionError, match="--test-account=EMAIL"):
        options(THEIRS, mode="regress")
    assert options(THEIRS, mode="regress", test_account="me@example.com").mode == REGRESS


def test_heal_needs_a_phone() -> None:
    with pytest.raises(OptionError, match="--mode=heal needs a phone"):
        options(OURS, mode="heal")


def test_a_look_goes_with_check_alone() -> None:
    assert options(THEIRS, mode="check", look="on").may_look
    assert not options(THEIRS, mode="check").may_look


def test_a_higher_risk_needs_the_phone_to_be_named() -> None:
    with pytest.raises(OptionError, match="--phone=0a1b"):
        options(THEIRS, risk="disruptive")
    assert options(THEIRS, risk="disruptive", phone=["0a1b"]).risk is Risk.DISRUPTIVE


def test_an_apps_data_needs_the_serial_twice() -> None:
    with pytest.raises(OptionError, match="--confirm=0a1b"):
        options(THEIRS, risk="app-data", phone=["0a1b"])
    assert options(THEIRS, risk="app-data", phone=["0a1b"], confirm="0a1b").risk is Risk.APP_DATA
    with pytest.raises(OptionError, match="--confirm=nope names another phone"):
        options(THEIRS, risk="app-data", phone=["0a1b"], confirm="nope")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("mode", "cure", "--mode=cure: expected one of heal, regress, check"),
        ("risk", "some", "--risk=some: expected one of look, reversible"),
        ("allow", ["money"], "--allow=money: expected costs or uploads"),
        ("patience", "60", "--patience=60: expected a duration with its unit"),
        ("patience", "0s", "--patience=0s: expected a duration above zero"),
        ("patience", "10000h", "--patience=10000h: expected at most 24h"),
        ("adb", "nowhere", "--adb=nowhere: expected HOST:PORT"),
        ("photos", "photos", "--photos='photos': expected a package such as com.google"),
        ("photos", "a.b;reboot", "--photos='a.b;reboot': expected a package"),
        ("photos", "a.\udcff", r"--photos='a.\udcff': expected a package"),
        ("var", ["apk"], "--var=apk: expected NAME=VALUE"),
        ("look", "on", "--look lets --mode=check open Photos"),
        ("look", "maybe", "--look=maybe: expected on or off"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(
    name: str, value: str | list[str], words: str
) -> None:
    with pytest.raises(OptionError) as refused:
        options(THEIRS, **{name: value})
    assert str(refused.value).startswith(words)
    assert "\n" not in str(refused.value)


def test_a_wipe_is_not_called_less_than_it_is() -> None:
    with pytest.raises(OptionError, match=r"leads up to erasing the whole phone.*--confirm=0a1b"):
        options(THEIRS, risk="wipe", phone=["0a1b"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, []),
        ({"test_account": "me@example.com"}, ["--test-account means nothing with --mode=heal"]),
        ({"test_account": "me@example.com", "mode": "regress"}, []),
        ({"confirm": "0a1b"}, ["--confirm means nothing here"]),
        ({"confirm": "0a1b", "risk": "app-data", "phone": ["0a1b"]}, []),
    ],
)
def test_what_means_nothing_in_a_run_is_said(given, words) -> None:
    told = list(idle(options(THEIRS, **given)))
    assert [line[: len(word)] for line, word in zip(told, words, strict=True)] == words
