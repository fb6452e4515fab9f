"""What has to come true after a fix.

`within_s` None means as long as the run's patience, which also caps it; a soft one that fails
lets the rest be looked at. This module must not know YAML or how it is checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from scenarios.conditions import Condition, Conditions
from scenarios.marks import Mark

# The words of a judgment, in the order in which a person would ask.
JUDGMENTS = ("moving", "slow", "stuck", "done", "off", "unknown")


@dataclass(frozen=True)
class CounterAdvances:
    """`counter: {advances: 1}`: the counter goes up by at least `by` items."""

    mark: Mark
    by: int
    within_s: float | None = None
    soft: bool = False

    def describe(self) -> str:
        """The expectation in words."""
        return f"the counter advances by at least {self.by}"


@dataclass(frozen=True)
class CounterSteady:
    """`counter: {steady: 20s}`: the counter stays where it is for `for_s` seconds."""

    mark: Mark
    for_s: float
    within_s: float | None = None
    soft: bool = False

    def describe(self) -> str:
        """The expectation in words."""
        return f"the counter stays where it is for {self.for_s:g}s"


@dataclass(frozen=True)
class Judged:
    """`judged: slow`: the judgment is as the condition says; its fact is named `judged`."""

    mark: Mark
    condition: Condition
    within_s: float | None = None
    soft: bool = False

    def describe(self) -> str:
        """The expectation in words."""
        return self.condition.describe()


@dataclass(frozen=True)
class FactIs:
    """`photos.status: complete`: a fact comes to meet its condition."""

    mark: Mark
    condition: Condition
    within_s: float | None = None
    soft: bool = False

    def describe(self) -> str:
        """The expectation in words."""
        return self.condition.describe()


@dataclass(frozen=True)
class ResultIs:
    """`cloud.transfer: {verified: on}`: what an operation of the fix found out.

    The conditions name facts of `Operation.run`'s result: `cloud.transfer.verified`.
    """

    mark: Mark
    operation: str
    conditions: Conditions
    within_s: float | None = None
    soft: bool = False

    def describe(self) -> str:
        """The expectation in words."""
        return self.conditions.describe()


Expectation: TypeAlias = "CounterAdvances | CounterSteady | Judged | FactIs | ResultIs"
