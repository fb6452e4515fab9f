"""A rescue goes up: whole, without what its owner threw away, each file under one name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.cloud import rclone
from drivers.cloud.__main__ import main
from drivers.cloud.transfers import transfer
from drivers.cloud.upload import upload
from drivers.cloud.work import Options
from drivers.errors import HostError
from drivers.rescue.manifest import NAME, PARTIAL, Log, Missing, load
from drivers.rescue.verification import verify
from drivers.vocabulary import registry
from tests.drivers.cloud.conftest import Cloud, content
from tests.drivers.cloud.rescues import (
    HEADER,
    STORAGE,
    changed_on_the_phone,
    make_rescue,
    without_manifest,
)

Serve = Callable[..., Cloud]
# S3 tells least of what is wrong; the others where there is time.
FIRST = ["s3", *(pytest.param(name, marks=pytest.mark.full) for name in ("webdav", "sftp"))]


def test_a_rescue_goes_up_with_its_manifest(serve: Serve, tmp_path: Path, pictures: Path) -> None:
    cloud = serve("s3")
    rescue = make_rescue(tmp_path / "rescue", pictures)
    place = cloud.remote("s3")
    assert upload(rescue, place).is_verified is True
    assert content(cloud.folder / "photos") == content(rescue)
    assert NAME in content(cloud.folder / "photos")


@pytest.mark.parametrize("folder", ["", "Phone"])
def test_a_later_upload_brings_what_is_new_also_where_nothing_can_be_set_aside(
    serve: Serve, tmp_path: Path, pictures: Path, folder: str
) -> None:
    cloud = serve("webdav")
    cloud.remote("it")
    there = cloud.folder / folder
    (cloud.folder / "photos").rmdir()
    rescue = make_rescue(tmp_path / "rescue", pictures)
    upload(rescue, f"it:{folder}")
    before = (rescue / NAME).read_bytes()
    (pictures / "new.jpg").write_bytes(b"new")
    shutil.rmtree(rescue)
    make_rescue(rescue, pictures)
    dry = upload(rescue, f"it:{folder}", Options(is_dry=True))
    assert dry.is_verified is None
    assert (there / NAME).read_bytes() == before
    done = upload(rescue, f"it:{folder}")
    assert done.is_verified is True
    assert content(there) == content(rescue)
    if folder:
        # What a person has there was added to, and not replaced.
        assert done.set_aside == ""
        (aside,) = (n for n in done.notes if n.startswith("the manifest that was there is in it:"))
        assert content(cloud.folder / aside.partition(":")[2]) == {NAME: before}
    other = make_rescue(tmp_path / "other", pictures, header=replace(HEADER, android_id="B"))
    with pytest.raises(HostError, match=r"another phone \(Pixel 8, S\): name another folder"):
        upload(other, f"it:{folder}")
    assert content(there) == content(rescue)


def test_what_is_no_finished_rescue_stays_here(tmp_path: Path, pictures: Path) -> None:
    rescue = make_rescue(tmp_path / "rescue", pictures)
    (rescue / "stray").touch()
    with pytest.raises(HostError, match=r"no whole rescue \(extra: stray.*move it out"):
        upload(rescue, str(tmp_path / "out"))
    (rescue / "stray").unlink()
    lines = (rescue / NAME).read_bytes().splitlines(keepends=True)
    (rescue / NAME).write_bytes(b"".join(lines[:-1]))
    with pytest.raises(HostError, match=r"no whole rescue \(unfinished: .*rescue into it"):
        upload(rescue, str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_what_is_damaged_or_was_not_copied_is_named_and_all_else_goes_up(
    tmp_path: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rescue = make_rescue(tmp_path / "rescue", pictures, equal={f"{STORAGE}/x/2.jpg": "a.jpg"})
    manifest = load(rescue)
    assert manifest is not None
    (rescue / PARTIAL).mkdir()
    with Log(rescue, replace(manifest, is_sealed=False)) as log:
        log.seal([Missing(f"{STORAGE}/LOG.jpg", "it changes")])
    (rescue / PARTIAL).rmdir()
    (rescue / "a.jpg").write_bytes(b"")
    (rescue / "b c.jpg").unlink()
    out = tmp_path / "out"
    assert main(["upload", str(rescue), str(out)]) == 1
    expected = without_manifest(rescue)
    del expected["a.jpg"]
    assert without_manifest(out) == expected
    assert verify(out) == []
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("transferred 4 files")
    named = sorted(line.split(": ")[2] for line in told if line.startswith("NOT sent: "))
    assert named == [f"{STORAGE}/LOG.jpg", "a.jpg", "b c.jpg"]
    assert not [line for line in told if line.startswith("equal to another, for which")]
    operation = registry().operations["cloud.upload"]
    facts = operation.run(None, {"from": str(rescue), "to": str(out)}, None)
    assert facts["cloud.upload.verified"] is False


def test_what_was_in_the_trash_stays_here_and_is_named(tmp_path: Path, pictures: Path) -> None:
    thrown = {
        ".trashed-1767232459-[a]*.jpg": "trashed",
        ".trashed-1767232459- ": "trashed",
        "DCIM/.pending-17-it\\'s {b}?.mp4": "pending",
        "DCIM/.trashed-17-x\ny\u2028‛␊.jpg": "trashed",
    }
    for name in [*thrown, "[a]b.jpg", "DCIM/.trashed-17-kept.jpg"]:
        (pictures / name).write_bytes(os.urandom(10))
    rescue = make_rescue(tmp_path / "rescue", pictures, thrown)
    done = upload(rescue, str(tmp_path / "out"))
    assert content(tmp_path / "out").keys() == content(rescue).keys() - thrown.keys()
    assert verify(tmp_path / "out") == []
    assert "in the trash or not finished on the phone: 4 files: .trashed" in done.notes[0]
    assert "no cloud" in done.notes[1]


def test_a_file_that_also_lies_outside_the_trash_goes_up_under_its_name_there(
    tmp_path: Path, pictures: Path
) -> None:
    (pictures / ".trashed-17-x.jpg").write_bytes(b"x")
    equal = {f"{STORAGE}/x.jpg": ".trashed-17-x.jpg", f"{STORAGE}/.trashed-18-a.jpg": "a.jpg"}
    rescue = make_rescue(
        tmp_path / "rescue", pictures, {".trashed-17-x.jpg": "trashed"}, equal=equal
    )
    notes = upload(rescue, str(tmp_path / "out")).notes
    expected = {**content(pictures), "x.jpg": b"x"}
    del expected[".trashed-17-x.jpg"]
    assert without_manifest(tmp_path / "out") == expected
    assert not any("trash" in note for note in notes)


@pytest.mark.full  # which name is whose, test_staging proves
def test_the_newest_version_of_a_file_has_its_name_in_the_cloud(
    serve: Serve, tmp_path: Path, pictures: Path
) -> None:
    rescue = make_rescue(tmp_path / "rescue", pictures)
    first = (rescue / "a.jpg").read_bytes()
    cloud = serve("webdav")
    target = cloud.remote("it")
    upload(rescue, target)
    changed_on_the_phone(rescue, b"second")
    done = upload(rescue, target)
    changed = "changed on the phone since it was first rescued: "
    assert f"{changed}1 file: a~2.jpg is an older version of a.jpg" in done.notes
    expected = {**content(pictures), "a.jpg": b"second", "a~2.jpg": first}
    assert without_manifest(cloud.folder / "photos") == expected
    assert content(cloud.folder / done.set_aside.partition(":")[2])["a.jpg"] == first
    changed_on_the_phone(rescue, b"the third")
    upload(rescue, target)
    expected |= {"a.jpg": b"the third", "a~3.jpg": b"second"}
    assert without_manifest(cloud.folder / "photos") == expected
    # A cloud that knows sizes alone would take the fourth for the third, were it of that name.
    changed_on_the_phone(rescue, b"the_third")
    done = upload(rescue, target)
    assert any(
        note.startswith(changed) and "a.jpg is an older version of a~4.jpg" in note
        for note in done.notes
    )
    there = without_manifest(cloud.folder / "photos")
    assert there == without_manifest(rescue)
    transfer(target, str(tmp_path / "back"))
    assert verify(tmp_path / "back") == []


@pytest.mark.full  # which name is whose, test_staging proves
def test_names_that_a_cloud_takes_for_one_get_names_of_their_own(
    serve: Serve, tmp_path: Path, pictures: Path
) -> None:
    (pictures / "caf\u00e9.jpg").write_bytes(b"one")
    (pictures / "cafe\u0301.jpg").write_bytes(b"another")
    (pictures / "A.JPG").write_bytes(b"loud")
    if len(content(pictures)) < 9:
        pytest.skip("this computer takes the two for one")
    rescue = make_rescue(tmp_path / "rescue", pictures)
    cloud = serve("webdav", normalizes=True)
    target = cloud.remote("it")
    done = upload(rescue, target)
    there = without_manifest(cloud.folder / "photos")
    assert sorted(there.values()) == sorted(content(pictures).values())
    assert len([name for name in there if name.startswith("caf") and "~2" in name]) == 1
    # Whether case counts is asked of the cloud, and this one tells them apart.
    assert {"a.jpg", "A.JPG"} <= there.keys()
    (note,) = done.notes
    assert note.startswith("named anew, since some clouds take it for another: 1 file: caf")
    assert upload(rescue, target).files == 0
    rclone.run(["config", "create", "blind", "local", "case_insensitive=true"])
    done = upload(rescue, f"blind:{tmp_path}/out")
    there = without_manifest(tmp_path / "out")
    assert sorted(there.values()) == sorted(content(pictures).values())
    assert len([name for name in there if name.lower() in {"a.jpg", "a~2.jpg"}]) == 2
    assert "2 files: " in done.notes[-1]
    assert verify(tmp_path / "out") == []


@pytest.mark.parametrize("protocol", FIRST)
def test_every_name_of_equal_files_is_in_the_cloud_and_comes_back_whole(
    serve: Serve, tmp_path: Path, pictures: Path, protocol: str
) -> None:
    names = ["WhatsApp/Sent/it's\n.mp4", "-n~2.jpg", "b c.jpg/x", "-n.jpg", "A.JPG"]
    equal = {f"{STORAGE}/{name}": "-n.jpg" for name in names}
    equal["/storage/0A1B-2C3D/DCIM/a.jpg"] = "a.jpg"
    rescue = make_rescue(tmp_path / "rescue", pictures, equal=equal)
    cloud = serve(protocol)
    target = cloud.remote("it")
    done = upload(rescue, target)
    there = without_manifest(cloud.folder / "photos")
    same = content(pictures)["-n.jpg"]
    # No file can be where another folder has one: it gets the nearest free name.
    named = {"WhatsApp/Sent/it's\n.mp4", "-n~2.jpg", "b c~2.jpg/x", "A.JPG"}
    assert there == {
        **content(pictures),
        **dict.fromkeys(named, same),
        "0A1B-2C3D/DCIM/a.jpg": content(pictures)["a.jpg"],
    }
    assert "equal to another, and there under a name of their own: 5 files" in done.notes
    assert (done.is_verified, done.files) == (True, len(there))
    assert upload(rescue, target).files == 0
    transfer(target, str(tmp_path / "back"))
    assert verify(tmp_path / "back") == []
    assert without_manifest(tmp_path / "back") == there


def test_where_symbolic_links_are_not_allowed_hard_ones_do(
    tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    rescue = make_rescue(tmp_path / "rescue", pictures, equal={f"{STORAGE}/2.jpg": "a.jpg"})
    monkeypatch.setattr("drivers.cloud.staging.os.symlink", refuse)
    before = set(tmp_path.iterdir())
    upload(rescue, str(tmp_path / "out"))
    assert set(tmp_path.iterdir()) == before | {tmp_path / "out"}
    assert without_manifest(tmp_path / "out") == {
        **content(pictures), "2.jpg": content(pictures)["a.jpg"],
    }  # fmt: skip
    assert content(rescue).keys() == content(pictures).keys() | {NAME}
    monkeypatch.setattr("drivers.cloud.staging.os.link", refuse)
    with pytest.raises(HostError, match="no links can be made to the files in"):
        upload(rescue, str(tmp_path / "out"))


@pytest.mark.parametrize("protocol", FIRST)
def test_a_target_that_refuses_us_is_said_before_a_rescue_is_read(
    serve: Serve, tmp_path: Path, pictures: Path, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rescue = make_rescue(tmp_path / "rescue", pictures)
    place = serve(protocol).remote("shut", password="wrong-and-long")
    monkeypatch.setattr("drivers.cloud.upload.verify", lambda *_: pytest.fail("it was read"))
    with pytest.raises(HostError, match="refuses the sign-in"):
        upload(rescue, place)


def test_links_in_the_target_are_neither_followed_nor_in_the_way(
    tmp_path: Path, pictures: Path
) -> None:
    rescue = make_rescue(tmp_path / "rescue", pictures)
    out = tmp_path / "out"
    out.mkdir()
    (out / "nowhere").symlink_to("/nowhere")
    (out / "root").symlink_to("/")
    assert upload(rescue, str(out)).is_verified is True
    assert (out / "root").is_symlink()


def test_a_scenario_may_write_home_as_a_shell_does(
    tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    make_rescue(tmp_path / "rescue", pictures)
    upload_it = registry().operations["cloud.upload"]
    assert upload_it.run(None, {"from": "~/rescue", "to": "~/out"}, None)
    transfer_it = registry().operations["cloud.transfer"]
    assert transfer_it.run(None, {"from": "~/out", "to": "~/again"}, None)
    assert content(tmp_path / "again") == content(tmp_path / "out")
    with pytest.raises(HostError, match=r"is no remote.*and no folder here"):
        transfer("~/out", "~/yet another")


def test_an_upload_into_a_rescue_is_refused(tmp_path: Path, pictures: Path) -> None:
    rescue = make_rescue(tmp_path / "rescue", pictures)
    other = make_rescue(tmp_path / "other", pictures)
    for target in (rescue, rescue / "DCIM" / "new", other / "new"):
        with pytest.raises(HostError, match="is inside of the rescue in"):
            upload(rescue, str(target))
    assert verify(rescue) == verify(other) == []
    # What was uploaded is a rescue as well, and may be uploaded to again.
    upload(rescue, str(tmp_path / "out"))
    assert upload(rescue, str(tmp_path / "out")).files == 0


def test_an_upload_says_what_a_rescue_left_out(tmp_path: Path, pictures: Path) -> None:
    header = replace(HEADER, since="2026-01-31T00:00:00+01:00", left_out=7)
    rescue = make_rescue(tmp_path / "rescue", pictures, header=header)
    done = upload(rescue, str(tmp_path / "out"))
    assert "not in the rescue, as older than --since 2026-01-31: 7 files" in done.notes
    operation = registry().operations["cloud.upload"]
    found = operation.run(None, {"from": str(rescue), "to": str(tmp_path / "out")}, None)
    assert (found["cloud.upload.left_out"], found["cloud.upload.verified"]) == (7, True)


def test_a_name_with_the_sign_that_rclone_quotes_with_goes_up_by_another(
    serve: Serve, tmp_path: Path, pictures: Path
) -> None:
    (pictures / "DCIM" / "‛␊.jpg").write_bytes(b"quoted")
    rescue = make_rescue(tmp_path / "rescue", pictures)
    cloud = serve("webdav")
    place = cloud.remote("it")
    done = upload(rescue, place)
    (note,) = done.notes
    assert note == (
        "named anew, since rclone cannot read such a name: 1 file: "
        "DCIM/_␊.jpg is DCIM/‛␊.jpg on the phone"
    )
    assert content(cloud.folder / "photos")["DCIM/_␊.jpg"] == b"quoted"
    transfer(place, str(tmp_path / "back"))
    assert verify(tmp_path / "back") == []


def test_what_vanishes_on_the_way_is_named_as_it_is_in_the_rescue(
    serve: Serve, tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RCLONE_RETRIES", "1")
    rescue = make_rescue(tmp_path / "rescue", pictures, equal={f"{STORAGE}/x/2.jpg": "a.jpg"})
    place = serve("webdav").remote("it")
    real = rclone.run

    def run(arguments: list[str], *told: Any, **rules: Any) -> rclone.Ran:
        if arguments[0] == "copy":
            (rescue / "b c.jpg").unlink()
        return real(arguments, *told, **rules)

    monkeypatch.setattr(rclone, "run", run)
    with pytest.raises(HostError) as failure:
        upload(rescue, place)
    assert str(failure.value).startswith(f"{rescue}/b c.jpg cannot be read: it is gone")
    assert ".unstuck-upload" not in str(failure.value)
