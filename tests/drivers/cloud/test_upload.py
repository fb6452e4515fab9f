"""A rescue goes up: whole, without what its owner threw away, and into albums media alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.cloud import places, rclone
from drivers.cloud.google_photos import SOURCE_NOTE, TARGET_NOTE
from drivers.cloud.transfers import sync, transfer
from drivers.cloud.upload import upload
from drivers.errors import HostError
from drivers.rescue.manifest import NAME, PARTIAL, Entry, Header, Log, Manifest
from drivers.rescue.progress import Silent
from drivers.rescue.verification import hash_file
from tests.drivers.cloud.conftest import Cloud, content

Serve = Callable[..., Cloud]


def make_rescue(folder: Path, pictures: Path, states: dict[str, str] | None = None) -> Path:
    """A finished rescue of these pictures.

    Args:
        folder: to make.
        pictures: what the phone had.
        states: of some of them, see `Entry`.
    """
    (folder / PARTIAL).mkdir(parents=True)
    shutil.copytree(pictures, folder, dirs_exist_ok=True)
    entries = [
        Entry(
            f"/storage/emulated/0/{name}", name, len(data), 0, hash_file(folder / name),
            (states or {}).get(name, ""),
        )
        for name, data in content(pictures).items()
    ]  # fmt: skip
    with Log(folder, Manifest(Header("S", "A", "Pixel 8", "2026-01-01T00:00:00+00:00"))) as log:
        log.add(entries)
        log.seal()
    (folder / PARTIAL).rmdir()
    return folder


def test_a_rescue_goes_up_with_its_manifest(serve: Serve, tmp_path: Path, pictures: Path) -> None:
    cloud = serve("s3")
    rescue = make_rescue(tmp_path / "rescue", pictures)
    assert upload(rescue, cloud.remote("s3")).is_verified is True
    assert content(cloud.folder / "photos") == content(rescue)
    assert NAME in content(cloud.folder / "photos")


def test_a_damaged_rescue_stays_here(tmp_path: Path, pictures: Path) -> None:
    rescue = make_rescue(tmp_path / "rescue", pictures)
    (rescue / "stray").touch()
    with pytest.raises(HostError, match=r"no whole rescue \(extra: stray.*move it out"):
        upload(rescue, str(tmp_path / "out"))
    (rescue / "a.jpg").write_bytes(b"")
    with pytest.raises(HostError, match=r"no whole rescue \(size: a\.jpg.*rescue into it"):
        upload(rescue, str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


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
    assert "in the trash or not finished on the phone: 4 files: .trashed" in done.notes[0]
    assert "no cloud" in done.notes[1]


def test_a_file_that_also_lies_outside_the_trash_goes_up(tmp_path: Path, pictures: Path) -> None:
    rescue = make_rescue(tmp_path / "rescue", pictures, {"a.jpg": "trashed"})
    entry = Entry("/a.jpg", "a.jpg", 500_000, 0, hash_file(rescue / "a.jpg"), "trashed")
    (rescue / PARTIAL).mkdir()
    with Log(rescue, Manifest(Header("S", "A", "P", "2026"))) as log:
        for place in content(pictures):
            log.add([replace(entry, stored=place, sha256=hash_file(rescue / place), state="")])
        log.add([entry])
        log.seal()
    (rescue / PARTIAL).rmdir()
    upload(rescue, str(tmp_path / "out"))
    assert content(tmp_path / "out") == content(rescue)


class Listener(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def announce(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that `gp:` stands for, which is taken for Google Photos."""
    folder = tmp_path / "photos"
    rclone.run(["config", "create", "gp", "alias", f"remote={folder}"])
    real = places.backends

    def backends(*named: str) -> list[str]:
        kinds = zip(named, real(*named), strict=True)
        return [places.GOOGLE_PHOTOS if one.startswith("gp:") else kind for one, kind in kinds]

    monkeypatch.setattr(places, "backends", backends)
    return folder


def test_google_photos_gets_media_only_and_is_verified_by_name(
    photos: Path, tmp_path: Path, pictures: Path
) -> None:
    for name in ("a.xmp", "b.JPG", "DCIM/c.Mp4", "DCIM/.trashed-1-d.jpg"):
        (pictures / name).write_bytes(os.urandom(10))
    rescue = make_rescue(tmp_path / "rescue", pictures, {"DCIM/.trashed-1-d.jpg": "trashed"})
    listener = Listener()
    done = upload(rescue, "gp:album/Rescue", watcher=listener)
    assert done.compared == "name"
    assert listener.lines == [TARGET_NOTE]
    assert "trash" in done.notes[0]
    assert done.notes[1].endswith(f"photos and videos only: 2 files: a.xmp, {NAME}")
    left = {"a.xmp", NAME, "DCIM/.trashed-1-d.jpg"}
    assert content(photos / "album" / "Rescue").keys() == content(rescue).keys() - left


@pytest.mark.parametrize("folder", ["upload", "", "album", "album/", "media/all", "albums/x"])
def test_what_is_no_album_of_google_photos_is_refused(
    photos: Path, pictures: Path, folder: str
) -> None:
    with pytest.raises(HostError, match=r"only an album can, such as `gp:album/Phone`"):
        transfer(str(pictures), f"gp:{folder}")
    with pytest.raises(HostError, match=r"only an album can"):
        upload(pictures, f"gp:{folder}")
    assert not photos.exists()


def test_google_photos_as_a_source_is_said_plainly_and_at_once(
    photos: Path, tmp_path: Path, pictures: Path
) -> None:
    listener = Listener()
    with pytest.raises(HostError, match=r"gp:album/x is not there.*Takeout"):
        transfer("gp:album/x", str(tmp_path / "out"), watcher=listener)
    assert listener.lines == [SOURCE_NOTE]
    shutil.copytree(pictures, photos / "album" / "x")
    assert transfer("gp:album/x", str(tmp_path / "out")).compared == "name"
    with pytest.raises(HostError, match=r"cannot be the source of a sync.*location.*Takeout"):
        sync("gp:media/all", str(tmp_path / "other"))
    assert not (tmp_path / "other").exists()
