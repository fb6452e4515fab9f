"""The pages behind the backup settings' rows: quality, and mobile data with its switches.

Words come from the lexicon where somebody has seen them. The choices of the daily limit are told
by their numbers, the two without one by their place: no data stands first and unlimited last
(thefanatic.net and bytesbin.com list them so). The switch for roaming, whose words nobody wrote
down, is the one below the videos'. This module must not know the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.dialogs import wait_past_dialogs
from drivers.errors import NotHereError, TransientPhoneError
from drivers.nodes import Node, Screen, Selector
from drivers.photos.lexicon import keys_of, say
from drivers.photos.navigation import MENU_TIMEOUT_S, open_backup_settings, open_listed
from drivers.photos.pages import SWITCH, is_backup_on, is_backup_settings
from drivers.photos.visits import CONFIRMING, touch, turn
from drivers.screen import scroll_to

if TYPE_CHECKING:
    from drivers.phone import Phone

QUALITIES = ("original", "saver", "express")
_MEGABYTE = 10**6
# Digits of any script; the unit's letters differ by language and say nothing more.
_NUMBER = re.compile(r"\d+")


def open_options(phone: Phone) -> Screen:
    """Opens the backup settings where they show options.

    Raises:
        TransientPhoneError: the page did not come, or backup is off and it shows none.
    """
    screen = open_backup_settings(phone)
    if is_backup_on(screen) is False:
        raise TransientPhoneError(
            f"phone {phone.serial}: the backup is off, and Photos shows its options only while "
            "it is on",
            serial=phone.serial,
            output=screen.xml[:4000],
        )
    return screen


def read_quality(phone: Phone) -> str | None:
    """What the row of the quality says below its title."""
    open_options(phone)
    screen, title = scroll_to(phone, *_quality_row())
    return next((quality for quality in map(_quality_of, _beside(screen, title)) if quality), None)


def choose_quality(phone: Phone, quality: str) -> None:
    """Opens the choice and takes one.

    Raises:
        TransientPhoneError: it is not offered, or is not taken.
    """
    open_options(phone)
    open_listed(
        phone,
        *_quality_row(),
        entry="the row of the backup quality",
        # The row says one quality itself: more than one, and the choice is open.
        is_there=lambda s: len(_quality_choices(s)) > 1,
        page="the choice of the quality",
    )
    touch(
        phone,
        lambda s: _quality_choices(s).get(quality) if len(_quality_choices(s)) > 1 else None,
        expected=f"the choice of the quality {quality}",
    )
    wait_past_dialogs(
        phone,
        lambda s: is_backup_settings(s) or _is_chosen(_quality_choices(s).get(quality)),
        expected=f"the quality {quality} taken",
        timeout_s=MENU_TIMEOUT_S,
        policy=CONFIRMING,
    )


def read_daily_limit(phone: Phone) -> str | int | None:
    """The limit that is chosen; of the one switch of 2019, off or unlimited."""
    screen = _open_mobile_data(phone)
    if choices := _limits(screen):
        return next((limit for limit, node in choices if node.checked), None)
    switch = _photos_switch(screen)
    return None if switch is None else "unlimited" if switch.checked else "off"


def choose_daily_limit(phone: Phone, limit: str | int) -> None:
    """Chooses a limit.

    Raises:
        TransientPhoneError: it is not offered, or is not taken.
    """
    choices = _limits(_open_mobile_data(phone))
    if not choices:
        if limit not in {"off", "unlimited"}:
            raise NotHereError(
                f"phone {phone.serial}: this Photos knows mobile data on or off, and no daily "
                f"limit of {limit} bytes",
                serial=phone.serial,
            )
        turn(phone, _photos_switch, limit == "unlimited", expected="mobile data for photos")
        return
    if limit not in dict(choices):
        offered = ", ".join(str(known) for known, _ in choices)
        raise NotHereError(
            f"phone {phone.serial}: Photos offers no limit of {limit}; it offers {offered}",
            serial=phone.serial,
        )
    touch(phone, lambda s: dict(_limits(s)).get(limit), expected=f"the limit {limit}")
    wait_past_dialogs(
        phone,
        lambda s: _is_chosen(dict(_limits(s)).get(limit)),
        expected=f"the limit {limit} taken",
        timeout_s=MENU_TIMEOUT_S,
        policy=CONFIRMING,
    )


def read_mobile_switch(phone: Phone, place: int) -> bool | None:
    """A switch at or below the one for videos; None where there is none."""
    switch = _mobile_switch(_open_mobile_data(phone), place)
    return switch.checked if switch else None


def turn_mobile_switch(phone: Phone, place: int, value: bool) -> None:
    """Moves a switch at or below the one for videos.

    Raises:
        TransientPhoneError: this Photos has none, or it does not stay.
    """
    _open_mobile_data(phone)
    turn(
        phone,
        lambda s: _mobile_switch(s, place),
        value,
        expected=("the switch for videos", "the switch for roaming")[place],
    )


def switch_rows(screen: Screen) -> list[tuple[Node, tuple[str, ...]]]:
    """Every switch in sight with the words of its own row, from top to bottom."""
    switches = screen.find_all(SWITCH)
    rows = []
    for switch in switches:
        row = switch
        for above in screen.ancestors(switch):
            if sum(node in switches for node in screen.subtree(above)) > 1:
                break
            row = above
        words = tuple(node.text for node in screen.subtree(row) if node.text and node != switch)
        rows.append((switch, words))
    return rows


def _quality_row() -> tuple[Selector, Selector]:
    return say("backup_quality"), say("upload_size")


def _quality_of(text: str) -> str | None:
    keys = keys_of(text)
    return next((quality for quality in QUALITIES if f"quality_{quality}" in keys), None)


def _quality_choices(screen: Screen) -> dict[str, Node]:
    """The qualities in sight, by word; the first of each."""
    found: dict[str, Node] = {}
    for node in screen.nodes:
        quality = _quality_of(node.text) if node.text and screen.is_visible(node) else None
        if quality and not (quality in found and not node.checkable):
            found[quality] = node
    return found


def _is_chosen(node: Node | None) -> bool:
    return node is not None and node.checked


def _beside(screen: Screen, title: Node) -> Sequence[str]:
    """The other words of the row that a title stands in."""
    row = next((above for above in screen.ancestors(title) if above.clickable), None)
    return [node.text for node in screen.subtree(row) if node.text] if row else []


def _open_mobile_data(phone: Phone) -> Screen:
    """Opens what says how mobile data is used: a page since 2020, the settings' end in 2019."""
    open_options(phone)
    page, photos = say("mobile_data_usage"), say("cellular_photos")
    screen, row = scroll_to(phone, page, photos)
    if not page.matches(row):
        return screen
    return open_listed(
        phone,
        page,
        entry="the row of the mobile data",
        is_there=lambda s: bool(_limits(s)),
        page="the daily limits of mobile data",
    )


