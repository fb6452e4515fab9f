"""What the engine announces while it works: plain, frozen, in order.

The plugin passes these on by its hook `pytest_unstuck_event`; who listens makes console lines,
Allure steps or a timeline of them. Nothing here knows a phone or a report.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from drivers.values import Json

# The name of the phase that tells a table.
DIAGNOSIS = "diagnosis"
# Words of `photos.status` that a person would not say so.
_IN_WORDS = {
    "cloud_full": "the account's storage is full",
    "cloud_sync": "waiting for sync",
    "data_limit": "the day's mobile data is used up",
    "off": "backup is off",
    "other_account": "backup is for another account",
    "phone_full": "the phone is full",
    "skipped_items": "some items were skipped",
    "throttled": "Google makes it wait",
    "waiting_network": "waiting for a network",
    "waiting_power": "waiting for power",
    "waiting_wifi": "waiting for Wi-Fi",
}


@dataclass(frozen=True)
class PhaseBegan:
    """A part of a scenario begins: baseline, fault, prove stuck, fix, prove moving, undo.

    Attributes:
        name: the part.
        title: a sentence for the console.
    """

    name: str
    title: str


@dataclass(frozen=True)
class PhaseEnded:
    """The part that began last is over.

    Attributes:
        name: the part.
        problem: why it failed, empty where it did not.
        found: what a look came to: moving, slow, stuck, done, off or unknown; else empty.
        because: what decided that, where the screen showed neither a counter nor a status.
        is_cut: whether it was cut off, by Ctrl-C or a phone that went away: nothing was found.
    """

    name: str
    problem: str = ""
    found: str = ""
    because: str = ""
    is_cut: bool = False


@dataclass(frozen=True)
class StepBegan:
    """One step begins.

    Attributes:
        title: the step as the file says it, secrets masked.
        place: path:line:column in the YAML file; empty for what no file names.
    """

    title: str
    place: str = ""


@dataclass(frozen=True)
class StepEnded:
    """The step that began last is over.

    Attributes:
        title: as it began.
        before: facts before it, as far as they matter to it.
        after: the same facts after it.
        problem: why it failed, empty where it did not.
    """

    title: str
    before: dict[str, Json] = field(default_factory=dict)
    after: dict[str, Json] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Sent:
    """One exchange with the phone: what was sent, what was read, and who took how long.

    Attributes:
        kind: shell, agent or link.
        request: what was sent.
        answer: what was read, shortened.
        exit_code: of a command.
        elapsed_s: seconds in all.
        computer_s: of these, on this computer.
        wire_s: on the way there and back.
        phone_s: on the phone.
    """

    kind: str
    request: str
    answer: str
    exit_code: int | None
    elapsed_s: float
    computer_s: float = 0.0
    wire_s: float = 0.0
    phone_s: float = 0.0


@dataclass(frozen=True)
class CounterRead:
    """The counter as it stood at one moment.

    Attributes:
        at_s: seconds since the watch began.
        status: the vocabulary's word.
        done: items done; None where the phone does not say.
        total: items in all; None where the phone does not say.
        left: items left; None where the phone does not say.
        text: the words that it was read from.
    """

    at_s: float
    status: str
    done: int | None
    total: int | None
    left: int | None
    text: str

    def describe(self) -> str:
        """The counter in a few characters, such as `4 of 40`; the status where there is none."""
        if self.done is not None and self.total is not None:
            return f"{self.done} of {self.total}"
        if self.left is not None:
            return f"{self.left} left"
        return self.says

    @property
    def says(self) -> str:
        """The status as a person would say it: `waiting for Wi-Fi`."""
        return _IN_WORDS.get(self.status, self.status.replace("_", " "))


@dataclass(frozen=True)
class Waiting:
    """Something was looked at once more: for whoever shows that it goes on. May come from a thread.

    Attributes:
        elapsed_s: seconds since the watch, or an operation that takes long, began.
        patience_s: seconds after which it ends; None where nobody knows.
        shown: the counter in a few characters, or how far the operation is.
    """

    elapsed_s: float
    patience_s: float | None
    shown: str


@dataclass(frozen=True)
class Busy:
    """What goes on now and may take a while: for whoever shows that something goes on.

    Attributes:
        doing: in a few words.
    """

    doing: str


@dataclass(frozen=True)
class Captured:
    """A picture of the screen and its hierarchy, for the report.

    Attributes:
        title: when it was taken.
        screenshot: JPEG; empty where none could be taken.
        hierarchy: XML; empty where none could be read.
    """

    title: str
    screenshot: bytes
    hierarchy: str


@dataclass(frozen=True)
class Found:
    """One cause that holds, in words for a person who knows nothing of Android.

    Attributes:
        found: what the phone shows.
        means: what that does to the backup.
        deeds: what will be done, a step each.
        price: what that risks and costs; empty where nothing will be done.
        refusal: why it will not be done; empty where it will, or where a person has to do it.
    """

    found: str
    means: str
    deeds: tuple[str, ...] = ()
    price: str = ""
    refusal: str = ""


@dataclass(frozen=True)
class Diagnosed:
    """What a diagnosis came to, in heal's order.

    Attributes:
        causes: those that hold.
        rest: sentences about the others, and about what no fix can end.
        has_plan: whether a `Planned` follows, which has what will be done.
    """

    causes: tuple[Found, ...]
    rest: tuple[str, ...]
    has_plan: bool = False


@dataclass(frozen=True)
class PlanStep:
    """One thing that heal would do.

    Attributes:
        kind: look, treat, prove, try or end.
        title: what it is, in a sentence.
        sends: the commands, in order.
        price: what it risks and costs; empty where it is nothing.
    """

    kind: str
    title: str
    sends: tuple[str, ...] = ()
    price: str = ""


@dataclass(frozen=True)
class Planned:
    """What heal would do, in its order; nothing of it was done.

    Attributes:
        steps: up to the look that shows whether it was enough.
        guesses: what would be tried after that, one by one, each put back where it is in vain.
        last: what ends it, whatever it came to.
        rest: sentences about what would be left away, with the flags that allow it.
    """

    steps: tuple[PlanStep, ...]
    guesses: tuple[PlanStep, ...]
    last: tuple[PlanStep, ...]
    rest: tuple[str, ...]


@dataclass(frozen=True)
class Noted:
    """Something a person should know that is neither a step nor a failure.

    Attributes:
        text: a sentence.
        is_always_told: whether the console tells it also where it tells only phases (a regress).
    """

    text: str
    is_always_told: bool = False


Event: TypeAlias = (
    "PhaseBegan | PhaseEnded | StepBegan | StepEnded | Sent | CounterRead | Waiting | Busy"
    " | Captured | Diagnosed | Planned | Noted"
)
