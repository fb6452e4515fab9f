"""Google Photos as a cloud: its albums take media alone, and it is no source to rely on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from drivers.cloud import places, rclone
from drivers.cloud.google_photos import SOURCE_NOTE, TARGET_NOTE
from drivers.cloud.transfers import sync, transfer
from drivers.cloud.upload import upload
from drivers.errors import HostError
from drivers.rescue.manifest import NAME
from drivers.rescue.progress import Silent
from tests.drivers.cloud.conftest import content
from tests.drivers.cloud.rescues import (
    STORAGE,
    changed_on_the_phone,
    make_rescue,
    without_manifest,
)


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
    twin = f"{STORAGE}/Pictures/twin.jpg"
    rescue = make_rescue(
        tmp_path / "rescue", pictures, {"DCIM/.trashed-1-d.jpg": "trashed"}, {twin: "a.jpg"}
    )
    listener = Listener()
    done = upload(rescue, "gp:album/Rescue", watcher=listener)
    assert done.compared == "name"
    assert listener.lines == [TARGET_NOTE]
    assert "trash" in done.notes[0]
    assert done.notes[1] == f"equal to another, for which Google Photos takes it: 1 file: {twin}"
    assert done.left_out == 1 + 2
    assert done.notes[2].endswith(f"photos and videos only: 2 files: a.xmp, {NAME}")
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


@pytest.mark.full  # which name is whose, test_staging proves
def test_where_nothing_can_be_replaced_the_newest_version_has_a_name_of_its_own(
    photos: Path, tmp_path: Path, pictures: Path
) -> None:
    rescue = make_rescue(tmp_path / "rescue", pictures)
    upload(rescue, "gp:album/Rescue")
    changed_on_the_phone(rescue, b"second")
    done = upload(rescue, "gp:album/Rescue")
    assert content(photos / "album" / "Rescue") == without_manifest(rescue)
    assert any("file: a.jpg is an older version of a~2.jpg" in note for note in done.notes)
