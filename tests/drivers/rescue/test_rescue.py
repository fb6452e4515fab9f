"""Whole rescues from a virtual phone: complete, compared, and the phone left alone."""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
from pathlib import Path

import pytest

from drivers.adb import adb_binary
from drivers.errors import HostError
from drivers.phone import Phone
from drivers.rescue.__main__ import main
from drivers.rescue.manifest import load
from drivers.rescue.outcome import describe
from drivers.rescue.rescuing import rescue
from drivers.rescue.sync import quote
from drivers.rescue.verification import verify
from drivers.vocabulary import registry
from fixtures.launch import Launched
from tests.conftest import ROOT
from tests.drivers.rescue.conftest import CAMERA, Listener, content, do, fill, rescue_command

HOSTILE = [
    "it's.jpg", 'say "cheese".jpg', "$(reboot).jpg", "a;b&c|d.jpg", "`id`.jpg", "back\\slash.jpg",
    " spaces  everywhere ", "tab\there.jpg", "new\nline.jpg", "\nRow: 7 _id=7, _data=x.jpg",
    "-rf", "--help", "-", "*", "?", "[a].jpg", "~", "#1.jpg", "%s%n.jpg", "a=b, _data=c.jpg",
    "😀👨‍👩‍👧.jpg", "صورة.jpg", "תמונה‏.jpg", "\u202egpj.exe", "é.jpg", "e\u0301.jpg",
    "CON", "nul.jpg", "dot.", "x" * 251 + ".jpg", "ж" * 125 + "x.jpg", "\x01\x1b[31m.jpg",
]  # fmt: skip


def everything_on(phone: Phone) -> str:
    """Every path below the storage with its size, dates, mode and hash."""
    return do(
        phone,
        "find /storage/emulated/0 -exec stat -c '%n %s %X %Y %a %u %g' {} +; "
        "find /storage/emulated/0 -type f -exec sha256sum {} +",
    )


def test_only_androids_own_are_passed_over_whatever_else_is_called_so(
    phone: Phone, copy: Path
) -> None:
    do(phone, "mkdir -p /sdcard/DCIM/.nomedia /sdcard/Pictures/.database_uuid /sdcard/Pictures/p")
    do(phone, "cd /sdcard/Pictures; mkdir .thumbnails; echo 1 > .thumbnails/1.jpg; : > p/.nomedia")
    do(phone, "cd /sdcard; echo a > DCIM/.nomedia/a.jpg; echo b > Pictures/.database_uuid/b.mp4")
    do(phone, "cd /sdcard/DCIM; echo c > .thumbnails; echo d > .database_uuid")
    assert rescue(phone, copy).is_whole
    hidden = {place for place in content(copy) if "/." in place}
    assert hidden == {
        "DCIM/.nomedia/a.jpg",
        "Pictures/.database_uuid/b.mp4",
        "DCIM/.thumbnails",
        "DCIM/.database_uuid",
    }


def test_all_arrives_with_its_dates_and_the_phone_stays_as_it_was(phone: Phone, copy: Path) -> None:
    do(phone, "mkdir -p /sdcard/DCIM/100ANDRO /sdcard/Pictures/.thumbnails")
    do(phone, "echo a > /sdcard/DCIM/100ANDRO/a.mp4; echo b > /sdcard/Pictures/b.xmp")
    do(phone, "touch -d '2020-02-02 02:02:02' /sdcard/Pictures/b.xmp")
    do(phone, "echo t > /sdcard/Pictures/.thumbnails/1.jpg; : > /sdcard/DCIM/empty.jpg")
    before = everything_on(phone)
    outcome = rescue(phone, copy)
    assert outcome.is_whole
    assert everything_on(phone) == before
    expected = do(phone, "cd /sdcard; find DCIM Pictures -type f | grep -v thumbnails").split("\n")
    assert sorted(content(copy)) == sorted(filter(None, expected))
    for line in do(phone, f"cd {CAMERA}; sha256sum *; stat -c '%Y  %n' *").splitlines():
        told, name = line.split("  ")
        path = copy / "DCIM" / "Camera" / name
        own = hashlib.sha256(path.read_bytes()).hexdigest()
        assert told in {own, str(int(path.stat().st_mtime))}
    assert verify(copy) == []


def test_it_brings_the_tree_that_plain_adb_pull_brings(
    phone: Phone, launched: Launched, tmp_path: Path, copy: Path
) -> None:
    size = fill(phone, 40, 3_000_000)
    do(phone, f"cd {CAMERA}; mkdir -p 'b c/d'; echo new > 'b c/d/-é.jpg'; : > empty.jpg")
    do(phone, f"touch -d '2020-02-02 02:02:02' {CAMERA}/I1.jpg")
    pulled = tmp_path / "pulled"
    pulled.mkdir()
    server = ["-P", str(launched.client.address.port), "-s", launched.serial]
    pull = [adb_binary(), *server, "pull", "-a", "/sdcard/DCIM", str(pulled)]
    assert subprocess.run(pull, capture_output=True).returncode == 0
    command = rescue_command(launched, copy)
    assert subprocess.run(command, capture_output=True, cwd=ROOT).returncode == 0
    there = dated(pulled / "DCIM")
    assert dated(copy / "DCIM") == there
    assert sum(len(data) for data, _ in there.values()) > size
    assert verify(copy) == []


