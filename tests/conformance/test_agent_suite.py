"""The agent judged by its own project's suite: openatx/android-uiautomator-server-jar at d0449b9.

`UNSTUCK_SUITES` names a folder with a copy of that repository below it; nothing of it is committed.
The suite speaks HTTP by httpx, which this project does not need: without it the run is skipped.
"""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from fixtures.virtual.agent.service import METHODS
from tests.conformance.running import AGENT_PORT, EXPECTED, agent_calls, agent_ports
from tests.suites import found_in_suites

SUITE = EXPECTED["agent"]


def test_every_call_of_the_suite_is_answered(tmp_path: Path) -> None:
    pytest.importorskip("httpx", reason="the suite speaks HTTP by httpx")
    suite = found_in_suites("tests/test_jsonrpc.py")[0].parent
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", AGENT_PORT)) == 0:
            pytest.skip(f"port {AGENT_PORT}, which the suite forwards, is taken")
    outcomes = agent_calls(suite, tmp_path)
    assert {name for name, outcome in outcomes.items() if outcome == "failed"} == set()
    skipped = {name for name, outcome in outcomes.items() if outcome == "skipped"}
    assert skipped == set(SUITE["skipped"])
    assert len(outcomes) - len(skipped) >= 44


def test_bad_ports_are_refused_and_a_good_one_serves(tmp_path: Path) -> None:
    suite = found_in_suites("tests/test_port_args.py")[0].parent
    outcomes = agent_ports(suite, tmp_path)
    assert set(outcomes.values()) == {"passed"}
    assert len(outcomes) == 5


def test_the_method_table_is_the_jars() -> None:
    source = found_in_suites("tools/methods.json")[0]
    listed = json.loads(source.read_text(encoding="utf-8"))["methods"]
    theirs = {(m["name"], tuple(p["type"] for p in m["params"])) for m in listed}
    ours = {(n, form.types) for n, forms in METHODS.overloads.items() for form in forms}
    assert ours == theirs
