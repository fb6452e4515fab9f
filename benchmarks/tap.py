"""A tap where it does nothing."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.floor import Stream, request
from benchmarks.results import Result, Way
from benchmarks.sampling import interleave


def compare(bench: Bench) -> Result:
    """Taps the corner of the screen and holds that nothing came of it."""
    phone, device = bench.phone, bench.stock_screen
    x, y = 1, 1
    before = phone.screen()
    asked = request("click", x, y)
    with Stream(bench.launched.client, bench.launched.serial, "tcp:9008") as stream:
        taken = interleave(
            {
                "ours": lambda: phone.tap(x, y),
                "stock": lambda: device.click(x, y),
                "floor": lambda: stream.post(asked),
            },
            rounds=18,
            block=5,
        )
    if phone.screen().content() != before.content():
        raise RuntimeError(f"tapping {x},{y} changed the screen: this measured something else")
    return Result(
        title="tap",
        unit="ms",
        ours=Way("phone.tap(x, y)", taken["ours"]),
        stock=Way("uiautomator2: device.click(x, y)", taken["stock"]),
        floor=Way("the same request on an open HTTP connection", taken["floor"]),
        notes=(
            "On a real phone the agent itself sleeps 100 ms between finger down and finger up "
            "(AutomatorServiceImpl.click), whoever calls it.",
        ),
    )
