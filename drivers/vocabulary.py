"""Facts, controls and operations: what a scenario may name, and the one registry of them.

Each area module (`drivers.android.battery`, `drivers.photos.status`, …) ends with up to four
tuples: FACTS, READERS, CONTROLS, OPERATIONS. `registry()` gathers them once. Nothing registers
itself on import, so the order of imports means nothing and tests have no global state to clean.
This module must not know scenarios, and importing it must not import adbutils or uiautomator2.
"""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, TypeVar

from drivers.values import Json, Value, ValueType

if TYPE_CHECKING:
    from drivers.phone import Phone
    from drivers.rescue.progress import Watcher

PHOTOS_PACKAGE = "com.google.android.apps.photos"

Facts = Mapping[str, Value]

# Every area module, in the order in which docs/vocabulary.md shows them.
AREAS = (
    "drivers.android.battery",
    "drivers.android.power",
    "drivers.android.idle",
    "drivers.android.window",
    "drivers.android.users",
    "drivers.android.device",
    "drivers.android.clock",
    "drivers.android.wifi",
    "drivers.android.telephony",
    "drivers.android.connectivity",
    "drivers.android.netpolicy",
    "drivers.android.settings",
    "drivers.android.accessibility",
    "drivers.android.setting_controls",
    "drivers.android.storage",
    "drivers.android.accounts",
    "drivers.android.background",
    "drivers.android.processes",
    "drivers.android.jobs",
    "drivers.android.notifications",
    "drivers.android.traffic",
    "drivers.android.media",
    "drivers.android.pictures",
    "drivers.android.scanning",
    "drivers.android.aside",
    "drivers.android.filling",
    "drivers.android.reboot",
    "drivers.photos.package",
    "drivers.photos.access",
    "drivers.photos.app",
    "drivers.photos.install",
    "drivers.photos.removal",
    "drivers.photos.status",
    "drivers.photos.question",
    "drivers.photos.notification",
    "drivers.photos.backup",
    "drivers.photos.options",
    "drivers.photos.account",
    "drivers.photos.card",
    "drivers.photos.uploads",
    "drivers.photos.freeing",
    "drivers.photos.settings_pages",
    "drivers.photos.store",
    "drivers.rescue.operation",
    "drivers.cloud.operation",
)


class Risk(enum.IntEnum):
    """How much a step may cost the phone's owner; ordered."""

    LOOK = 0
    REVERSIBLE = 1
    DISRUPTIVE = 2
    APP_DATA = 3
    WIPE = 4

    @property
    def word(self) -> str:
        """The word that scenarios and options use."""
        return self.name.lower().replace("_", "-")

    @classmethod
    def parse(cls, word: str) -> Risk:
        """Reads the word of a scenario.

        Raises:
            ValueError: not a risk; the message lists them.
        """
        for risk in cls:
            if risk.word == word:
                return risk
        raise ValueError(f"expected one of {', '.join(r.word for r in cls)}, not {word!r}")


class Effect(enum.Enum):
    """What nothing can undo, apart from risk."""

    COSTS = "costs"
    UPLOADS = "uploads"


@dataclass(frozen=True)
class Fact:
    """Something that can be read off a phone.

    Attributes:
        name: dotted, as scenarios write it.
        type: what its values are.
        doc: one sentence for a person who has never seen it; shown by editors on hover.
        since: first API level on which it can be read.
    """

    name: str
    type: ValueType
    doc: str
    since: int = 26


@dataclass(frozen=True)
class Reading:
    """What a reader may need to know beside the text.

    Attributes:
        package: the Photos package of this phone.
        user: the Android user in front, 0 on most phones.
        uid: the package's uid as this user sees it, where it is known.
        now: this computer's clock when the answer came, in seconds since 1970; None where the
            text is read later than it was written.
    """

    package: str = PHOTOS_PACKAGE
    user: int = 0
    uid: int | None = None
    now: float | None = None


