"""From nodes to the steps that a finger could do."""

from __future__ import annotations

import re
from collections.abc import Callable

from yaml.nodes import MappingNode, Node, ScalarNode

from scenarios.gestures import KEYS, Key, Open, ScreenStep, ScrollTo, Selector, Tap, Type, Wait
from scenarios.model import Step, Virtual, When
from scenarios.modifiers import Modifiers
from scenarios.nodes import Sheet, is_empty
from scenarios.other_words import NOT_STEPS
from scenarios.scope import Scope
from scenarios.templates import TEXT, Argument

SCREEN_WORDS = ("open", "tap", "scroll_to", "type", "key", "wait")
SELECTOR_WORDS = ("id", "desc", "text", "say")
OPEN_WORDS = ("package", "activity", "action", "data")
_TIME = re.compile(r"\s*[\d.]+\s*(?:ms|s|sec|m|min|h)?\s*\Z")

_Entries = list[tuple[str, Node, Node]]


def read_screen_step(
    key: Node, value: Node, beside: Modifiers, read_steps: Callable[[Node], tuple[Step, ...]]
) -> ScreenStep:
    """One screen step.

    Args:
        key: where its word stands.
        value: what stands behind the word.
        beside: its modifiers; those within the value are taken out of it.
        read_steps: reads the steps that take it back.

    Raises:
        Mistake: it means nothing.
    """
    sheet, scope, word = beside.sheet, beside.scope, beside.head
    inner = beside.take(value, ("within", "undo"))
    beside.allow("within", "undo")
    mark, within_s = sheet.mark(key), beside.within()
    undo = read_steps(beside.node("undo")) if "undo" in beside else None
    if blocked := next((one for one in undo or () if isinstance(one, (When, Virtual))), None):
        raise sheet.mistake(
            blocked.mark,
            "a way back is done as it stands: neither when: nor virtual: means anything in it",
        )
    if word == "open":
        return Open(mark, **_target(sheet, value, inner, scope), undo=undo, within_s=within_s)
    if word == "key":
        return Key(mark, _key(sheet, value, scope), undo, within_s)
    if word == "type":
        text, into = _typed(sheet, value, inner, scope)
        return Type(mark, text, into, undo, within_s)
    if word == "wait":
        gone = [node for name, _, node in inner if name == "gone"]
        if gone and len(inner) == 1:
            selector = _selector(sheet, gone[0], _entries(sheet, gone[0]), scope)
        else:
            selector = _selector(sheet, value, inner, scope)
        return Wait(mark, selector, bool(gone), undo, within_s)
    selector = _selector(sheet, value, inner, scope)
    step = Tap if word == "tap" else ScrollTo
    return step(mark, selector, undo, within_s)


def _entries(sheet: Sheet, node: Node) -> _Entries:
    return list(sheet.mapping(node, "a selector such as {id: backup_switch}"))


def _selector(sheet: Sheet, node: Node, entries: _Entries, scope: Scope) -> Selector:
    if isinstance(node, ScalarNode) and _TIME.match(node.value):
        raise sheet.mistake(node, NOT_STEPS["sleep"])
    if isinstance(node, ScalarNode) and not is_empty(node):
        raise sheet.mistake(
            node,
            f"expected a selector such as {{id: backup_switch}}, not {node.value!r}: "
            f"for what the screen shows, write {{text: {node.value}}}",
        )
    if not isinstance(node, MappingNode):
        _entries(sheet, node)
    for word, key, _ in entries:
        if word not in SELECTOR_WORDS:
            raise sheet.unknown(key, word, "selector", SELECTOR_WORDS)
    if len(entries) != 1:
        raise sheet.mistake(node, f"a selector is exactly one of {', '.join(SELECTOR_WORDS)}")
    word, _, value = entries[0]
    wanted = scope.value(sheet, value, TEXT)
    if word == "say" and isinstance(wanted, str):
        # Imported here: the lexicon's languages take their time, and few scenarios need them.
        from drivers.photos.lexicon import keys

        if wanted not in keys():
            raise sheet.unknown(value, wanted, "key of the lexicon", sorted(keys()))
    return Selector(word, wanted)


def _key(sheet: Sheet, node: Node, scope: Scope) -> str:
    name = scope.plain(sheet, node, "the name of a key")
    if name not in KEYS:
        raise sheet.unknown(node, name, "key", KEYS)
    return name


def _typed(
    sheet: Sheet, node: Node, entries: _Entries, scope: Scope
) -> tuple[Argument, Selector | None]:
    if not isinstance(node, MappingNode):
        return scope.value(sheet, node, TEXT), None
    text: Argument | None = None
    into: Selector | None = None
    for word, key, value in entries:
        if word == "text":
            text = scope.value(sheet, value, TEXT)
        elif word == "into":
            into = _selector(sheet, value, _entries(sheet, value), scope)
        else:
            raise sheet.unknown(key, word, "part of type", ("text", "into"))
    if text is None:
        raise sheet.mistake(node, "type: without text: and what to type")
    return text, into


def _target(sheet: Sheet, node: Node, entries: _Entries, scope: Scope) -> dict[str, Argument]:
    if isinstance(node, ScalarNode):
        target = scope.value(sheet, node, TEXT)
        is_activity = isinstance(target, str) and "/" in target
        return {"activity" if is_activity else "package": target}
    if not isinstance(node, MappingNode):
        sheet.mapping(node, "an app, or a map such as {action: android.settings.WIFI_SETTINGS}")
    given: dict[str, Argument] = {}
    for word, key, value in entries:
        if word not in OPEN_WORDS:
            raise sheet.unknown(key, word, "part of open", OPEN_WORDS)
        given[word] = scope.value(sheet, value, TEXT)
    if len(given.keys() - {"data"}) != 1 or ("data" in given and "action" not in given):
        raise sheet.mistake(
            node, "open: takes exactly one of package, activity, action; an action may have data"
        )
    return given
