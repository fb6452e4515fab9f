"""The clouds in a scenario: what a person has to be told reaches whoever reads along."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

from drivers.cloud.google_photos import TARGET_NOTE
from drivers.cloud.operation import Sync, Transfer, Upload
from drivers.identity import Identity
from drivers.phone import Phone
from tests.drivers.cloud.conftest import content
from tests.drivers.cloud.rescues import make_rescue
from tests.drivers.rescue.conftest import Listener

PHONE = cast(Phone, SimpleNamespace(identity=Identity("S", "A")))


def test_a_sync_says_what_it_removed_and_where_that_is(pictures: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "old.jpg").write_bytes(b"old")
    arguments = {"from": str(pictures), "to": str(target)}
    listener = Listener()
    facts = Sync().run_watched(PHONE, arguments, None, listener)
    assert facts["cloud.sync.verified"] is True
    assert content(target) == content(pictures)
    moved, removed, aside = listener.lines
    assert moved == "transferred 6 files, 3 MB; verified by hash"
    assert removed == "removed 1 file: old.jpg"
    assert content(Path(aside.partition(" is in ")[2])) == {"old.jpg": b"old"}


def test_what_holds_for_google_photos_is_said_and_what_it_does_not_take(
    photos: Path, pictures: Path
) -> None:
    (pictures / "a.xmp").write_bytes(b"x")
    arguments = {"from": str(pictures), "to": "gp:album/x"}
    listener = Listener()
    facts = Transfer().run_watched(PHONE, arguments, None, listener)
    assert facts["cloud.transfer.left_out"] == 1
    assert listener.lines[0] == TARGET_NOTE
    assert listener.lines[-1].startswith("left out, since Google Photos takes photos and videos")
    assert "a.xmp" in listener.lines[-1]
    assert "a.jpg" in content(photos / "album" / "x")


def test_of_nothing_nothing_is_found_out_to_be_verified(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    arguments = {"from": str(tmp_path / "empty"), "to": str(tmp_path / "out")}
    facts = Transfer().run(PHONE, arguments, None)
    assert facts == {f"cloud.transfer.{name}": 0 for name in ("files", "size", "left_out")}


def test_each_phone_has_a_folder_of_its_own(pictures: Path, tmp_path: Path) -> None:
    rescue = make_rescue(tmp_path / "rescues" / "S-A", pictures)
    arguments = {"from": str(tmp_path / "rescues"), "to": str(tmp_path / "out"), "per_phone": True}
    facts = Upload().run(PHONE, arguments, None)
    assert facts["cloud.upload.verified"] is True
    assert content(tmp_path / "out" / "S-A") == content(rescue)
    told = Upload().commands({"from": "a", "to": "b:", "per_phone": True})
    assert told[0] == "rclone copy a/PHONE b:/PHONE"
