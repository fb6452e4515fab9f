"""Screen steps: what a finger could do, for what no control covers.

Each waits by itself until what it needs is there. This module must not know YAML or screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from scenarios.marks import Mark
from scenarios.templates import TEXT, Argument, shown

if TYPE_CHECKING:
    from scenarios.model import Step

# Android's KeyEvent.KEYCODE_* in lower case: the keys that a person with this phone could press.
KEYS = (
    "back",
    "home",
    "app_switch",
    "menu",
    "enter",
    "tab",
    "escape",
    "del",
    "dpad_up",
    "dpad_down",
    "dpad_left",
    "dpad_right",
    "dpad_center",
    "page_up",
    "page_down",
    "power",
    "wakeup",
    "sleep",
    "volume_up",
    "volume_down",
)


@dataclass(frozen=True)
class Selector:
    """One element of the screen.

    Attributes:
        by: id (resource id), desc (content description), text (both whole matches) or say (a key
            of the lexicon, which knows every language's wording).
        value: what it has to be.
    """

    by: str
    value: Argument

    def describe(self) -> str:
        """The selector as the file says it, secrets masked."""
        return f"{self.by}: {shown(self.value, TEXT)}"


@dataclass(frozen=True)
class Open:
    """Brings a screen to the front: exactly one of package, activity and action is given.

    Attributes:
        mark: where it stands.
        package: an app's package; the word `photos` means this phone's Photos.
        activity: `package/activity`.
        action: an intent action such as `android.settings.WIFI_SETTINGS`.
        data: the action's URI, if it takes one.
        undo: steps that lead back; None where the file has none.
        within_s: seconds to wait; None: `STEP_TIMEOUT_S` of scenarios.steps.
    """

    mark: Mark
    package: Argument | None = None
    activity: Argument | None = None
    action: Argument | None = None
    data: Argument | None = None
    undo: tuple[Step, ...] | None = None
    within_s: float | None = None

    def describe(self) -> str:
        """The step as the file says it."""
        target = next(t for t in (self.package, self.activity, self.action) if t is not None)
        return f"open: {shown(target, TEXT)}"


@dataclass(frozen=True)
class Tap:
    """Waits for an element and taps it."""

    mark: Mark
    selector: Selector
    undo: tuple[Step, ...] | None = None
    within_s: float | None = None

    def describe(self) -> str:
        """The step as the file says it."""
        return f"tap: {{{self.selector.describe()}}}"


@dataclass(frozen=True)
class ScrollTo:
    """Scrolls until an element is in sight."""

    mark: Mark
    selector: Selector
    undo: tuple[Step, ...] | None = None
    within_s: float | None = None

    def describe(self) -> str:
        """The step as the file says it."""
        return f"scroll_to: {{{self.selector.describe()}}}"


@dataclass(frozen=True)
class Type:
    """Types a text into an element, or into what has the focus."""

    mark: Mark
    text: Argument
    into: Selector | None = None
    undo: tuple[Step, ...] | None = None
    within_s: float | None = None

    def describe(self) -> str:
        """The step as the file says it, secrets masked."""
        into = f" into {{{self.into.describe()}}}" if self.into else ""
        return f"type: {shown(self.text, TEXT)}{into}"


@dataclass(frozen=True)
class Key:
    """Presses a key; `name` is one of KEYS."""

    mark: Mark
    name: str
    undo: tuple[Step, ...] | None = None
    within_s: float | None = None

    def describe(self) -> str:
        """The step as the file says it."""
        return f"key: {self.name}"


@dataclass(frozen=True)
class Wait:
    """Waits until an element is on the screen, or until it is gone."""

    mark: Mark
    selector: Selector
    gone: bool = False
    undo: tuple[Step, ...] | None = None
    within_s: float | None = None

    def describe(self) -> str:
        """The step as the file says it."""
        shown_selector = f"{{{self.selector.describe()}}}"
        return f"wait: {{gone: {shown_selector}}}" if self.gone else f"wait: {shown_selector}"


ScreenStep: TypeAlias = "Open | Tap | ScrollTo | Type | Key | Wait"
