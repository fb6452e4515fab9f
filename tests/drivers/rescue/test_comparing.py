"""What was changed on the phone and dated back: told by its hash, where that is asked for."""

from __future__ import annotations

from pathlib import Path

from drivers.phone import Phone
from drivers.rescue.outcome import describe
from drivers.rescue.rescuing import rescue
from drivers.rescue.verification import verify
from tests.drivers.rescue.conftest import CAMERA, content, do

PHOTO = f"{CAMERA}/in-place.jpg"


def written_in_place(phone: Phone, text: str) -> None:
    do(phone, f"printf {text} > {PHOTO}; touch -d '2026-01-01 00:00:00' {PHOTO}")


def test_what_was_dated_back_comes_as_a_new_version(phone: Phone, copy: Path) -> None:
    written_in_place(phone, "same")
    assert rescue(phone, copy).before == 0
    written_in_place(phone, "SAME")
    trusting = rescue(phone, copy)
    assert trusting.before == len(trusting.survey.items)
    assert "here from before, by name, size and date: " in "\n".join(describe(trusting))
    outcome = rescue(phone, copy, compares_content=True)
    assert outcome.is_whole
    assert (outcome.copied, outcome.before) == (1, len(outcome.survey.items) - 1)
    assert "by SHA-256 once more: " in "\n".join(describe(outcome))
    assert [(old.path, new.path) for old, new in outcome.changed] == [(PHOTO, PHOTO)]
    assert {content(copy)[entry.stored] for pair in outcome.changed for entry in pair} == {
        b"same",
        b"SAME",
    }
    again = rescue(phone, copy, compares_content=True)
    assert (again.copied, again.entered, again.before) == (0, 0, len(again.survey.items))
    written_in_place(phone, "same")
    back = rescue(phone, copy, compares_content=True)
    assert (back.copied, back.entered) == (0, 1)
    assert verify(copy) == []


def test_what_is_damaged_here_and_another_on_the_phone_is_no_whole_copy(
    phone: Phone, copy: Path
) -> None:
    written_in_place(phone, "same")
    rescue(phone, copy)
    (copy / "DCIM/Camera/in-place.jpg").write_bytes(b"s\0me")
    written_in_place(phone, "SAME")
    outcome = rescue(phone, copy, compares_content=True)
    assert outcome.lost == (PHOTO,)
    assert b"SAME" in content(copy).values()
    assert [finding.kind for finding in verify(copy)] == ["content"]
