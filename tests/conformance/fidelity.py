"""Writes what other projects' suites say of the virtual phone into docs/fidelity.md.

`UNSTUCK_SUITES=FOLDER python -m tests.conformance.fidelity --into docs/fidelity.md`; without
`--into` it prints the tables. It also measures a start, the memory and a round trip, which
`--only figures` does alone.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil

from fixtures.zygote import Zygote
from tests.conformance.running import (
    AOSP_CLASSES,
    AOSP_ROOTABLE,
    EXPECTED,
    adbutils_e2e,
    agent_calls,
    agent_ports,
    aosp,
)
from tests.suites import VARIABLE
from tests.wire import virtual_phone, wire

_STARTS = 5
_ROUND_TRIPS = 200
_PHONES = 16
_PHOTOS = 200
_FORKED = 15


def main() -> int:
    """Runs the suites and prints the tables, or writes them into a document."""
    parser = argparse.ArgumentParser(prog="tests.conformance.fidelity")
    parser.add_argument("--into", type=Path, help="the document whose tables are to be replaced")
    parser.add_argument("--only", choices=_TABLES, help="this table alone")
    arguments = parser.parse_args()
    for name in [arguments.only] if arguments.only else _TABLES:
        table = _TABLES[name]()
        if arguments.into:
            _write_into(arguments.into, name, table)
        else:
            sys.stdout.write(table + "\n")
    return 0


def _suites() -> str:
    folder = Path(os.environ[VARIABLE])
    rows = [
        "| suite | passed | of those that apply | skipped | do not apply |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    judged = (
        ("aosp_device", _aosp(folder)),
        ("adbutils_e2e", _adbutils(folder)),
        ("agent", _agent(folder)),
    )
    for name, outcomes in judged:
        listed = EXPECTED[name]
        apart = set(listed.get("not_applicable", ()))
        passed = [test for test, outcome in outcomes.items() if outcome == "passed"]
        skipped = [test for test, outcome in outcomes.items() if outcome == "skipped"]
        applying = len(outcomes) - len(skipped) - len(apart & set(outcomes))
        rows.append(
            f"| {listed['source']} | {len(passed)} | {len(passed) / applying:.1%} "
            f"| {len(skipped)} | {len(apart & set(outcomes))} |"
        )
    return "\n".join(rows)


def _aosp(folder: Path) -> dict[str, str]:
    suite = next(folder.glob("**/adb/test_device.py"))
    package = next(folder.glob("**/python-packages/adb/adb/__init__.py")).parents[1]
    outcomes: dict[str, str] = {}
    for name in AOSP_CLASSES:
        options = ("--profile", "emulator") if name in AOSP_ROOTABLE else ()
        for home in _folder():
            outcomes |= aosp(name, suite, package, home, *options)
    return outcomes


def _adbutils(folder: Path) -> dict[str, str]:
    suite = next(folder.glob("**/e2etests/test_device_shell_extend.py")).parent
    return next(adbutils_e2e(suite, home) for home in _folder())


def _agent(folder: Path) -> dict[str, str]:
    suite = next(folder.glob("**/tests/test_jsonrpc.py")).parent
    outcomes: dict[str, str] = {}
    for run in (agent_calls, agent_ports):
        for home in _folder():
            outcomes |= run(suite, home)
    return outcomes


def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _figures() -> str:
    starts = []
    for _ in range(_STARTS):
        began = time.perf_counter()
        with virtual_phone():
            starts.append(time.perf_counter() - began)
    for home in _folder():
        with wire(home) as phone:
            phone.shell("dumpsys battery; screencap -p >/dev/null; ls -R /sdcard")
            memory = psutil.Process(phone.phone.pid).memory_info().rss
            trips = []
            for _ in range(_ROUND_TRIPS):
                began = time.perf_counter()
                phone.adb("shell", "true")
                trips.append(time.perf_counter() - began)
    forked_s, own = _forked()
    started_s, largest = _many()
    return "\n".join(
        [
            "| figure | measured | asked for |",
            "| --- | ---: | ---: |",
            f"| start, median of {_STARTS} | {statistics.median(starts):.2f} s | < 0.5 s |",
            f"| start within a run, forked, median of {_FORKED} | {forked_s * 1000:.0f} ms | |",
            f"| memory of its own of a forked phone | {own / 1e6:.0f} MB | |",
            f"| memory after some use | {memory / 1e6:.0f} MB | < 80 MB |",
            f"| `adb shell true`, median of {_ROUND_TRIPS}, client's process included "
            f"| {statistics.median(trips) * 1000:.1f} ms | |",
            f"| {_PHONES} phones at once with {_PHOTOS} photos each, until the last has started "
            f"| {started_s:.1f} s | |",
            f"| memory of the largest of these {_PHONES} | {largest / 1e6:.0f} MB | < 80 MB |",
        ]
    )


def _forked() -> tuple[float, int]:
    """Starts phones as a run does: median seconds of one, bytes that the last has to itself."""
    with tempfile.TemporaryFile() as errors, ExitStack() as ended:
        forks = Zygote(errors)
        ended.callback(forks.close)
        took = []
        for _ in range(_FORKED + 1):
            began = time.perf_counter()
            phone = forks.start([], errors)
            ended.enter_context(phone.stdout)
            phone.stdout.readline()
            took.append(time.perf_counter() - began)
        # The first one waited for the zygote itself.
        return statistics.median(took[1:]), psutil.Process(phone.pid).memory_full_info().uss


def _many() -> tuple[float, int]:
    """Starts phones at once: seconds until the last says where it is, bytes of the largest."""
    began = time.perf_counter()
    phones = [
        subprocess.Popen(
            [sys.executable, "-m", "fixtures.virtual", "--media", str(_PHOTOS)],
            stdout=subprocess.PIPE,
        )
        for _ in range(_PHONES)
    ]
    try:
        for phone in phones:
            assert phone.stdout is not None
            json.loads(phone.stdout.readline())
        started = time.perf_counter() - began
        return started, max(psutil.Process(phone.pid).memory_info().rss for phone in phones)
    finally:
        for phone in phones:
            phone.terminate()
        for phone in phones:
            phone.communicate(timeout=10)


_TABLES = {"suites": _suites, "figures": _figures}


def _write_into(document: Path, name: str, table: str) -> None:
    text = document.read_text(encoding="utf-8")
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = text.partition(opening)
    _, ended, after = rest.partition(closing)
    if not found or not ended:
        raise SystemExit(f"{document} has no {opening} … {closing} to write between")
    document.write_text(f"{before}{opening}\n{table}\n{closing}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
