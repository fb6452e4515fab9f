"""Ways through Photos' own pages: home, the account menu, the backup settings.

Ids come first, words second: ids outlive wordings and know no language. Each way waits for the
page it leads to and says what stood there instead. This module must not know the scenarios.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from drivers.dialogs import Answering, wait_past_dialogs
from drivers.nodes import Node, Screen, Selector
from drivers.photos.lexicon import say
from drivers.photos.pages import (
    DISC,
    PHOTOS_TAB,
    assistant_tab,
    drawer_button,
    is_account_menu,
    is_backup_settings,
    is_home,
)
from drivers.photos.status import Status, is_photos_package, status_of
from drivers.screen import Stillness, scroll_to

MENU_TIMEOUT_S = 10.0
# A page that has not come and a screen that has stood still for so long: the tap went elsewhere,
# or the entry is not there. Longer than a page of Photos takes to draw its first rows.
_ASTRAY_S = 2.0


def open_account_menu(phone: Answering, *, timeout_s: float = MENU_TIMEOUT_S) -> Screen:
    """Opens the account menu from Photos' home; does nothing where it is open already.

    Raises:
        TransientPhoneError: no account picture is on the screen, or no menu came.
    """
    return _open_account_menu(phone, phone.screen(), timeout_s)


def _open_account_menu(phone: Answering, seen: Screen, timeout_s: float) -> Screen:
    if is_account_menu(seen):
        return seen
    tap(phone, *DISC, expected="the account picture of Photos", timeout_s=timeout_s)
    return wait_past_dialogs(
        phone,
        lambda s: s if is_account_menu(s) else None,
        expected="the account menu of Photos",
        timeout_s=timeout_s,
    )


def open_status_page(
    phone: Answering, *, locale: str = "", timeout_s: float = MENU_TIMEOUT_S
) -> Screen:
    """Opens the page that tells the backup's state, in whatever generation Photos is.

    That is the account menu, or the Assistant tab where there is no account picture (to 2020).

    Raises:
        TransientPhoneError: Photos' home is not in front, or the page did not come.
    """
    way = wait_past_dialogs(
        phone,
        lambda s: s if is_account_menu(s) or s.find(*DISC, *assistant_tab()) else None,
        expected="the home of Photos",
        timeout_s=timeout_s,
    )
    if is_account_menu(way) or way.find(*DISC):
        return _open_account_menu(phone, way, timeout_s)
    if status_of(way, locale).is_known:
        return way
    tap(phone, *assistant_tab(), expected="the tab Assistant", timeout_s=timeout_s)
    return wait_past_dialogs(
        phone,
        lambda s: s if status_of(s, locale).is_known else None,
        expected="a card of the Assistant that tells the backup's state",
        timeout_s=timeout_s,
    )


def leave_status_page(phone: Answering, *, timeout_s: float = MENU_TIMEOUT_S) -> None:
    """Leaves what `open_status_page` opened for the photos themselves; does nothing elsewhere.

    Raises:
        TransientPhoneError: the Photos of 2019 shows no tab that leads there.
    """
    screen = phone.screen()
    if is_account_menu(screen):
        phone.key("back")
    elif screen.find(*assistant_tab()) and not screen.find(*DISC):
        tap(phone, PHOTOS_TAB, expected="the tab Photos", timeout_s=timeout_s)


def open_backup_settings(phone: Answering, *, timeout_s: float = MENU_TIMEOUT_S) -> Screen:
    """Opens the page with the backup switch, by the account menu (or drawer) and the settings.

    Raises:
        TransientPhoneError: a page on the way did not come, or its words are not in the lexicon.
    """
    screen = phone.screen()
    if is_backup_settings(screen):
        return screen
    if screen.find(*drawer_button()) and not screen.find(*DISC):
        tap(phone, *drawer_button(), expected="the menu button", timeout_s=timeout_s)
        entry, settings = "Settings", say("settings")
    else:
        _open_account_menu(phone, screen, timeout_s)
        entry, settings = "Photos settings", say("photos_settings")
    # A card of the menu is called like the row; it is still there while the page comes.
    open_listed(
        phone,
        settings,
        entry=entry,
        is_there=_is_settings,
        page="the settings of Photos",
        timeout_s=timeout_s,
    )
    return open_listed(
        phone,
        say("backup"),
        entry="the row Backup",
        is_there=is_backup_settings,
        page="the backup settings of Photos",
        timeout_s=timeout_s,
    )


def go_home(phone: Answering, *, timeout_s: float = MENU_TIMEOUT_S) -> Screen:
    """Goes back page by page until Photos' home is in front; opens nothing, leaves no page twice.

    Raises:
        TransientPhoneError: the home did not come; Photos may not have been in front at all.
    """
    deadline = time.monotonic() + timeout_s
    left: Screen | None = None

    def further(screen: Screen) -> Screen | None:
        # Not before the page has changed: BACK pressed twice would leave Photos.
        is_left = left is not None and left.stands_like(screen)
        is_next = is_photos_package(screen.package) and not is_left and time.monotonic() < deadline
        return screen if is_next or is_home(screen) else None

    while True:
        # Page by page, since the pauses between looks grow while one is waited for.
        remaining_s = max(deadline - time.monotonic(), 0.0)
        screen = wait_past_dialogs(
            phone, further, expected="the home of Photos", timeout_s=remaining_s
        )
        if is_home(screen):
            return screen
        left = screen
        phone.key("back")


def tap(
    phone: Answering, *selectors: Selector, expected: str, timeout_s: float = MENU_TIMEOUT_S
) -> Node:
    """Waits until something can be reached by a finger, and taps it.

    Raises:
        TransientPhoneError: it did not come, or stayed covered.
    """
    node, point = wait_past_dialogs(
        phone, lambda s: _reachable(s, selectors), expected=expected, timeout_s=timeout_s
    )
    phone.tap(*point)
    return node


def tap_listed(
    phone: Answering, *selectors: Selector, expected: str, timeout_s: float = MENU_TIMEOUT_S
) -> Node:
    """Taps an entry of a list, which is scrolled if the entry is not in sight.

    Raises:
        TransientPhoneError: it is not on the page, or stayed covered.
    """
    stillness = Stillness(_ASTRAY_S)

    def is_all_there(screen: Screen) -> bool:
        is_list = any(node.scrollable for node in screen.nodes)
        return is_list or bool(_reachable(screen, selectors)) or stillness.reached(screen)

    seen = wait_past_dialogs(
        phone, lambda s: s if is_all_there(s) else None, expected=expected, timeout_s=timeout_s
    )
    if found := _reachable(seen, selectors):
        node, point = found
        phone.tap(*point)
        return node
    scroll_to(phone, *selectors, timeout_s=timeout_s)
    return tap(phone, *selectors, expected=expected, timeout_s=timeout_s)


def open_listed(
    phone: Answering,
    *selectors: Selector,
    entry: str,
    is_there: Callable[[Screen], bool],
    page: str,
    timeout_s: float = MENU_TIMEOUT_S,
) -> Screen:
    """Taps an entry of a list and waits for its page, again where the finger went astray.

    Lists move under a finger: Photos puts the item it uploads into its backup settings and takes
    it out again, between a look and the tap. Another page that stands still is left by BACK.

    Args:
        phone: whose screen.
        selectors: the entry, in order of preference.
        entry: what the entry is called, for the message.
        is_there: whether a screen is the page it leads to.
        page: what the page is called, for the message.
        timeout_s: seconds for the entry, and again for the page.

    Raises:
        TransientPhoneError: the entry is not on the page, or leads elsewhere twice.
    """

    def land(enough_s: float) -> Screen:
        stillness = Stillness(enough_s)
        tap_listed(phone, *selectors, expected=entry, timeout_s=timeout_s)
        return wait_past_dialogs(
            phone,
            lambda s: s if is_there(s) or stillness.reached(s) else None,
            expected=page,
            timeout_s=timeout_s,
        )

    screen = land(_ASTRAY_S)
    if is_there(screen):
        return screen
    if not _reachable(screen, selectors) and is_photos_package(screen.package):
        phone.key("back")
    return land(math.inf)


def _is_settings(screen: Screen) -> bool:
    return not is_account_menu(screen) and (
        screen.find(say("backup"), say("photos_settings"), say("settings")) is not None
    )


def _reachable(
    screen: Screen, selectors: Sequence[Selector]
) -> tuple[Node, tuple[int, int]] | None:
    found = (node for selector in selectors for node in screen.find_all(selector))
    return next(((node, point) for node in found if (point := node.tap_point(screen))), None)


def backup_status(phone: Answering, *, locale: str = "") -> Status:
    """Opens the page that tells the state and reads it.

    Returns:
        The status; `UNKNOWN` where the page says nothing that the lexicon holds.

    Raises:
        TransientPhoneError: the page could not be opened.
    """
    return status_of(open_status_page(phone, locale=locale), locale)
