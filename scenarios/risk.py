"""What steps may cost, computed from the vocabulary: a file cannot understate it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from drivers.values import Value, ValueType
from drivers.vocabulary import Control, Effect, Registry, Risk
from scenarios.model import Run, SetControl, Shell, Step, Virtual, When, walk
from scenarios.secrets import Secret
from scenarios.shell_words import effects_of_words, risk_of_words
from scenarios.templates import Argument, Template


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
        return max(control.risk(value) for value in _possible(step.value, control.fact.type))
    if isinstance(step, Run):
        operation = vocabulary.operations[step.operation]
        choices = [_possible(a, step.types[name]) for name, a in step.arguments.items()]
        given = (dict(zip(step.arguments, values, strict=True)) for values in product(*choices))
        return max(operation.risk(arguments) for arguments in given)
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
        effects: Iterable[Effect] = ()
        if isinstance(step, SetControl):
            effects = _effects_of_setting(step, vocabulary.controls[step.control])
        elif isinstance(step, Run):
            effects = vocabulary.operations[step.operation].effects
        elif isinstance(step, Shell):
            effects = effects_of_words(texts_of(step.run))
        elif not isinstance(step, (When, Virtual)):
            effects = effects_of(step.undo or (), vocabulary)
        for effect in sorted(effects, key=lambda e: e.value):
            found.setdefault(effect, step)
    return found


def _effects_of_setting(step: SetControl, control: Control) -> frozenset[Effect]:
    """A value that is left open may come to be any."""
    if isinstance(step.value, Template):
        return control.effects
    return control.effects_of(_known(step.value))


def deletes_originals(steps: tuple[Step, ...], vocabulary: Registry) -> Step | None:
    """The first step by which photos leave the phone because the cloud has them; None for none."""
    return next(
        (
            step
            for step in walk(steps)
            if isinstance(step, Run) and vocabulary.operations[step.operation].deletes_originals
        ),
        None,
    )


def texts_of(words: Iterable[Argument]) -> list[str]:
    """What is known of a command's words: secrets included, what a phone will fill in left out."""
    texts: list[str] = []
    for word in words:
        parts = word.parts if isinstance(word, Template) else (word,)
        known = [part for part in parts if isinstance(part, (str, Secret))]
        texts += [part if isinstance(part, str) else part.reveal() for part in known]
    return texts


def _shell_risk(step: Shell) -> Risk:
    words = texts_of((*step.run, *(step.undo or ())))
    return max(risk_of_words(words), Risk.DISRUPTIVE if step.undo is None else Risk.REVERSIBLE)


def _possible(value: Argument, value_type: ValueType) -> list[Value]:
    """The values that an argument may come to have: all of them while it is left open."""
    if not isinstance(value, Template):
        return [_known(value)]
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
