"""Ways through Photos' own pages: home, the account menu, the backup settings.

Ids come first, words second: ids outlive wordings and know no language. Each way waits for the
page it leads to and says what stood there instead. This module must not know the scenarios.
"""

from __future__ import annotations

from drivers.dialogs import Answering, wait_past_dialogs
from drivers.nodes import Node, Screen, Selector
from drivers.photos.lexicon import say
from drivers.photos.status import UNKNOWN, Status, status_of
from drivers.screen import Looking

MENU_TIMEOUT_S = 10.0

# The account's picture at the top right: the disc since the OneGoogle menu of 2020, the image
# inside it in builds of 2023 that leave the disc without an id.
DISC = (
    Selector(id="selected_account_disc"),
    Selector(id="og_selected_account_disc_apd"),
    Selector(id="og_apd_internal_image_view"),
)
# What only the open account menu shows: the status line (2020 to 2024), the cards' close button
# and titles (bento, since 2024).
MENU = (
    Selector(id="photos_autobackup_particle_status_title"),
    Selector(id="og_bento_toolbar_close_button"),
    Selector(id="og_bento_card_title"),
)
SWITCH = Selector(id="switchWidget")


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


def read_backup_status(phone: Looking, *, locale: str = "") -> Status:
    """Reads the status off whatever page of Photos is in front; opens nothing."""
    return status_of(phone.screen(), locale)


def open_backup_settings(phone: Answering, *, timeout_s: float = MENU_TIMEOUT_S) -> Screen:
    """Opens the page with the backup switch, by the account menu and Photos settings.

    Raises:
        TransientPhoneError: a page on the way did not come, or its words are not in the lexicon.
    """
    screen = phone.screen()
    if is_backup_settings(screen):
        return screen
    open_account_menu(phone, timeout_s=timeout_s)
    tap(phone, say("photos_settings"), expected="Photos settings", timeout_s=timeout_s)
    # A card of the menu is called like the row; it is still there while the page comes.
    wait_past_dialogs(
        phone,
        lambda s: not is_account_menu(s),
        expected="the settings of Photos",
        timeout_s=timeout_s,
    )
    tap(phone, say("backup"), expected="the row Backup", timeout_s=timeout_s)
    return wait_past_dialogs(
        phone,
        lambda s: s if is_backup_settings(s) else None,
        expected="the backup settings of Photos",
        timeout_s=timeout_s,
    )


def tap(
    phone: Answering, *selectors: Selector, expected: str, timeout_s: float = MENU_TIMEOUT_S
) -> Node:
    """Waits until something can be reached by a finger, and taps it.

    Raises:
        TransientPhoneError: it did not come, or stayed covered.
    """

    def reachable(screen: Screen) -> tuple[Node, tuple[int, int]] | None:
        node = screen.find(*selectors)
        point = node.tap_point(screen) if node else None
        return (node, point) if node and point else None

    node, point = wait_past_dialogs(phone, reachable, expected=expected, timeout_s=timeout_s)
    phone.tap(*point)
    return node


def is_account_menu(screen: Screen) -> bool:
    """Whether the account menu is open."""
    return screen.find(*MENU) is not None


def is_backup_settings(screen: Screen) -> bool:
    """Whether the page with the backup switch is open."""
    return screen.find(SWITCH) is not None


def is_backup_on(screen: Screen) -> bool | None:
    """What the backup switch says; None where it is not on this screen."""
    switch = screen.find(SWITCH)
    return switch.checked if switch else None


def backup_status(phone: Answering, *, locale: str = "") -> Status:
    """Opens the account menu and reads the status there.

    Returns:
        The status; `UNKNOWN` where the menu says nothing that the lexicon holds.

    Raises:
        TransientPhoneError: the menu could not be opened.
    """
    screen = open_account_menu(phone)
    return status_of(screen, locale) if screen.nodes else UNKNOWN
