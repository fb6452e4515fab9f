"""A look at the screen: the account menu of Photos, as text and as nodes."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.floor import Stream, request
from benchmarks.results import Result, Way, times_faster
from benchmarks.sampling import interleave


def compare(bench: Bench) -> tuple[Result, Result]:
    """Fetches the hierarchy, and reads it."""
    phone, device = bench.phone, bench.stock_screen
    asked = request("dumpWindowHierarchy", False, 50)
    with Stream(bench.launched.client, bench.launched.serial, "tcp:9008") as stream:
        taken = interleave(
            {
                "text": phone.hierarchy,
                "nodes": phone.screen,
                "stock": device.dump_hierarchy,
                "floor": lambda: stream.post(asked),
            },
            rounds=24,
            block=5,
        )
    stock = Way("uiautomator2: device.dump_hierarchy()", taken["stock"])
    floor = Way("the same request on an open HTTP connection", taken["floor"])
    screen = phone.screen()
    return (
        Result(
            title="screen, as text",
            unit="ms",
            ours=Way("phone.hierarchy()", taken["text"]),
            stock=stock,
            floor=floor,
            budgets=(times_faster(15, taken["text"], taken["stock"]),),
            notes=(
                f"A hierarchy of {len(screen.nodes)} nodes, {len(screen.xml):,} characters; "
                "making it is part of all three.",
            ),
        ),
        Result(
            title="screen, as nodes",
            unit="ms",
            ours=Way("phone.screen()", taken["nodes"]),
            stock=stock,
            floor=floor,
            budgets=(times_faster(15, taken["nodes"], taken["stock"]),),
            notes=("Stock gives text only: ours is held to it although it also reads the text.",),
        ),
    )
