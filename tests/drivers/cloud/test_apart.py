"""No transfer writes into a rescue, by whatever way it would come there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from drivers.cloud import rclone
from drivers.cloud.transfers import sync, transfer
from drivers.cloud.upload import upload
from drivers.errors import HostError
from drivers.rescue.manifest import NAME
from drivers.rescue.verification import verify
from tests.drivers.cloud.conftest import content
from tests.drivers.cloud.rescues import changed_on_the_phone, make_rescue


@pytest.mark.parametrize("act", [transfer, sync])
def test_a_rescue_is_no_target(tmp_path: Path, pictures: Path, act: type) -> None:
    rescue = make_rescue(tmp_path / "rescue", pictures)
    rclone.run(["config", "create", "way", "alias", f"remote={tmp_path}"])
    before = content(tmp_path)
    for target in (str(rescue), "way:rescue"):
        with pytest.raises(HostError, match=r"is a rescue, .*were FROM and TO exchanged"):
            act(str(pictures), target)
    for target in (str(rescue / "DCIM" / "new"), "way:rescue/new"):
        with pytest.raises(HostError, match="is inside of the rescue in"):
            act(str(pictures), target)
    assert content(tmp_path) == before
    # Whatever is wrong with its manifest.
    lines = (rescue / NAME).read_bytes().split(b"\n")
    (rescue / NAME).write_bytes(b"\n".join([b"damaged", *lines[1:]]))
    with pytest.raises(HostError, match="is a rescue"):
        act(str(pictures), str(rescue))


def test_an_upload_does_not_come_back_over_its_rescue(tmp_path: Path, pictures: Path) -> None:
    equal = {"/storage/emulated/0/twin.jpg": "a.jpg"}
    rescue = make_rescue(tmp_path / "rescue", pictures, equal=equal)
    upload(rescue, str(tmp_path / "cloud"))
    for act in (transfer, sync):
        with pytest.raises(HostError, match="is a rescue"):
            act(str(tmp_path / "cloud"), str(rescue))
    assert verify(rescue) == []


def test_what_comes_back_from_a_cloud_may_go_on(tmp_path: Path, pictures: Path) -> None:
    rescue = make_rescue(tmp_path / "rescue", pictures)
    cloud, back = str(tmp_path / "cloud"), tmp_path / "back"
    upload(rescue, cloud)
    transfer(cloud, str(back))
    (back / "a.jpg").unlink()
    assert transfer(cloud, str(back)).files == 1
    assert sync(cloud, str(back)).is_verified
    assert verify(back) == []
    changed_on_the_phone(rescue, b"another")
    upload(rescue, cloud)
    with pytest.raises(HostError, match="is a rescue"):
        transfer(cloud, str(back))
    shutil.rmtree(back)
    transfer(cloud, str(back))
    assert verify(back) == []
