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


def run(
    tmp_path: Path, scenario: str, *more: str, **environ: str
) -> subprocess.CompletedProcess[str]:
    # Not xdist's either: it would be taken for a worker of the run that tests it.
    hidden = ("UNSTUCK_", "PYTEST_")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    config = tmp_path / "rclone.conf"
    config.write_text(f"[drive]\ntype = alias\nremote = {tmp_path}/drive\n"
                      f"[photos]\ntype = alias\nremote = {tmp_path}/photos\n")  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", *line_of(scenario), *more, "-rs", "-p", "no:cacheprovider",
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


@pytest.mark.parametrize("times", [1, pytest.param(2, marks=pytest.mark.full)])
def test_the_photos_are_here_and_in_the_cloud_each_time(tmp_path: Path, times: int) -> None:
    rescued, cloud = tmp_path / "rescued", tmp_path / "drive" / "Trial"
    seen: set[Path] = set()
    # A virtual phone is another one at each start, as a person may have several.
    for _ in range(times):
        ran = run(tmp_path, SOLUTION, "--var=cloud=drive:Trial", f"--var=rescue={rescued}")
        assert ran.returncode == 0, ran.stdout
        (copy,) = set(rescued.iterdir()) - seen
        seen.add(copy)
        assert verify(copy) == []
        assert len(content(copy)) == 100
        assert content(cloud / copy.name) == content(copy)
        told = " ".join(ran.stdout.split())
        assert UNSEEN in told
        assert "transferred 100 files" in told
        lines = (tmp_path / "events.jsonl").read_text().splitlines()
        assert UNSEEN in [json.loads(line).get("text") for line in lines]


def test_what_is_made_up_goes_to_no_cloud_of_a_persons(tmp_path: Path) -> None:
    environ = {"UNSTUCK_CLOUD": "drive:Phone", "UNSTUCK_RESCUE": str(tmp_path / "rescued")}
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    ran = run(tmp_path, SOLUTION, HOME=str(home), TMPDIR=str(temporary), **environ)
    assert ran.returncode == 0, ran.stdout
    assert "1 passed" in ran.stdout
    assert "is a folder of this computer, no cloud" in " ".join(ran.stdout.split())
    assert not (tmp_path / "drive").exists()
    assert not (tmp_path / "rescued").exists()
    assert not (home / "unstuck-rescue").exists()
    assert not [path for path in temporary.iterdir() if path.name.startswith("unstuck-")]


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
