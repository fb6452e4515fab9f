"""Scenario 12 and its example, as a person runs them: by pytest, on the virtual phone."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.cloud import rclone
from drivers.errors import HostError
from drivers.rescue.outcome import UNSEEN
from drivers.rescue.verification import verify
from tests.conftest import ROOT
from tests.drivers.rescue.conftest import content

SOLUTION = "scenarios/solutions/12-rescue-and-another-cloud.yaml"
EXAMPLE = "scenarios/examples/drive-folder-to-photos-album.yaml"


def line_of(scenario: str) -> list[str]:
    """The first command line of pytest in the comment above a scenario, as a person types it."""
    text = (ROOT / scenario).read_text(encoding="utf-8").replace("\\\n#", "")
    line = next(line for line in text.splitlines() if line.startswith("#   pytest "))
    return shlex.split(line.removeprefix("#"))


def run(tmp_path: Path, scenario: str, **environ: str) -> subprocess.CompletedProcess[str]:
    # Not xdist's either: it would be taken for a worker of the run that tests it.
    hidden = ("UNSTUCK_", "PYTEST_")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    config = tmp_path / "rclone.conf"
    config.write_text(f"[drive]\ntype = alias\nremote = {tmp_path}/drive\n"
                      f"[photos]\ntype = alias\nremote = {tmp_path}/photos\n")  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", *line_of(scenario), "-rs", "-p", "no:cacheprovider",
         f"--alluredir={tmp_path}/allure"],
        cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        env={**ours, "RCLONE_CONFIG": str(config), **environ},
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _needs_rclone() -> None:
    try:
        rclone.binary()
    except HostError as error:
        pytest.skip(str(error))


def test_the_photos_are_here_and_in_the_cloud(tmp_path: Path) -> None:
    rescued = tmp_path / "rescued"
    ran = run(tmp_path, SOLUTION, UNSTUCK_CLOUD="drive:Phone", UNSTUCK_RESCUE=str(rescued))
    assert ran.returncode == 0, ran.stdout
    (copy,) = rescued.iterdir()
    assert verify(copy) == []
    assert len(content(copy)) == 100
    assert content(tmp_path / "drive" / "Phone") == content(copy)
    told = " ".join(ran.stdout.split())
    assert UNSEEN in told
    assert "transferred 101 files" in told
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert UNSEEN in [event.get("text") for event in events]


def test_without_a_cloud_it_says_what_to_set(tmp_path: Path) -> None:
    ran = run(tmp_path, SOLUTION, UNSTUCK_RESCUE=str(tmp_path / "rescued"))
    assert "1 skipped" in ran.stdout
    assert "UNSTUCK_CLOUD" in ran.stdout
    assert not (tmp_path / "rescued").exists()


def test_a_drive_folder_goes_into_an_album(tmp_path: Path) -> None:
    (tmp_path / "drive" / "Camera").mkdir(parents=True)
    (tmp_path / "drive" / "Camera" / "a b.jpg").write_bytes(os.urandom(1000))
    ran = run(tmp_path, EXAMPLE)
    assert ran.returncode == 0, ran.stdout
    assert "1 passed" in ran.stdout
    assert "skipped" not in ran.stdout
    album = tmp_path / "photos" / "album" / "Camera"
    assert content(album) == content(tmp_path / "drive" / "Camera")
