"""The virtual phone judged by adbutils' own suite for real phones: e2etests/.

`UNSTUCK_SUITES` names a folder with a copy of openatx/adbutils below it; nothing of it is
committed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.suites import found_in_suites
from tests.wire import wire

EXPECTED = yaml.safe_load((Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8"))
SUITE = EXPECTED["adbutils_e2e"]
LIMIT_S = 120


@pytest.mark.full
def test_the_suite_ends_as_expected(tmp_path: Path) -> None:
    source = found_in_suites("e2etests/test_device_shell_extend.py")[0].parent
    folder = tmp_path / "e2etests"
    with wire(tmp_path) as phone:
        shutil.copytree(source, folder)
        # Without a configuration of its own, pytest would find this project's.
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        for module in folder.glob("*.py"):
            text = module.read_text(encoding="utf-8")
            module.write_text(text.replace("5037", str(phone.port)), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=out.xml"],
            cwd=folder,
            env=phone.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    outcomes = outcomes_of(folder / "out.xml")
    expected = {
        test: "skipped"
        if test in SUITE["skipped"]
        else "failed"
        if test in SUITE["not_applicable"]
        else "passed"
        for test in outcomes
    }
    assert outcomes == expected, done.stdout
    assert len(outcomes) >= len(SUITE["skipped"]) + len(SUITE["not_applicable"]) + 40


def outcomes_of(report: Path) -> dict[str, str]:
    """Outcome by `module.py::test` of a JUnit report."""
    found = {}
    for case in ET.parse(report).iter("testcase"):
        module = case.attrib["classname"].rpartition(".")[2]
        kinds = {child.tag for child in case}
        outcome = (
            "failed"
            if kinds & {"failure", "error"}
            else "skipped"
            if "skipped" in kinds
            else "passed"
        )
        found[f"{module}.py::{case.attrib['name']}"] = outcome
    return found
