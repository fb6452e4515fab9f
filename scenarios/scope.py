"""Variables: what `${…}` in a scalar stands for, and scalars as values of the vocabulary.

`${name}` is a variable, `${case.level}` this case's data, `${before.photos.account}` a fact's
value before the first step. `$${` is the text `${`. A variable's text is put in as it is and
never read again: it cannot bring another variable, a key or a step with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from yaml.nodes import Node

from drivers.values import FALSE_WORDS, TRUE_WORDS, Value, ValueType
from drivers.vocabulary import Registry
from scenarios.marks import nearest
from scenarios.model import case_id
from scenarios.nodes import Sheet
from scenarios.secrets import Secret
from scenarios.templates import Argument, Before, Template, Unset

_OPENING = re.compile(r"\$(\$\{)|\$\{([^{}]*)\}|\$\{")

Variables: TypeAlias = "dict[str, str | Secret | Unset]"


@dataclass
class Scope:
    """What a scalar may refer to while one scenario, or one case of it, is read.

    Attributes:
        vocabulary: which facts there are.
        variables: by name: a text, a secret, or that it has no value.
        case: this case's data as written; empty where the file has no cases.
        allows_before: whether `${before.…}` means something here.
        is_partial: whether some variables or cases could not be read, which was said already: a
            name that is not known is then no mistake of its own.
        unset: variables that were used and have no value, by name.
        secrets: those that were used, by name.
        befores: names of the facts of `${before.…}` that were used.
        used: names of all variables that were used.
    """

    vocabulary: Registry
    variables: Mapping[str, str | Secret | Unset]
    case: Mapping[str, str] = field(default_factory=dict)
    allows_before: bool = True
    is_partial: bool = False
    unset: dict[str, Unset] = field(default_factory=dict)
    secrets: dict[str, Secret] = field(default_factory=dict)
    befores: dict[str, None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    @property
    def case_id(self) -> str:
        """The case as it is named in the item's id."""
        return case_id(self.case)

    def value(self, sheet: Sheet, node: Node, value_type: ValueType) -> Argument:
        """Reads a scalar that has to be of a type of the vocabulary.

        Raises:
            Mistake: not of that type, or it names a variable that there is not.
        """
        text = sheet.scalar(node, value_type.describe())
        if "${" not in text:
            return self._parsed(sheet, node, value_type, text)
        parts = self._parts(sheet, node, text)
        if value_type.kind != "text" and any(isinstance(part, Secret) for part in parts):
            # Once it is hidden, nobody could say what is wrong with it.
            raise sheet.mistake(
                node, f"expected {value_type.describe()}; a secret can only be a text"
            )
        if any(isinstance(part, (Before, Unset)) for part in parts):
            template = Template(sheet.mark(node), value_type, tuple(parts))
            self._check_template(sheet, node, template)
            return template
        secrets = [part for part in parts if isinstance(part, Secret)]
        whole = "".join(part.reveal() if isinstance(part, Secret) else str(part) for part in parts)
        if not secrets:
            return self._parsed(sheet, node, value_type, whole, source=text)
        return Secret(secrets[0].name, whole)

    def plain(self, sheet: Sheet, node: Node, what: str) -> str:
        """Reads a scalar that takes no variables.

        Raises:
            Mistake: not a scalar, empty, or with a variable in it.
        """
        text = sheet.scalar(node, what)
        if "${" in text:
            raise sheet.mistake(node, f"expected {what}; variables mean nothing here")
        return text

    def _parsed(
        self, sheet: Sheet, node: Node, value_type: ValueType, text: str, source: str = ""
    ) -> Value:
        try:
            value = value_type.parse(text)
        except ValueError as error:
            words = (*TRUE_WORDS, *FALSE_WORDS) if value_type.kind == "bool" else value_type.words
            case = f" of the case {self.case_id}" if self.case else ""
            origin = f" (from {source}{case})" if source else ""
            hint = nearest(text, words)
            raise sheet.mistake(node, f"{error}{hint}{origin}") from error
        if isinstance(value, str) and "\0" in value:
            raise sheet.mistake(node, "a text cannot hold the character NUL")
        return value

    def _parts(self, sheet: Sheet, node: Node, text: str) -> list[str | Secret | Before | Unset]:
        parts: list[str | Secret | Before | Unset] = []
        end = 0
        for found in _OPENING.finditer(text):
            if found.start() > end:
                parts.append(text[end : found.start()])
            end = found.end()
            if found[1]:
                parts.append(found[1])
            elif found[2] is None:
                raise sheet.mistake(node, "'${' without its '}'; '$${' is the text itself")
            else:
                parts.append(self._lookup(sheet, node, found[2].strip()))
        if end < len(text):
            parts.append(text[end:])
        return parts

    def _lookup(self, sheet: Sheet, node: Node, name: str) -> str | Secret | Before | Unset:
        kind, dot, rest = name.partition(".")
        is_known = rest in self.case if dot and kind == "case" else name in self.variables
        if self.is_partial and not is_known and kind != "before":
            return Unset(name, "")
        if dot and kind == "case":
            if not self.case:
                raise sheet.mistake(node, f"${{{name}}} means nothing: this file has no cases")
            if rest not in self.case:
                hint = nearest(rest, self.case)
                raise sheet.mistake(node, f"the case {self.case_id} has no {rest!r}{hint}")
            return self.case[rest]
        if dot and kind == "before":
            fact = self.vocabulary.facts.get(rest)
            if fact is None:
                raise sheet.unknown(node, rest, "fact", self.vocabulary.facts)
            if not self.allows_before:
                raise sheet.mistake(
                    node, "this is looked at before the first step: ${before.…} means nothing here"
                )
            self.befores[fact.name] = None
            return Before(fact.name, fact.type)
        self.used.add(name)
        if name not in self.variables:
            hint = nearest(name, self.variables)
            raise sheet.mistake(
                node,
                f"nothing gives ${{{name}}} a value{hint or ': declare it under vars:'}",
            )
        value = self.variables[name]
        if isinstance(value, Unset):
            self.unset[name] = value
        elif isinstance(value, Secret):
            self.secrets[name] = value
        return value

    def _check_template(self, sheet: Sheet, node: Node, template: Template) -> None:
        """What can be known now: whether a lone fact's type is the one that is wanted."""
        only = template.parts[0] if len(template.parts) == 1 else None
        wanted = template.type
        if isinstance(only, Before) and wanted.kind not in {"text", "list", "set", only.type.kind}:
            raise sheet.mistake(
                node, f"expected {wanted.describe()}, and {only.fact} is {only.type.describe()}"
            )
