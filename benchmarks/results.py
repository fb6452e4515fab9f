"""What a benchmark found out: three ways of doing the same, and the budgets they are held to.

Plain data; it must not know how anything was measured or how it will be shown.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

# What a unit multiplies seconds, or shares of one core, by.
UNITS = {"ms": 1e3, "s": 1.0, "% of a core": 1e2}


@dataclass(frozen=True)
class Way:
    """One way of doing it, and what it cost each time.

    Attributes:
        how: the call, as a user writes it.
        samples: seconds, or shares of one core, in the order they were taken.
    """

    how: str
    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median of the samples."""
        return statistics.median(self.samples)

    @property
    def middle_half(self) -> tuple[float, float]:
        """Between which values half of the samples lie; the only one twice where there is one."""
        if len(self.samples) < 2:
            return self.samples[0], self.samples[0]
        low, _, high = statistics.quantiles(self.samples, n=4, method="inclusive")
        return low, high


@dataclass(frozen=True)
class Budget:
    """What was promised, and whether this run kept it. Shown, never asserted by a test."""

    text: str
    met: bool


@dataclass(frozen=True)
class Result:
    """One row of the table.

    Attributes:
        title: what was done, in a few words.
        unit: one of `UNITS`, which the row is shown in.
        ours: Unstuck's way.
        stock: the stock libraries' way, as their users write it; None where there is none here.
        floor: the least that any way could cost; None where that means nothing.
        budgets: what was promised.
        notes: a sentence each, for whoever wants to believe the numbers.
    """

    title: str
    unit: str
    ours: Way
    stock: Way | None = None
    floor: Way | None = None
    budgets: tuple[Budget, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def faster(self) -> float | None:
        """How many times ours fits into stock."""
        return self.stock.median / self.ours.median if self.stock else None

    @property
    def above_floor(self) -> float | None:
        """How many times the floor fits into ours."""
        return self.ours.median / self.floor.median if self.floor else None


def at_most(limit: float, unit: str, found: float, suffix: str = "") -> Budget:
    """A budget that is an upper limit, in seconds or shares of a core.

    >>> at_most(0.001, "ms", 0.0007)
    Budget(text='<= 1 ms', met=True)
    """
    return Budget(f"<= {limit * UNITS[unit]:g} {unit}{suffix}", found <= limit)


def times_faster(least: float, ours: Sequence[float], stock: Sequence[float]) -> Budget:
    """A budget that is a ratio of medians.

    >>> times_faster(20, [1.0], [19.0])
    Budget(text='>= 20x faster than stock', met=False)
    """
    ratio = statistics.median(stock) / statistics.median(ours)
    return Budget(f">= {least:g}x faster than stock", ratio >= least)
