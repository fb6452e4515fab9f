"""From nodes to what a scenario is filled in with: its variables and its cases."""

from __future__ import annotations

import re
from collections.abc import Mapping

from yaml.nodes import MappingNode, Node

from scenarios.model import case_id
from scenarios.nodes import Sheet, is_text
from scenarios.scope import Variables
from scenarios.secrets import Secret
from scenarios.templates import Unset

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
# What `${…}` begins with where it is no variable.
_RESERVED = ("before", "case")


def read_variables(
    sheet: Sheet, node: Node, given: Mapping[str, str], environ: Mapping[str, str]
) -> Variables:
    """A map of variables.

    Args:
        sheet: the file.
        node: the map.
        given: what `--var` gave; it goes before what the file says.
        environ: the environment.

    Returns:
        What each stands for; one that has no value is there too.

    Raises:
        Mistake: not a map; problems within it are noted.
    """
    found: Variables = {}
    for name, key, value in sheet.mapping(node, "a map of variables"):
        with sheet.gathering():
            if not _NAME.match(name) or name in _RESERVED:
                raise sheet.mistake(key, f"{name!r} cannot be the name of a variable")
            found[name] = _variable(sheet, name, value, given.get(name), environ)
    return found


def _variable(
    sheet: Sheet, name: str, node: Node, given: str | None, environ: Mapping[str, str]
) -> str | Secret | Unset:
    if given is not None and not is_text(given):
        raise sheet.mistake(node, f"what --var gives for {name} is not UTF-8")
    if not isinstance(node, MappingNode):
        text = _literal(sheet, node)
        return text if given is None else given
    entries = {word: value for word, _, value in sheet.mapping(node, "a source")}
    if entries.keys() == {"secret"}:
        variable = _literal(sheet, entries["secret"])
        if given is not None:
            raise sheet.mistake(
                node, f"{name} is a secret: it comes from ${variable} only, never from --var"
            )
        if variable in environ:
            return Secret(variable, _environ(sheet, node, environ, variable))
        return Unset(name, f"set {variable} in the environment")
    if "env" not in entries or entries.keys() - {"env", "default"}:
        raise sheet.mistake(
            node, "expected a text, {env: NAME}, {env: NAME, default: TEXT} or {secret: NAME}"
        )
    variable = _literal(sheet, entries["env"])
    default = _literal(sheet, entries["default"]) if "default" in entries else None
    if given is None and variable in environ:
        return _environ(sheet, node, environ, variable)
    value = given if given is not None else default
    hint = f"set {variable} in the environment, or give --var {name}=…"
    return value if value is not None else Unset(name, hint)


def _environ(sheet: Sheet, node: Node, environ: Mapping[str, str], variable: str) -> str:
    """The value of an environment variable that is set.

    Raises:
        Mistake: its bytes are no text, which no phone and no report could be told.
    """
    if not is_text(environ[variable]):
        raise sheet.mistake(node, f"what {variable} is set to in the environment is not UTF-8")
    return environ[variable]


def read_cases(sheet: Sheet, node: Node) -> list[dict[str, str]]:
    """A list of cases, each a map of names to texts.

    Raises:
        Mistake: not a list, or an empty one; problems within it are noted, and cases that have
            any are left out.
    """
    nodes = sheet.sequence(node, "a list of cases such as {level: 5%}")
    if not nodes:
        raise sheet.mistake(node, "expected at least one case, and the list is empty")
    cases: list[dict[str, str]] = []
    for one in nodes:
        with sheet.gathering():
            case = _case(sheet, one)
            # Two that differ and are called alike could not be told apart in any report.
            if case_id(case) in map(case_id, cases):
                raise sheet.mistake(one, f"a case called {case_id(case)} is here twice")
            cases.append(case)
    return cases


def _case(sheet: Sheet, node: Node) -> dict[str, str]:
    case = {}
    for name, key, value in sheet.mapping(node, "a case such as {level: 5%}"):
        if not _NAME.match(name):
            raise sheet.mistake(key, f"{name!r} cannot be a name in a case")
        case[name] = _literal(sheet, value)
        if not case[name].isprintable():
            raise sheet.mistake(value, "expected one line, for it is a part of the id")
    if not case:
        raise sheet.mistake(node, "expected a case such as {level: 5%}, and it is empty")
    return case


def _literal(sheet: Sheet, node: Node) -> str:
    text = sheet.scalar(node, "a text")
    if "${" in text:
        raise sheet.mistake(node, "expected a text; variables mean nothing here")
    return text
