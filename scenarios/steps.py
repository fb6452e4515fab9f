"""One step on one phone: journalled, done, read back.

The only place where a step may fail: whatever goes wrong leaves here as the error that it is,
with the step's place in its YAML file. It must not know phases, pytest or reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from drivers.errors import NotHealedError, NothingToDoError, StablePhoneError, UnstuckError
from drivers.errors import NotHereError as NotHereError  # others take it from here
from drivers.pauses import pauses
from drivers.phone import Phone
from drivers.values import Json, Value
from drivers.vocabulary import PATIENCE, Control, Facts, Operation, Registry
from scenarios import screen_steps
from scenarios.again import Given
from scenarios.events import Event, Noted, StepBegan, StepEnded
from scenarios.facts import read_facts
from scenarios.following import Follower
from scenarios.gestures import ScreenStep
from scenarios.hanging import HUNG, other_way
from scenarios.journal import NOTHING_DONE, Change, Journal
from scenarios.marks import Mark
from scenarios.model import Run, SetControl, Shell, Step, Virtual, When, resolve
from scenarios.risk import texts_of
from scenarios.shell_words import may_cut_link
from scenarios.templates import plain
from scenarios.undo import as_json, shows
from scenarios.way_back import as_memo

# How long a phone may take to show what it was told; its own switches settle within seconds.
STEP_TIMEOUT_S = 30.0

# As often an operation that repeats may bring nothing before it is given up.
_ENOUGH_IN_VAIN = 2

_COMMAND_NOT_FOUND = 127
_NOTHING = Given()

SimpleStep: TypeAlias = "SetControl | Run | Shell | ScreenStep | Virtual"


@dataclass(frozen=True)
class Bench:
    """What a scenario is worked on with.

    Attributes:
        phone: the phone.
        journal: where every change is written before it is made.
        registry: what scenarios may name.
        patience_s: seconds without progress after which a backup counts as not moving.
        announce: told every event.
        given: what a person typed for this run, for a line to copy.
    """

    phone: Phone
    journal: Journal
    registry: Registry
    patience_s: float
    announce: Callable[[Event], None]
    given: Given = _NOTHING


def perform(bench: Bench, step: Step, before: Facts) -> dict[str, Value]:
    """Does one step, and those inside it.

    Args:
        bench: what to work with.
        step: as the file has it.
        before: the facts before the scenario's first step, for `${before.…}`.

    Returns:
        What its operations found out, by dotted name; empty for most.

    Raises:
        NotHealedError: the phone took it, and does not show it in time.
        NotHereError: this phone has no way to do it.
        UnstuckError: anything else; `place` tells the line.
    """
    if isinstance(step, When):
        return _perform_when(bench, step, before)
    with placed(step.mark):
        step = resolve(step, before)
    bench.announce(StepBegan(step.describe(), str(step.mark)))
    ended = StepEnded(step.describe())
    try:
        with placed(step.mark):
            return _dispatch(bench, step, ended)
    except UnstuckError as error:
        ended = StepEnded(ended.title, ended.before, ended.after, str(error))
        raise
    finally:
        bench.announce(ended)


@contextmanager
def placed(mark: Mark) -> Iterator[None]:
    """Gives an error that passes through its place in the YAML file, unless it has one."""
    try:
        yield
    except UnstuckError as error:
        error.place = error.place or str(mark)
        raise


def _perform_when(bench: Bench, step: When, before: Facts) -> dict[str, Value]:
    # What is under `do:` is filled in when it is done: where it is not, it may lack a fact.
    with placed(step.mark):
        step = replace(step, conditions=resolve(step.conditions, before))
    names = [condition.fact for condition in step.conditions.all]
    bench.announce(StepBegan(step.describe(), str(step.mark)))
    ended = StepEnded(step.describe())
    try:
        with placed(step.mark):
            facts = read_facts(bench.phone, names)
        ended.before.update({name: as_json(facts.get(name)) for name in names})
    except UnstuckError as error:
        ended = StepEnded(ended.title, ended.before, ended.after, str(error))
        raise
    finally:
        bench.announce(ended)
    holds = step.conditions.holds(facts)
    results: dict[str, Value] = {}
    for inner in step.do if holds else ():
        results.update(perform(bench, inner, before))
    return results


def _dispatch(bench: Bench, step: SimpleStep, ended: StepEnded) -> dict[str, Value]:
    if isinstance(step, SetControl):
        _set(bench, step, ended)
        return {}
    if isinstance(step, Run):
        return _run(bench, step)
    if isinstance(step, Shell):
        _shell(bench, step)
        return {}
    if isinstance(step, Virtual):
        _virtual(bench, step)
        return {}
    _on_screen(bench, step)
    return {}


def _on_screen(bench: Bench, step: ScreenStep) -> None:
    written: list[Change] = []

    def about_to() -> None:
        if step.undo:
            memo = as_memo(step.undo)
            title, place = step.describe(), str(step.mark)
            written.append(
                bench.journal.record("screen", title, place=place, was=None, to=None, memo=memo)
            )

    screen_steps.perform(bench.phone, step, step.within_s or STEP_TIMEOUT_S, about_to=about_to)
    for change in written:
        bench.journal.mark_done(change)


def _set(bench: Bench, step: SetControl, ended: StepEnded) -> None:
    control = bench.registry.controls[step.control]
    value = plain(step.value)
    # First of all: what is not there cannot be asked for its value either.
    if bench.phone.sdk < control.since:
        raise NotHereError(
            f"{step.control} can be set from API {control.since} on, phone "
            f"{bench.phone.serial} has API {bench.phone.sdk}",
            serial=bench.phone.serial,
        )
    was = control.read(bench.phone)
    ended.before[step.control] = as_json(was)
    if shows(was, value):
        ended.after[step.control] = as_json(was)
        return
    if control.cuts_link(value):
        _require_cable(bench, step.describe())
    memo = control.snapshot(bench.phone, was)
    if memo is None:
        raise StablePhoneError(
            f"{step.control} cannot be read on phone {bench.phone.serial}, so it could not be put "
            f"back: {step.describe()!r} was not done",
            serial=bench.phone.serial,
        )
    change = bench.journal.record(
        "control",
        step.control,
        place=str(step.mark),
        was=as_json(was),
        to=as_json(value),
        memo=memo,
    )
    control.apply(bench.phone, value)
    ended.after[step.control] = as_json(_read_back(bench, control, step, value))
    bench.journal.mark_done(change)


def _require_cable(bench: Bench, what: str) -> None:
    """Never cuts the link that everything else stands on; loopback cannot be cut so."""
    if bench.phone.link == "network":
        raise StablePhoneError(
            f"{what} needs a cable: phone {bench.phone.serial} is reached over the network, and "
            "this could cut the connection before anything can be put back",
            serial=bench.phone.serial,
        )


def _read_back(bench: Bench, control: Control, step: SetControl, value: Value) -> Value | None:
    seen: Value | None = None
    for _ in pauses(step.within_s or STEP_TIMEOUT_S):
        seen = control.read(bench.phone)
        if shows(seen, value):
            return seen
    raise NotHealedError(
        f"phone {bench.phone.serial} took {step.describe()!r} and still shows "
        f"{step.type.format(seen)} after {step.within_s or STEP_TIMEOUT_S:g}s"
    )


def _run(bench: Bench, step: Run) -> dict[str, Value]:
    operation = bench.registry.operations[step.operation]
    if bench.phone.sdk < operation.since:
        raise NotHereError(
            f"{step.operation} works from API {operation.since} on, phone "
            f"{bench.phone.serial} has API {bench.phone.sdk}",
            serial=bench.phone.serial,
        )
    if operation.cuts_link():
        _require_cable(bench, step.operation)
    arguments: dict[str, Value] = {k: plain(v) for k, v in step.arguments.items()}
    if PATIENCE in operation.arguments:
        arguments.setdefault(PATIENCE, bench.patience_s)
    results: dict[str, Value] = {}
    in_vain = 0
    for _ in pauses(step.within_s or STEP_TIMEOUT_S):
        found = _once(bench, operation, arguments, str(step.mark))
        results.update(found)
        if step.until is None:
            return results
        facts = {**read_facts(bench.phone, [c.fact for c in step.until.all]), **results}
        if step.until.holds(facts):
            return results
        in_vain = in_vain + 1 if found.get(f"{operation.name}.{operation.spent}") == 0 else 0
        if in_vain == _ENOUGH_IN_VAIN:
            raise NotHealedError(
                f"{step.describe()} gets no further: the last {in_vain} times brought nothing"
            )
    raise NotHealedError(
        f"{step.describe()} did not get there within {step.within_s or STEP_TIMEOUT_S:g}s"
    )


def _once(bench: Bench, operation: Operation, arguments: Facts, place: str) -> Facts:
    """Does an operation once, journalled, and says what it found out."""
    prepared = operation.prepare(bench.phone, arguments)
    change = bench.journal.record(
        "operation", operation.name, place=place, was=None, to=None, memo=prepared
    )
    follower = Follower(bench.announce)
    try:
        found = operation.run_watched(bench.phone, arguments, prepared, follower)
    except NothingToDoError:
        bench.journal.mark_undone(change, NOTHING_DONE)
        raise
    bench.journal.mark_done(change)
    if operation.undoes_halves:
        bench.journal.mark_undone(change, "it was done to its end, which leaves nothing behind")
    if found:
        bench.announce(Noted(_found_out(operation, found)))
    return found


def _found_out(operation: Operation, found: Facts) -> str:
    """What an operation found out, with units: `storage.trim_caches: freed 624 MB, …`."""
    words = [
        f"{name} {value_type.format(found[f'{operation.name}.{name}'])}"
        for name, value_type in operation.results.items()
        if f"{operation.name}.{name}" in found
    ]
    return f"{operation.name}: {', '.join(words)}"


def _shell(bench: Bench, step: Shell) -> None:
    if may_cut_link(texts_of(step.run)):
        _require_cable(bench, step.describe())
    undo: Json = step.undo_command()
    change = bench.journal.record(
        "shell", step.describe(), place=str(step.mark), was=None, to=None, memo=undo
    )
    result = bench.phone.shell(step.command(), timeout_s=step.within_s or STEP_TIMEOUT_S)
    if result.exit_code != 0:
        raise StablePhoneError(
            f"{step.describe()} ended with exit code {result.exit_code} on phone "
            f"{bench.phone.serial}: {result.output[:500] or 'it printed nothing'}",
            serial=bench.phone.serial,
            command=step.describe(),
            exit_code=result.exit_code,
            output=result.output[:4000],
        )
    bench.journal.mark_done(change)


def _virtual(bench: Bench, step: Virtual) -> None:
    listed = bench.phone.shell("virtual fault list")
    if listed.exit_code != _COMMAND_NOT_FOUND:
        words = (f"virtual {step.kind} {verb} {step.fault}" for verb in ("add", "remove"))
        _break(bench, step, "virtual", *words)
        return
    way = other_way(bench.phone, step.fault)
    if way is None:
        lacks = " (or where adb is root)" if step.fault == HUNG else ""
        raise NotHereError(
            f"phone {bench.phone.serial} has no command `virtual`: the {step.kind} {step.fault!r} "
            f"can be brought about on a virtual phone only{lacks}"
        )
    _break(bench, step, "shell", way.there, way.back)


def _break(bench: Bench, step: Virtual, kind: str, there: str, back: str) -> None:
    change = bench.journal.record(
        kind, step.fault, place=str(step.mark), was=None, to=None, memo=back
    )
    result = bench.phone.shell(there)
    if result.exit_code != 0:
        raise StablePhoneError(
            f"phone {bench.phone.serial} refuses the {step.kind} {step.fault!r}: {result.output}",
            serial=bench.phone.serial,
            command=result.command,
            exit_code=result.exit_code,
        )
    bench.journal.mark_done(change)
