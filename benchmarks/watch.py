"""Watching a counter that stands still: the CPU it takes on the computer."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

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

    def ours(looked: Callable[[], None]) -> None:
        stop = phone.listen(lambda exchange: looked() if exchange.kind == "agent" else None)
        try:
            seen = watch(phone, timeout_s=_WATCH_S, advances=1, announce=_ignore)
        finally:
            stop()
        # Bytes may flow (previews): it is the counter that has to stand still.
        if seen.advanced or not seen.readings:
            raise RuntimeError(f"the counter did not stand still: {seen}")

    def stock(looked: Callable[[], None]) -> None:
        _look_again_and_again(device.dump_hierarchy, looked)

    def floor(looked: Callable[[], None]) -> None:
        # The agent closes a connection that was silent for 5 s; this one is silent for 2 s.
        with Stream(bench.launched.client, bench.launched.serial, "tcp:9008") as stream:
            _look_again_and_again(lambda: stream.post(asked), looked)

    own = Way("scenarios.watch.watch(phone, …)", _cpu_shares(ours))
    return Result(
        title="watching a counter",
        unit="% of a core",
        ours=own,
        stock=Way("uiautomator2: device.dump_hierarchy() every 2 s", _cpu_shares(stock)),
        floor=Way("the same request on an open HTTP connection every 2 s", _cpu_shares(floor)),
        budgets=(at_most(0.003, "% of a core", own.median, " per phone"),),
        notes=(
            f"CPU time of this process and of the adb server from look to look, one every "
            f"{_PAUSE_S:g} s for {_WATCH_S:g} s. The virtual phone's own is not counted: a real "
            "phone has a processor of its own.",
            "Ours also reads the text into nodes and the nodes into a status; stock only has the "
            "text.",
        ),
    )


def _look_again_and_again(look: Callable[[], object], looked: Callable[[], None]) -> None:
    end = time.monotonic() + _WATCH_S
    while time.monotonic() < end:
        look()
        looked()
        time.sleep(_PAUSE_S)


def _cpu_shares(run: Callable[[Callable[[], None]], None]) -> tuple[float, ...]:
    """CPU seconds a second, of this process and of the adb server below it, from look to look.

    Args:
        run: a watch; it calls what it is given after each look.
    """
    servers = list(_server_pids())
    readings: list[tuple[float, float]] = []

    def looked() -> None:
        readings.append((time.monotonic(), time.process_time() + sum(map(_cpu_s, servers))))

    run(looked)
    return tuple(
        (cpu - cpu_before) / (now - before)
        for (before, cpu_before), (now, cpu) in pairwise(readings)
        # A watch opens with looks that follow one another at once: they are not its rhythm.
        if now - before > _PAUSE_S / 2
    )


def _server_pids() -> Iterator[int]:
    for process in psutil.Process().children(recursive=True):
        if process.name().startswith("adb"):
            yield process.pid


def _cpu_s(pid: int) -> float:
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
