"""Collecting 1,000 scenarios, beside empty tests, tavern and pytest-bdd.

    python -m benchmarks.collection [--count 1000] [--rounds 5] [--peers]

Each contender is a project of its own in a temporary folder, collected by `pytest
--collect-only` in a process of its own, in turns, so that a busy machine is busy for all.
`--peers` installs tavern and pytest-bdd into a temporary virtual environment first; without it
nothing is downloaded. Measured are the time from the session's start to the collection's end,
checking of all files included, and the whole process. The time that counts is ours less that of
the empty tests, both with our plugins loaded.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.results import Result, Way, at_most

if TYPE_CHECKING:
    from benchmarks.bench import Bench

ROOT = Path(__file__).parents[1]
BUDGET_S = 0.35
# Tavern imports a private module of pytest's that pytest 9 has not.
PEERS = ("tavern", "pytest-bdd", "pytest<9")
# What no collection may load: it takes a third of a second, and no phone is asked for anything.
NEVER_LOADED = ("uiautomator2", "adbutils", "PIL", "lxml")

_OURS = ("scenarios.plugin", "fixtures.phone", "fixtures.evidence")
_SCENARIO = """\
# yaml-language-server: $schema=../schema.json
name: Battery saver pauses the backup, {number}
solution: 9
risk: reversible
cause:
  battery.saver: on
fault:
  - battery.plugged: none
  - battery.saver: on
fix:
  - battery.saver: off
expect:
  counter: {{advances: 1, within: 60s}}
"""
_TAVERN = """\
test_name: Battery saver pauses the backup, {number}
stages:
  - name: Look
    request: {{url: "http://localhost/", method: GET}}
    response: {{status_code: 200}}
"""
_FEATURE = """\
Feature: Backup {number}
  Scenario: Battery saver pauses the backup, {number}
    Given battery saver is on
    When it is switched off
    Then the counter advances
"""
_STEPS = """\
from pytest_bdd import given, scenarios, then, when

scenarios("features")


@given("battery saver is on")
def _on(): ...


@when("it is switched off")
def _off(): ...


@then("the counter advances")
def _advances(): ...
"""
# Stands in each project and says when its collection began and ended.
_STOPWATCH = """\
import json, os, sys, time
import pytest

# A wrapper begins before all others, those that check files there included.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionstart():
    global began
    began = time.perf_counter()
    return (yield)

@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session):
    took = time.perf_counter() - began
    with open(os.environ["STOPWATCH"], "w") as out:
        json.dump({"took": took, "items": len(session.items), "modules": sorted(sys.modules)}, out)
"""


@dataclass(frozen=True)
class Contender:
    """One project to collect.

    Attributes:
        name: as the table shows it.
        write: puts that many items into a folder.
        plugins: loaded with -p.
        is_peer: whether it needs what --peers installs.
    """

    name: str
    write: Callable[[Path, int], None]
    plugins: tuple[str, ...] = ()
    is_peer: bool = False


@dataclass(frozen=True)
class Measured:
    """One collection.

    Attributes:
        collect_s: from the session's start to the collection's end.
        process_s: the whole process.
        loaded: modules of NEVER_LOADED that were loaded all the same.
    """

    collect_s: float
    process_s: float
    loaded: tuple[str, ...]


def write_empty(folder: Path, count: int) -> None:
    """Empty test functions in one module."""
    text = "\n".join(f"def test_{number}(): pass" for number in range(count))
    (folder / "test_empty.py").write_text(text, encoding="utf-8")


def write_scenarios(folder: Path, count: int) -> None:
    """Scenario files as this project ships them."""
    _write_each(folder / "solutions", "{}.yaml", _SCENARIO, count)
    (folder / "pytest.ini").write_text("[pytest]\nunstuck_scenarios = solutions\n")


def write_tavern(folder: Path, count: int) -> None:
    """Tavern's smallest tests."""
    _write_each(folder, "test_{}.tavern.yaml", _TAVERN, count)


def write_features(folder: Path, count: int) -> None:
    """Features of one scenario each."""
    _write_each(folder / "features", "{}.feature", _FEATURE, count)
    (folder / "test_features.py").write_text(_STEPS, encoding="utf-8")