@dataclass(frozen=True)
class Reader:
    """A pure function from one command's output to the facts it holds.

    Attributes:
        command: what is sent, with `{package}`, `{user}` and `{uid}` to be filled in.
        facts: the names it can give; those of `read`'s result are always among them.
        read: text and circumstances to facts; an absent fact is left out, never guessed; raises
            ValueError with a reason where the text is not such an output at all.
        in_diagnosis: whether `Phone.facts()` sends the command.
        since: first API level that has the command.
    """

    command: str
    facts: tuple[str, ...]
    read: Callable[[str, Reading], Facts]
    in_diagnosis: bool = True
    since: int = 26


class Control(ABC):
    """A fact that can be set, read back and put back.

    The engine calls `snapshot`, journals it, calls `apply`, then `read` until the value is there.
    Undoing is `restore` with the same snapshot, in this run or after a crash in the next one.

    Class attributes:
        fact: what it sets.
        since: first API level on which it can be set.
        effects: what nothing can undo, of all its values together; `effects_of` says which of it
            one value has.
        fault_only: whether it may stand under `fault:` alone.
        is_exact: whether `restore` leaves the phone as it was; what is not is never a fault on a
            phone that the harness did not start.
        shown_only: words of the fact's type that a phone shows and nobody can set.
    """

    fact: ClassVar[Fact]
    since: ClassVar[int] = 26
    effects: ClassVar[frozenset[Effect]] = frozenset()
    fault_only: ClassVar[bool] = False
    is_exact: ClassVar[bool] = True
    shown_only: ClassVar[tuple[str, ...]] = ()

    @property
    def settable(self) -> ValueType:
        """The fact's type with those of its words that can be set."""
        known = self.fact.type
        return replace(known, words=tuple(w for w in known.words if w not in self.shown_only))

    def risk(self, value: Value) -> Risk:
        """How much setting this value may cost; reversible unless a control says otherwise."""
        return Risk.REVERSIBLE

    def effects_of(self, value: Value) -> frozenset[Effect]:
        """What nothing can undo once this value is set where another was; some of `effects`."""
        return self.effects

    def cuts_link(self, value: Value) -> bool:
        """Whether setting this value may end a network connection that adb itself stands on."""
        return False

    @abstractmethod
    def read(self, phone: Phone) -> Value | None:
        """Reads the value now; None where this phone does not show it."""

    @abstractmethod
    def commands(self, value: Value) -> Sequence[str]:
        """What `apply` sends or does, line by line, for the plan that check mode prints."""

    @abstractmethod
    def apply(self, phone: Phone, value: Value) -> None:
        """Sets the value.

        Raises:
            StablePhoneError: this phone refuses; the message says why and what a person can do.
            TransientPhoneError: the link failed; trying again may help.
        """

    def snapshot(self, phone: Phone, was: Value | None) -> Json:
        """What `restore` will need, read before the change.

        Args:
            phone: which phone.
            was: what `read` said a moment ago; a page of Photos is not visited twice for it.

        Returns:
            Plain JSON for the journal; None where it could not be put back, so that nothing is
            changed.
        """
        return list(was) if isinstance(was, tuple) else was  # type: ignore[return-value]

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Puts back what `snapshot` saw. Idempotent. A snapshot of None puts nothing back."""
        if snapshot is not None:
            self.apply(phone, tuple(snapshot) if isinstance(snapshot, list) else snapshot)  # type: ignore[arg-type]


# An argument of this name is filled in with the run's own where a file does not give it.
PATIENCE = "patience"


class Operation(ABC):
    """A verb without a state of its own.

    Class attributes:
        name: dotted, as scenarios write it.
        doc: one sentence for a person who has never seen it.
        base_risk: how much it may cost.
        effects: what nothing can undo.
        arguments: what it takes, by name; the first one may be written without its name.
        required: those of them that it cannot do without; a file that leaves one out is refused.
        repeats: whether a step may carry `until:`.
        results: what `run` may find out, by name; in `run`'s facts each name has the operation's
            own before it (`cloud.transfer.verified`), and `expect:` may ask for it.
        undoes_halves: whether `undo` is for half a run alone: a whole one leaves nothing behind.
        spent: of `results`, a count of what a run has brought: after two runs that brought nothing
            a step with `until:` ends, since a third would not either. Empty where none tells.
        deletes_originals: whether photos leave the phone by it because the cloud has them; heal
            never runs such a one, whatever is allowed.
    """

    name: ClassVar[str]
    doc: ClassVar[str]
    base_risk: ClassVar[Risk]
    since: ClassVar[int] = 26
    effects: ClassVar[frozenset[Effect]] = frozenset()
    arguments: ClassVar[Mapping[str, ValueType]] = {}
    required: ClassVar[tuple[str, ...]] = ()
    repeats: ClassVar[bool] = False
    results: ClassVar[Mapping[str, ValueType]] = {}
    undoes_halves: ClassVar[bool] = False
    spent: ClassVar[str] = ""
    deletes_originals: ClassVar[bool] = False

    def risk(self, arguments: Mapping[str, Value]) -> Risk:
        """How much it may cost with these arguments."""
        return self.base_risk

    def cuts_link(self) -> bool:
        """Whether doing it may end a network connection that adb itself stands on."""
        return False

    @abstractmethod
    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """What `run` sends or does, line by line, for the plan that check mode prints."""

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """What `undo` will need, known before the change; None where there is nothing to undo."""
        return None

    @abstractmethod
    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Does it, and returns what it found out (empty for most), under dotted names.

        Raises:
            StablePhoneError: this phone refuses; the message says why and what a person can do.
            TransientPhoneError: the link failed; trying again may help.
        """

    def run_watched(
        self, phone: Phone, arguments: Mapping[str, Value], prepared: Json, watcher: Watcher
    ) -> Facts:
        """As `run`, and tells how far it is and what a person should know; most tell nothing."""
        return self.run(phone, arguments, prepared)

    def leaves(self, prepared: Json) -> str:
        """What stands once it was done, for a person; empty where its name says enough."""
        return ""

    def undo(self, phone: Phone, prepared: Json) -> None:  # noqa: B027 - most leave nothing behind
        """Takes back what `run` left behind. Idempotent, also after half a run."""


