"""What may stand beside a step's or an expectation's own word, such as `within`.

They may stand beside the word or, where it has a map of its own, within that map.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yaml.nodes import MappingNode, Node

from drivers.values import ValueType
from scenarios.nodes import Sheet
from scenarios.scope import Scope

SECONDS = ValueType("seconds")
BOOL = ValueType("bool")


@dataclass(frozen=True)
class Modifiers:
    """The modifiers of one step or expectation.

    Attributes:
        sheet: the file they stand in.
        scope: what variables stand for.
        head: the word that they stand beside.
        nodes: by name: where the name stands, and what it says.
    """

    sheet: Sheet
    scope: Scope
    head: str
    nodes: dict[str, tuple[Node, Node]]

    def __contains__(self, word: str) -> bool:
        return word in self.nodes

    def node(self, word: str) -> Node:
        """What the modifier says; KeyError where it is not there."""
        return self.nodes[word][1]

    def allow(self, *words: str) -> None:
        """Refuses all others.

        Raises:
            Mistake: one stands here that means nothing beside this word.
        """
        for word, (key, _) in self.nodes.items():
            if word not in words:
                raise self.sheet.mistake(key, f"{word}: means nothing beside {self.head}")

    def take(self, value: Node, words: Iterable[str]) -> list[tuple[str, Node, Node]]:
        """Moves modifiers out of the word's own map.

        Args:
            value: the word's value; one that is no map has nothing to move.
            words: those to move.

        Returns:
            The map's other entries: key, where it stands, value.

        Raises:
            Mistake: a modifier stands in both places.
        """
        wanted = set(words)
        others: list[tuple[str, Node, Node]] = []
        if not isinstance(value, MappingNode):
            return others
        for word, key, node in self.sheet.mapping(value, "a map"):
            if word not in wanted:
                others.append((word, key, node))
            elif word in self.nodes:
                raise self.sheet.mistake(key, f"{word}: stands beside {self.head} and within it")
            else:
                self.nodes[word] = (key, node)
        return others

    def within(self) -> float | None:
        """Seconds, or None where nothing is said.

        Raises:
            Mistake: not a span of time, or none at all.
        """
        return self.seconds(self.node("within")) if "within" in self.nodes else None

    def soft(self) -> bool:
        """Whether a failure lets the rest go on.

        Raises:
            Mistake: neither on nor off.
        """
        if "soft" not in self.nodes:
            return False
        return self.scope.value(self.sheet, self.node("soft"), BOOL) is True

    def seconds(self, node: Node) -> float:
        """A span of time that is known before the run and longer than nothing.

        Raises:
            Mistake: it is not.
        """
        value = self.scope.value(self.sheet, node, SECONDS)
        if not isinstance(value, float) or value <= 0:
            raise self.sheet.mistake(node, f"expected {SECONDS.describe()}, longer than 0s")
        return value
