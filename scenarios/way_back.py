"""A screen step's `undo:` as the journal keeps it: plain data before the step, steps afterwards.

Whoever puts a phone back, in this run or after a crash in the next one, has the journal and not
the file. This module must not know YAML or pytest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from drivers.errors import LossError
from drivers.phone import Phone
from drivers.values import Json, Value
from drivers.vocabulary import Registry
from scenarios import screen_steps
from scenarios.gestures import Key, Open, ScreenStep, ScrollTo, Selector, Tap, Type, Wait
from scenarios.marks import Mark
from scenarios.model import Run, SetControl, Shell, Step, Virtual, When
from scenarios.templates import Argument, plain

# How long each step of a way back may wait for what it needs.
_TIMEOUT_S = 30.0
_OPEN_WORDS = ("package", "activity", "action", "data")


def as_memo(steps: Sequence[Step]) -> list[Json]:
    """The steps as the journal keeps them.

    Args:
        steps: resolved; screen steps, controls, operations and commands.
    """
    return [_entry(step) for step in steps]


def carry_out(memo: Json, phone: Phone, registry: Registry) -> None:
    """Does what `as_memo` kept, in order.

    Raises:
        PhoneError: the phone refused, or what a step needs was not there in time.
        LossError: this version does not know what is asked for, or the phone did not take it.
    """
    for entry in cast("list[dict[str, Any]]", memo):
        _do(entry, phone, registry)


def _entry(step: Step) -> dict[str, Json]:
    if isinstance(step, (When, Virtual)):
        raise LossError(f"{step.describe()} cannot stand in a way back")
    return {**_deed(step), "within": step.within_s or _TIMEOUT_S}


def _deed(step: SetControl | Run | Shell | ScreenStep) -> dict[str, Json]:
    if isinstance(step, SetControl):
        return {"set": step.control, "to": _json(step.value)}
    if isinstance(step, Run):
        arguments = {name: _json(value) for name, value in step.arguments.items()}
        return {"run": step.operation, "arguments": arguments}
    if isinstance(step, Shell):
        return {"shell": step.command()}
    if isinstance(step, Key):
        return {"key": step.name}
    if isinstance(step, Type):
        return {"type": _json(step.text), "into": _pair(step.into) if step.into else None}
    if isinstance(step, Tap):
        return {"tap": _pair(step.selector)}
    if isinstance(step, ScrollTo):
        return {"scroll_to": _pair(step.selector)}
    if isinstance(step, Wait):
        return {"gone" if step.gone else "wait": _pair(step.selector)}
    given = {word: getattr(step, word) for word in _OPEN_WORDS}
    return {"open": {word: _json(value) for word, value in given.items() if value is not None}}


def _do(entry: Mapping[str, Any], phone: Phone, registry: Registry) -> None:
    if "set" in entry:
        control = registry.controls.get(entry["set"])
        if control is None:
            raise LossError(f"this version knows no control {entry['set']}")
        control.apply(phone, _value(entry["to"]))
    elif "run" in entry:
        operation = registry.operations.get(entry["run"])
        if operation is None:
            raise LossError(f"this version knows no operation {entry['run']}")
        arguments = {name: _value(value) for name, value in entry["arguments"].items()}
        operation.run(phone, arguments, operation.prepare(phone, arguments))
    elif "shell" in entry:
        result = phone.shell(entry["shell"], timeout_s=entry["within"])
        if result.exit_code != 0:
            raise LossError(
                f"what takes it back ended with exit code {result.exit_code}: {result.output[:300]}"
            )
    else:
        screen_steps.perform(phone, gesture_of(entry), entry["within"])


def gesture_of(entry: Mapping[str, Any]) -> ScreenStep:
    """One kept screen step as a step again."""
    mark = Mark("the journal")
    if "key" in entry:
        return Key(mark, entry["key"])
    if "type" in entry:
        return Type(mark, entry["type"], Selector(*entry["into"]) if entry["into"] else None)
    if "tap" in entry:
        return Tap(mark, Selector(*entry["tap"]))
    if "scroll_to" in entry:
        return ScrollTo(mark, Selector(*entry["scroll_to"]))
    if "open" in entry:
        return Open(mark, **entry["open"])
    is_gone = "gone" in entry
    return Wait(mark, Selector(*entry["gone" if is_gone else "wait"]), is_gone)


def _pair(selector: Selector) -> list[Json]:
    return [selector.by, _json(selector.value)]


def _json(argument: Argument) -> Json:
    value = plain(argument)
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _value(value: Json) -> Value:
    return cast("Value", tuple(cast("list[str]", value)) if isinstance(value, list) else value)