def _limits(screen: Screen) -> list[tuple[str | int, Node]]:
    """The choices of the daily limit; empty on any page without at least three of them."""
    choices = [
        node
        for node in screen.nodes
        if node.checkable and node.text and not SWITCH.matches(node) and screen.is_visible(node)
    ]
    if len(choices) < len(("none", "a size", "all")):
        return []
    limits: list[tuple[str | int, Node]] = []
    for place, node in enumerate(choices):
        number = _NUMBER.search(node.text)
        if number:
            limits.append((int(number[0]) * _MEGABYTE, node))
        else:
            limits.append(("off" if place == 0 else "unlimited", node))
    return limits if any(isinstance(limit, int) for limit, _ in limits) else []


def _photos_switch(screen: Screen) -> Node | None:
    rows = switch_rows(screen)
    return next((s for s, words in rows if _says(words, "cellular_photos")), None)


def _mobile_switch(screen: Screen, place: int) -> Node | None:
    rows = switch_rows(screen)
    named = (i for i, (_, words) in enumerate(rows) if _says(words, "cellular_videos"))
    # On the page of its own the videos' switch is the first there is.
    first = next(named, 0 if _limits(screen) else None)
    if first is None or first + place >= len(rows):
        return None
    return rows[first + place][0]


def _says(words: Sequence[str], key: str) -> bool:
    return any(key in keys_of(word) for word in words)
