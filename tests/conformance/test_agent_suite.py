"""The agent judged by its own project's suite: openatx/android-uiautomator-server-jar at d0449b9.

`UNSTUCK_SUITES` names a folder with a copy of that repository below it; nothing of it is committed.
The suite speaks HTTP by httpx, which this project does not need: without it the run is skipped.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import adbutils
import pytest

from fixtures.virtual.agent.service import METHODS

ROOT = Path(__file__).parents[2]
VARIABLE = "UNSTUCK_SUITES"
AGENT_PORT = 9008
# Of the 45 cases, one is skipped by its authors ("useless"); every other one has to pass.
EXPECTED_SKIPS = {"test_injectInputEvent"}
# What the server's jar answers and its list of methods leaves out, or the other way round.
NOT_LISTED: set[tuple[str, tuple[str, ...]]] = set()


@pytest.fixture(scope="module")
def suite() -> Path:
    """The repository's folder."""
    named = os.environ.get(VARIABLE)
    if not named:
        pytest.skip(f"{VARIABLE} names no folder with other projects' suites")
    found = sorted(Path(named).glob("**/tests/test_jsonrpc.py"))
    if not found:
        pytest.skip(f"{named} holds no copy of openatx/android-uiautomator-server-jar")
    return found[0].parents[1]


@contextmanager
def running_phone(home: Path) -> Iterator[tuple[dict[str, str], str]]:
    """Starts an adb server and a phone of our own; gives the environment and the serial."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "ADB_USB": "0",
        "ADB_EMU": "0",
        "ADB_MDNS": "0",
        "HOME": str(home),
        "TMPDIR": str(home),
        "ANDROID_ADB_SERVER_PORT": str(port),
        "PATH": f"{Path(adbutils.adb_path()).parent}{os.pathsep}{os.environ['PATH']}",
    }
    environment.pop("ADB_SERVER_SOCKET", None)
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [adbutils.adb_path(), "-L", f"tcp:localhost:{port}", "fork-server", "server",
         "--reply-fd", str(writing)],
        env=environment, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading, "rb") as ready:
        assert ready.read(3) == b"OK\n"
    phone = subprocess.Popen(
        [sys.executable, "-m", "fixtures.virtual"], cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        assert phone.stdout is not None
        serial = json.loads(phone.stdout.readline())["serial"]
        adbutils.AdbClient(port=port).connect(serial, timeout=5)
        yield {**environment, "ANDROID_SERIAL": serial}, serial
    finally:
        for process in (phone, server):
            process.terminate()
            process.wait(10)
        if phone.stdout is not None:
            phone.stdout.close()


def run_suite(
    suite: Path, module: str, folder: Path, environment: dict[str, str]
) -> dict[str, str]:
    """Runs one module of the suite on a copy and returns each case's outcome."""
    shutil.copytree(suite / "tests", folder / "tests")
    # Without a configuration of its own, pytest would find this project's.
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-rA", "-q", "-p", "no:cacheprovider",
               f"tests/{module}.py"]  # fmt: skip
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )
    outcomes = {}
    for line in ended.stdout.splitlines():
        word, _, rest = line.partition(" ")
        if word in {"PASSED", "FAILED", "ERROR"} and "::" in rest:
            outcomes[rest.split("::")[1].split(" - ")[0]] = word
        elif word == "SKIPPED":
            outcomes[rest] = word
    assert outcomes, ended.stdout + ended.stderr
    return outcomes


def refuse_without_httpx() -> None:
    if importlib.util.find_spec("httpx") is None:
        pytest.skip("the suite needs httpx, which is not installed")


def refuse_if_taken() -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", AGENT_PORT)) == 0:
            pytest.skip(f"port {AGENT_PORT}, which the suite forwards, is taken")


def test_every_call_of_the_suite_is_answered(suite: Path, tmp_path: Path) -> None:
    refuse_without_httpx()
    refuse_if_taken()
    with running_phone(tmp_path) as (environment, serial):
        client = adbutils.AdbClient(port=int(environment["ANDROID_ADB_SERVER_PORT"]))
        device = client.device(serial)
        device.sync.push(b"PK\x03\x04", "/data/local/tmp/u2.jar")
        agent = device.shell(
            "CLASSPATH=/data/local/tmp/u2.jar app_process / com.wetest.uia2.Main", stream=True
        )
        try:
            outcomes = run_suite(suite, "test_jsonrpc", tmp_path / "run", environment)
        finally:
            agent.close()
    passed = [name for name, outcome in outcomes.items() if outcome == "PASSED"]
    failed = {name: outcome for name, outcome in outcomes.items() if outcome in {"FAILED", "ERROR"}}
    skipped = [name for name, outcome in outcomes.items() if outcome == "SKIPPED"]
    assert failed == {}
    assert len(skipped) == len(EXPECTED_SKIPS)
    assert len(passed) >= 44


def test_bad_ports_are_refused_and_a_good_one_serves(suite: Path, tmp_path: Path) -> None:
    with running_phone(tmp_path) as (environment, serial):
        client = adbutils.AdbClient(port=int(environment["ANDROID_ADB_SERVER_PORT"]))
        device = client.device(serial)
        device.shell("mkdir -p /data/local/tmp/udt")
        device.sync.push(b"PK\x03\x04", "/data/local/tmp/udt/atx-uia2.jar")
        outcomes = run_suite(suite, "test_port_args", tmp_path / "run", environment)
    assert set(outcomes.values()) == {"PASSED"}
    assert len(outcomes) == 5


def test_the_method_table_is_the_jars(suite: Path) -> None:
    listed = json.loads((suite / "tools" / "methods.json").read_text(encoding="utf-8"))["methods"]
    theirs = {(m["name"], tuple(p["type"] for p in m["params"])) for m in listed}
    ours = {(n, form.types) for n, forms in METHODS.overloads.items() for form in forms}
    assert theirs - ours == set()
    assert ours - theirs == NOT_LISTED
