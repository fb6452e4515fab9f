"""What has to come true after a fix. This module must not know YAML or how it is checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from scenarios.conditions import Condition, Conditions
from scenarios.marks import Mark

# The words of a judgment, in the order in which a person would ask.
JUDGMENTS = ("moving", "slow", "stuck", "done", "off", "unknown")


@dataclass(frozen=True)
class Expected:
    """What every expectation has.

    Attributes:
        mark: where it stands.
        within_s: seconds until it has to be true; None: as long as the run's patience, which also
            caps it.
        soft: whether the rest is looked at although it failed.
    """

    mark: Mark
    within_s: float | None = field(default=None, kw_only=True)
    soft: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class CounterAdvances(Expected):
    """`counter: {advances: 1}`: the counter goes up by at least `by` items."""

    by: int

    def describe(self) -> str:
        """The expectation in words."""
        return f"the counter advances by at least {self.by}"


@dataclass(frozen=True)
class CounterSteady(Expected):
    """`counter: {steady: 20s}`: the counter stays where it is for `for_s` seconds."""

    for_s: float

    def describe(self) -> str:
        """The expectation in words."""
        return f"the counter stays where it is for {self.for_s:g}s"


@dataclass(frozen=True)
class Judged(Expected):
    """`judged: slow`: the judgment is as the condition says; its fact is named `judged`."""

    condition: Condition

    def describe(self) -> str:
        """The expectation in words."""
        return self.condition.describe()


@dataclass(frozen=True)
class FactIs(Expected):
    """`photos.status: complete`: a fact comes to meet its condition."""

    condition: Condition

    def describe(self) -> str:
        """The expectation in words."""
        return self.condition.describe()


@dataclass(frozen=True)
class ResultIs(Expected):
    """`cloud.transfer: {verified: on}`: what an operation of the fix found out.

    The conditions name facts of `Operation.run`'s result: `cloud.transfer.verified`.
    """

    operation: str
    conditions: Conditions

    def describe(self) -> str:
        """The expectation in words."""
        return self.conditions.describe()


Expectation: TypeAlias = "CounterAdvances | CounterSteady | Judged | FactIs | ResultIs"
