"""Google Photos as a cloud: its albums take media alone, and it is no source to rely on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from drivers.cloud import rclone
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
    assert done.left_out == 1 + 1
    assert done.notes[2].endswith("photos and videos only: 1 file: a.xmp")
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


@pytest.mark.parametrize("kind", ["alias", "hasher", "union"])
def test_what_holds_for_google_photos_holds_by_any_other_name(
    photos: Path, tmp_path: Path, pictures: Path, kind: str
) -> None:
    shutil.copytree(pictures, photos / "album" / "x")
    (tmp_path / "other").mkdir()
    leads = "remote=gp:album/x" if kind != "union" else f"upstreams={tmp_path}/other gp:album/x"
    rclone.run(["config", "create", "way", kind, leads])
    with pytest.raises(HostError, match=r"cannot be the source of a sync"):
        sync("way:", str(tmp_path / "out"))
    listener = Listener()
    assert transfer("way:", str(tmp_path / "out"), watcher=listener).compared == "name"
    assert listener.lines == [SOURCE_NOTE]
    if kind == "alias":
        (pictures / "a.xmp").write_bytes(b"x")
        assert transfer(str(pictures), "way:more").compared == "name"
        assert content(photos / "album/x/more").keys() == content(pictures).keys() - {"a.xmp"}
        return
    with pytest.raises(HostError, match=rf"kept in Google Photos \(gp:album/x\) by way of {kind}"):
        transfer(str(pictures), "way:more")


def test_a_transfer_of_what_google_photos_does_not_take_verifies_nothing(
    photos: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"text")
    done = transfer(str(folder), "gp:album/x")
    assert (done.files, done.is_verified, done.compared) == (0, None, "")
    assert done.notes[-1] == f"{folder} holds no photos or videos: nothing is verified"


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
