"""The device folders' pages: one list with a switch each, or in 2019 a list with a page each.

The Photos of 2019 keeps the list behind its menu button, and the switch of each folder on the
page that is called after it (the article's solution 4); since 2020 the list hangs on the backup
settings. This module must not know the vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from drivers.dialogs import wait_past_dialogs
from drivers.errors import TransientPhoneError
from drivers.nodes import Node, Screen, Selector
from drivers.photos.lexicon import keys_of, say
from drivers.photos.navigation import MENU_TIMEOUT_S, go_home, open_listed, tap
from drivers.photos.option_pages import open_options, switch_rows
from drivers.photos.pages import DISC, drawer_button
from drivers.photos.visits import turn
from drivers.screen import scroll_through, scroll_to

if TYPE_CHECKING:
    from drivers.phone import Phone

_TITLE = Selector(id="title")


def read_folders(phone: Phone) -> dict[str, bool]:
    """Every folder of the list and whether it is backed up.

    Raises:
        TransientPhoneError: the list cannot be reached.
    """
    if not _open_list(phone):
        names = [name for screen in scroll_through(phone) for name in _names(screen)]
        return {name: _read_page(phone, name) for name in dict.fromkeys(names)}
    return {
        name: switch.checked
        for screen in scroll_through(phone)
        for name, switch in _listed(screen).items()
    }


def turn_folders(phone: Phone, folders: Mapping[str, bool]) -> None:
    """Switches the folders that are named.

    Raises:
        TransientPhoneError: there is no such folder, or its switch does not stay.
    """
    has_switches = _open_list(phone)
    for name, value in folders.items():
        if has_switches:
            scroll_to(phone, Selector(text=name))
            _turn(phone, name, value)
            continue
        _open_page(phone, name)
        turn(phone, _own_switch, value, expected=f"the switch of the folder {name}")
        _back_to_list(phone, name)


def _turn(phone: Phone, name: str, value: bool) -> None:
    turn(phone, lambda s: _listed(s).get(name), value, expected=f"the switch of the folder {name}")


def _open_list(phone: Phone) -> bool:
    """Opens the list, and says whether it holds the switches itself."""
    # Either way begins at home: what is in front may be a page behind it.
    screen = go_home(phone)
    if screen.find(*drawer_button()) and not screen.find(*DISC):
        tap(phone, *drawer_button(), expected="the menu button")
        _open_from(phone, "Device folders")
        return False
    open_options(phone)
    _open_from(phone, "the row of the device folders")
    return True


def _open_from(phone: Phone, entry: str) -> None:
    open_listed(
        phone,
        say("device_folders"),
        entry=entry,
        is_there=_is_list,
        page="the list of device folders",
    )


def _is_list(screen: Screen) -> bool:
    """The page that is called so, and no longer the one with a row that is."""
    return screen.find(say("device_folders")) is not None and not any(
        "backup" in keys_of(word) for _, words in switch_rows(screen) for word in words
    )


def _listed(screen: Screen) -> dict[str, Node]:
    return {words[0]: switch for switch, words in switch_rows(screen) if words}


def _names(screen: Screen) -> Iterator[str]:
    return iter([node.text for node in screen.find_all(_TITLE) if node.text])


def _open_page(phone: Phone, name: str) -> None:
    open_listed(
        phone,
        Selector(text=name),
        entry=f"the folder {name}",
        is_there=lambda s: _own_switch(s) is not None,
        page=f"the page of the folder {name}",
    )


def _read_page(phone: Phone, name: str) -> bool:
    _open_page(phone, name)
    switch = _own_switch(phone.screen())
    if switch is None:
        raise TransientPhoneError(
            f"phone {phone.serial}: the page of the folder {name} is gone", serial=phone.serial
        )
    _back_to_list(phone, name)
    return switch.checked


def _back_to_list(phone: Phone, name: str) -> None:
    phone.key("back")
    wait_past_dialogs(
        phone,
        lambda s: _own_switch(s) is None and _is_list(s),
        expected=f"the list behind the folder {name}",
        timeout_s=MENU_TIMEOUT_S,
    )


def _own_switch(screen: Screen) -> Node | None:
    """The switch called Backup on the page of one folder, which has no other."""
    rows = [s for s, words in switch_rows(screen) if any("backup" in keys_of(w) for w in words)]
    return rows[0] if len(rows) == 1 and screen.find(say("device_folders")) is None else None
