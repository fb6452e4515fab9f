"""The smallest call of the agent: what it costs besides the phone's own time."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.floor import Stream, request
from benchmarks.results import Result, Way, at_most
from benchmarks.sampling import interleave


def compare(bench: Bench) -> Result:
    """Asks whether the screen is on."""
    agent, device = bench.phone.agent, bench.stock_screen
    asked = request("isScreenOn")
    with Stream(bench.launched.client, bench.launched.serial, "tcp:9008") as stream:
        taken = interleave(
            {
                "ours": lambda: agent.jsonrpc_call("isScreenOn"),
                "stock": device.jsonrpc.isScreenOn,
                "floor": lambda: stream.post(asked),
            },
            rounds=24,
            block=5,
        )
    ours = Way('phone.agent.jsonrpc_call("isScreenOn")', taken["ours"])
    return Result(
        title="agent call",
        unit="ms",
        ours=ours,
        stock=Way("uiautomator2: device.jsonrpc.isScreenOn()", taken["stock"]),
        floor=Way("the same request on an open HTTP connection", taken["floor"]),
        budgets=(at_most(0.002, "ms", ours.median, " over the phone's own time"),),
        notes=(
            "The phone's own time is not taken off: the budget is met even with it counted as "
            "ours, since a call that asks for next to nothing takes all of this.",
        ),
    )
