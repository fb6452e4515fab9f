"""Whole runs, as a person starts them: `pytest` in a process of its own, over real adb."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.launch import Launched, virtual_phone
from tests.conftest import ROOT
from tests.runs.running import TIMEOUT_S, command, environ_for


@pytest.fixture(autouse=True)
def _needs_fork() -> None:
    if not hasattr(os, "fork"):
        pytest.skip("these runs need a virtual phone, which needs a system that forks")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def environ(state: Path) -> dict[str, str]:
    return environ_for(state)


@pytest.fixture
def run(environ: dict[str, str], tmp_path: Path):
    def run_pytest(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(tmp_path, *arguments),
            cwd=ROOT,
            env={**environ, **more},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )

    return run_pytest


@pytest.fixture
def launched() -> Iterator[Launched]:
    """A virtual phone that somebody else started: to a run it is a person's own."""
    with virtual_phone(["--media", "600", "--rate", "8"]) as phone:
        yield phone
