"""Whole rescues from a virtual phone: complete, resumed, compared, and the phone left alone."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.errors import HostError, PhoneLostError
from drivers.phone import Phone
from drivers.rescue import rescuing
from drivers.rescue.__main__ import main
from drivers.rescue.manifest import NAME, PARTIAL, load
from drivers.rescue.outcome import describe
from drivers.rescue.rescuing import rescue
from drivers.rescue.survey import Item, Survey
from drivers.rescue.sync import Stat, SyncConnection, quote
from drivers.rescue.verification import verify
from drivers.vocabulary import registry
from fixtures.launch import Launched
from tests.conftest import ROOT
from tests.drivers.rescue.conftest import CAMERA, Listener, content, do

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


def test_all_arrives_with_its_dates_and_the_phone_stays_as_it_was(
    phone: Phone, tmp_path: Path
) -> None:
    do(phone, "mkdir -p /sdcard/DCIM/100ANDRO /sdcard/Pictures/.thumbnails")
    do(phone, "echo a > /sdcard/DCIM/100ANDRO/a.mp4; echo b > /sdcard/Pictures/b.xmp")
    do(phone, "touch -d '2020-02-02 02:02:02' /sdcard/Pictures/b.xmp")
    do(phone, "echo t > /sdcard/Pictures/.thumbnails/1.jpg; : > /sdcard/DCIM/empty.jpg")
    before = everything_on(phone)
    outcome = rescue(phone, tmp_path / "copy")
    assert outcome.is_whole
    assert everything_on(phone) == before
    expected = do(phone, "cd /sdcard; find DCIM Pictures -type f | grep -v thumbnails").split("\n")
    assert sorted(content(tmp_path / "copy")) == sorted(filter(None, expected))
    for line in do(phone, f"cd {CAMERA}; sha256sum *; stat -c '%Y  %n' *").splitlines():
        told, name = line.split("  ")
        path = tmp_path / "copy" / "DCIM" / "Camera" / name
        own = hashlib.sha256(path.read_bytes()).hexdigest()
        assert told in {own, str(int(path.stat().st_mtime))}
    assert verify(tmp_path / "copy") == []


def test_media_outside_the_camera_folders_is_found_by_the_media_store(
    phone: Phone, tmp_path: Path
) -> None:
    path = "/storage/emulated/0/Download/from a friend.jpg"
    scan = "content call --uri content://media --method scan_file --arg"
    do(phone, f"echo friend > '{path}'; echo no > /sdcard/Download/bill.pdf; {scan} '{path}'")
    try:
        assert rescue(phone, tmp_path / "copy").is_whole
    finally:
        do(phone, f"rm '{path}' /sdcard/Download/bill.pdf; {scan} '{path}'")
    assert (tmp_path / "copy/Download/from a friend.jpg").read_bytes() == b"friend\n"
    assert not (tmp_path / "copy/Download/bill.pdf").exists()


def test_hostile_names_all_arrive(phone: Phone, tmp_path: Path) -> None:
    for number, name in enumerate(HOSTILE):
        do(phone, f"echo {number} > {quote(f'{CAMERA}/{name}')}")
    do(phone, "mkdir -p /sdcard/DCIM/case /sdcard/DCIM/CASE '/sdcard/DCIM/-d \"x'")
    do(phone, "echo l > /sdcard/DCIM/case/a.jpg; echo u > /sdcard/DCIM/CASE/A.JPG")
    do(phone, "echo A > /sdcard/DCIM/case/A.jpg; echo d > '/sdcard/DCIM/-d \"x/-n'")
    assert rescue(phone, tmp_path / "copy").is_whole
    copied = content(tmp_path / "copy")
    manifest = load(tmp_path / "copy")
    assert manifest is not None
    stored = {entry.path: entry.stored for entry in manifest.entries}
    for number, name in enumerate(HOSTILE):
        assert copied[stored[f"{CAMERA}/{name}"]] == f"{number}\n".encode(), name
    folder = "/storage/emulated/0/DCIM"
    cased = {"case/a.jpg": "l", "CASE/A.JPG": "u", "case/A.jpg": "A", '-d "x/-n': "d"}
    for path, text in cased.items():
        assert copied[stored[f"{folder}/{path}"]] == f"{text}\n".encode()
    assert verify(tmp_path / "copy") == []


def test_equal_content_is_stored_once_and_travels_once(phone: Phone, tmp_path: Path) -> None:
    do(phone, f"cd {CAMERA}; head -c 3000000 /dev/urandom > 1.jpg; mkdir -p ../b ../c")
    do(phone, f"cd {CAMERA}; cp 1.jpg ../b/2.jpg; cp 1.jpg ../c/3.jpg")
    outcome = rescue(phone, tmp_path / "copy")
    assert {entry.path.rpartition("/")[2] for entry in outcome.equal} < {"1.jpg", "2.jpg", "3.jpg"}
    said = [line for line in describe(outcome) if line.startswith("equal: ")]
    assert len(said) == 2
    assert all("its content is in DCIM/" in line for line in said)
    assert outcome.travelled == outcome.survey.size - 2 * 3_000_000
    copied = content(tmp_path / "copy")
    assert len(set(copied.values())) == len(copied)
    manifest = load(tmp_path / "copy")
    assert manifest is not None
    names = {e.path.rpartition("/")[2] for e in manifest.entries if e.size == 3_000_000}
    assert names == {"1.jpg", "2.jpg", "3.jpg"}


def test_a_later_rescue_brings_only_what_is_new_and_keeps_what_was(
    phone: Phone, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
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


def test_since_leaves_out_what_is_older(phone: Phone, tmp_path: Path) -> None:
    do(phone, f"echo old > {CAMERA}/old.jpg; touch -d '2019-12-31 23:59:59' {CAMERA}/old.jpg")
    do(phone, f"echo new > {CAMERA}/new.jpg; touch -d '2020-01-01 00:00:00' {CAMERA}/new.jpg")
    stamp = int(do(phone, f"stat -c %Y {CAMERA}/new.jpg"))
    since = dt.datetime.fromtimestamp(stamp, dt.timezone.utc)
    outcome = rescue(phone, tmp_path / "copy", since=since)
    assert len(outcome.survey.older) == 1
    assert "DCIM/Camera/new.jpg" in content(tmp_path / "copy")
    assert "DCIM/Camera/old.jpg" not in content(tmp_path / "copy")
    assert "left out, as older than --since: 1 file" in describe(outcome)


def test_a_copy_says_of_itself_that_since_left_something_out(
    phone: Phone, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
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


def test_what_is_in_the_trash_comes_too_and_is_marked(phone: Phone, tmp_path: Path) -> None:
    do(phone, f"echo t > {CAMERA}/.trashed-1790000000-t.jpg; echo p > {CAMERA}/.pending-1-p.jpg")
    rescue(phone, tmp_path / "copy")
    manifest = load(tmp_path / "copy")
    assert manifest is not None
    states = {e.path.rpartition("-")[2]: e.state for e in manifest.entries if e.state}
    assert states == {"t.jpg": "trashed", "p.jpg": "pending"}


def test_it_says_what_it_cannot_see(phone: Phone, tmp_path: Path) -> None:
    said = " ".join(describe(rescue(phone, tmp_path / "copy")))
    assert "Locked Folder" in said
    assert "in the cloud only" in said


def fill(phone: Phone, files: int, video: int) -> int:
    """Puts in files of sizes of their own and a sparse video; returns the bytes of all."""
    do(
        phone,
        f"cd {CAMERA}; for i in $(seq 1 {files}); do truncate -s $((20000 + i)) I$i.jpg; done; "
        f"truncate -s {video} V.mp4",
    )
    return sum(20_000 + n for n in range(1, files + 1)) + video


def test_unplugged_five_times_it_is_complete_and_nothing_is_copied_twice(
    phone: Phone, launched: Launched, tmp_path: Path
) -> None:
    size = fill(phone, files=200, video=120_000_000)
    cuts = [1_000_000, 3_000_000, 30_000_000, 60_000_000, 100_000_000]

    def unplug(seen: int) -> None:
        if cuts and seen >= cuts[0]:
            cuts.pop(0)
            launched.client.ask(f"host:disconnect:{launched.serial}")

    outcome = rescue(phone, tmp_path / "copy", watcher=Listener(unplug))
    assert not cuts
    assert outcome.is_whole
    assert verify(tmp_path / "copy") == []
    # A cut costs what was under way of one small file, or one block of a large one.
    assert outcome.travelled - outcome.survey.size < 5 * (1 << 20)
    assert outcome.survey.size >= size


def test_a_phone_that_restarts_midway_is_waited_for_until_its_storage_is_there(
    phone: Phone, launched: Launched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(phone, files=50, video=60_000_000)
    looks = [False, True]

    def shows_storage(*_: object) -> bool:
        return looks.pop(0)

    def restart(seen: int) -> None:
        if seen >= 20_000_000 and not restarted:
            restarted.append(True)
            launched.client.open_service(launched.serial, "reboot:", timeout_s=5).close()

    restarted: list[bool] = []
    listener = Listener(restart)
    monkeypatch.setattr("drivers.rescue.link.shows_storage", shows_storage)
    outcome = rescue(phone, tmp_path / "copy", watcher=listener)
    assert not looks
    assert outcome.is_whole
    assert not outcome.gone
    assert verify(tmp_path / "copy") == []
    assert any("has restarted: waiting for Android" in line for line in listener.lines)
    assert outcome.travelled - outcome.survey.size < 1 << 20


def changed_survey(monkeypatch: pytest.MonkeyPatch, change: Callable[[Survey], Survey]) -> None:
    real = rescuing.survey
    monkeypatch.setattr(rescuing, "survey", lambda *a, **k: change(real(*a, **k)))


def test_a_file_that_grows_after_it_was_looked_at_is_copied_as_it_is_then(
    phone: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
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


def test_paths_that_adb_does_not_take_arrive_as_well(phone: Phone, tmp_path: Path) -> None:
    folders = "/".join(letter * 254 for letter in "abcd")
    long = quote("it's 1\n.jpg")
    do(phone, f"mkdir -p /sdcard/DCIM/{folders}/e; cd /sdcard/DCIM/{folders}; echo 1 > {long}")
    do(phone, f"cd /sdcard/DCIM/{folders}/e; head -c 100000 /dev/urandom > deep.jpg; : > none.jpg")
    outcome = rescue(phone, tmp_path / "copy")
    assert outcome.is_whole
    assert len(content(tmp_path / "copy")) == 5 + 3
    assert (tmp_path / "copy/DCIM" / folders / "it's 1\n.jpg").read_text() == "1\n"
    assert verify(tmp_path / "copy") == []


def test_dates_that_no_camera_has_today_are_kept(phone: Phone, tmp_path: Path) -> None:
    dates = {}
    for year in ("1960", "2150"):
        do(phone, f"cd {CAMERA}; echo {year} > {year}.jpg; touch -d {year}-01-01 {year}.jpg")
        dates[year] = int(do(phone, f"stat -c %Y {CAMERA}/{year}.jpg"))
    assert dates["1960"] < 0
    assert dates["2150"] > 1 << 32
    assert rescue(phone, tmp_path / "copy").is_whole
    for year, date in dates.items():
        assert (tmp_path / f"copy/DCIM/Camera/{year}.jpg").stat().st_mtime == date


def test_what_lay_on_a_card_that_was_taken_out_was_not_deleted(
    phone: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, gone = "/storage/0A1B-2C3D", f"{CAMERA}/gone.jpg"

    def change(found: Survey) -> Survey:
        items = (*found.items, Item(f"{card}/DCIM/a.jpg", 5, 1), Item(gone, 6, 1))
        return replace(found, items=items, storage=(*found.storage, card))

    changed_survey(monkeypatch, change)
    outcome = rescue(phone, tmp_path / "copy")
    assert list(outcome.failures) == [f"{card}/DCIM/a.jpg"]
    assert list(outcome.gone) == [gone]
    assert not outcome.is_whole
    assert [finding.kind for finding in verify(tmp_path / "copy")] == ["unfinished"]


def test_what_the_phone_cannot_look_at_is_said(
    phone: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(phone, f"echo a > {CAMERA}/bad.jpg")
    real = SyncConnection.look

    def look(self: SyncConnection, paths: Sequence[str]) -> Iterator[tuple[str, Stat | None]]:
        for path, stat in real(self, paths):
            yield path, Stat(0, 0, 0, error=5) if path.endswith("/bad.jpg") else stat

    with monkeypatch.context() as patch:
        patch.setattr(SyncConnection, "look", look)
        outcome = rescue(phone, tmp_path / "copy")
    assert outcome.failures == {f"{CAMERA}/bad.jpg": "the phone cannot look at it (error 5)"}
    assert not outcome.is_whole
    assert rescue(phone, tmp_path / "copy").is_whole
    assert verify(tmp_path / "copy") == []


@pytest.mark.parametrize("store", ["content query --uri content://nowhere", "false", "true"])
def test_a_media_store_that_does_not_answer_is_said(
    phone: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    monkeypatch.setattr("drivers.rescue.survey._STORE", store)
    outcome = rescue(phone, tmp_path / "copy")
    assert list(outcome.failures) == ["what only the media store knows"]
    assert len(content(tmp_path / "copy")) == 5


def rescue_command(launched: Launched, folder: Path, *more: str) -> list[str]:
    adb = str(launched.client.address)
    return [
        sys.executable, "-m", "drivers.rescue", "--adb", adb, *more, launched.serial, str(folder),
    ]  # fmt: skip


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_ended_it_goes_on_where_it_was(
    phone: Phone, launched: Launched, tmp_path: Path, ending: signal.Signals
) -> None:
    size = fill(phone, files=50, video=200_000_000)
    copy = tmp_path / "copy"
    process = subprocess.Popen(
        rescue_command(launched, copy), cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while process.poll() is None and not _large_partial(copy):
        time.sleep(0.01)
    process.send_signal(ending)
    _, said = process.communicate()
    if ending is signal.SIGINT:
        assert process.returncode == 2
        assert said.splitlines()[-1].startswith("interrupted; what arrived is kept")
    else:
        assert process.returncode == -ending
    assert "Traceback" not in said
    assert {finding.kind for finding in verify(copy)} == {"unfinished"}
    here = sum(path.stat().st_size for path in copy.rglob("*") if path.is_file())
    listener = Listener()
    outcome = rescue(phone, copy, watcher=listener)
    assert " of others" in listener.lines[0]
    assert outcome.is_whole
    assert verify(copy) == []
    assert outcome.travelled <= outcome.survey.size - here + (1 << 20)
    assert outcome.survey.size >= size


def _large_partial(copy: Path) -> bool:
    sizes = []
    for path in (copy / PARTIAL).glob("*.part"):
        with contextlib.suppress(FileNotFoundError):  # it has just become permanent
            sizes.append(path.stat().st_size)
    return max(sizes, default=0) > 30_000_000


def test_a_phone_that_stays_away_leaves_everything_that_arrived(
    phone: Phone, launched: Launched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(phone, files=50, video=80_000_000)

    def unplug(seen: int) -> None:
        if seen >= 20_000_000:
            launched.client.ask(f"host:disconnect:{launched.serial}")

    def stays_away(*_: object, **__: object) -> None:
        raise PhoneLostError("gone", serial=launched.serial)

    with monkeypatch.context() as patch:
        patch.setattr("drivers.recovery.regain", stays_away)
        with pytest.raises(PhoneLostError):
            rescue(phone, tmp_path / "copy", watcher=Listener(unplug))
    launched.client.ask(f"host:connect:{launched.serial}", timeout_s=10)
    outcome = rescue(phone, tmp_path / "copy")
    assert outcome.is_whole
    assert outcome.travelled < outcome.survey.size - 15_000_000


@pytest.mark.parametrize("where", ["copying.Keeper.keep", "hashing.hash_batch"])
def test_a_fault_of_ours_in_a_thread_is_no_copy_that_seems_whole(
    phone: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr(f"drivers.rescue.{where}", fault)
    with pytest.raises(RuntimeError, match="ours"):
        rescue(phone, tmp_path / "copy")
    assert [finding.kind for finding in verify(tmp_path / "copy")] == ["unfinished"]


def test_a_phone_that_cannot_hash_is_said_and_nothing_travels_again(
    phone: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("drivers.rescue.hashing._COMMAND_NOT_FOUND", 0)
        outcome = rescue(phone, tmp_path / "copy")
    assert len(outcome.failures) == 5
    assert all("the phone has no `sha256sum`" in reason for reason in outcome.failures.values())
    again = rescue(phone, tmp_path / "copy")
    assert (again.is_whole, again.travelled) == (True, 0)
    assert outcome.travelled == outcome.survey.size


def test_damage_of_a_finished_copy_is_made_good(phone: Phone, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    rescue(phone, copy)
    whole = content(copy)
    first, second, *_ = sorted(whole)
    flipped = bytearray(whole[first])
    flipped[len(flipped) // 2] ^= 1
    date = (copy / first).stat().st_mtime
    (copy / first).write_bytes(flipped)
    os.utime(copy / first, (date, date))
    (copy / second).unlink()
    assert rescue(phone, copy).travelled == len(whole[first]) + len(whole[second])
    assert content(copy) == whole
    assert verify(copy) == []


def test_damage_of_an_interrupted_copy_is_made_good_before_it_is_called_whole(
    phone: Phone, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    rescue(phone, copy)
    manifest = copy / NAME
    manifest.write_text("".join(manifest.read_text().splitlines(keepends=True)[:-1]))
    place = copy / sorted(content(copy))[0]
    data = bytearray(place.read_bytes())
    data[0] ^= 1
    place.write_bytes(data)
    assert rescue(phone, copy).is_whole
    assert verify(copy) == []


def test_damage_that_the_phone_cannot_make_good_is_not_forgotten(
    phone: Phone, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    do(phone, f"echo precious > {CAMERA}/gone.jpg")
    rescue(phone, copy)
    do(phone, f"rm {CAMERA}/gone.jpg")
    assert rescue(phone, copy).is_whole
    (copy / "DCIM/Camera/gone.jpg").write_text("Precious\n")
    outcome = rescue(phone, copy)
    assert not outcome.is_whole
    assert any("on the phone no more" in line for line in describe(outcome))
    assert [finding.place for finding in verify(copy)] == ["DCIM/Camera/gone.jpg"]


def test_what_somebody_put_into_a_copy_is_never_written_over(phone: Phone, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    rescue(phone, copy)
    (copy / "DCIM/Camera/mine.jpg").write_text("mine")
    do(phone, f"echo theirs > {CAMERA}/mine.jpg")
    outcome = rescue(phone, copy)
    assert outcome.is_whole
    assert "of no rescue, move it out of the folder: DCIM/Camera/mine.jpg" in describe(outcome)
    assert (copy / "DCIM/Camera/mine.jpg").read_text() == "mine"
    assert (copy / "DCIM/Camera/mine~2.jpg").read_text() == "theirs\n"
    assert [(f.kind, f.place) for f in verify(copy)] == [("extra", "DCIM/Camera/mine.jpg")]


def test_a_folder_that_is_not_its_own_is_refused(phone: Phone, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(HostError, match="is not empty and holds no rescue"):
        rescue(phone, tmp_path)
    rescue(phone, tmp_path / "copy")
    lines = (tmp_path / "copy" / NAME).read_text().splitlines()
    header = {**json.loads(lines[0]), "serialno": "ANOTHER"}
    (tmp_path / "copy" / NAME).write_text("\n".join([json.dumps(header), *lines[1:]]))
    with pytest.raises(HostError, match="rescue of another phone"):
        rescue(phone, tmp_path / "copy")


def test_two_rescues_at_once_are_one_too_many(phone: Phone, tmp_path: Path) -> None:
    copy = tmp_path / "copy"

    def again(_: int) -> None:
        with pytest.raises(HostError, match="another rescue is at work"):
            rescue(phone, copy)
        refused.append(True)

    refused: list[bool] = []
    assert rescue(phone, copy, watcher=Listener(again)).is_whole
    assert refused
    assert rescue(phone, copy).is_whole


def test_a_disk_without_room_is_refused_before_anything_is_copied(
    phone: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=70_000_000)
    monkeypatch.setattr(rescuing.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(HostError, match=r"has 70 MB free, and the rescue needs up to"):
        rescue(phone, tmp_path / "copy")
    assert content(tmp_path / "copy") == {}


def test_a_disk_that_cannot_hold_a_file_says_so_in_one_line(
    phone: Phone, launched: Launched, tmp_path: Path
) -> None:
    fill(phone, files=1, video=9_000_000)
    ran = subprocess.run(
        rescue_command(launched, tmp_path / "copy"), cwd=ROOT, capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (6_000_000, 6_000_000)),
        check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert "cannot hold so large a file" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_from_the_command_line(phone: Phone, launched: Launched, tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    copy = tmp_path / "copy"
    ran = run(*rescue_command(launched, copy, "--since", "2000-01-01"))
    assert ran.returncode == 0, ran.stderr
    assert f"whole: {copy}" in ran.stdout
    assert "100%" in ran.stderr
    verify_command = [sys.executable, "-m", "drivers.rescue", "--verify", str(copy)]
    assert run(*verify_command).returncode == 0
    next((copy / "DCIM" / "Camera").iterdir()).unlink()
    damaged = run(*verify_command)
    assert damaged.returncode == 1
    assert "missing: DCIM/Camera/" in damaged.stdout
    assert run(*rescue_command(launched, copy, "--since", "yesterday")).returncode == 4
    assert run(sys.executable, "-m", "drivers.rescue", launched.serial).returncode == 4


def test_a_scenario_learns_whether_all_is_equal(phone: Phone, tmp_path: Path) -> None:
    operation = registry().operations["rescue.copy"]
    facts = operation.run(phone, {"to": str(tmp_path / "copy")}, None)
    assert facts["rescue.copy.verified"] is True
    assert facts["rescue.copy.files"] == 5
    with pytest.raises(HostError, match="expected a date"):
        operation.run(phone, {"to": str(tmp_path / "copy"), "since": "soon"}, None)
