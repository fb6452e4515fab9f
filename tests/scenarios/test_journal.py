"""The write-ahead record: on the disk before the change, readable after any crash."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import LossError
from drivers.identity import Identity
from scenarios import journal as journals
from scenarios.journal import Journal

PHONE = Identity("0a1b2c3d", "f00dfeed")


def change_saver(journal: Journal) -> journals.Change:
    return journal.record(
        "control", "battery.saver", place="x.yaml:9:3", was=True, to=False, memo={"saver": True}
    )


def test_a_change_is_on_the_disk_before_it_is_made(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    change_saver(journal)
    [found] = journals.read(journal.path).standing
    assert (found.name, found.was, found.to, found.is_done) == ("battery.saver", True, False, False)


def test_what_was_done_and_undone_is_read_back(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    first, second = change_saver(journal), change_saver(journal)
    journal.mark_done(first)
    journal.mark_undone(second, "restored")
    read = journals.read(journal.path)
    assert [c.number for c in read.standing] == [1]
    assert read.standing[0].is_done
    assert read.undone == {2: "restored"}


def test_changes_are_undone_in_reverse(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    for _ in range(3):
        change_saver(journal)
    assert [c.number for c in journal.standing] == [3, 2, 1]


def test_only_journals_with_standing_changes_are_stored(tmp_path: Path) -> None:
    ended = journals.begin(tmp_path, PHONE, "usb")
    ended.mark_undone(change_saver(ended), "restored")
    ended.finish("undone")
    died = journals.begin(tmp_path, PHONE, "usb")
    change_saver(died)
    other = journals.begin(tmp_path, Identity("other", "phone"), "usb")
    change_saver(other)
    assert [j.path for j in journals.stored(tmp_path, PHONE)] == [died.path]


def test_a_line_cut_short_by_a_crash_costs_only_itself(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    change_saver(journal)
    with journal.path.open("a", encoding="utf-8") as file:
        file.write('{"done": 1, "at')
    read = journals.read(journal.path)
    assert len(read.standing) == 1
    assert read.damage == ()


def test_a_damaged_line_in_the_middle_is_reported_and_the_rest_used(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    change_saver(journal)
    lines = journal.path.read_text(encoding="utf-8").splitlines()
    journal.path.write_text("\n".join([lines[0], "\x00\x00garbage", lines[1], ""]))
    read = journals.read(journal.path)
    assert len(read.standing) == 1
    assert read.damage[0].startswith(f"{journal.path}:2: ")


def test_a_file_that_is_no_journal_is_set_aside_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / PHONE.key
    folder.mkdir()
    (folder / "20260101T000000-1-1.jsonl").write_text("not a journal\nat all\n")
    [found] = journals.stored(tmp_path, PHONE)
    assert "holds no journal" in found.damage[0]
    assert found.path.read_text() == "not a journal\nat all\n"
    assert found.path.suffix == ".damaged"


def test_a_newer_format_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "new.jsonl"
    path.write_text(json.dumps({"format": 99}) + "\n")
    with pytest.raises(LossError, match="format 99"):
        journals.read(path)


def test_without_a_place_to_write_nothing_is_begun(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LossError, match=r"\$UNSTUCK_STATE"):
        journals.begin(tmp_path / "file", PHONE, "usb")


@given(cut=st.integers(min_value=0, max_value=2000))
def test_cut_anywhere_it_is_read_or_refused_never_misread(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    journal = journals.begin(tmp_path_factory.mktemp("state"), PHONE, "usb")
    journal.mark_done(change_saver(journal))
    journal.mark_undone(change_saver(journal), "restored")
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:cut])
    try:
        read = journals.read(journal.path)
    except LossError:
        return  # the head itself is gone
    for number, change in read.changes.items():
        assert change == journal.changes[number] or not change.is_done
    assert set(read.undone) <= {2}