def dated(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Relative path to bytes and date."""
    return {
        name: (data, int((folder / name).stat().st_mtime)) for name, data in content(folder).items()
    }


def test_media_outside_the_camera_folders_is_found_by_the_media_store(
    phone: Phone, copy: Path
) -> None:
    path = "/storage/emulated/0/Download/from a friend.jpg"
    scan = "content call --uri content://media --method scan_file --arg"
    do(phone, f"echo friend > '{path}'; echo no > /sdcard/Download/bill.pdf; {scan} '{path}'")
    try:
        assert rescue(phone, copy).is_whole
    finally:
        do(phone, f"rm '{path}' /sdcard/Download/bill.pdf; {scan} '{path}'")
    assert (copy / "Download/from a friend.jpg").read_bytes() == b"friend\n"
    assert not (copy / "Download/bill.pdf").exists()


def test_hostile_names_all_arrive(phone: Phone, copy: Path) -> None:
    for number, name in enumerate(HOSTILE):
        do(phone, f"echo {number} > {quote(f'{CAMERA}/{name}')}")
    do(phone, "mkdir -p /sdcard/DCIM/case /sdcard/DCIM/CASE '/sdcard/DCIM/-d \"x'")
    do(phone, "echo l > /sdcard/DCIM/case/a.jpg; echo u > /sdcard/DCIM/CASE/A.JPG")
    do(phone, "echo A > /sdcard/DCIM/case/A.jpg; echo d > '/sdcard/DCIM/-d \"x/-n'")
    assert rescue(phone, copy).is_whole
    copied = content(copy)
    manifest = load(copy)
    assert manifest is not None
    stored = {entry.path: entry.stored for entry in manifest.entries}
    for number, name in enumerate(HOSTILE):
        assert copied[stored[f"{CAMERA}/{name}"]] == f"{number}\n".encode(), name
    folder = "/storage/emulated/0/DCIM"
    cased = {"case/a.jpg": "l", "CASE/A.JPG": "u", "case/A.jpg": "A", '-d "x/-n': "d"}
    for path, text in cased.items():
        assert copied[stored[f"{folder}/{path}"]] == f"{text}\n".encode()
    assert verify(copy) == []


def test_paths_that_adb_does_not_take_arrive_as_well(phone: Phone, copy: Path) -> None:
    folders = "/".join(letter * 254 for letter in "abcd")
    long = quote("it's 1\n.jpg")
    do(phone, f"mkdir -p /sdcard/DCIM/{folders}/e; cd /sdcard/DCIM/{folders}; echo 1 > {long}")
    do(phone, f"cd /sdcard/DCIM/{folders}/e; head -c 100000 /dev/urandom > deep.jpg; : > none.jpg")
    outcome = rescue(phone, copy)
    assert outcome.is_whole
    assert len(content(copy)) == 5 + 3
    assert (copy / "DCIM" / folders / "it's 1\n.jpg").read_text() == "1\n"
    assert verify(copy) == []


def test_dates_that_no_camera_has_today_are_kept(phone: Phone, copy: Path) -> None:
    dates = {}
    for year in ("1960", "2150"):
        do(phone, f"cd {CAMERA}; echo {year} > {year}.jpg; touch -d {year}-01-01 {year}.jpg")
        dates[year] = int(do(phone, f"stat -c %Y {CAMERA}/{year}.jpg"))
    assert dates["1960"] < 0
    assert dates["2150"] > 1 << 32
    assert rescue(phone, copy).is_whole
    for year, date in dates.items():
        assert (copy / f"DCIM/Camera/{year}.jpg").stat().st_mtime == date


def test_equal_content_is_stored_once_and_travels_once(phone: Phone, copy: Path) -> None:
    do(phone, f"cd {CAMERA}; head -c 3000000 /dev/urandom > 1.jpg; mkdir -p ../b ../c")
    do(phone, f"cd {CAMERA}; cp 1.jpg ../b/2.jpg; cp 1.jpg ../c/3.jpg")
    outcome = rescue(phone, copy)
    assert {entry.path.rpartition("/")[2] for entry in outcome.equal} < {"1.jpg", "2.jpg", "3.jpg"}
    said = [line for line in describe(outcome) if line.startswith("equal: ")]
    assert len(said) == 2
    assert all("its content is in DCIM/" in line for line in said)
    assert outcome.travelled == outcome.survey.size - 2 * 3_000_000
    copied = content(copy)
    assert len(set(copied.values())) == len(copied)
    manifest = load(copy)
    assert manifest is not None
    names = {e.path.rpartition("/")[2] for e in manifest.entries if e.size == 3_000_000}
    assert names == {"1.jpg", "2.jpg", "3.jpg"}


def test_a_later_rescue_brings_only_what_is_new_and_keeps_what_was(
    phone: Phone, copy: Path
) -> None:
    do(phone, f"echo first > {CAMERA}/changes.jpg; echo stays > {CAMERA}/goes.jpg")
    rescue(phone, copy)
    assert rescue(phone, copy).travelled == 0
    do(phone, f"echo second, longer > {CAMERA}/changes.jpg; rm {CAMERA}/goes.jpg")
    do(
        phone,
        f"echo new > {CAMERA}/new.jpg; touch -d 2021-01-01 $(ls -d {CAMERA}/PXL* | head -n 1)",
    )
    outcome = rescue(phone, copy)
    assert outcome.travelled == len("second, longer\nnew\n")
    # What was only given another date is equal to nothing but itself.
    assert outcome.equal == ()
    values = set(content(copy).values())
    assert {b"first\n", b"second, longer\n", b"stays\n", b"new\n"} <= values
    assert verify(copy) == []


def test_an_edited_file_is_here_in_both_versions_and_that_is_said(phone: Phone, copy: Path) -> None:
    def last_place() -> str:
        manifest = load(copy)
        assert manifest is not None
        return {entry.path: entry.stored for entry in manifest.entries}[f"{CAMERA}/e.jpg"]

    do(phone, f"cd {CAMERA}; echo first > e.jpg; cp -p e.jpg /data/local/tmp/e.jpg")
    assert rescue(phone, copy).changed == ()
    do(phone, f"cd {CAMERA}; echo edited since > e.jpg; mv $(ls PXL* | head -n 1) renamed.jpg")
    lines = describe(rescue(phone, copy))
    assert lines[0].endswith("1 copied now (13 B travelled), 1 entered whose content is here")
    assert (
        f"changed on the phone: {CAMERA}/e.jpg: as it is now it is in DCIM/Camera/e~2.jpg, as it "
        "was in DCIM/Camera/e.jpg"
    ) in lines
    assert last_place() == "DCIM/Camera/e~2.jpg"
    # Back to what it was: nothing travels, and that one is the newest again.
    do(phone, f"cp -p /data/local/tmp/e.jpg {CAMERA}/e.jpg")
    assert rescue(phone, copy).travelled == 0
    assert last_place() == "DCIM/Camera/e.jpg"
    assert verify(copy) == []


def test_since_leaves_out_what_is_older(phone: Phone, copy: Path) -> None:
    do(phone, f"echo old > {CAMERA}/old.jpg; touch -d '2019-12-31 23:59:59' {CAMERA}/old.jpg")
    do(phone, f"echo new > {CAMERA}/new.jpg; touch -d '2020-01-01 00:00:00' {CAMERA}/new.jpg")
    stamp = int(do(phone, f"stat -c %Y {CAMERA}/new.jpg"))
    since = dt.datetime.fromtimestamp(stamp, dt.timezone.utc)
    outcome = rescue(phone, copy, since=since)
    assert len(outcome.survey.older) == 1
    assert "DCIM/Camera/new.jpg" in content(copy)
    assert "DCIM/Camera/old.jpg" not in content(copy)
    assert "left out, as older than --since: 1 file" in describe(outcome)


def test_a_copy_says_of_itself_that_since_left_something_out(
    phone: Phone, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    far = dt.datetime(2099, 1, 1, tzinfo=dt.timezone.utc)
    listener = Listener()
    rescue(phone, copy, since=far, watcher=listener)
    assert "0 files, 0 B on the phone, changed since 2099-01-01; " in listener.lines[0]
    assert main(["--verify", str(copy)]) == 0
    assert "left out, as older than --since 2099-01-01: 5 files" in capsys.readouterr().out
    # What is here from before was not left out.
    rescue(phone, copy)
    rescue(phone, copy, since=far)
    assert main(["--verify", str(copy)]) == 0
    assert "left out" not in capsys.readouterr().out


def test_what_is_in_the_trash_comes_too_and_is_marked(phone: Phone, copy: Path) -> None:
    do(phone, f"echo t > {CAMERA}/.trashed-1790000000-t.jpg; echo p > {CAMERA}/.pending-1-p.jpg")
    rescue(phone, copy)
    manifest = load(copy)
    assert manifest is not None
    states = {e.path.rpartition("-")[2]: e.state for e in manifest.entries if e.state}
    assert states == {"t.jpg": "trashed", "p.jpg": "pending"}


def test_it_says_what_it_cannot_see(phone: Phone, copy: Path) -> None:
    said = " ".join(describe(rescue(phone, copy)))
    assert "Locked Folder" in said
    assert "in the cloud only" in said


def test_a_scenario_learns_whether_all_is_equal(phone: Phone, copy: Path) -> None:
    operation = registry().operations["rescue.copy"]
    facts = operation.run(phone, {"to": str(copy)}, None)
    assert facts["rescue.copy.verified"] is True
    assert facts["rescue.copy.files"] == 5
    with pytest.raises(HostError, match="expected a date"):
        operation.run(phone, {"to": str(copy), "since": "soon"}, None)
