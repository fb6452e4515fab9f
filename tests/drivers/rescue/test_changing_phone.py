"""What changes on the phone meanwhile, and what it cannot read: told apart, and said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.phone import Phone
from drivers.rescue import rescuing
from drivers.rescue.manifest import load
from drivers.rescue.rescuing import rescue
from drivers.rescue.survey import Item, Survey
from drivers.rescue.sync import Stat, SyncConnection
from drivers.rescue.verification import verify
from tests.drivers.rescue.conftest import CAMERA, Listener, content, do


def changed_survey(monkeypatch: pytest.MonkeyPatch, change: Callable[[Survey], Survey]) -> None:
    real = rescuing.survey
    monkeypatch.setattr(rescuing, "survey", lambda *a, **k: change(real(*a, **k)))


def test_a_file_that_grows_after_it_was_looked_at_is_copied_as_it_is_then(
    phone: Phone, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(phone, f"cd {CAMERA}; printf 'as long' > kept.mp4")
    rescue(phone, copy)
    checked = sum(map(len, content(copy).values()))
    do(phone, f"cd {CAMERA}; printf alone > REC.mp4; printf as > twin.mp4; printf is > other.mp4")

    def grow(found: Survey) -> Survey:
        do(phone, f"cd {CAMERA}; printf ' more' >> REC.mp4; printf ' long' >> twin.mp4")
        return found

    changed_survey(monkeypatch, grow)
    listener = Listener()
    assert rescue(phone, copy, watcher=listener).is_whole
    # What came twice is not shown as twice as much.
    assert listener.seen == checked + len("alone more") + len("as long") + len("is")
    assert (copy / "DCIM/Camera/REC.mp4").read_text() == "alone more"
    assert verify(copy) == []
    manifest = load(copy)
    assert manifest is not None
    assert len({entry.path for entry in manifest.entries}) == len(manifest.entries)


def test_what_lay_on_a_card_that_was_taken_out_was_not_deleted(
    phone: Phone, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, gone = "/storage/0A1B-2C3D", f"{CAMERA}/gone.jpg"

    def change(found: Survey) -> Survey:
        items = (*found.items, Item(f"{card}/DCIM/a.jpg", 5, 1), Item(gone, 6, 1))
        return replace(found, items=items, storage=(*found.storage, card))

    changed_survey(monkeypatch, change)
    outcome = rescue(phone, copy)
    assert list(outcome.failures) == [f"{card}/DCIM/a.jpg"]
    assert list(outcome.gone) == [gone]
    assert not outcome.is_whole
    assert [(f.kind, f.place) for f in verify(copy)] == [("not copied", f"{card}/DCIM/a.jpg")]


def test_what_the_phone_cannot_look_at_is_said(
    phone: Phone, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(phone, f"echo a > {CAMERA}/bad.jpg")
    real = SyncConnection.look

    def look(self: SyncConnection, paths: Sequence[str]) -> Iterator[tuple[str, Stat | None]]:
        for path, stat in real(self, paths):
            yield path, Stat(0, 0, 0, error=5) if path.endswith("/bad.jpg") else stat

    with monkeypatch.context() as patch:
        patch.setattr(SyncConnection, "look", look)
        outcome = rescue(phone, copy)
    assert outcome.failures == {f"{CAMERA}/bad.jpg": "the phone cannot look at it (error 5)"}
    assert not outcome.is_whole
    assert rescue(phone, copy).is_whole
    assert verify(copy) == []


@pytest.mark.parametrize("store", ["content query --uri content://nowhere", "false", "true"])
def test_a_media_store_that_does_not_answer_is_said(
    phone: Phone, copy: Path, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    monkeypatch.setattr("drivers.rescue.store._QUERY", store)
    outcome = rescue(phone, copy)
    assert list(outcome.failures) == ["what only the media store knows"]
    assert len(content(copy)) == 5


def test_what_vanishes_after_it_was_looked_at_is_said_and_is_no_failure(
    phone: Phone, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(phone, f"cd {CAMERA}; echo alone > alone.jpg; echo 1 > t1.jpg; echo 1 > t2.jpg")
    gone = {f"{CAMERA}/alone.jpg", f"{CAMERA}/t1.jpg"}

    def remove(found: Survey) -> Survey:
        do(phone, f"rm {' '.join(gone)}")
        return found

    changed_survey(monkeypatch, remove)
    outcome = rescue(phone, copy)
    assert outcome.is_whole
    assert set(outcome.gone) == gone
    assert (copy / "DCIM/Camera/t2.jpg").read_text() == "1\n"
    assert verify(copy) == []
