"""What steps may cost, computed from the vocabulary: a file cannot understate it."""

from __future__ import annotations

from collections.abc import Iterable

from drivers.values import Value, ValueType
from drivers.vocabulary import Control, Effect, Registry, Risk
from scenarios.model import Run, SetControl, Shell, Step, Virtual, When, walk
from scenarios.secrets import Secret
from scenarios.templates import Argument, Template

# Shell words that lose an app's data however they are declared.
_DATA_LOSING = {"clear", "uninstall", "uninstall-system-updates"}


def riskiest(steps: tuple[Step, ...], vocabulary: Registry) -> tuple[Risk, Step | None]:
    """The highest risk among the steps, and the first step that has it; look where there is none.

    Args:
        steps: includes spliced in.
        vocabulary: where every control and operation of theirs is found.
    """
    worst: tuple[Risk, Step | None] = (Risk.LOOK, None)
    for step in walk(steps):
        risk = risk_of(step, vocabulary)
        if worst[1] is None or risk > worst[0]:
            worst = (risk, step)
    return worst


def risk_of(step: Step, vocabulary: Registry) -> Risk:
    """What one step may cost; for `when`, what deciding costs: its steps count for themselves."""
    if isinstance(step, SetControl):
        control = vocabulary.controls[step.control]
        return max(control.risk(value) for value in _possible(step.value, control))
    if isinstance(step, Run):
        operation = vocabulary.operations[step.operation]
        given = {
            name: _neutral(step.types[name]) if isinstance(a, Template) else _known(a)
            for name, a in step.arguments.items()
        }
        return operation.risk(given)
    if isinstance(step, Virtual):
        return Risk.REVERSIBLE
    if isinstance(step, Shell):
        return _shell_risk(step)
    if isinstance(step, When):
        return Risk.LOOK
    if step.undo is None:
        return Risk.DISRUPTIVE
    # A screen step with a way back costs what the way back costs; taps in it are that way.
    return max(
        [
            Risk.REVERSIBLE,
            *(
                risk_of(back, vocabulary)
                for back in walk(step.undo)
                if isinstance(back, (SetControl, Run, Shell))
            ),
        ]
    )


def effects_of(steps: tuple[Step, ...], vocabulary: Registry) -> dict[Effect, Step]:
    """What nothing can undo, each with the first step that does it."""
    found: dict[Effect, Step] = {}
    for step in walk(steps):
        if isinstance(step, SetControl):
            effects: Iterable[Effect] = vocabulary.controls[step.control].effects
        elif isinstance(step, Run):
            effects = vocabulary.operations[step.operation].effects
        else:
            continue
        for effect in sorted(effects, key=lambda e: e.value):
            found.setdefault(effect, step)
    return found


def _shell_risk(step: Shell) -> Risk:
    words = [word for word in step.run if isinstance(word, str)]
    is_package_manager = words[:1] == ["pm"] or words[:2] == ["cmd", "package"]
    if is_package_manager and _DATA_LOSING.intersection(words):
        return Risk.APP_DATA
    return Risk.DISRUPTIVE if step.undo is None else Risk.REVERSIBLE


def _possible(value: Argument, control: Control) -> list[Value]:
    """The values that a control may come to be set to: all of them while it is left open."""
    if not isinstance(value, Template):
        return [_known(value)]
    value_type = control.fact.type
    if value_type.kind == "bool":
        return [True, False]
    return list(value_type.words) if value_type.kind == "enum" else [_neutral(value_type)]


def _known(argument: Argument) -> Value:
    if isinstance(argument, Secret):
        return argument.reveal()
    assert not isinstance(argument, Template)
    return argument


def _neutral(value_type: ValueType) -> Value:
    """Some value of a type, where risk cannot depend on which."""
    if value_type.is_collection:
        return ()
    if value_type.kind == "map":
        return {}
    if value_type.kind == "bool":
        return False
    if value_type.is_ordered:
        return 0
    return value_type.words[0] if value_type.words else ""
