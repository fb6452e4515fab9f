"""The write-ahead record: on the disk before the change, readable after any crash."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import LossError
from drivers.identity import Identity
from drivers.phone import Phone
from drivers.shell import ShellResult
from drivers.vocabulary import Registry
from scenarios import journal as journals
from scenarios import remembered
from scenarios.journal import Journal
from scenarios.undo import put_back_runs
from tests.full_disk import room_for

PHONE = Identity("0a1b2c3d", "f00dfeed")
DONE = ShellResult("", "", "", 0)


def change_shell(journal: Journal) -> journals.Change:
    return journal.record(
        "shell", "shell: svc data enable", place="x.yaml:9:3", was=None, to=None, memo="svc data"
    )


def change_saver(journal: Journal) -> journals.Change:
    return journal.record(
        "control", "battery.saver", place="x.yaml:9:3", was=True, to=False, memo={"saver": True}
    )


def test_a_change_is_on_the_disk_before_it_is_made(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    change_saver(journal)
    [found] = remembered.read(journal.path).standing
    assert (found.name, found.was, found.to, found.is_done) == ("battery.saver", True, False, False)


def test_what_was_done_and_undone_is_read_back(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    first, second = change_saver(journal), change_saver(journal)
    journal.mark_done(first)
    journal.mark_undone(second, "restored")
    read = remembered.read(journal.path)
    assert [c.number for c in read.standing] == [1]
    assert read.standing[0].is_done
    assert read.undone == {2: "restored"}


def test_changes_are_undone_in_reverse(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    for _ in range(3):
        change_saver(journal)
    assert [c.number for c in journal.standing] == [3, 2, 1]


def test_a_clock_that_was_put_back_does_not_make_a_run_older(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time_ns()
    later = journals.begin(tmp_path, PHONE, "usb")
    change_saver(later)
    for _ in range(2):
        monkeypatch.setattr(time, "time_ns", lambda: now - 3 * 10**9)
        last = journals.begin(tmp_path, PHONE, "usb")
        change_saver(last)
        assert remembered.stored(tmp_path, PHONE)[0].path == last.path


def test_only_journals_with_standing_changes_are_stored(tmp_path: Path) -> None:
    ended = journals.begin(tmp_path, PHONE, "usb")
    ended.mark_undone(change_saver(ended), "restored")
    ended.finish("undone")
    died = journals.begin(tmp_path, PHONE, "usb")
    change_saver(died)
    other = journals.begin(tmp_path, Identity("other", "phone"), "usb")
    change_saver(other)
    assert [j.path for j in remembered.stored(tmp_path, PHONE)] == [died.path]


@pytest.mark.parametrize(("end", "kept"), [("kept", 1), ("undone", 0)])
def test_a_run_that_came_to_its_end_is_not_read_again(
    end: str, kept: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    change = change_saver(journal)
    if not kept:
        journal.mark_undone(change, "restored")
    assert len(remembered.unfinished(tmp_path)) == kept
    journal.finish(end)
    whole: list[Path] = []
    read = remembered.read
    monkeypatch.setattr(remembered, "read", lambda path: whole.append(path) or read(path))
    assert remembered.unfinished(tmp_path) == []
    assert whole == []
    assert len(remembered.stored(tmp_path, PHONE)) == len(whole) == kept


def test_a_line_cut_short_by_a_crash_costs_only_itself(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    change_saver(journal)
    with journal.path.open("a", encoding="utf-8") as file:
        file.write('{"done": 1, "at')
    read = remembered.read(journal.path)
    assert len(read.standing) == 1
    assert read.damage == ()


def test_a_damaged_line_in_the_middle_is_reported_and_the_rest_used(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    change_saver(journal)
    lines = journal.path.read_text(encoding="utf-8").splitlines()
    journal.path.write_text("\n".join([lines[0], "\x00\x00garbage", lines[1], ""]))
    read = remembered.read(journal.path)
    assert len(read.standing) == 1
    assert read.damage[0].startswith(f"{journal.path}:2: ")


def put_back(folder: Path) -> tuple[list[str], list[str]]:
    """What `--restore-only` says meanwhile and what it says is left, without any phone."""
    said: list[str] = []
    phone = SimpleNamespace(identity=PHONE, serial="usb", shell=lambda command: DONE)
    left = put_back_runs(
        folder,
        cast("Phone", phone),
        Registry({}, {}, {}, ()),
        kept=True,
        announce=said.append,
    )
    return said, [str(one) for one in left]


def test_a_file_that_is_no_journal_is_set_aside_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / PHONE.key
    folder.mkdir()
    (folder / "20260101T000000-1-1.jsonl").write_text("not a journal\nat all\n")
    said, left = put_back(tmp_path)
    assert "holds no journal" in said[0]
    assert "holds no journal" in left[0]
    [aside] = folder.iterdir()
    assert aside.suffix == ".damaged"
    assert aside.read_text() == "not a journal\nat all\n"
    assert put_back(tmp_path) == ([], [])


def test_looking_sets_nothing_aside(tmp_path: Path) -> None:
    folder = tmp_path / PHONE.key
    folder.mkdir()
    path = folder / "20260101T000000-1-1.jsonl"
    path.write_text("not a journal\nat all\n")
    remembered.stored(tmp_path, PHONE)
    remembered.unfinished(tmp_path)
    assert list(folder.iterdir()) == [path]


def test_a_head_cut_short_is_no_damage(tmp_path: Path) -> None:
    folder = tmp_path / PHONE.key
    folder.mkdir()
    (folder / "20260101T000000-1-1.jsonl").write_text('{"format": 1, "ser')
    assert remembered.stored(tmp_path, PHONE) == []


def test_without_its_head_the_changes_are_used_all_the_same(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    change_shell(journal)
    _, *rest = journal.path.read_text().splitlines()
    journal.path.write_text("\n".join(["garbage", *rest, ""]))
    said, left = put_back(tmp_path)
    assert any("its first line is gone" in line for line in said)
    assert "put back shell: svc data enable" in said
    assert left == []
    [aside] = journal.path.parent.iterdir()
    assert aside.suffix == ".damaged"


def test_a_newer_journal_stays_for_the_version_that_reads_it(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    change_saver(journal)
    newer = journal.path.read_text().replace('"format": 1', '"format": 2')
    journal.path.write_text(newer)
    _, left = put_back(tmp_path)
    assert "update Unstuck" in left[0]
    assert journal.path.read_text() == newer


# The ends of lines that Python knows and JSON does not, and half a letter.
@pytest.mark.parametrize("text", ["\u2028", "\x85", "\x1c", "\ud800", "写真"])
def test_any_text_comes_back(text: str, tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    journal.record("shell", text, place="x.yaml:9:3", was=None, to=None, memo=f"a{text}b")
    read = remembered.read(journal.path)
    assert [(c.name, c.memo) for c in read.standing] == [(text, f"a{text}b")]
    assert read.damage == ()


def test_going_on_behind_a_line_cut_short(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    change_saver(journal)
    with journal.path.open("a", encoding="utf-8") as file:
        file.write('{"change": {"number": 2, "ki')
    died = remembered.read(journal.path)
    died.mark_undone(died.standing[0], "restored")
    died.finish("undone")
    read = remembered.read(journal.path)
    assert (read.standing, read.end, read.damage) == ([], "undone", ())


def test_going_on_behind_a_line_without_its_end(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    change_saver(journal)
    journal.path.write_bytes(journal.path.read_bytes().rstrip(b"\n"))
    died = remembered.read(journal.path)
    died.mark_undone(died.standing[0], "restored")
    read = remembered.read(journal.path)
    assert (list(read.changes), read.undone, read.damage) == ([1], {1: "restored"}, ())


@pytest.mark.parametrize("room", [0, 1, 40])
def test_what_a_full_disk_took_of_a_line_does_not_spoil_the_next(room: int, tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    first = change_saver(journal)
    with room_for(room, journal.path), pytest.raises(LossError, match="Make room"):
        change_shell(journal)
    journal.mark_undone(first, "restored")
    read = remembered.read(journal.path)
    assert (list(read.changes), read.undone, read.damage) == ([1], {1: "restored"}, ())


@pytest.mark.parametrize("room", [0, 40, 180])
def test_a_first_line_that_found_no_room_is_written_later(room: int, tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    with room_for(room, journal.path), pytest.raises(LossError, match="Make room"):
        change_saver(journal)
    change_saver(journal)
    read = remembered.read(journal.path)
    assert (list(read.changes), read.identity, read.damage) == ([1], PHONE, ())


@pytest.mark.parametrize(
    "line",
    [
        '{"change": {"number": 1}}',
        '{"change": {"number": "x", "kind": "control", "name": "a", "place": "b", "was": 1, '
        '"to": 2, "memo": 3}}',
        '{"change": {"number": 2, "kind": "?", "name": "a", "place": "b", "was": 1, "to": 2, '
        '"memo": 3}}',
        '{"change": []}',
        "[" * 100_000,
        "[1]",
    ],
    ids=["parts missing", "number", "kind", "no change", "deep", "no object"],
)
def test_a_line_that_means_nothing_is_reported(line: str, tmp_path: Path) -> None:
    journal = journals.begin(tmp_path, PHONE, "usb")
    change_saver(journal)
    with journal.path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    [read] = remembered.stored(tmp_path, PHONE)
    assert read.damage[0].startswith(f"{journal.path}:3: ")
    assert [c.number for c in read.standing] == [1]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    journal = journals.begin(tmp_path / "journals", PHONE, "usb")
    change_saver(journal)
    assert journal.path.stat().st_mode & 0o077 == 0


def test_a_newer_format_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "new.jsonl"
    path.write_text(json.dumps({"format": 99}) + "\n")
    with pytest.raises(remembered.NewerJournalError, match="format 99"):
        remembered.read(path)


def test_without_a_place_to_write_nothing_is_begun(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LossError, match=r"\$UNSTUCK_STATE"):
        journals.begin(tmp_path / "file", PHONE, "usb")


@settings(deadline=None)  # each waits for the disk six times
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
        read = remembered.read(journal.path)
    except LossError:
        return  # the head itself is gone
    for number, change in read.changes.items():
        assert change == journal.changes[number] or not change.is_done
    assert set(read.undone) <= {2}
