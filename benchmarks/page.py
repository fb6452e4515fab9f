"""Results as text: the table that a terminal shows and docs/benchmarks.md holds."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from importlib.metadata import version

from benchmarks.results import UNITS, Budget, Result, Way
from drivers.adb import adb_binary

COMMAND = "python -m benchmarks"
_OPENING, _CLOSING = "<!-- measured -->", "<!-- /measured -->"

_HEAD = """\
# How fast

Written by `{command} --write`. `{command}` prints the same without this head, `{command} --list`
names the parts, `{command} shell screen` runs some of them. It needs the extra `[dev]`.

Ours, the stock libraries and the floor take turns on one virtual phone in one run, so that whatever
else the machine does hits all alike. Every number is a median of calls made one after the other.

- **ours**: Unstuck, as a scenario uses it.
- **stock**: adbutils and uiautomator2, or the tool that is named, as their users write them: the
  phone is given by serial.
- **floor**: what any client has to pay: an open stream through the adb server to the phone, bytes
  out, bytes back, nothing looked at.

What the virtual phone takes to answer is in all three. A real phone takes longer, in all three
alike: the differences stay, the ratios shrink.
"""


def document(results: Sequence[Result]) -> str:
    """The whole of docs/benchmarks.md."""
    return f"{head()}\n{report(results)}"


def head() -> str:
    """What stands above the numbers, whatever they are."""
    return _HEAD.format(command=COMMAND)


def report(results: Sequence[Result]) -> str:
    """The machine, the table, and what stands behind each row."""
    return "\n".join([*_machine(), "", *table(results), "", *details(results)]) + "\n"


def replaced(page: str, measured: str) -> str:
    r"""A page of prose with what was measured between its two marks.

    >>> replaced("a\n<!-- measured -->\nold\n<!-- /measured -->\nz\n", "new\n")
    'a\n<!-- measured -->\nnew\n<!-- /measured -->\nz\n'
    """
    before, opening, rest = page.partition(_OPENING)
    _, closing, after = rest.partition(_CLOSING)
    if not closing:
        raise ValueError(f"the page has no {_OPENING} with a {_CLOSING} behind it")
    return f"{before}{opening}\n{measured.rstrip()}\n{closing}{after}"


def table(results: Sequence[Result]) -> Iterator[str]:
    """One row a result, as a Markdown table."""
    yield "| | ours | stock | floor | stock / ours | ours / floor | budget |"
    yield "|---|---|---|---|---|---|---|"
    for result in results:
        cells = (
            result.title,
            f"**{_median(result, result.ours)}**",
            _median(result, result.stock),
            _median(result, result.floor),
            _ratio(result.faster),
            _ratio(result.above_floor),
            "; ".join(map(_verdict, result.budgets)) or "–",
        )
        yield f"| {' | '.join(cells)} |"


def details(results: Sequence[Result]) -> Iterator[str]:
    """What was called, how often, and how far the samples lie apart."""
    for result in results:
        yield f"**{result.title}**"
        yield ""
        for name in ("ours", "stock", "floor"):
            way: Way | None = getattr(result, name)
            if way is not None:
                yield f"- {name}: {_code(way.how)}; {_spread(result, way)}"
        for note in result.notes:
            yield f"- {note}"
        yield ""


def _machine() -> Iterator[str]:
    adb = subprocess.run(
        [adb_binary(), "version"], check=True, capture_output=True, text=True
    ).stdout
    build = next((line.split()[1] for line in adb.splitlines() if line.startswith("Version")), "?")
    libraries = ", ".join(f"{name} {version(name)}" for name in ("adbutils", "uiautomator2"))
    yield f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {_load()}"
    yield f"({platform.system()} {platform.machine()}, Python {platform.python_version()}),"
    yield f"adb {build}, {libraries}."


def _load() -> str:
    """How much else the machine did, and whether that had to wait for this run (`chrt -r 5 …`)."""
    if sys.platform == "win32":
        return "load unknown"
    load = f"load {os.getloadavg()[0]:.1f}"
    if sys.platform == "linux" and os.sched_getscheduler(0) in {os.SCHED_FIFO, os.SCHED_RR}:
        return f"{load}, which waited: the run had real-time priority"
    return load


def _median(result: Result, way: Way | None) -> str:
    return "–" if way is None else f"{_number(result, way.median)} {result.unit}"


def _number(result: Result, value: float) -> str:
    shown = value * UNITS[result.unit]
    return f"{shown:.0f}" if shown >= 100 else f"{shown:.3g}"


def _spread(result: Result, way: Way) -> str:
    if len(way.samples) == 1:
        return "1 run"
    low, high = way.middle_half
    return (
        f"{len(way.samples)} samples, half of them within "
        f"{_number(result, low)} to {_number(result, high)} {result.unit}"
    )


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _verdict(budget: Budget) -> str:
    return f"{budget.text}: {'met' if budget.met else '**not met**'}"


def _code(how: str) -> str:
    return how if "`" in how or "(" not in how else f"`{how}`"
