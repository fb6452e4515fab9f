"""Planted damage is found every time, in the files and in the manifest itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.rescue.__main__ import main
from drivers.rescue.digest import hash_file
from drivers.rescue.manifest import NAME, PARTIAL, Entry, Header, Log, Manifest, Missing, load
from drivers.rescue.verification import strays, verify
from tests.conftest import ROOT

HEADER = Header("S1", "A1", "Pixel 8", "2026-01-01T00:00:00+00:00")
FILES = {
    "DCIM/Camera/a.jpg": b"a" * 5000,
    "DCIM/Camera/b.jpg": os.urandom(3000),
    "Pictures/empty.jpg": b"",
    "c\n.jpg": b"c",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    (folder / PARTIAL).mkdir(parents=True)
    entries = []
    for place, data in FILES.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(data)
        digest = hash_file(folder / place)
        entries.append(Entry(f"/storage/emulated/0/{place}", place, len(data), 0, digest))
    twin = entries[0]
    entries.append(Entry("/storage/emulated/0/twin.jpg", twin.stored, twin.size, 9, twin.sha256))
    with Log(folder, Manifest(HEADER)) as log:
        log.add(entries)
        log.seal()
    (folder / PARTIAL).rmdir()
    return folder


def test_a_whole_copy_is_whole(copy: Path) -> None:
    assert verify(copy) == []
    assert main(["--verify", str(copy)]) == 0


def verifying(copy: Path, stdout: int) -> subprocess.Popen[bytes]:
    """`--verify` where standard output is what Windows has, redirected."""
    encoding = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    return subprocess.Popen(
        [sys.executable, "-m", "drivers.rescue", "--verify", str(copy)],
        stdout=stdout, stderr=subprocess.PIPE, cwd=ROOT, env={**os.environ, **encoding},
    )  # fmt: skip


def test_a_finding_is_told_in_whatever_encoding_there_is(copy: Path) -> None:
    (copy / "📷.jpg").touch()
    ran = verifying(copy, subprocess.PIPE)
    out, err = ran.communicate()
    assert (ran.returncode, b"Traceback" in err) == (1, False)
    assert b"extra: \\U0001f4f7.jpg: no file of this rescue" in out


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe breaks with another error there")
def test_whoever_reads_no_further_gets_the_exit_code_all_the_same(copy: Path) -> None:
    (copy / "b.jpg").touch()
    reading, writing = os.pipe()
    os.close(reading)
    ran = verifying(copy, writing)
    os.close(writing)
    assert b"rror" not in ran.communicate()[1]
    assert ran.returncode == 1


def test_another_date_is_said_and_is_no_damage(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in FILES:
        os.utime(copy / place, (5, 0))
    # Of one that two paths share, either date is right; FAT counts in twos.
    os.utime(copy / "DCIM/Camera/a.jpg", (5, 9))
    os.utime(copy / "DCIM/Camera/b.jpg", (5, 2))
    assert main(["--verify", str(copy)]) == 0
    assert capsys.readouterr().out.count("\n") == 1
    os.utime(copy / "c\n.jpg", (5, 3))
    assert main(["--verify", str(copy)]) == 0
    told = "not of the date that the phone had, which the manifest has: 1 file, the first of them "
    assert f"{told}c\\n.jpg\n" in capsys.readouterr().out


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0x10
    path.write_bytes(data)


def remove(path: Path) -> None:
    path.unlink()


def replace_by_a_link(path: Path) -> None:
    kept = path.parents[3] / "outside"
    shutil.move(path, kept)
    path.symlink_to(kept)


def replace_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE: list[tuple[str, Callable[[Path], None], str]] = [
    ("DCIM/Camera/a.jpg", cut, "size"),
    ("DCIM/Camera/a.jpg", grow, "size"),
    ("Pictures/empty.jpg", grow, "size"),
    ("DCIM/Camera/b.jpg", flip, "content"),
    ("c\n.jpg", flip, "content"),
    ("Pictures/empty.jpg", remove, "missing"),
    ("DCIM/Camera/b.jpg", replace_by_a_link, "content"),
    ("DCIM/Camera/b.jpg", replace_by_a_folder, "content"),
]


@pytest.mark.parametrize(("place", "damage", "kind"), DAMAGE)
def test_damage_is_found_and_named(
    copy: Path,
    place: str,
    damage: Callable[[Path], None],
    kind: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    damage(copy / place)
    assert [(finding.kind, finding.place) for finding in verify(copy)] == [(kind, place)]
    assert main(["--verify", str(copy)]) == 1
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 2
    assert out[0].startswith(f"{kind}: ")


@pytest.mark.parametrize(
    "extra", ["new.jpg", "DCIM/.hidden", "DCIM/Camera/a.jpg.part", "x/y/z", f"{PARTIAL}/left.part"]
)
def test_an_extra_file_is_found_wherever_it_is(copy: Path, extra: str) -> None:
    (copy / extra).parent.mkdir(parents=True, exist_ok=True)
    (copy / extra).write_bytes(b"")
    assert [(finding.kind, finding.place) for finding in verify(copy)] == [("extra", extra)]


def test_what_to_do_is_said_for_each_kind_of_finding(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def said() -> str:
        assert main(["--verify", str(copy)]) == 1
        return capsys.readouterr().out.splitlines()[-1].removeprefix(f"NOT whole: {copy}")

    (copy / ".DS_Store").touch()
    assert said() == ": move away what does not belong to it"
    (copy / "DCIM/Camera/a.jpg").unlink()
    assert said() == (
        ": move away what does not belong to it, and rescue into it again to make good what the "
        "phone still has"
    )
    (copy / NAME).write_text("{}")
    assert main(["--verify", str(copy)]) == 1
    anew = "rescue into the folder again, which makes the manifest anew from the files\n"
    assert anew in capsys.readouterr().out


@pytest.mark.parametrize("lost", [[1], [1, -1], [-1]], ids=["entry", "entry and seal", "seal"])
def test_a_file_whose_entry_may_be_lost_is_not_called_foreign(
    copy: Path, lost: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (copy / NAME).read_bytes().splitlines(keepends=True)
    for number in lost:
        del lines[number]
    (copy / NAME).write_bytes(b"".join(line for line in lines if b"twin.jpg" not in line))
    (copy / "new.jpg").touch()
    assert main(["--verify", str(copy)]) == 1
    *said, last = capsys.readouterr().out.splitlines()
    extra = [line for line in said if line.startswith("extra: ")]
    assert len(extra) == (2 if 1 in lost else 1)
    assert all("may be a file of this rescue" in line for line in extra)
    assert last == (
        f"NOT whole: {copy}: rescue into it again to make good what the phone still has, and "
        "delete nothing"
    )


def test_an_accent_that_the_disk_lists_in_another_form_is_no_extra_file(copy: Path) -> None:
    written, listed = copy / "DCIM/caf\u00e9.jpg", copy / "DCIM/cafe\u0301.jpg"
    written.write_bytes(b"x")
    known = {*FILES, NAME, "DCIM/caf\u00e9.jpg"}
    assert list(strays(copy, known)) == []
    listed.write_bytes(b"another file, as on ext4")
    assert list(strays(copy, known)) == ["DCIM/cafe\u0301.jpg"]
    # On HFS+ both names open one file, and only one of them is listed.
    listed.unlink()
    listed.hardlink_to(written)
    assert list(strays(copy, known)) == []


def test_a_link_to_a_folder_is_extra(copy: Path) -> None:
    (copy / "link").symlink_to(copy / "DCIM", target_is_directory=True)
    assert [finding.kind for finding in verify(copy)] == ["extra"]


def claims_to_be_whole(folder: Path) -> bool:
    """What `verify` goes by before it looks at any file."""
    try:
        manifest = load(folder)
    except ValueError:
        return False
    return manifest is not None and manifest.is_sealed and not manifest.damage


def test_any_bit_of_the_manifest_that_flips_is_found(copy: Path) -> None:
    raw = (copy / NAME).read_bytes()
    assert claims_to_be_whole(copy)
    for position in range(len(raw)):
        damaged = bytearray(raw)
        damaged[position] ^= 1 << position % 8
        (copy / NAME).write_bytes(damaged)
        assert not claims_to_be_whole(copy), bytes(damaged[max(0, position - 20) : position + 20])
    assert verify(copy)


def test_a_manifest_that_was_cut_anywhere_is_found(copy: Path) -> None:
    raw = (copy / NAME).read_bytes()
    # All but its last byte, the line feed, say the same as the whole.
    for length in range(len(raw) - 1):
        (copy / NAME).write_bytes(raw[:length])
        assert not claims_to_be_whole(copy), length
    assert verify(copy)


def test_lines_that_change_places_or_come_again_are_found(copy: Path) -> None:
    lines = (copy / NAME).read_bytes().splitlines(keepends=True)
    for other in (
        [lines[0], lines[2], lines[1], *lines[3:]],
        [*lines[:2], lines[1], *lines[2:]],
        [*lines, lines[-1]],
        [*lines, lines[1]],
        lines[:-2] + lines[-1:],
    ):
        (copy / NAME).write_bytes(b"".join(other))
        assert verify(copy)


@pytest.mark.parametrize(
    "change",
    [
        {"stored": "/etc/passwd"},
        {"stored": "DCIM/../../x"},
        {"stored": ""},
        {"stored": "DCIM//x"},
        {"stored": 5},
        {"size": "5000"},
        {"mtime": None},
        {"stored": "a\0b"},
        {"stored": "a\ud800b"},
        {"path": "/a\0b"},
        {"path": "/a\ud800b"},
    ],
)
def test_what_no_rescue_writes_is_damage_and_leads_nowhere(
    copy: Path, change: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (copy / NAME).read_bytes().splitlines(keepends=True)
    entry = json.dumps({**json.loads(lines[1]), **change}).encode() + b"\n"
    (copy / NAME).write_bytes(b"".join([lines[0], entry, *lines[2:]]))
    manifest = load(copy)
    assert manifest is not None
    assert len(manifest.entries) == len(FILES)
    assert "damage: manifest.jsonl: manifest.jsonl:2: cannot be read: " in "\n".join(
        finding.describe() for finding in verify(copy)
    )
    assert main(["--verify", str(copy)]) == 1


def test_half_a_line_at_the_end_of_a_log_costs_only_itself(copy: Path) -> None:
    lines = (copy / NAME).read_bytes().splitlines(keepends=True)
    (copy / NAME).write_bytes(b"".join(lines[:3]) + lines[3][:40])
    manifest = load(copy)
    assert manifest is not None
    assert len(manifest.entries) == 2
    assert not manifest.is_sealed
    assert manifest.damage == []


DEEP = "[" * 200_000


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "\x00", '"a"', "{", DEEP])
def test_what_is_no_manifest_is_said_so(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    findings = verify(tmp_path)
    assert [finding.kind for finding in findings] == ["manifest"]
    assert "no manifest of a rescue" in findings[0].detail


def test_a_manifest_of_a_later_version_is_said_so(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('{"rescue":2}')
    assert "a later version of Unstuck wrote it" in verify(tmp_path)[0].detail


@pytest.mark.parametrize(
    "first",
    [DEEP, "", '{"rescue":1}', '{"rescue":1,"serialno":"S","android_id":"A","model":["x"]}', "?"],
    ids=["deep", "empty", "few", "model", "none"],
)
def test_where_the_first_line_is_lost_the_files_are_checked_all_the_same(
    copy: Path, first: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, *rest = (copy / NAME).read_text().splitlines(keepends=True)
    (copy / NAME).write_text("".join([f"{first}\n", *rest]))
    (copy / "DCIM/Camera/b.jpg").unlink()
    findings = verify(copy)
    assert findings[0].describe() == (
        "damage: manifest.jsonl: manifest.jsonl:1: cannot be read, so that it does not say whose "
        "copy this is"
    )
    assert [finding.kind for finding in findings] == ["damage", "damage", "missing"]
    assert main(["--verify", str(copy)]) == 1
    assert "rescue into it again" in capsys.readouterr().out


def test_a_line_that_is_nested_too_deeply_is_damage(copy: Path) -> None:
    with (copy / NAME).open("a") as file:
        file.write(f"{DEEP}\n")
    told = "manifest.jsonl:8: cannot be read: it is garbled"
    assert told in [finding.detail for finding in verify(copy)]


def test_what_could_not_be_copied_is_named_and_is_no_rescue_that_never_ended(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = load(copy)
    assert manifest is not None
    (copy / PARTIAL).mkdir()
    left = Missing("/s/BIG.mp4", "the phone shows it no more", f"{PARTIAL}/big")
    with Log(copy, manifest) as log:
        log.seal([Missing("/s/LOG.jpg", "it grew"), left])
    again = load(copy)
    assert again is not None
    assert (again.is_sealed, again.missing[1], again.damage) == (True, left, [])
    (copy / left.part).touch()
    assert main(["--verify", str(copy)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "not copied: /s/LOG.jpg: it grew",
        "in part: /s/BIG.mp4: the phone shows it no more",
        f"NOT whole: {copy}: move what came in part to another folder, and rescue into it again to "
        "make good what the phone still has",
    ]
    (copy / left.part).unlink()
    assert [finding.kind for finding in verify(copy)] == ["not copied"]


def test_a_folder_without_a_rescue_is_said_so(tmp_path: Path) -> None:
    assert "holds no rescue" in verify(tmp_path)[0].detail
    assert "there is no folder" in verify(tmp_path / "missing")[0].detail
    (tmp_path / "file").touch()
    assert "cannot be read: Not a directory" in verify(tmp_path / "file")[0].detail
    for name in (".", "missing", "file"):
        assert main(["--verify", str(tmp_path / name)]) == 1


def test_bytes_that_are_no_utf8_come_back(tmp_path: Path) -> None:
    (tmp_path / PARTIAL).mkdir()
    entry = Entry("/s/by\udcfft\n", "by\udcfft\n", 0, 0, "0" * 64, "trashed")
    with Log(tmp_path, Manifest(HEADER)) as log:
        log.add([entry])
        log.seal()
    manifest = load(tmp_path)
    assert manifest is not None
    assert (manifest.entries, manifest.is_sealed, manifest.header) == ([entry], True, HEADER)
