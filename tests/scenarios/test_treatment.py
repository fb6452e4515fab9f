"""A fix on a phone: nothing is begun that could not be brought to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

import scenarios.treatment
from drivers import connect
from drivers.vocabulary import Risk, registry
from fixtures.launch import virtual_phone
from scenarios import journal as journals
from scenarios.doctor import Doctor
from scenarios.events import Noted, PhaseEnded, StepEnded
from scenarios.lasting import leaves_a_trace, lost
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.steps import Bench
from scenarios.treatment import apply, changes_of, put_back

FIX = """name: Photos begins anew
risk: app-data
effects: [uploads]
cause: unseen
fix:
  - photos.clear_data
  - photos.account: ${before.photos.account}
expect: {counter: {advances: 1}}
"""


GUESS = """name: One file holds up all behind it
risk: reversible
cause: unseen
fix:
  - media.set_aside: {items: [largest]}
expect: {counter: {advances: 1}}
"""


@pytest.fixture(scope="module")
def phone():
    with (
        virtual_phone(["--media", "300", "--rate", "5"]) as launched,
        connect(launched.serial, launched.client) as connected,
    ):
        yield connected


def test_no_data_goes_where_it_could_not_be_set_up_again(phone, tmp_path, monkeypatch) -> None:
    path = tmp_path / "fix.yaml"
    path.write_text(FIX, encoding="utf-8")
    (scenario,) = load([path], variables={}, environ={})
    # As a question in front of Photos would have it: its pages cannot be read.
    monkeypatch.setattr(scenarios.treatment, "facts_before", lambda *_: {})
    journal = journals.begin(tmp_path / "state", phone.identity, phone.serial)
    heard: list[object] = []
    tried = apply(Bench(phone, journal, registry(), 1.0, heard.append), scenario)
    assert tried.problem == (
        "the phone does not show photos.account, without which Photos could not be set up again"
    )
    assert journal.changes == {}
    assert not [event for event in heard if isinstance(event, Noted)]


@pytest.mark.full
def test_what_nothing_brings_back_is_said_as_soon_as_it_is_gone(phone, tmp_path) -> None:
    path = tmp_path / "fix.yaml"
    path.write_text(FIX, encoding="utf-8")
    (scenario,) = load([path], variables={}, environ={})
    journal = journals.begin(tmp_path / "state", phone.identity, phone.serial)
    heard: list[object] = []
    bench = Bench(phone, journal, registry(), 1.0, heard.append)
    tried = apply(bench, scenario)
    assert not tried.problem
    gone = "lost for it: what Photos kept for itself on the phone, its Locked Folder included"
    assert Noted(gone) in heard
    put_back(bench, tried.above, tried.up_to)
    # Put back is what can be: the Locked Folder is not among it, and the journal still tells so.
    changes = changes_of(bench, tried.above, tried.up_to)
    assert not journal.standing
    assert leaves_a_trace(changes)
    assert f"lost for it: {lost(changes)[0]}" == gone


CLOCK = """name: The clock is wrong
risk: reversible
cause: {phone.clock_skew: "< -24h"}
fix:
  - phone.auto_time: on
expect: {counter: {advances: 1}}
"""


def test_a_fix_that_changed_nothing_says_what_a_person_can_read(phone, tmp_path) -> None:
    path = tmp_path / "fix.yaml"
    path.write_text(CLOCK, encoding="utf-8")
    (scenario,) = load([path], variables={}, environ={})
    journal = journals.begin(tmp_path / "state", phone.identity, phone.serial)
    phone.shell("virtual circumstance add wrong-clock")
    try:
        tried = apply(Bench(phone, journal, registry(), 1.0, lambda _: None), scenario)
    finally:
        phone.shell("virtual circumstance remove wrong-clock")
    assert tried.problem == (
        "it was done, and nothing has changed: phone.clock_skew is about -400 days"
    )


class Interrupts:
    """Hears events, and is pressed Ctrl-C when an event of one kind comes by."""

    def __init__(self, *kinds: type) -> None:
        self.kinds = kinds

    def __call__(self, event: object) -> None:
        if isinstance(event, self.kinds) and getattr(event, "name", "fix") == "fix":
            raise KeyboardInterrupt


def guess(tmp_path: Path) -> Scenario:
    path = tmp_path / "guess.yaml"
    path.write_text(GUESS, encoding="utf-8")
    (scenario,) = load([path], variables={}, environ={})
    return scenario


def test_half_a_fix_goes_back_although_ctrl_c_comes_twice(phone, tmp_path) -> None:
    journal = journals.begin(tmp_path / "state", phone.identity, phone.serial)
    bench = Bench(phone, journal, registry(), 1.0, Interrupts(StepEnded, PhaseEnded))
    with pytest.raises(KeyboardInterrupt):
        apply(bench, guess(tmp_path))
    assert journal.changes
    assert not journal.standing


@pytest.mark.full
def test_a_guess_goes_back_where_ctrl_c_comes_before_it_is_judged(phone, tmp_path) -> None:
    phone.shell("virtual fault add throttled")
    journal = journals.begin(tmp_path / "state", phone.identity, phone.serial)
    bench = Bench(phone, journal, registry(), 1.0, Interrupts(PhaseEnded))
    scenario = guess(tmp_path)
    doctor = Doctor(bench, Risk.REVERSIBLE, frozenset(), [scenario])
    with pytest.raises(KeyboardInterrupt):
        doctor.treat(scenario)
    phone.shell("virtual fault remove throttled")
    asked = [change.name for change in journal.changes.values()]
    assert "media.set_aside" in asked
    assert "media.set_aside" not in [change.name for change in journal.standing]