@dataclass(frozen=True)
class Registry:
    """Everything that a scenario may name.

    Attributes:
        facts: every fact, the controls' own included, by name.
        controls: by the name of their fact.
        operations: by name.
        readers: in the order of preference: where two give the same fact, the earlier one's holds.
    """

    facts: Mapping[str, Fact]
    controls: Mapping[str, Control]
    operations: Mapping[str, Operation]
    readers: tuple[Reader, ...]


@cache
def registry() -> Registry:
    """Gathers the tuples of every area module, once a process.

    Raises:
        ValueError: two areas claim one name; that is a fault of ours, found by any test.
    """
    facts: dict[str, Fact] = {}
    controls: dict[str, Control] = {}
    operations: dict[str, Operation] = {}
    readers: list[Reader] = []
    for area in AREAS:
        module = import_module(area)
        for fact in getattr(module, "FACTS", ()):
            _claim(facts, fact.name, fact)
        for control in getattr(module, "CONTROLS", ()):
            _claim(controls, control.fact.name, control)
        for operation in getattr(module, "OPERATIONS", ()):
            _claim(operations, operation.name, operation)
        readers.extend(getattr(module, "READERS", ()))
    return Registry(facts, controls, operations, tuple(readers))


_Entry = TypeVar("_Entry")


def _claim(table: dict[str, _Entry], name: str, entry: _Entry) -> None:
    if name in table:
        raise ValueError(f"{name} is claimed twice: {table[name]!r} and {entry!r}")
    table[name] = entry