def _write_each(folder: Path, name: str, text: str, count: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        path = folder / name.format(number)
        path.write_text(text.format(number=number), encoding="utf-8")


EMPTY = Contender("empty tests, our plugins loaded", write_empty, _OURS)
OURS = Contender("our scenarios", write_scenarios, _OURS)
CONTENDERS = (
    Contender("empty tests, plain pytest", write_empty),
    EMPTY,
    OURS,
    Contender("tavern", write_tavern, ("tavern",), is_peer=True),
    Contender("pytest-bdd", write_features, ("pytest_bdd.plugin",), is_peer=True),
)


def collect(contender: Contender, folder: Path, count: int, python: str) -> Measured:
    """Collects one project in a process of its own.

    Raises:
        RuntimeError: pytest did not collect all of it; the message has its output.
    """
    result = folder / "stopwatch.json"
    plugins = [word for name in contender.plugins for word in ("-p", name)]
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
        "STOPWATCH": str(result),
    }
    # With it every start compiles what nobody's start compiles twice.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    done = subprocess.run(
        [python, "-m", "pytest", "--collect-only", "-qq", "-p", "stopwatch", *plugins, str(folder)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    took = time.perf_counter() - began
    if done.returncode != 0 or not result.exists():
        raise RuntimeError(f"{contender.name}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    seen = json.loads(result.read_text(encoding="utf-8"))
    if seen["items"] != count:
        raise RuntimeError(f"{contender.name}: {seen['items']} items instead of {count}")
    loaded = tuple(name for name in NEVER_LOADED if name in seen["modules"])
    return Measured(seen["took"], took, loaded)


def compare(bench: Bench) -> Result:
    """Collects 1,000 scenarios; needs no phone."""
    with TemporaryDirectory() as folder:
        python = peer_python(Path(folder)) if bench.peers else sys.executable
        contenders = [c for c in CONTENDERS if bench.peers or not c.is_peer]
        taken = measure(contenders, 1000, 5, python)
    seconds = {name: tuple(m.collect_s for m in found) for name, found in taken.items()}
    others = (
        f"{name}: {statistics.median(samples):.3f} s."
        for name, samples in seconds.items()
        if name not in {OURS.name, EMPTY.name, PEERS[0]}
    )
    return Result(
        title="collecting 1,000 scenarios",
        unit="s",
        ours=Way("`pytest --collect-only` of 1,000 scenario files", seconds[OURS.name]),
        stock=Way(f"1,000 files of {PEERS[0]}", seconds[PEERS[0]]) if bench.peers else None,
        floor=Way("1,000 empty tests in one module, our plugins loaded", seconds[EMPTY.name]),
        budgets=(at_most(BUDGET_S, "s", _more_than_empty(taken), " more than empty tests"),),
        notes=(
            f"Ours takes {_more_than_empty(taken):.3f} s more than empty tests; from the session's "
            "start to the collection's end, every file checked.",
            *others,
            *(() if bench.peers else ("`--peers` installs tavern and pytest-bdd beside it.",)),
        ),
    )


def measure(
    contenders: list[Contender], count: int, rounds: int, python: str
) -> dict[str, list[Measured]]:
    """Collects every contender in every round. Returns what it took, by name."""
    results: dict[str, list[Measured]] = {contender.name: [] for contender in contenders}
    with TemporaryDirectory() as top:
        folders = {}
        for number, contender in enumerate(contenders):
            folder = folders[contender.name] = Path(top, str(number))
            folder.mkdir()
            contender.write(folder, count)
            (folder / "stopwatch.py").write_text(_STOPWATCH, encoding="utf-8")
        for _ in range(rounds):
            for contender in contenders:
                measured = collect(contender, folders[contender.name], count, python)
                results[contender.name].append(measured)
    return results


def lines(results: dict[str, list[Measured]], count: int, rounds: int) -> Iterator[str]:
    """The table, line by line."""
    yield f"{count} items, {rounds} rounds in turns, seconds (median, and best in brackets)"
    yield f"{'':<34}{'collect':>16}{'whole process':>18}"
    for name, measured_all in results.items():
        collected = _spread([m.collect_s for m in measured_all])
        yield f"{name:<34}{collected:>16}{_spread([m.process_s for m in measured_all]):>18}"
    more = _more_than_empty(results)
    verdict = "within" if more <= BUDGET_S else "over"
    yield f"ours takes {more:.3f} s more than empty tests: {verdict} the budget of {BUDGET_S} s"
    loaded = sorted({name for m in results[OURS.name] for name in m.loaded})
    yield f"loaded that should not be: {', '.join(loaded) or 'nothing'}"


def _more_than_empty(results: dict[str, list[Measured]]) -> float:
    pairs = zip(results[OURS.name], results[EMPTY.name], strict=True)
    return statistics.median(ours.collect_s - empty.collect_s for ours, empty in pairs)


def _spread(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.3f} ({min(seconds):.3f})"


def peer_python(folder: Path) -> str:
    """A virtual environment that has what ours has, and the peers beside it."""
    venv.create(folder, with_pip=True, system_site_packages=False)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [str(python), "-m", "pip", "install", "-qq", "-e", str(ROOT), *PEERS]
    subprocess.run(install, check=True)
    return str(python)


def main() -> None:
    """Measures, and prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", action="store_true", help="install and measure the peers too")
    options = parser.parse_args()
    contenders = [c for c in CONTENDERS if options.peers or not c.is_peer]
    with TemporaryDirectory() as folder:
        python = peer_python(Path(folder)) if options.peers else sys.executable
        taken = measure(contenders, options.count, options.rounds, python)
    for line in lines(taken, options.count, options.rounds):
        print(line)


if __name__ == "__main__":
    main()
