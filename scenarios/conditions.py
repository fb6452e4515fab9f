"""What a scenario may say about facts, and whether facts are so.

An absent fact is neither so nor not so: `holds` then answers None, also for `{not: …}`, and
nothing is guessed. This module must not know YAML or how facts are read.
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from drivers.values import Value, ValueType
from drivers.vocabulary import Facts
from scenarios.marks import Mark
from scenarios.templates import Argument, plain, shown

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Is:
    """The fact is this value, or is a list or set that holds it."""

    value: Argument


@dataclass(frozen=True)
class Compare:
    """The fact is on this side of the value; `comparison` is a key of COMPARISONS."""

    comparison: str
    value: Argument


@dataclass(frozen=True)
class AnyOf:
    """At least one of the tests is met."""

    tests: tuple[Test, ...]


@dataclass(frozen=True)
class Not:
    """The test is not met, by a fact that is there."""

    test: Test


@dataclass(frozen=True)
class Entries:
    """Each named entry of a map, or part of a counter, meets its test."""

    tests: tuple[tuple[str, Test], ...]


Test: TypeAlias = "Is | Compare | AnyOf | Not | Entries"


@dataclass(frozen=True)
class Condition:
    """One fact and what it has to be.

    Attributes:
        mark: where it stands.
        fact: the fact's name.
        type: the fact's type.
        test: what it has to be.
    """

    mark: Mark
    fact: str
    type: ValueType
    test: Test

    def holds(self, value: Value | None) -> bool | None:
        """Whether the value meets the test; None where the fact is absent.

        Raises:
            ValueError: the test is not resolved yet.
        """
        return None if value is None else _met(self.test, value)

    def describe(self) -> str:
        """The condition as a person would say it: `battery.level is below 15%`."""
        return f"{self.fact} {_words(self.test, self.type)}"


@dataclass(frozen=True)
class Conditions:
    """Conditions that have to hold together.

    Attributes:
        mark: where they stand.
        all: at least one.
    """

    mark: Mark
    all: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool | None:
        """True if all hold, False if one does not, else None (one is absent)."""
        return _all(c.holds(facts.get(c.fact)) for c in self.all)

    def deciding(self, facts: Facts) -> tuple[Condition, ...]:
        """The conditions that made `holds` answer as it did: those to name in a report."""
        wanted = self.holds(facts)
        return tuple(c for c in self.all if c.holds(facts.get(c.fact)) is wanted)

    def describe(self) -> str:
        """All of them in one line."""
        return " and ".join(c.describe() for c in self.all)


@dataclass(frozen=True)
class Cause:
    """The facts under which a scenario's fix is worth trying: any of several sets.

    Attributes:
        mark: where it stands.
        any: at least one.
    """

    mark: Mark
    any: tuple[Conditions, ...]

    def holds(self, facts: Facts) -> bool | None:
        """True if a set holds, False if none does, else None (what would decide is absent)."""
        return _any(conditions.holds(facts) for conditions in self.any)

    def deciding(self, facts: Facts) -> tuple[Condition, ...]:
        """The conditions that made `holds` answer as it did: those to name in a report."""
        wanted = self.holds(facts)
        chosen = [c for c in self.any if c.holds(facts) is wanted]
        # One set that holds is enough; that none does takes all of them.
        return tuple(d for c in (chosen[:1] if wanted else chosen) for d in c.deciding(facts))

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of the facts that it speaks of, each once, in order."""
        return tuple(dict.fromkeys(c.fact for conditions in self.any for c in conditions.all))

    @property
    def size(self) -> int:
        """How many conditions the smallest set has; part of heal's order."""
        return min(len(conditions.all) for conditions in self.any)

    def describe(self) -> str:
        """The whole cause in one line."""
        return ", or ".join(conditions.describe() for conditions in self.any)


class Unseen(enum.Enum):
    """The cause that no fact can show, such as a hung app."""

    UNSEEN = "unseen"


UNSEEN = Unseen.UNSEEN


def _met(test: Test, value: Value) -> bool | None:
    if isinstance(test, Is):
        return _same(plain(test.value), value)
    if isinstance(test, Compare):
        return _compared(test, value)
    if isinstance(test, AnyOf):
        return _any(_met(one, value) for one in test.tests)
    if isinstance(test, Not):
        met = _met(test.test, value)
        return None if met is None else not met
    if not isinstance(value, Mapping):
        return None
    return _all(
        None if (entry := value.get(key)) is None else _met(one, entry) for key, one in test.tests
    )


def _same(wanted: Value, value: Value) -> bool:
    if isinstance(value, tuple) and not isinstance(wanted, tuple):
        return wanted in value
    # In Python True is 1, and on a phone "on" is not a count of one.
    return isinstance(wanted, bool) is isinstance(value, bool) and wanted == value


def _compared(test: Compare, value: Value) -> bool | None:
    limit = plain(test.value)
    if isinstance(value, (int, float)) and isinstance(limit, (int, float)):
        return COMPARISONS[test.comparison](value, limit)
    return None


def _all(answers: Iterable[bool | None]) -> bool | None:
    known = list(answers)
    return False if False in known else None if None in known else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    known = list(answers)
    return True if True in known else None if None in known else False


def _words(test: Test, value_type: ValueType) -> str:
    verb = "holds" if value_type.is_collection else "is"
    if isinstance(test, Is):
        return f"{verb} {shown(test.value, value_type)}"
    if isinstance(test, Compare):
        return f"{test.comparison} {shown(test.value, value_type)}"
    if isinstance(test, AnyOf):
        if all(isinstance(one, Is) for one in test.tests):
            values = (shown(one.value, value_type) for one in test.tests if isinstance(one, Is))
            return f"{verb} any of {', '.join(values)}"
        return " or ".join(_words(one, value_type) for one in test.tests)
    if isinstance(test, Not):
        inner = _words(test.test, value_type)
        if inner.startswith("holds "):
            return f"does not hold {inner.removeprefix('holds ')}"
        return f"is not {inner.removeprefix('is ')}"
    return "has " + " and ".join(
        f"{key} {_words(one, value_type.entry(key))}" for key, one in test.tests
    )
