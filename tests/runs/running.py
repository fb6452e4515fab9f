"""What the tests of whole runs share: starting one, and asking the phone for the truth."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from drivers import connect
from fixtures.launch import Launched
from tests.conftest import ROOT

SAVER = "scenarios/solutions/09-battery-saver.yaml"
STICKY = "scenarios/solutions/09-battery-saver-sticky.yaml"
# What a person names who lets a phone be experimented with: the account of the virtual one.
REGRESS = ("--mode=regress", "--test-account=ada.tester@example.com")
RESTART = "scenarios/solutions/06-restart-app.yaml"
# Far above what a run takes here: it bounds a hang, and nothing is measured with it.
TIMEOUT_S = 120


def environ_for(state: Path) -> dict[str, str]:
    # A server of nobody's: a test never looks at, or starts, the one on 5037.
    hidden = ("ANDROID_", "ADB_", "UNSTUCK_", "PYTEST_", "COLUMNS")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    return {
        **inherited,
        "UNSTUCK_STATE": str(state),
        "PYTHONPATH": str(ROOT),
        # Those that a run needs are named; importing the others takes longer than most runs.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }


def command(results: Path, *arguments: str) -> list[str]:
    # Named one by one: the clone's conftest.py is not on the way to a file in a temporary folder.
    names = (
        "allure_pytest", "xdist", "fixtures.interrupts", "scenarios.plugin", "fixtures.phone",
        "fixtures.evidence",
    )  # fmt: skip
    plugins = [word for name in names for word in ("-p", name)]
    return [
        sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "no:cacheprovider", *plugins,
        f"--alluredir={results / 'allure'}", *arguments,
    ]  # fmt: skip


def named(phone: Launched, *more: str) -> list[str]:
    return [f"--adb={phone.client.address}", f"--phone={phone.serial}", "--patience=1s", *more]


def on_the_phone(phone: Launched, *commands: str) -> list[str]:
    with connect(phone.serial, phone.client) as connected:
        return [result.stdout for result in connected.batch(commands)]


def truth(phone: Launched) -> Mapping[str, object]:
    found: Mapping[str, object] = json.loads(on_the_phone(phone, "virtual state")[0])
    return found


def scenario(folder: Path, text: str) -> str:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


HEAD = "name: a proof\nrisk: reversible\nexpect:\n  counter: {advances: 1, within: 60s}\n"


def too_wide(text: str, width: int = 80) -> list[str]:
    """Lines wider than a terminal; commands and paths are copied whole, wherever that is wider."""
    return [
        line
        for line in re.split(r"[\r\n]+", text)
        if len(line) > width and "`" not in line and not line.split()[-1].startswith("/")
    ]


class Started:
    """A run in the background, ended with the test however that ends."""

    def __init__(self, command: list[str], environ: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> subprocess.Popen[str]:
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def wait_for_line(process: subprocess.Popen[str], words: str) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    seen = []
    while time.monotonic() < deadline and (line := process.stdout.readline()):
        seen.append(line)
        if words in line:
            return
    pytest.fail(f"the run never said {words!r}:\n{''.join(seen)}")
