"""The virtual phone judged by AOSP's own suite for devices: adb/test_device.py.

`UNSTUCK_SUITES` names a folder with copies of aosp-mirror/platform_system_core (adb/) and
aosp-mirror/platform_development (python-packages/adb/) below it; nothing of them is committed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.suites import found_in_suites
from tests.wire import wire

EXPECTED = yaml.safe_load((Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8"))
SUITE = EXPECTED["aosp_device"]
# Each class on a phone of its own: a hang in one must not hide the others.
CLASSES = (
    "AbbTest",
    "ArgumentEscapingTest",
    "DeviceOfflineTest",
    "FileOperationsTestUncompressed",
    "FileOperationsTestBrotli",
    "FileOperationsTestLZ4",
    "FileOperationsTestZstd",
    "ForwardReverseTest",
    "RootUnrootTest",
    "ShellTest",
    "SocketTest",
    "SystemPropertiesTest",
    "TcpIpTest",
    "WindowsConsoleTest",
)
# These ask for a build that can be rooted, which only the emulator is.
ROOTABLE = ("RootUnrootTest", "SystemPropertiesTest")
LIMIT_S = 120
# A test's name stands on one line, its outcome at the end of that line or of a later one.
_NAME = re.compile(r"^test\w+ \(test_device\.([\w.]+)\)", re.MULTILINE)
_OUTCOME = re.compile(r"\b(ok|FAIL|ERROR|skipped '[^']*')$", re.MULTILINE)


def run_class(name: str, folder: Path, *options: str) -> dict[str, str]:
    """Runs one class of the suite on a new phone: outcome by `Class.test`."""
    source = found_in_suites("adb/test_device.py", "python-packages/adb/adb/__init__.py")
    with wire(folder, *options) as phone:
        # The suite speaks to the adb server's usual port by number in two places.
        text = source[0].read_text(encoding="utf-8").replace("5037", str(phone.port))
        (folder / "test_device.py").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "unittest", "-v", f"test_device.{name}"],
            cwd=folder,
            env={**phone.environment, "PYTHONPATH": str(source[1].parents[1])},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    _, *parts = _NAME.split(done.stderr.partition("\n\n=====")[0])
    outcomes = {}
    for test, text in zip(parts[::2], parts[1::2], strict=True):
        found = _OUTCOME.search(text)
        outcomes[test] = found[1].split()[0] if found else "none"
    assert outcomes, done.stderr
    return outcomes


@pytest.mark.full
@pytest.mark.parametrize("name", CLASSES)
def test_a_class_of_the_suite_ends_as_expected(name: str, tmp_path: Path) -> None:
    for _ in range(3):
        outcomes = run_class(name, tmp_path)
        lost = {test for test, outcome in outcomes.items() if outcome == "FAIL"}
        if not lost or not lost <= set(SUITE["races"]):
            break
    expected = {
        test: "skipped"
        if test in SUITE["skipped"]
        else "ERROR"
        if test in SUITE["not_applicable"]
        else "ok"
        for test in outcomes
    }
    assert outcomes == expected


@pytest.mark.full
@pytest.mark.parametrize("name", ROOTABLE)
def test_a_class_that_needs_root_passes_on_the_emulator(name: str, tmp_path: Path) -> None:
    outcomes = run_class(name, tmp_path, "--profile", "emulator")
    assert set(outcomes.values()) == {"ok"}


def test_every_exception_names_a_test_of_the_suite() -> None:
    source = found_in_suites("adb/test_device.py")[0].read_text(encoding="utf-8")
    for entry in [*SUITE["skipped"], *SUITE["not_applicable"]]:
        case, test = entry.split(".")
        assert case in CLASSES
        assert f"def {test}(" in source
