"""The door to screens: reading one, waiting for one, scrolling on one.

Everything waits for a condition with a deadline and compares trees; nothing waits for a time to
pass. Nothing here knows Google Photos or adb: a phone is whatever can look, tap and swipe.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from textwrap import shorten
from typing import Protocol, TypeVar

from drivers.errors import TransientPhoneError
from drivers.hierarchy import parse
from drivers.nodes import Bounds, Node, Screen, Selector
from drivers.pauses import pauses

__all__ = [
    "Bounds",
    "Looking",
    "Node",
    "Screen",
    "Selector",
    "Stillness",
    "parse",
    "scroll_through",
    "scroll_to",
    "wait_for",
    "wait_settled",
]

WAIT_TIMEOUT_S = 10.0
# Between two looks that found nothing new: short at first, since most screens come at once.
_LONGEST_PAUSE_S = 0.32

_Found = TypeVar("_Found")


class Looking(Protocol):
    """The part of a phone that screens need; `drivers.phone.Phone` has it."""

    serial: str

    def screen(self) -> Screen:
        """What is on the screen now."""

    def tap(self, x: int, y: int) -> None:
        """Taps one point."""

    def swipe(self, x1: int, y1: int, x2: int, y2: int, *, steps: int = 20) -> None:
        """Swipes from one point to another."""


def wait_for(
    phone: Looking,
    condition: Callable[[Screen], _Found | None],
    *,
    expected: str,
    timeout_s: float = WAIT_TIMEOUT_S,
) -> _Found:
    """Looks at the screen until a condition gives something.

    Args:
        phone: whose screen.
        condition: gives what was looked for, or None (or False) while it is not there.
        expected: what was looked for, in words, for the message.
        timeout_s: seconds after which no further look is begun; there is always a first one.

    Returns:
        What the condition gave.

    Raises:
        TransientPhoneError: it did not come; the message says what was on the screen instead.
    """
    for _ in pauses(timeout_s, longest_s=_LONGEST_PAUSE_S):
        screen = phone.screen()
        if found := condition(screen):
            return found
    raise TransientPhoneError(
        f"phone {phone.serial}: {expected} was not there within {timeout_s:.3g}s; "
        f"the screen showed {describe(screen)}",
        serial=phone.serial,
        command=f"wait for {expected}",
        output=screen.xml[:4000],
        waited_s=timeout_s,
    )


class Stillness:
    """How long a screen has shown the same page at rest, as `Screen.stands_like` tells it.

    Args:
        enough_s: seconds after which what has not come to this page does not come any more.
    """

    def __init__(self, enough_s: float) -> None:
        self._enough_s = enough_s
        self._screen: Screen | None = None
        self._since = 0.0

    def reached(self, screen: Screen) -> bool:
        """Whether it has been the same for long enough, this look included."""
        now = time.monotonic()
        if self._screen is None or not self._screen.stands_like(screen):
            self._screen, self._since = screen, now
        return now - self._since >= self._enough_s


def wait_settled(phone: Looking, *, timeout_s: float = WAIT_TIMEOUT_S) -> Screen:
    """Looks until two looks in a row show one page at rest, as `Screen.stands_like` tells it.

    Raises:
        TransientPhoneError: it kept moving.
    """
    last: Screen | None = None

    def settled(screen: Screen) -> Screen | None:
        nonlocal last
        before, last = last, screen
        return screen if before and before.stands_like(screen) else None

    return wait_for(phone, settled, expected="a screen that stands still", timeout_s=timeout_s)


def scroll_to(
    phone: Looking, *selectors: Selector, timeout_s: float = 3 * WAIT_TIMEOUT_S
) -> tuple[Screen, Node]:
    """Scrolls the largest scrollable view until something is found, first down, then up.

    Args:
        phone: whose screen.
        selectors: in order of preference, as `Screen.find` takes them.
        timeout_s: seconds for all of it.

    Returns:
        The screen that shows it, and the node.

    Raises:
        TransientPhoneError: both ends were reached, or the time was up, without it.
    """
    deadline = time.monotonic() + timeout_s
    wanted = ", ".join(map(str, selectors))
    screen = wait_settled(phone, timeout_s=timeout_s)
    for downwards in (True, False):
        while True:
            if node := screen.find(*selectors):
                return screen, node
            area = _scrollable_area(screen)
            if area is None or time.monotonic() >= deadline:
                break
            _scroll(phone, area, downwards=downwards)
            before, screen = screen, wait_settled(phone)
            if before.stands_like(screen, within=area):
                break  # this end is reached
    raise TransientPhoneError(
        f"phone {phone.serial}: {wanted} is not on this page, scrolled to both ends; "
        f"it shows {describe(screen)}",
        serial=phone.serial,
        command=f"scroll to {wanted}",
        output=screen.xml[:4000],
    )


def scroll_through(phone: Looking, *, timeout_s: float = 3 * WAIT_TIMEOUT_S) -> Iterator[Screen]:
    """Yields what a list shows, from where it stands down to its end.

    Raises:
        TransientPhoneError: it never stands still.
    """
    deadline = time.monotonic() + timeout_s
    screen = wait_settled(phone, timeout_s=timeout_s)
    while True:
        yield screen
        area = _scrollable_area(screen)
        if area is None or time.monotonic() >= deadline:
            return
        _scroll(phone, area, downwards=True)
        before, screen = screen, wait_settled(phone)
        if before.stands_like(screen, within=area):
            return


def describe(screen: Screen) -> str:
    """A screen in one line: whose it is and the first words on it."""
    words = [n.text or n.desc for n in screen.content() if (n.text or n.desc).strip()]
    # Between words: half an address would no longer be known for one, and be shown.
    quoted = ", ".join(repr(shorten(word, 40, placeholder="…")) for word in words[:6])
    return f"{screen.package or 'nothing'} with {quoted or 'no words'}"


def _scrollable_area(screen: Screen) -> Bounds | None:
    areas = [screen.visible_bounds(n) for n in screen.content() if n.scrollable]
    return max(areas, key=lambda area: area.area, default=None)


def _scroll(phone: Looking, area: Bounds, *, downwards: bool) -> None:
    """Moves by half the area, slowly enough that the list does not go on by itself."""
    x = area.center[0]
    low = area.top + (area.bottom - area.top) * 3 // 4
    high = area.top + (area.bottom - area.top) // 4
    phone.swipe(x, low if downwards else high, x, high if downwards else low, steps=40)


if __name__ == "__main__":
    from drivers.outline import main

    raise SystemExit(main())
