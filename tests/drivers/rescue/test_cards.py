"""A phone with a card: its pictures come too, and it may be taken out at any time."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.adb import adb_binary
from drivers.fleet import await_phone
from drivers.phone import Phone, connect
from drivers.rescue.manifest import load
from drivers.rescue.rescuing import rescue
from drivers.rescue.verification import verify
from fixtures.launch import virtual_phone
from tests.drivers.rescue.conftest import Listener, content, do

CARD = "/storage/0A1B-2C3D"


@pytest.fixture
def rooted() -> Iterator[Phone]:
    """A phone whose root can make a folder that stands for a card."""
    with virtual_phone(["--profile", "emulator", "--media", "3"]) as launched:
        command = [adb_binary(), "-P", str(launched.client.address.port), "-s", launched.serial]
        subprocess.run([*command, "root"], check=True, capture_output=True)
        await_phone(launched.client, launched.serial, announce=print)
        with connect(launched.serial, launched.client) as phone:
            yield phone


def test_a_card_comes_too_also_where_it_is_taken_out_midway(rooted: Phone, copy: Path) -> None:
    taken = "/data/local/tmp/taken"
    do(rooted, f"mkdir -p {CARD}/DCIM/Camera {CARD}/Music; cd {CARD}; echo m > Music/m.mp3")
    do(rooted, f"cd {CARD}/DCIM/Camera; echo same > a.jpg; truncate -s 30000000 V.mp4")
    do(rooted, "cd /storage/emulated/0/DCIM; echo same > b.jpg; truncate -s 60000000 W.mp4")
    # Some phones have the built-in storage under a second name.
    do(rooted, "ln -s /storage/emulated/0 /storage/sdcard0")

    def take_out(seen: int) -> None:
        if seen >= 5_000_000 and not taking:
            taking.append(True)
            do(rooted, f"mv {CARD} {taken}")

    taking: list[bool] = []
    first = rescue(rooted, copy, watcher=Listener(take_out))
    assert not first.is_whole
    assert not first.gone
    assert {path.startswith(f"{CARD}/") for path in first.failures} == {True}
    do(rooted, f"mv {taken} {CARD}")
    second = rescue(rooted, copy)
    assert second.is_whole
    assert first.travelled + second.travelled < 90_000_000 + 20_000_000
    assert len(second.survey.items) == 3 + 4
    assert verify(copy) == []
    manifest = load(copy)
    assert manifest is not None
    same = {entry.stored for entry in manifest.entries if entry.size == len("same\n")}
    assert len(same) == 1
    there = set(content(copy)) - same
    assert {name for name in there if not name.startswith("DCIM/Camera/")} == {
        "0A1B-2C3D/DCIM/Camera/V.mp4",
        "DCIM/W.mp4",
    }


def test_what_is_known_of_a_card_that_is_out_is_not_called_deleted(
    rooted: Phone, tmp_path: Path
) -> None:
    photo, taken = f"{CARD}/DCIM/Camera/a.jpg", "/data/local/tmp/taken"
    do(rooted, f"mkdir -p {CARD}/DCIM/Camera; echo x > {photo}")
    scan = "am broadcast -a android.intent.action.MEDIA_SCANNER_SCAN_FILE -d"
    do(rooted, f"{scan} file://{photo}")
    assert rescue(rooted, tmp_path / "before").is_whole
    do(rooted, f"mv {CARD} {taken}")
    without = rescue(rooted, tmp_path / "without")
    assert not without.is_whole
    assert list(without.failures) == [photo]
    assert "card" in without.failures[photo]
    assert not without.survey.without_file
    assert [finding.place for finding in verify(tmp_path / "without")] == [photo]
    assert rescue(rooted, tmp_path / "before").is_whole
    do(rooted, f"mv {taken} {CARD}")
    assert rescue(rooted, tmp_path / "without").is_whole
