"""A run killed at any moment: the next one, or --restore-only, puts the phone back."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.launch import Launched, virtual_phone
from tests.conftest import ROOT
from tests.runs.running import (
    REGRESS,
    SAVER,
    TIMEOUT_S,
    Started,
    command,
    environ_for,
    named,
    truth,
    wait_for_line,
)

# Longer than the scenario changes anything: some kills come before the first change, some after
# the last one, most in between.
SPAN_S = 4.0
KILLS = [
    pytest.param(seed, marks=[pytest.mark.full] if seed >= 4 else [], id=f"kill {seed + 1}")
    for seed in range(20)
]


@pytest.fixture(scope="module")
def launched() -> Iterator[Launched]:
    with virtual_phone(["--media", "2000", "--rate", "8"]) as phone:
        yield phone


@pytest.mark.parametrize("seed", KILLS)
def test_the_phone_is_put_back(seed: int, launched: Launched, tmp_path: Path) -> None:
    environ = environ_for(tmp_path / "state")
    before = truth(launched)["settings"]
    arguments = named(launched, *REGRESS, SAVER)
    # Patience beyond the span: the run never ends by itself before it is killed.
    with Started(command(tmp_path, *arguments, "--patience=3s"), environ) as process:
        wait_for_line(process, "Battery saver pauses the backup")
        # A moment, not a condition, is what this is about.
        time.sleep(random.Random(seed).uniform(0, SPAN_S))
        process.kill()
        process.wait(TIMEOUT_S)
    if seed % 2:
        restored = subprocess.run(
            command(tmp_path, "-p", "fixtures.restore", *named(launched, "--restore-only")),
            cwd=ROOT, env=environ, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
    else:
        restored = subprocess.run(
            command(tmp_path, *arguments),
            cwd=ROOT, env=environ, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert truth(launched)["settings"] == before
