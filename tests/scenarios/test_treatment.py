"""A fix on a phone: nothing is begun that could not be brought to its end."""

from __future__ import annotations

import pytest

import scenarios.treatment
from drivers import connect
from drivers.vocabulary import registry
from fixtures.launch import virtual_phone
from scenarios import journal as journals
from scenarios.events import Noted
from scenarios.lasting import leaves_a_trace, lost
from scenarios.loader import load
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


@pytest.fixture(scope="module")
def phone():
    with (
        virtual_phone(["--media", "5"]) as launched,
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
