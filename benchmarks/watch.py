"""Watching a counter that stands still: the CPU it takes on the computer."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import psutil

from benchmarks.bench import Bench
from benchmarks.floor import Stream, request
from benchmarks.results import Result, Way, at_most
from scenarios.watch import watch

# A watch looks twenty times, but at least every 2 s: from 40 s on the pause is that of 120 s,
# the patience a real phone is given.
_WATCH_S = 40.0
_PAUSE_S = 2.0


def compare(bench: Bench) -> Result:
    """Watches for 40 s each; the adb server's share is counted as well."""
    phone, device = bench.phone, bench.stock_screen
    asked = request("dumpWindowHierarchy", False, 50)

    def ours() -> None:
        seen = watch(phone, timeout_s=_WATCH_S, advances=1, announce=_ignore)
        if seen.advanced or seen.judgment != "stuck":
            raise RuntimeError(f"the counter did not stand still: {seen}")

    def floor() -> None:
        # The agent closes a connection that was silent for 5 s; these are silent for 2 s.
        with Stream(bench.launched.client, bench.launched.serial, "tcp:9008") as stream:
            _look_again_and_again(lambda: stream.post(asked))

    def stock() -> None:
        _look_again_and_again(device.dump_hierarchy)

    own = Way("scenarios.watch.watch(phone, …)", (_cpu_share(ours),))
    return Result(
        title="watching a counter",
        unit="% of a core",
        ours=own,
        stock=Way("uiautomator2: device.dump_hierarchy() every 2 s", (_cpu_share(stock),)),
        floor=Way("the same request on an open HTTP connection every 2 s", (_cpu_share(floor),)),
        budgets=(at_most(0.003, "% of a core", own.median, " per phone"),),
        notes=(
            f"CPU time of this process and of the adb server over {_WATCH_S:g} s, one look every "
            f"{_PAUSE_S:g} s; the virtual phone's own is not counted, a real phone has its own.",
            "Ours also reads the text into nodes and the nodes into a status; stock only has the "
            "text.",
        ),
    )


def _look_again_and_again(look: Callable[[], object]) -> None:
    end = time.monotonic() + _WATCH_S
    while time.monotonic() < end:
        look()
        time.sleep(_PAUSE_S)


def _cpu_share(run: Callable[[], None]) -> float:
    """CPU seconds a second, of this process and of the adb servers below it."""
    servers = list(_server_pids())
    started, used = time.monotonic(), _cpu_s(servers)
    run()
    return (_cpu_s(servers) - used) / (time.monotonic() - started)


def _server_pids() -> Iterator[int]:
    for process in psutil.Process().children(recursive=True):
        if process.name().startswith("adb"):
            yield process.pid


def _cpu_s(pids: list[int]) -> float:
    return time.process_time() + sum(map(_cpu_of, pids))


def _cpu_of(pid: int) -> float:
    """CPU seconds that a process has used so far.

    Linux counts them in ticks of 10 ms in /proc, which psutil reads, but in nanoseconds on the
    process's own clock; its id is made as clock_getcpuclockid(3) makes it.
    """
    if sys.platform == "linux":
        return time.clock_gettime((~pid << 3) | 2)
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)


def _ignore(_event: object) -> None:
    """A reading is nothing to announce here."""
