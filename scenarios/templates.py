"""Values that a file leaves open until the phone was read: `${before.photos.account}`.

Variables and the data of a case are known when a file is loaded and never get here. This module
must not know YAML.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from drivers.errors import ScenarioError
from drivers.values import Value, ValueType
from drivers.vocabulary import Facts
from scenarios.marks import Mark
from scenarios.secrets import Secret


@dataclass(frozen=True)
class Before:
    """A fact's value before the first step.

    Attributes:
        fact: its name.
        type: its type, which says how it is written within a text.
    """

    fact: str
    type: ValueType


@dataclass(frozen=True)
class Unset:
    """A variable that neither the environment nor the command line gave a value.

    Attributes:
        name: as the scenario calls it.
        hint: how to give it a value.
    """

    name: str
    hint: str


@dataclass(frozen=True)
class Template:
    """A scalar that holds a value known only later.

    Attributes:
        mark: where it stands.
        type: what it has to be once it is filled in.
        parts: texts and the open places between them, in order.
    """

    mark: Mark
    type: ValueType
    parts: tuple[str | Secret | Before | Unset, ...]

    def resolve(self, before: Facts) -> Value | Secret:
        """Fills it in.

        Args:
            before: the facts as they were before the first step.

        Raises:
            ScenarioError: a fact was not on the phone, or what results is not of the type; it
                carries the place in the file.
        """
        if len(self.parts) == 1 and isinstance(self.parts[0], Before):
            part = self.parts[0]
            if part.type.kind == self.type.kind:
                return self._value_of(part, before)
        texts = [self._text_of(part, before) for part in self.parts]
        secrets = [part for part in self.parts if isinstance(part, Secret)]
        if secrets:
            return Secret(secrets[0].name, "".join(texts))
        try:
            return self.type.parse("".join(texts))
        except ValueError as error:
            raise self.error(str(error)) from error

    def __str__(self) -> str:
        shown: Callable[[object], str] = lambda part: (  # noqa: E731 - one use, two branches
            f"${{before.{part.fact}}}"
            if isinstance(part, Before)
            else f"${{{part.name}}}"
            if isinstance(part, Unset)
            else str(part)
        )
        return "".join(shown(part) for part in self.parts)

    def _value_of(self, part: Before, before: Facts) -> Value:
        if part.fact not in before:
            raise self.error(
                f"this phone did not show {part.fact} before the first step, "
                f"so ${{before.{part.fact}}} has no value"
            )
        return before[part.fact]

    def _text_of(self, part: str | Secret | Before | Unset, before: Facts) -> str:
        if isinstance(part, Before):
            return part.type.format(self._value_of(part, before))
        if isinstance(part, Unset):
            raise self.error(f"${{{part.name}}} has no value: {part.hint}")
        return part.reveal() if isinstance(part, Secret) else part

    def error(self, message: str) -> ScenarioError:
        """An error that points at the scalar."""
        mark = self.mark
        return ScenarioError(
            f"{mark}: {message}", path=mark.path, line=mark.line, column=mark.column
        )


TEXT = ValueType("text")

# What a step may carry: a value, one that must not be shown, or one known only later.
Argument: TypeAlias = "Value | Secret | Template"


def resolved(argument: Argument, before: Facts) -> Value | Secret:
    """An argument with nothing left open.

    Raises:
        ScenarioError: as `Template.resolve` does.
    """
    return argument.resolve(before) if isinstance(argument, Template) else argument


def plain(argument: Argument) -> Value:
    """The value itself, a secret's included: for the call that needs it, never for a message.

    Raises:
        ScenarioError: a template; `resolve` comes first.
    """
    if isinstance(argument, Template):
        raise argument.error(f"{argument} is not known before the first step")
    return argument.reveal() if isinstance(argument, Secret) else argument


def shown(argument: Argument, value_type: ValueType) -> str:
    """An argument as a scenario would write it, secrets masked."""
    if isinstance(argument, (Secret, Template)):
        return str(argument)
    return value_type.format(argument)
