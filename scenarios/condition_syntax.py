"""From nodes to conditions."""

from __future__ import annotations

import re

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from drivers.values import ValueType
from scenarios.conditions import (
    COMPARISONS,
    UNSEEN,
    AnyOf,
    Cause,
    Compare,
    Condition,
    Conditions,
    Entries,
    Is,
    Not,
    Test,
    Unseen,
)
from scenarios.marks import nearest
from scenarios.nodes import Sheet, is_empty
from scenarios.other_words import NOT_FACTS
from scenarios.scope import Scope

_NO_CAUSES = {"none", "no", "never", "off", "false"}
_COMPARISON = re.compile(r"(<=|>=|<|>|==|!=|=)\s*(.*)", re.DOTALL)


def read_cause(sheet: Sheet, node: Node, scope: Scope) -> Cause | Unseen:
    """A map of conditions (all of them), a list of such maps (any of them), or `unseen`.

    Raises:
        Mistake: none of these; problems within a map are noted.
    """
    if isinstance(node, ScalarNode):
        if node.value == UNSEEN.value:
            return UNSEEN
        if is_empty(node):
            sheet.scalar(node, "conditions, or the word unseen")
        hint = nearest(node.value, [UNSEEN.value])
        if node.value in _NO_CAUSES:
            hint = "; without a cause: line heal never runs a scenario"
        raise sheet.mistake(node, f"expected conditions, or the word unseen{hint}")
    maps = sheet.one_or_more(node)
    if not maps:
        raise sheet.mistake(node, "expected at least one condition")
    found = tuple(read_conditions(sheet, one, scope) for one in maps)
    return Cause(sheet.mark(node), found)


def read_conditions(sheet: Sheet, node: Node, scope: Scope) -> Conditions:
    """A map of facts to what they have to be.

    Raises:
        Mistake: not a map, or an empty one; problems within it are noted.
    """
    entries = sheet.mapping(node, "a map of conditions such as {battery.saver: on}")
    if not entries and not node.value:
        raise sheet.mistake(node, "expected at least one condition")
    conditions = []
    for name, key, value in entries:
        with sheet.gathering():
            conditions.append(read_condition(sheet, name, key, value, scope))
    return Conditions(sheet.mark(node), tuple(conditions))


def read_condition(sheet: Sheet, name: str, key: Node, value: Node, scope: Scope) -> Condition:
    """One fact and what it has to be.

    Raises:
        Mistake: no such fact, or a test that means nothing for its type.
    """
    vocabulary = scope.vocabulary
    if name not in vocabulary.facts:
        if name in vocabulary.operations:
            raise sheet.mistake(key, f"{name} is an operation: it is no fact to be compared")
        if name in NOT_FACTS:
            raise sheet.mistake(key, NOT_FACTS[name])
        raise sheet.unknown(key, name, "fact", vocabulary.facts)
    fact = vocabulary.facts[name]
    return Condition(
        sheet.mark(key), name, fact.type, read_test(sheet, value, name, fact.type, scope)
    )


def read_test(sheet: Sheet, node: Node, name: str, value_type: ValueType, scope: Scope) -> Test:
    """What a fact has to be.

    Args:
        sheet: the file.
        node: the test.
        name: the fact's name, for messages.
        value_type: the fact's type.
        scope: what variables stand for.

    Raises:
        Mistake: the test means nothing for this type.
    """
    if isinstance(node, SequenceNode):
        elements = sheet.sequence(node, "a list")
        if not elements:
            raise sheet.mistake(node, "an empty list is met by nothing; expected values")
        tests = []
        for element in elements:
            with sheet.gathering():
                tests.append(_read_scalar_test(sheet, element, name, value_type, scope))
        return AnyOf(tuple(tests))
    if isinstance(node, MappingNode):
        return _read_map_test(sheet, node, name, value_type, scope)
    return _read_scalar_test(sheet, node, name, value_type, scope)


def _read_map_test(
    sheet: Sheet, node: MappingNode, name: str, value_type: ValueType, scope: Scope
) -> Test:
    entries = sheet.mapping(node, "a test")
    if [key for key, _, _ in entries] == ["not"]:
        return Not(read_test(sheet, entries[0][2], name, value_type, scope))
    if value_type.kind not in {"map", "counter"}:
        raise sheet.mistake(
            node, f"{name} has no parts; expected {value_type.describe()}, a list, or {{not: …}}"
        )
    if not entries:
        raise sheet.mistake(node, "expected at least one part")
    tests = []
    for key, key_node, value in entries:
        try:
            entry_type = value_type.entry(key)
        except ValueError as error:
            raise sheet.mistake(key_node, str(error)) from error
        tests.append((key, read_test(sheet, value, f"{name}'s {key}", entry_type, scope)))
    return Entries(tuple(tests))


def _read_scalar_test(
    sheet: Sheet, node: Node, name: str, value_type: ValueType, scope: Scope
) -> Test:
    if value_type.kind in {"map", "counter"}:
        raise sheet.mistake(node, f"{name} has parts; expected a map such as {_parts(value_type)}")
    text = sheet.scalar(node, value_type.describe())
    found = _COMPARISON.match(text)
    # A text may begin with any sign, and a fact that is a text cannot be compared anyway.
    if found is None or value_type.kind in {"text", "list"}:
        return Is(scope.value(sheet, node, value_type))
    sign = found[1]
    if sign not in COMPARISONS:
        instead = f"{{not: {found[2]}}}" if sign == "!=" else found[2]
        raise sheet.mistake(node, f"{sign!r} is no comparison here: write {instead}")
    if not value_type.is_ordered:
        raise sheet.mistake(
            node, f"{name} has no order to compare by; expected {value_type.describe()}"
        )
    return Compare(sign, scope.value(sheet, _rest_of(node, found.start(2)), value_type))


def _rest_of(node: Node, offset: int) -> ScalarNode:
    """The part of a scalar behind its sign, for the message that points there."""
    text = node.value[offset:]
    # An empty rest keeps its quotes: the message is about the number, not about an empty value.
    return ScalarNode("", text, node.start_mark, node.end_mark, style='"')


def _parts(value_type: ValueType) -> str:
    return '{left: "> 0"}' if value_type.kind == "counter" else "{Camera: on}"
