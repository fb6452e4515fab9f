"""The agent judged by its own project's suite: openatx/android-uiautomator-server-jar at d0449b9.

`UNSTUCK_SUITES` names a folder with a copy of that repository below it; nothing of it is committed.
The suite speaks HTTP by httpx, which this project does not need: without it the run is skipped.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import adbutils
import pytest
import yaml

from fixtures.virtual.agent.service import METHODS
from tests.suites import found_in_suites
from tests.wire import Wire, wire

EXPECTED = yaml.safe_load((Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8"))
SUITE = EXPECTED["agent"]
AGENT_PORT = 9008
LIMIT_S = 120
# What app_process asks of a jar before it starts it: that it is a zip file.
JAR = b"PK\x03\x04"


def run_module(suite: Path, name: str, folder: Path, phone: Wire) -> dict[str, str]:
    """Runs one module of the suite on a copy; each case's outcome."""
    shutil.copytree(suite, folder)
    # Without a configuration of its own, pytest would find this project's.
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=out.xml",
         f"{name}.py"],
        cwd=folder,
        env=phone.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )  # fmt: skip
    outcomes = {}
    for case in ET.parse(folder / "out.xml").iter("testcase"):
        tags = {child.tag for child in case}
        failed = tags & {"failure", "error"}
        outcome = "failed" if failed else "skipped" if "skipped" in tags else "passed"
        outcomes[f"{name}.py::{case.get('name')}"] = outcome
    assert outcomes, done.stdout + done.stderr
    return outcomes


def test_every_call_of_the_suite_is_answered(tmp_path: Path) -> None:
    pytest.importorskip("httpx", reason="the suite speaks HTTP by httpx")
    suite = found_in_suites("tests/test_jsonrpc.py")[0].parent
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", AGENT_PORT)) == 0:
            pytest.skip(f"port {AGENT_PORT}, which the suite forwards, is taken")
    with wire(tmp_path) as phone:
        device = adbutils.AdbClient(port=phone.port).device(phone.serial)
        device.sync.push(JAR, "/data/local/tmp/u2.jar")
        agent = device.shell(
            "CLASSPATH=/data/local/tmp/u2.jar app_process / com.wetest.uia2.Main", stream=True
        )
        try:
            outcomes = run_module(suite, "test_jsonrpc", tmp_path / "run", phone)
        finally:
            agent.close()
    assert {name for name, outcome in outcomes.items() if outcome == "failed"} == set()
    skipped = {name for name, outcome in outcomes.items() if outcome == "skipped"}
    assert skipped == set(SUITE["skipped"])
    assert len(outcomes) - len(skipped) >= 44


def test_bad_ports_are_refused_and_a_good_one_serves(tmp_path: Path) -> None:
    suite = found_in_suites("tests/test_port_args.py")[0].parent
    with wire(tmp_path) as phone:
        device = adbutils.AdbClient(port=phone.port).device(phone.serial)
        device.shell("mkdir -p /data/local/tmp/udt")
        device.sync.push(JAR, "/data/local/tmp/udt/atx-uia2.jar")
        outcomes = run_module(suite, "test_port_args", tmp_path / "run", phone)
    assert set(outcomes.values()) == {"passed"}
    assert len(outcomes) == 5


def test_the_method_table_is_the_jars() -> None:
    source = found_in_suites("tools/methods.json")[0]
    listed = json.loads(source.read_text(encoding="utf-8"))["methods"]
    theirs = {(m["name"], tuple(p["type"] for p in m["params"])) for m in listed}
    ours = {(n, form.types) for n, forms in METHODS.overloads.items() for form in forms}
    assert ours == theirs
