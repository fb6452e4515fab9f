"""A shell command that does nothing: there and back."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.floor import Stream
from benchmarks.results import Result, Way, at_most, times_faster
from benchmarks.sampling import interleave

_MESSAGE = b"there and back\n"


def compare(bench: Bench) -> Result:
    """Runs `true` on the phone."""
    phone, device = bench.phone, bench.stock_device
    with Stream(bench.launched.client, bench.launched.serial, "exec:cat") as stream:
        taken = interleave(
            {
                "ours": lambda: phone.shell("true"),
                "stock": lambda: device.shell("true"),
                "floor": lambda: stream.echo(_MESSAGE),
            },
            rounds=24,
            block=10,
        )
    ours = Way('phone.shell("true")', taken["ours"])
    return Result(
        title="shell round trip",
        unit="ms",
        ours=ours,
        stock=Way('adbutils: device.shell("true")', taken["stock"]),
        floor=Way("one message on an open stream (`exec:cat`)", taken["floor"]),
        budgets=(
            at_most(0.001, "ms", ours.median),
            times_faster(20, taken["ours"], taken["stock"]),
        ),
        notes=(
            "Ours gives the exit code and both streams apart, and keeps a deadline on both sides.",
        ),
    )
