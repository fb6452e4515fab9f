"""Takes samples of several ways of doing one thing, so that the machine's mood hits all alike."""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Callable, Mapping


def interleave(
    ways: Mapping[str, Callable[[], object]], *, rounds: int, block: int = 1, warmup: int = 3
) -> dict[str, tuple[float, ...]]:
    """Times each way again and again, in blocks that take turns.

    A way that sleeps (stock adbutils does, 10 ms for each connection) lets the processor fall
    asleep, and whatever comes next pays for waking it: 0.8 ms, as much as a whole call of ours.
    So each way is called a few times in a row, as it is used, and the first call of a block is
    not counted. All orders take turns, so that each way comes after each other equally often.

    Args:
        ways: what to time, by name.
        rounds: blocks of each; a multiple of the number of orders makes the turns even.
        block: samples in a block.
        warmup: calls of each way before the first block, not counted.

    Returns:
        Seconds by name, in the order they were taken, `rounds * block` of each.

    Raises:
        Whatever a way raises: a benchmark that fails has no result.
    """
    for call in ways.values():
        for _ in range(warmup):
            call()
    samples: dict[str, list[float]] = {name: [] for name in ways}
    orders = itertools.cycle(itertools.permutations(ways))
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        for order in itertools.islice(orders, rounds):
            for name in order:
                # Garbage is collected between blocks: it is nobody's sample.
                gc.collect()
                samples[name] += _block(ways[name], block)
    finally:
        if was_enabled:
            gc.enable()
    return {name: tuple(taken) for name, taken in samples.items()}


def _block(call: Callable[[], object], count: int) -> list[float]:
    call()
    taken = []
    for _ in range(count):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return taken
