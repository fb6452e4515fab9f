"""From nodes to what a phone has to be."""

from __future__ import annotations

import re

from yaml.nodes import Node

from scenarios.condition_syntax import read_condition
from scenarios.conditions import COMPARISONS, Conditions
from scenarios.modifiers import BOOL
from scenarios.needs import Needs, version_of
from scenarios.nodes import Sheet
from scenarios.scope import Scope

_API_WORDS = ("api", "sdk", "api_level", "min_sdk")
_VERSION = re.compile(r"\d+(?:\.\d+)?")
NEEDS_WORDS = ("android", "vendor", "root", "sim")


def read_needs(sheet: Sheet, node: Node, scope: Scope) -> Needs:
    """A map of `android`, `vendor`, `root`, `sim` and any facts.

    Raises:
        Mistake: not a map, or an empty one; problems within it are noted.
    """
    android: tuple[str, tuple[int, ...]] | None = None
    vendors: tuple[str, ...] = ()
    switches: dict[str, bool] = {}
    conditions = []
    entries = sheet.mapping(node, 'a map such as {android: ">= 13"}')
    if not entries:
        raise sheet.mistake(node, "expected android, vendor, root, sim or a fact")
    for word, key, value in entries:
        with sheet.gathering():
            if word == "android":
                android = _android(sheet, value, scope)
            elif word == "vendor":
                vendors = tuple(
                    scope.plain(sheet, one, "a maker").lower() for one in sheet.one_or_more(value)
                )
            elif word in {"root", "sim"}:
                switches[word] = scope.value(sheet, value, BOOL) is True
            elif word in scope.vocabulary.facts:
                conditions.append(read_condition(sheet, word, key, value, scope))
            else:
                if word in _API_WORDS:
                    raise sheet.mistake(key, f"unknown need {word!r}: write 'phone.sdk: \">= 33\"'")
                known = [*NEEDS_WORDS, *scope.vocabulary.facts]
                raise sheet.unknown(key, word, "need", known)
    mark = sheet.mark(node)
    facts = Conditions(mark, tuple(conditions)) if conditions else None
    return Needs(mark, android, vendors, switches.get("root"), switches.get("sim"), facts)


def _android(sheet: Sheet, node: Node, scope: Scope) -> tuple[str, tuple[int, ...]]:
    text = scope.plain(sheet, node, 'an Android version such as 13 or ">= 13"').strip()
    # The longer signs first: "<" begins "<=" too.
    signs = sorted(COMPARISONS, key=len, reverse=True)
    sign = next((sign for sign in signs if text.startswith(sign)), "")
    try:
        return sign or "==", version_of(text.removeprefix(sign).strip())
    except ValueError as error:
        # 13+, "13 or newer", "Android 13": the number is there, and what to write with it.
        number = _VERSION.search(text)
        instead = f": write '\">= {number[0]}\"' or {number[0]}" if number and not sign else ""
        raise sheet.mistake(node, f"{error}{instead}") from error
