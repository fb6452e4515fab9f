"""The folder on this computer: what is in it, what is refused, what its disk can hold."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.errors import HostError, StablePhoneError
from drivers.phone import Phone
from drivers.rescue import rescuing
from drivers.rescue.__main__ import main
from drivers.rescue.manifest import NAME, PARTIAL, Log, load
from drivers.rescue.outcome import describe
from drivers.rescue.rescuing import rescue
from drivers.rescue.verification import verify
from fixtures.launch import Launched
from tests.conftest import ROOT
from tests.drivers.rescue.conftest import CAMERA, Listener, content, do, fill, rescue_command


def test_damage_of_a_finished_copy_is_made_good(phone: Phone, copy: Path) -> None:
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
    phone: Phone, copy: Path
) -> None:
    rescue(phone, copy)
    manifest = copy / NAME
    manifest.write_text("".join(manifest.read_text().splitlines(keepends=True)[:-1]))
    place = copy / sorted(content(copy))[0]
    data = bytearray(place.read_bytes())
    data[0] ^= 1
    place.write_bytes(data)
    assert rescue(phone, copy).is_whole
    assert verify(copy) == []


@pytest.mark.parametrize("change", ["touch -d 2021-01-01 {}", "mv {0} {0}.moved.jpg"])
@pytest.mark.parametrize("is_gone", [True, False], ids=["deleted", "flipped"])
def test_damage_is_made_good_by_equal_content_of_another_date_or_name(
    phone: Phone, copy: Path, change: str, is_gone: bool
) -> None:
    rescue(phone, copy)
    whole = content(copy)
    first = min(name for name in whole if name.startswith("DCIM/Camera/"))
    do(phone, f"cd {CAMERA}; {change.format(Path(first).name)}")
    if is_gone:
        (copy / first).unlink()
    else:
        (copy / first).write_bytes(bytes(len(whole[first])))
    again = rescue(phone, copy)
    assert (again.is_whole, again.lost) == (True, ())
    assert content(copy) == whole
    assert verify(copy) == []


def test_damage_that_the_phone_cannot_make_good_is_not_forgotten(phone: Phone, copy: Path) -> None:
    do(phone, f"echo precious > {CAMERA}/gone.jpg")
    rescue(phone, copy)
    do(phone, f"rm {CAMERA}/gone.jpg")
    assert rescue(phone, copy).is_whole
    (copy / "DCIM/Camera/gone.jpg").write_text("Precious\n")
    outcome = rescue(phone, copy)
    assert not outcome.is_whole
    assert any("on the phone no more" in line for line in describe(outcome))
    assert [finding.place for finding in verify(copy)] == ["DCIM/Camera/gone.jpg"]


def test_what_somebody_put_into_a_copy_is_never_written_over(phone: Phone, copy: Path) -> None:
    rescue(phone, copy)
    (copy / "DCIM/Camera/mine.jpg").write_text("mine")
    do(phone, f"echo theirs > {CAMERA}/mine.jpg")
    outcome = rescue(phone, copy)
    # As `verify` says below: what is called whole here has to be whole there.
    assert not outcome.is_whole
    assert "of no rescue, move it out of the folder: DCIM/Camera/mine.jpg" in describe(outcome)
    assert (copy / "DCIM/Camera/mine.jpg").read_text() == "mine"
    assert (copy / "DCIM/Camera/mine~2.jpg").read_text() == "theirs\n"
    assert [(f.kind, f.place) for f in verify(copy)] == [("extra", "DCIM/Camera/mine.jpg")]


def test_a_file_whose_entry_is_lost_gets_it_again_or_is_called_what_it_may_be(
    phone: Phone, copy: Path
) -> None:
    do(phone, f"echo there > {CAMERA}/there.jpg; echo gone > {CAMERA}/gone.jpg")
    rescue(phone, copy)
    whole = content(copy)
    do(phone, f"rm {CAMERA}/gone.jpg")
    lines = (copy / NAME).read_text().splitlines(keepends=True)
    lost = ("/there.jpg", "/gone.jpg")
    (copy / NAME).write_text("".join(line for line in lines if not any(n in line for n in lost)))
    (copy / "nowhere").symlink_to("/nowhere")
    outcome = rescue(phone, copy)
    assert content(copy) == whole
    may_be = "it may be of a file that is nowhere else: keep it, in another folder: "
    assert f"its entry is lost, or it never had one; {may_be}DCIM/Camera/gone.jpg" in describe(
        outcome
    )
    assert outcome.strays == ["DCIM/Camera/gone.jpg", "nowhere"]
    assert sorted(finding.place for finding in verify(copy)) == outcome.strays


def test_a_folder_that_is_not_its_own_is_refused(phone: Phone, tmp_path: Path, copy: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(HostError, match="is not empty and holds no rescue"):
        rescue(phone, tmp_path)
    rescue(phone, copy)
    manifest = load(copy)
    assert manifest is not None
    (copy / PARTIAL).mkdir()
    # A phone that was reset, or another one to which all was moved.
    for change in ({"android_id": "ANOTHER"}, {"serialno": "ANOTHER", "android_id": "ANOTHER"}):
        with Log(copy, replace(manifest, header=replace(manifest.header, **change))) as log:
            log.seal()
        with pytest.raises(HostError, match="rescue of another phone"):
            rescue(phone, copy)


def header_of_another_letter(manifest: Path) -> None:
    first, *rest = manifest.read_text().splitlines(keepends=True)
    manifest.write_text("".join([first.replace('"model"', '"modeL"'), *rest]))


def android_id_of_another_letter(manifest: Path) -> None:
    first, *rest = manifest.read_text().splitlines(keepends=True)
    manifest.write_text("".join([first.replace('"android_id":"', '"android_id":"x'), *rest]))


def nothing_in_it(manifest: Path) -> None:
    manifest.write_text("")


def not_there(manifest: Path) -> None:
    manifest.unlink()


def garbage(manifest: Path) -> None:
    manifest.write_bytes(b"\x00" * 5000)


@pytest.mark.parametrize(
    "damage",
    [header_of_another_letter, android_id_of_another_letter, nothing_in_it, not_there, garbage],
)
def test_a_manifest_that_is_lost_is_made_anew_from_the_files(
    phone: Phone, copy: Path, damage: Callable[[Path], None]
) -> None:
    do(phone, f"cd {CAMERA}; echo twin > 1.jpg; echo twin > 2.jpg")
    rescue(phone, copy)
    whole = content(copy)
    manifest = load(copy)
    assert manifest is not None
    damage(copy / NAME)
    assert verify(copy)
    outcome = rescue(phone, copy)
    assert (outcome.is_whole, outcome.travelled, outcome.copied) == (True, 0, 0)
    assert content(copy) == whole
    assert verify(copy) == []
    again = load(copy)
    assert again is not None
    assert set(again.entries) == set(manifest.entries)
    assert again.header.android_id == manifest.header.android_id


def test_a_manifest_of_nobody_in_a_folder_of_somebody_else_is_refused(
    phone: Phone, copy: Path
) -> None:
    (copy / "DCIM").mkdir(parents=True)
    (copy / "DCIM/mine.jpg").write_text("mine")
    (copy / NAME).write_text("{}")
    with pytest.raises(HostError, match="damaged, and nothing beside it is as it is on this phone"):
        rescue(phone, copy)
    assert content(copy) == {"DCIM/mine.jpg": b"mine"}
    assert (copy / NAME).read_text() == "{}"


def test_a_manifest_of_a_later_version_is_left_alone(phone: Phone, copy: Path) -> None:
    rescue(phone, copy)
    later = (copy / NAME).read_text().replace('{"rescue":1', '{"rescue":2')
    (copy / NAME).write_text(later)
    with pytest.raises(HostError, match="a later version of Unstuck wrote it: use that one"):
        rescue(phone, copy)
    assert (copy / NAME).read_text() == later


def test_a_folder_that_was_moved_to_another_disk_and_linked_is_still_of_the_copy(
    phone: Phone, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rescue(phone, copy)
    shutil.move(copy / "DCIM", tmp_path / "moved")
    (copy / "DCIM").symlink_to(tmp_path / "moved", target_is_directory=True)
    assert verify(copy) == []
    do(phone, f"echo new > {CAMERA}/new.jpg; touch -d 2021-01-01 {CAMERA}/new.jpg")
    real = Path.replace

    def replace_on_one_disk(path: Path, target: Path) -> Path:
        if path.parent.resolve().is_relative_to(
            tmp_path / "moved"
        ) != target.resolve().is_relative_to(tmp_path / "moved"):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace_on_one_disk)
        assert rescue(phone, copy).is_whole
    assert (tmp_path / "moved/Camera/new.jpg").read_text() == "new\n"
    assert (tmp_path / "moved/Camera/new.jpg").stat().st_mtime < 1_640_000_000
    assert verify(copy) == []
    (tmp_path / "moved/stray.jpg").touch()
    assert [finding.place for finding in verify(copy)] == ["DCIM/stray.jpg"]


def test_a_rescue_inside_of_another_is_refused(phone: Phone, tmp_path: Path, copy: Path) -> None:
    rescue(phone, copy)
    with pytest.raises(HostError, match=r"is inside of the rescue in .*copy: name a"):
        rescue(phone, copy / "DCIM" / "new")
    assert not (copy / "DCIM" / "new").exists()
    # Somebody else's file of that name is no rescue.
    (tmp_path / NAME).write_text("{}")
    assert rescue(phone, copy).is_whole


def test_what_can_be_no_folder_is_said_so(phone: Phone, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(HostError, match=f"{folder} is no folder, and can be none: name anoth"):
            rescue(phone, folder)
    if sys.platform == "linux":
        with pytest.raises(HostError, match=r"/proc/none cannot be written to \(No such"):
            rescue(phone, Path("/proc/none"))


def test_two_rescues_at_once_are_one_too_many(phone: Phone, copy: Path) -> None:

    def again(_: int) -> None:
        with pytest.raises(HostError, match="another rescue is at work"):
            rescue(phone, copy)
        refused.append(True)

    refused: list[bool] = []
    assert rescue(phone, copy, watcher=Listener(again)).is_whole
    assert refused
    assert rescue(phone, copy).is_whole


def test_a_disk_without_room_is_refused_before_anything_is_copied(
    phone: Phone, tmp_path: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=70_000_000)
    monkeypatch.setattr(rescuing.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(HostError, match=r"has 70 MB free, and the rescue needs up to"):
        rescue(phone, copy)
    assert content(copy) == {}


def test_a_full_disk_is_enough_for_what_is_here_already(
    phone: Phone, tmp_path: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rescue(phone, copy)
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(rescuing.shutil, "disk_usage", lambda _: usage)
    assert rescue(phone, copy).is_whole
    # Nor does a manifest that has to be made anew need room for the files.
    (copy / NAME).unlink()
    assert rescue(phone, copy).is_whole
    do(phone, f"echo new > {CAMERA}/new.jpg")
    with pytest.raises(HostError, match="has 1 MB free"):
        rescue(phone, copy)


def test_a_disk_that_fills_up_midway_is_one_line_and_what_arrived_is_kept(
    phone: Phone, launched: Launched, tmp_path: Path, copy: Path
) -> None:
    """As where something else fills it, once its room was looked at."""
    mount = ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=4m", "none", "/mnt"]
    if not shutil.which("unshare") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no namespaces here: a small disk cannot be had without being root")
    do(phone, f"cd {CAMERA}; rm *; for i in 1 2 3 4; do truncate -s $((1500000 + i)) $i.jpg; done")
    blind = (
        "import shutil, sys; from drivers.rescue import __main__, rescuing; "
        "there = shutil.disk_usage('/')._replace(free=10**12); "
        "rescuing.shutil.disk_usage = lambda _: there; sys.exit(__main__.main())"
    )
    _, _, *words = rescue_command(launched, copy)
    script = 'mount -t tmpfs -o size=4m none "$0" && "$@"; echo $? $(ls "$0"/copy)'
    ran = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, str(tmp_path), sys.executable, "-c", blind,
         *words[1:]],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    code, *here = ran.stdout.split()
    assert (code, NAME in here) == ("1", True)
    line = f"the disk of {copy} is full: make room, and rescue again; it goes on from here"
    assert ran.stderr.splitlines()[-1] == line
    assert "Traceback" not in ran.stderr


def test_files_that_the_disk_cannot_hold_are_named_and_all_others_arrive(
    phone: Phone, launched: Launched, copy: Path
) -> None:
    fill(phone, files=3, video=9_000_000)
    # The larger one need not travel: a smaller one did not fit. Nor does either of them again.
    do(phone, f"cd {CAMERA}; truncate -s 90000000 Z.mp4")
    ran = subprocess.run(
        rescue_command(launched, copy), cwd=ROOT, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (6_000_000, 6_000_000)),
    )  # fmt: skip
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    lines = [line for line in ran.stdout.splitlines() if "cannot hold so large a file" in line]
    assert [line.split(":")[1] for line in lines] == [f" {CAMERA}/{n}.mp4" for n in ("V", "Z")]
    assert ran.stdout.splitlines()[-1] == f"NOT whole: {copy}"
    assert len(content(copy)) == 5 + 3
    small = sum(map(len, content(copy).values()))
    travelled = int(float(ran.stdout.partition("copied now (")[2].partition(" MB")[0]) * 1e6)
    assert small + 6_000_000 - (1 << 20) <= travelled <= small + 6_000_000 + (1 << 20)
    assert [(f.kind, f.place) for f in verify(copy)] == [
        ("not copied", f"{CAMERA}/{n}.mp4") for n in ("V", "Z")
    ]
    outcome = rescue(phone, copy)
    assert outcome.is_whole
    assert outcome.travelled == 99_000_000


def test_from_the_command_line(phone: Phone, launched: Launched, copy: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

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
    for date in ("yesterday", "0001-01-01"):
        refused = run(*rescue_command(launched, copy, "--since", date))
        assert refused.returncode == 4
        assert f"expected a date such as 2026-01-31, not '{date}'" in refused.stderr
    assert run(*verify_command, "--since", "2026-01-01").returncode == 4
    assert run(sys.executable, "-m", "drivers.rescue", launched.serial).returncode == 4


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe breaks with another error there")
def test_whoever_looks_on_no_further_has_all_copied_all_the_same(
    phone: Phone, launched: Launched, copy: Path
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = rescue_command(launched, copy)
    ran = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=writing, check=False)
    os.close(writing)
    assert ran.returncode == 0
    assert verify(copy) == []


def test_only_what_is_there_is_said_to_be_kept(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(*_: object, **__: object) -> None:
        raise StablePhoneError("phone X is not attached")

    monkeypatch.setattr("drivers.server.ensure_server", lambda *_: None)
    monkeypatch.setattr("drivers.fleet.await_phone", absent)
    assert main(["X", str(copy)]) == 7
    assert capsys.readouterr().err == "phone X is not attached\n"
    assert not copy.exists()
