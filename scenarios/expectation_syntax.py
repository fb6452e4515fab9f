"""From nodes to expectations."""

from __future__ import annotations

from typing import TypedDict

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from drivers.values import ValueType
from scenarios.condition_syntax import read_condition, read_test
from scenarios.conditions import Condition, Conditions
from scenarios.expectations import (
    JUDGMENTS,
    CounterAdvances,
    CounterSteady,
    Expectation,
    FactIs,
    Judged,
    ResultIs,
)
from scenarios.modifiers import Modifiers
from scenarios.nodes import Sheet
from scenarios.other_words import NOT_FACTS
from scenarios.scope import Scope

EXPECTATION_WORDS = ("counter", "judged")
MODIFIERS = ("within", "soft")
JUDGMENT = ValueType("enum", JUDGMENTS)
COUNT = ValueType("count")


def read_expectations(sheet: Sheet, node: Node, scope: Scope) -> tuple[Expectation, ...]:
    """One expectation, several in a map, or a list of such.

    Raises:
        Mistake: nothing is expected; problems within an expectation are noted.
    """
    nodes = sheet.sequence(node, "a list") if isinstance(node, SequenceNode) else [node]
    found: list[Expectation] = []
    for one in nodes:
        with sheet.gathering():
            if isinstance(one, ScalarNode) and one.value in JUDGMENTS:
                raise sheet.mistake(one, f"expected an expectation: write 'judged: {one.value}'")
            entries = sheet.mapping(one, "an expectation such as counter: {advances: 1}")
            beside = {word: (key, n) for word, key, n in entries if word in MODIFIERS}
            heads = [entry for entry in entries if entry[0] not in MODIFIERS]
            if not heads:
                raise sheet.mistake(one, "expected what to expect: counter, judged or a fact")
            for word, key, value in heads:
                modifiers = Modifiers(sheet, scope, word, dict(beside))
                with sheet.gathering():
                    found.append(_expectation(key, value, modifiers))
    if not nodes:
        raise sheet.mistake(node, "expected at least one expectation, and the list is empty")
    return tuple(found)


def _expectation(key: Node, value: Node, beside: Modifiers) -> Expectation:
    sheet, scope, word = beside.sheet, beside.scope, beside.head
    if word == "counter":
        return _counter(key, value, beside)
    if word == "judged":
        test = read_test(sheet, value, word, JUDGMENT, scope)
        condition = Condition(sheet.mark(key), word, JUDGMENT, test)
        return Judged(sheet.mark(key), condition, **_terms(beside))
    if word in scope.vocabulary.operations:
        return _result(key, value, beside)
    if word in scope.vocabulary.facts:
        condition = read_condition(sheet, word, key, value, scope)
        return FactIs(sheet.mark(key), condition, **_terms(beside))
    if word in NOT_FACTS:
        raise sheet.mistake(key, NOT_FACTS[word])
    known = [*EXPECTATION_WORDS, *scope.vocabulary.facts, *scope.vocabulary.operations]
    raise sheet.unknown(key, word, "expectation", known)


class _Terms(TypedDict):
    within_s: float | None
    soft: bool


def _terms(beside: Modifiers) -> _Terms:
    """What every expectation may have beside it."""
    return {"within_s": beside.within(), "soft": beside.soft()}


def _counter(key: Node, value: Node, beside: Modifiers) -> Expectation:
    sheet, scope, mark = beside.sheet, beside.scope, beside.sheet.mark(key)
    if not isinstance(value, MappingNode):
        raise sheet.mistake(value, "expected {advances: 1} or {steady: 20s}")
    entries = beside.take(value, MODIFIERS)
    for word, node, _ in entries:
        if word not in {"advances", "steady"}:
            known = ("advances", "steady", *MODIFIERS)
            raise sheet.unknown(node, word, "part of counter", known)
    if len(entries) != 1:
        raise sheet.mistake(value, "the counter either advances or is steady: expected one of them")
    word, _, node = entries[0]
    if word == "steady":
        return CounterSteady(mark, beside.seconds(node), **_terms(beside))
    by = scope.value(sheet, node, COUNT)
    if not isinstance(by, int) or by < 1:
        raise sheet.mistake(node, "expected a whole number of items, 1 or more")
    return CounterAdvances(mark, by, **_terms(beside))


def _result(key: Node, value: Node, beside: Modifiers) -> Expectation:
    sheet, scope = beside.sheet, beside.scope
    operation = scope.vocabulary.operations[beside.head]
    if not operation.results:
        raise sheet.mistake(key, f"{operation.name} has no result that could be expected")
    conditions: list[Condition] = []
    sheet.mapping(value, f"a map of results of {operation.name}")
    for word, node, test in beside.take(value, MODIFIERS):
        if word not in operation.results:
            raise sheet.unknown(node, word, f"result of {operation.name}", operation.results)
        name, value_type = f"{operation.name}.{word}", operation.results[word]
        conditions.append(
            Condition(
                sheet.mark(node), name, value_type, read_test(sheet, test, name, value_type, scope)
            )
        )
    if not conditions:
        raise sheet.mistake(value, f"expected one of {', '.join(operation.results)}")
    mark = sheet.mark(key)
    all_of = Conditions(mark, tuple(conditions))
    return ResultIs(mark, operation.name, all_of, **_terms(beside))
