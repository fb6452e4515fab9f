"""A scenario as the engine sees it: frozen, typed, checked, every part with its place in the file.

What the loader could know is filled in: variables, the data of a case, included steps. What only
the phone knows stays a `Template`, and `resolve` fills it in from the facts before the first
step. This module must not know YAML, pytest or adb.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TypeAlias, TypeVar, cast

from drivers.values import ValueType
from drivers.vocabulary import Effect, Facts, Risk
from scenarios.conditions import Cause, Conditions, Unseen
from scenarios.expectations import Expectation
from scenarios.gestures import ScreenStep
from scenarios.marks import Mark
from scenarios.needs import Needs
from scenarios.quoting import quote
from scenarios.secrets import Secret
from scenarios.templates import TEXT, Argument, Template, Unset, plain, shown


@dataclass(frozen=True)
class SetControl:
    """`battery.saver: off`. `type` is the control's fact's."""

    mark: Mark
    control: str
    type: ValueType
    value: Argument
    within_s: float | None = None

    def describe(self) -> str:
        """The step as the file says it, secrets masked."""
        return f"{self.control}: {shown(self.value, self.type)}"


@dataclass(frozen=True)
class Run:
    """`photos.restart`, or `media.add: 20`.

    Attributes:
        mark: where it stands.
        operation: its name.
        arguments: by name, those that were given.
        types: each argument's type, by name.
        until: what a repeated operation works towards; None: once.
        within_s: seconds it may take; None: `STEP_TIMEOUT_S` of scenarios.steps.
    """

    mark: Mark
    operation: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    types: Mapping[str, ValueType] = field(default_factory=dict)
    until: Conditions | None = None
    within_s: float | None = None

    def describe(self) -> str:
        """The step as the file says it, secrets masked."""
        given = [f"{name}: {shown(v, self.types[name])}" for name, v in self.arguments.items()]
        text = f"{self.operation}: {{{', '.join(given)}}}" if given else self.operation
        return f"{text} until {self.until.describe()}" if self.until else text


@dataclass(frozen=True)
class When:
    """Steps that are done only where the conditions hold; absent facts do not."""

    mark: Mark
    conditions: Conditions
    do: tuple[Step, ...]

    def describe(self) -> str:
        """The condition as the file says it."""
        return f"when {self.conditions.describe()}"


@dataclass(frozen=True)
class Shell:
    """A command on the phone, never on the computer; `undo` takes back what it does."""

    mark: Mark
    run: tuple[Argument, ...]
    undo: tuple[Argument, ...] | None = None
    within_s: float | None = None

    def command(self) -> str:
        """What is sent, quoted, secrets included: for the phone, never for a report.

        Raises:
            ValueError: not resolved yet, or a text that no argument can hold.
        """
        return quote([str(plain(word)) for word in self.run])

    def undo_command(self) -> str | None:
        """What takes it back, quoted as `command` is; None where the file has nothing."""
        return None if self.undo is None else quote([str(plain(word)) for word in self.undo])

    def describe(self) -> str:
        """The step as the file says it, secrets masked."""
        return "shell: " + " ".join(shown(word, TEXT) for word in self.run)


@dataclass(frozen=True)
class Virtual:
    """Breaks on a virtual phone what no setting can; `fault` is one of VIRTUAL_NAMES."""

    mark: Mark
    fault: str
    within_s: float | None = None

    @property
    def kind(self) -> str:
        """What the phone's command calls it: a fault or a circumstance."""
        return "fault" if self.fault in VIRTUAL_FAULTS else "circumstance"

    def describe(self) -> str:
        """The step as the file says it."""
        return f"virtual: {self.fault}"


Step: TypeAlias = "SetControl | Run | When | Shell | ScreenStep | Virtual"

