"""The virtual phone judged by AOSP's own suite for devices: adb/test_device.py.

`UNSTUCK_SUITES` names a folder with copies of aosp-mirror/platform_system_core (adb/) and
aosp-mirror/platform_development (python-packages/adb/) below it; nothing of them is committed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.running import AOSP_CLASSES, AOSP_ROOTABLE, EXPECTED, aosp, expected
from tests.suites import found_in_suites

FILES = ("adb/test_device.py", "python-packages/adb/adb/__init__.py")


@pytest.mark.full
@pytest.mark.parametrize("name", AOSP_CLASSES)
def test_a_class_of_the_suite_ends_as_expected(name: str, tmp_path: Path) -> None:
    suite, package = found_in_suites(*FILES)
    outcomes = aosp(name, suite, package.parents[1], tmp_path)
    assert outcomes == expected("aosp_device", set(outcomes))


@pytest.mark.full
@pytest.mark.parametrize("name", AOSP_ROOTABLE)
def test_a_class_that_needs_root_passes_on_the_emulator(name: str, tmp_path: Path) -> None:
    suite, package = found_in_suites(*FILES)
    outcomes = aosp(name, suite, package.parents[1], tmp_path, "--profile", "emulator")
    assert set(outcomes.values()) == {"passed"}


def test_every_exception_names_a_test_of_the_suite() -> None:
    source = found_in_suites(*FILES)[0].read_text(encoding="utf-8")
    listed = EXPECTED["aosp_device"]
    for entry in [*listed["skipped"], *listed["not_applicable"]]:
        case, test = entry.split(".")
        assert case in AOSP_CLASSES
        assert f"def {test}(" in source
