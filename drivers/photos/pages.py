"""Which page of Photos a screen shows, and what stands on it that has no words.

Ids come first, words second: ids outlive wordings and know no language. This module must not
know phones: it looks at one screen.
"""

from __future__ import annotations

from drivers.nodes import Node, Screen, Selector
from drivers.photos.lexicon import say

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


# Functions, not constants: the lexicon's files are read when a screen is, not on import.
def assistant_tab() -> tuple[Selector, ...]:
    """Where the Photos of 2019, without an account picture, tells the state on its first card."""
    return Selector(id="tab_assistant"), say("assistant")


# The tab of Photos' home that shows the photos themselves.
PHOTOS_TAB = Selector(id="tab_photos")


def drawer_button() -> tuple[Selector, ...]:
    """Behind what the Photos of 2019 keeps its settings."""
    return (say("navigation_drawer"),)


def is_home(screen: Screen) -> bool:
    """Whether a tab of Photos' home is in front, with nothing over it."""
    return not is_account_menu(screen) and screen.find(*DISC, *assistant_tab()) is not None


def is_account_menu(screen: Screen) -> bool:
    """Whether the account menu is open."""
    return screen.find(*MENU) is not None


def is_backup_settings(screen: Screen) -> bool:
    """Whether the page with the backup switch is open."""
    return backup_switch(screen) is not None


def is_backup_on(screen: Screen) -> bool | None:
    """What the backup switch says; None where it is not on this screen."""
    switch = backup_switch(screen)
    return switch.checked if switch else None


def backup_switch(screen: Screen) -> Node | None:
    """The switch whose row is called Backup, on a page that is called so as well.

    Every settings page has switches of that id, and the page of one device folder has one whose
    row is called the same; that page is called after its folder.
    """
    label = say("backup")
    switches = screen.find_all(SWITCH)
    titles = screen.find_all(label)
    for switch in switches:
        for row in screen.ancestors(switch):
            inside = screen.subtree(row)
            if sum(node in switches for node in inside) > 1:
                break  # no longer this switch's row alone
            if any(node in inside for node in titles):
                if any(node not in inside for node in titles):
                    return switch
                break
    return None
