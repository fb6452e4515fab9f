"""Going to a page of Photos and back to its home, for what only a finger can read or set.

Every visit begins with Photos in front and ends at its home, where the counter is looked for. A
page that cannot be reached is no value when it is read, and a refusal with the way by hand when
something was to be set. This module must not know which page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from drivers.dialogs import DEFAULT_POLICY, wait_past_dialogs
from drivers.errors import PhoneLostError, StablePhoneError, TransientPhoneError
from drivers.nodes import Node, Screen
from drivers.photos.app import open_app
from drivers.photos.navigation import go_home
from drivers.photos.pages import SWITCH

if TYPE_CHECKING:
    from drivers.phone import Phone

# Photos asks whether it is meant (backup quality, "done"): what is set here is meant.
CONFIRMING = {**DEFAULT_POLICY, "confirmation": ("confirm",)}
_SWITCH_TIMEOUT_S = 10.0

_Seen = TypeVar("_Seen")


def seen_there(phone: Phone, look: Callable[[], _Seen | None]) -> _Seen | None:
    """Visits Photos to read something.

    Args:
        phone: whose Photos.
        look: goes to the page and reads it.

    Returns:
        What it read; None where no way leads there, such as in a language that is not in the
        lexicon.

    Raises:
        StablePhoneError: Photos cannot be opened at all.
    """
    try:
        bring_to_front(phone)
        with _left_for_home(phone):
            return look()
    except PhoneLostError:
        raise
    except TransientPhoneError:
        return None


@contextmanager
def visit(phone: Phone, way: str) -> Iterator[None]:
    """Visits Photos to change something.

    Args:
        phone: whose Photos.
        way: how a person gets there, for the message: `Photos > account picture > …`.

    Raises:
        StablePhoneError: the page cannot be reached, or what was changed does not stay.
    """
    with by_hand(phone, f"set it by hand: {way}", command=f"screen: {way}"):
        bring_to_front(phone)
        with _left_for_home(phone):
            yield


@contextmanager
def _left_for_home(phone: Phone) -> Iterator[None]:
    """Goes home from whatever is in front then; a Photos that never came has nothing to leave."""
    try:
        yield
    finally:
        leave(phone)


@contextmanager
def by_hand(phone: Phone, advice: str, *, command: str) -> Iterator[None]:
    """Turns a page that does not come into a refusal that says what a person can do instead.

    Args:
        phone: whose screen.
        advice: the deed and the way: `do it by hand: Settings > …`.
        command: what led there, for the report.

    Raises:
        StablePhoneError: the page did not come.
    """
    try:
        yield
    except PhoneLostError:
        raise
    except TransientPhoneError as error:
        raise StablePhoneError(
            f"{error}; {advice}",
            serial=phone.serial,
            command=command,
            output=error.output,
            waited_s=error.waited_s,
        ) from error


def bring_to_front(phone: Phone) -> None:
    """Opens Photos, unless it is in front.

    Raises:
        StablePhoneError: Photos is not there, or the phone refused.
    """
    if phone.screen().package != phone.package:
        open_app(phone)


def leave(phone: Phone) -> None:
    """Goes back to Photos' home; where it does not come, opening Photos again brings it."""
    try:
        go_home(phone)
    except PhoneLostError:
        raise
    except TransientPhoneError:
        open_app(phone)


def turn(
    phone: Phone, find: Callable[[Screen], Node | None], value: bool, *, expected: str
) -> None:
    """Moves a switch that is on the screen, and confirms what Photos asks about it.

    Args:
        phone: whose screen.
        find: finds the switch; looked for anew after each change.
        value: on or off.
        expected: its name, for the message.

    Raises:
        TransientPhoneError: it is not there, cannot be tapped, or does not stay; a switch that was
            met in its place is moved back.
    """
    screen = phone.screen()
    switch = find(screen)
    if switch and switch.checked is value:
        return
    point = switch.tap_point(screen) if switch else None
    if point is None:
        raise TransientPhoneError(
            f"phone {phone.serial}: {expected} cannot be tapped",
            serial=phone.serial,
            output=screen.xml[:4000],
        )
    phone.tap(*point)
    try:
        wait_past_dialogs(
            phone,
            lambda s: (now := find(s)) is not None and now.checked is value,
            expected=f"{expected} {'on' if value else 'off'}",
            timeout_s=_SWITCH_TIMEOUT_S,
            policy=CONFIRMING,
        )
    except PhoneLostError:
        raise
    except TransientPhoneError:
        _put_back_another(phone, screen)
        raise


def _put_back_another(phone: Phone, before: Screen) -> None:
    """Moves the one switch back that a finger met instead, because the list had moved under it."""
    screen = phone.screen()
    was, now = before.find_all(SWITCH), screen.find_all(SWITCH)
    if len(was) != len(now):
        return
    moved = [new for old, new in zip(was, now, strict=True) if new.checked is not old.checked]
    if len(moved) == 1 and (point := moved[0].tap_point(screen)):
        phone.tap(*point)


def touch(phone: Phone, find: Callable[[Screen], Node | None], *, expected: str) -> None:
    """Waits until something can be reached by a finger, and taps it.

    Args:
        phone: whose screen.
        find: finds it; looked for anew at each look.
        expected: what it is, for the message.

    Raises:
        TransientPhoneError: it did not come, or stayed covered.
    """
    point = wait_past_dialogs(
        phone,
        lambda s: node.tap_point(s) if (node := find(s)) else None,
        expected=expected,
        timeout_s=_SWITCH_TIMEOUT_S,
    )
    phone.tap(*point)
