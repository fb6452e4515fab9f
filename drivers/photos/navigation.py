"""Ways through Photos' own pages: home, the account menu, the backup settings.

Ids come first, words second: ids outlive wordings and know no language. Each way waits for the
page it leads to and says what stood there instead. This module must not know the scenarios.
"""

from __future__ import annotations

from collections.abc import Sequence

from drivers.dialogs import Answering, wait_past_dialogs
from drivers.nodes import Node, Screen, Selector
from drivers.photos.lexicon import say
from drivers.photos.pages import (
    DISC,
    assistant_tab,
    drawer_button,
    is_account_menu,
    is_backup_settings,
    is_home,
)
from drivers.photos.status import Status, is_photos_package, status_of
from drivers.screen import scroll_to

MENU_TIMEOUT_S = 10.0


def open_account_menu(phone: Answering, *, timeout_s: float = MENU_TIMEOUT_S) -> Screen:
    """Opens the account menu from Photos' home; does nothing where it is open already.

    Raises:
        TransientPhoneError: no account picture is on the screen, or no menu came.
    """
    screen = phone.screen()
    if is_account_menu(screen):
        return screen
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
        return open_account_menu(phone, timeout_s=timeout_s)
    if status_of(way, locale).is_known:
        return way
    tap(phone, *assistant_tab(), expected="the tab Assistant", timeout_s=timeout_s)
    return wait_past_dialogs(
        phone,
        lambda s: s if status_of(s, locale).is_known else None,
        expected="a card of the Assistant that tells the backup's state",
        timeout_s=timeout_s,
    )


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
        tap_listed(phone, say("settings"), expected="Settings", timeout_s=timeout_s)
    else:
        open_account_menu(phone, timeout_s=timeout_s)
        tap_listed(phone, say("photos_settings"), expected="Photos settings", timeout_s=timeout_s)
    # A card of the menu is called like the row; it is still there while the page comes.
    wait_past_dialogs(
        phone,
        lambda s: not is_account_menu(s),
        expected="the settings of Photos",
        timeout_s=timeout_s,
    )
    tap_listed(phone, say("backup"), expected="the row Backup", timeout_s=timeout_s)
    return wait_past_dialogs(
        phone,
        lambda s: s if is_backup_settings(s) else None,
        expected="the backup settings of Photos",
        timeout_s=timeout_s,
    )


def go_home(phone: Answering, *, timeout_s: float = MENU_TIMEOUT_S) -> Screen:
    """Goes back page by page until Photos' home is in front; opens nothing, leaves no page twice.

    Raises:
        TransientPhoneError: the home did not come; Photos may not have been in front at all.
    """
    left: tuple[Node, ...] = ()

    def at_home(screen: Screen) -> Screen | None:
        nonlocal left
        if is_home(screen):
            return screen
        # Not before the page has changed: BACK pressed twice would leave Photos.
        if screen.content() != left and is_photos_package(screen.package):
            left = screen.content()
            phone.key("back")
        return None

    return wait_past_dialogs(phone, at_home, expected="the home of Photos", timeout_s=timeout_s)


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
    seen = wait_past_dialogs(
        phone,
        lambda s: s if _reachable(s, selectors) or any(n.scrollable for n in s.nodes) else None,
        expected=expected,
        timeout_s=timeout_s,
    )
    if not _reachable(seen, selectors):
        scroll_to(phone, *selectors, timeout_s=timeout_s)
    return tap(phone, *selectors, expected=expected, timeout_s=timeout_s)


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
