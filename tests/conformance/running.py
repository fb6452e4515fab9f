"""Runs other projects' suites against a virtual phone, and reads what came out."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import adbutils
import yaml

from tests.wire import Wire, wire

EXPECTED: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8")
)
# The classes of AOSP's suite; each has a phone of its own: a hang in one must not hide the others.
AOSP_CLASSES = (
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
AOSP_ROOTABLE = ("RootUnrootTest", "SystemPropertiesTest")
# The port that the agent's suite forwards, whatever is asked of it.
AGENT_PORT = 9008
_LIMIT_S = 120
# What app_process asks of a jar before it starts it: that it is a zip file.
_JAR = b"PK\x03\x04"
# A test's name stands on one line, its outcome at the end of that line or of a later one.
_NAME = re.compile(r"^test\w+ \(test_device\.([\w.]+)\)", re.MULTILINE)
_OUTCOME = re.compile(r"\b(ok|FAIL|ERROR|skipped '[^']*')$", re.MULTILINE)
_WORDS = {"ok": "passed", "FAIL": "failed", "ERROR": "failed", "skipped": "skipped"}


def aosp(name: str, suite: Path, package: Path, folder: Path, *options: str) -> dict[str, str]:
    """Runs one class of AOSP's test_device.py: passed, failed or skipped by `Class.test`.

    Args:
        name: the class.
        suite: test_device.py.
        package: the folder that holds the package `adb`.
        folder: an empty one.
        options: of the phone.
    """
    with wire(folder, *options) as phone:
        # The suite speaks to the adb server's usual port by number in two places.
        text = suite.read_text(encoding="utf-8").replace("5037", str(phone.port))
        # test_socket_flush has a second for a megabyte before the adb server drops the rest. It
        # reads 512 bytes at a time and copies all that it has each time, beside a thread that
        # never rests: on a busy computer that takes longer, whatever the phone does.
        text = text.replace("s.recv(512)", "s.recv(65536)")
        (folder / "test_device.py").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "unittest", "-v", f"test_device.{name}"],
            cwd=folder,
            env={**phone.environment, "PYTHONPATH": str(package)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=False,
        )
    _, *parts = _NAME.split(done.stderr.partition("\n\n=====")[0])
    outcomes = {}
    for test, text in zip(parts[::2], parts[1::2], strict=True):
        found = _OUTCOME.search(text)
        outcomes[test] = _WORDS[found[1].split()[0]] if found else "failed"
    assert outcomes, done.stderr
    return outcomes


def adbutils_e2e(suite: Path, folder: Path) -> dict[str, str]:
    """Runs adbutils' e2etests: passed, failed or skipped by `module.py::test`.

    Args:
        suite: the folder e2etests.
        folder: an empty one.
    """
    copy = folder / "e2etests"
    with wire(folder) as phone:
        shutil.copytree(suite, copy)
        for module in copy.glob("*.py"):
            text = module.read_text(encoding="utf-8")
            module.write_text(text.replace("5037", str(phone.port)), encoding="utf-8")
        return _tested(copy, phone)


def agent_calls(suite: Path, folder: Path) -> dict[str, str]:
    """Runs the agent's test_jsonrpc.py, which needs httpx and AGENT_PORT: as `adbutils_e2e`.

    Args:
        suite: the folder tests of the agent's repository.
        folder: an empty one.
    """
    with wire(folder) as phone:
        device = adbutils.AdbClient(port=phone.port).device(phone.serial)
        device.sync.push(_JAR, "/data/local/tmp/u2.jar")
        agent = device.shell(
            "CLASSPATH=/data/local/tmp/u2.jar app_process / com.wetest.uia2.Main", stream=True
        )
        try:
            return _agent_module(suite, "test_jsonrpc", folder / "run", phone)
        finally:
            agent.close()


def agent_ports(suite: Path, folder: Path) -> dict[str, str]:
    """Runs the agent's test_port_args.py, which starts the agent itself: as `agent_calls`."""
    with wire(folder) as phone:
        device = adbutils.AdbClient(port=phone.port).device(phone.serial)
        device.shell("mkdir -p /data/local/tmp/udt")
        device.sync.push(_JAR, "/data/local/tmp/udt/atx-uia2.jar")
        return _agent_module(suite, "test_port_args", folder / "run", phone)


def _agent_module(suite: Path, name: str, folder: Path, phone: Wire) -> dict[str, str]:
    shutil.copytree(suite, folder)
    return _tested(folder, phone, f"{name}.py")


def _tested(folder: Path, phone: Wire, *modules: str) -> dict[str, str]:
    """Runs a copy of somebody's tests, all or some modules of it, against a phone."""
    # Without a configuration of its own, pytest would find this project's.
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=out.xml",
         *modules],
        cwd=folder,
        env=phone.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )  # fmt: skip
    return _reported(folder / "out.xml", done.stdout + done.stderr)


def _reported(report: Path, said: str) -> dict[str, str]:
    """What a report of pytest's says of each test; `said` is shown where it says nothing."""
    outcomes = {}
    for case in ET.parse(report).iter("testcase"):
        module_name = case.attrib["classname"].rpartition(".")[2]
        kinds = {child.tag for child in case}
        failed = bool(kinds & {"failure", "error"})
        outcome = "failed" if failed else "skipped" if "skipped" in kinds else "passed"
        outcomes[f"{module_name}.py::{case.attrib['name']}"] = outcome
    assert outcomes, said
    return outcomes


def expected(suite: str, tests: set[str]) -> dict[str, str]:
    """What expected.yaml says of these tests."""
    listed = EXPECTED[suite]
    return {
        test: "skipped"
        if test in listed["skipped"]
        else "failed"
        if test in listed["not_applicable"]
        else "passed"
        for test in tests
    }