# design.md "The virtual phone"; `virtual fault list` prints the same names.
VIRTUAL_FAULTS = (
    "hung-app",
    "corrupt-cache",
    "corrupt-database",
    "bad-version",
    "expired-session",
    "poison-item",
    "duplicate-prompt",
    "cloud-full",
    "service-down",
    "throttled",
    "too-hot",
    "slow-item",
)
# Words of the article at which Photos may stand until it is begun anew.
VIRTUAL_STANDSTILLS = (
    "stands-at-backing-up",
    "stands-at-uploading",
    "stands-at-waiting-for-sync",
    "stands-at-one-moment",
    "stands-at-getting-photos",
    "stands-at-getting-ready",
    "stands-at-preparing",
    "stands-at-scanning",
    "stands-at-not-backed-up",
)
# What is so about a phone and no breakage; `virtual circumstance list` prints the same names.
VIRTUAL_CIRCUMSTANCES = (
    "roaming",
    "captive-portal",
    "no-internet",
    "vpn",
    "wrong-clock",
    "sync-off",
    "paused-by-wellbeing",
    "unnoticed-files",
    "refused-files",
    "large-video",
    "videos-waiting",
    "screenshots-waiting",
    "stored-video",
    "second-account",
    *VIRTUAL_STANDSTILLS,
)
VIRTUAL_NAMES = (*VIRTUAL_FAULTS, *VIRTUAL_CIRCUMSTANCES)


@dataclass(frozen=True)
class Scenario:
    """One item: a file, or one case of a file that has `cases`.

    Attributes:
        path: the file as it was named.
        mark: where its `name` stands: what a report calls the item's line.
        name: a sentence's worth; `id` is what pytest shows.
        solution: the article's number, 1 to 12; None where the article has none.
        risk: as declared; never below what the fix may cost.
        fix_risk: computed from the fix's steps: what heal may cost.
        fault_risk: computed from the fault's steps: what regress may cost beside it.
        effects: declared and computed from the fix together.
        fault_effects: computed from the fault's steps.
        why: a sentence for the report; empty where there is none.
        tags: marks of the pytest item.
        needs: what the phone has to be.
        cause: UNSEEN where no fact shows it; None where heal never runs it.
        fault: steps that bring a healthy phone into the cause's state; empty: nothing is injected.
        fix: steps; empty: only the expectations are checked.
        expect: what has to come true, at least one.
        case: this case's own data, as it was written; empty where the file has no cases.
        unset: variables without a value. Such a scenario is skipped: its steps cannot be resolved.
        secrets: every secret it holds, for whoever has to mask them in what is shown.
        before: names of the facts that `resolve` needs, to be read before the first step.
    """

    path: str
    mark: Mark
    name: str
    risk: Risk
    expect: tuple[Expectation, ...]
    solution: int | None = None
    fix_risk: Risk = Risk.LOOK
    fault_risk: Risk = Risk.LOOK
    effects: frozenset[Effect] = frozenset()
    fault_effects: frozenset[Effect] = frozenset()
    why: str = ""
    tags: tuple[str, ...] = ()
    needs: Needs | None = None
    cause: Cause | Unseen | None = None
    fault: tuple[Step, ...] = ()
    fix: tuple[Step, ...] = ()
    case: Mapping[str, str] = field(default_factory=dict)
    unset: tuple[Unset, ...] = ()
    secrets: tuple[Secret, ...] = ()
    before: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What stands behind `file.yaml::`: the name, and the case in brackets."""
        return f"{self.name}[{case_id(self.case)}]" if self.case else self.name


def case_id(case: Mapping[str, str]) -> str:
    """A case's data in one word: `level=5%`."""
    return ",".join(f"{name}={value}" for name, value in case.items())


def walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Every step, those within `when` after it; those within `undo` are not steps of the way."""
    for step in steps:
        yield step
        if isinstance(step, When):
            yield from walk(step.do)


_Part = TypeVar("_Part")


def resolve(part: _Part, before: Facts) -> _Part:
    """A step, a condition or an expectation with nothing left open.

    Args:
        part: as it was loaded; what has nothing open comes back as it is.
        before: the facts as they were before the first step.

    Raises:
        ScenarioError: a fact was not on the phone, or is not what is wanted here; the error
            carries the place in the file.
    """
    return cast("_Part", _filled(part, before))


def _filled(part: object, before: Facts) -> object:
    if isinstance(part, Template):
        return part.resolve(before)
    if isinstance(part, tuple):
        return tuple(_filled(one, before) for one in part)
    if isinstance(part, dict):
        return {key: _filled(one, before) for key, one in part.items()}
    if is_dataclass(part) and not isinstance(part, (type, Mark, Secret, ValueType)):
        changed = {
            f.name: new
            for f in fields(part)
            if (new := _filled(old := getattr(part, f.name), before)) != old
        }
        return replace(part, **changed) if changed else part
    return part
