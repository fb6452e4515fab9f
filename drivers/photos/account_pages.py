"""Where Photos shows its account, and where another one is chosen.

An address is told by its form, in every language. Ids: `og_secondary_account_information` and
`selected_account_view` are OneGoogle's, 2020 to 2023; the newer menu shows the address as a text;
the Photos of 2019 has it at the head of its drawer. This module must not know the vocabulary.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drivers.dialogs import wait_past_dialogs
from drivers.errors import TransientPhoneError
from drivers.nodes import Node, Screen, Selector
from drivers.photos.lexicon import say
from drivers.photos.navigation import MENU_TIMEOUT_S, go_home, open_account_menu, tap
from drivers.photos.pages import DISC, drawer_button
from drivers.photos.visits import touch
from drivers.screen import wait_settled

if TYPE_CHECKING:
    from drivers.phone import Phone

# An address as a whole text: a sentence that names one is not the account's row.
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_HEADER = (Selector(id="account_header"), Selector(id="selected_account_view"))


def read_account(phone: Phone) -> str | None:
    """The address that the account's place shows; `none` where it offers to choose one.

    Returns:
        None where it shows neither.
    """
    screen = _open_place(phone)
    address = _address(screen)
    if address:
        return address.text.strip()
    return "none" if _offers_sign_in(screen) else None


def choose_account(phone: Phone, address: str) -> None:
    """Opens the list of accounts and takes one.

    Args:
        phone: whose Photos.
        address: an account of the phone; empty for none.

    Raises:
        TransientPhoneError: the list does not offer it, or it was not taken.
    """
    screen = _open_place(phone)
    now = _address(screen)
    if (now.text.strip() if now else "") == address and (now or _offers_sign_in(screen)):
        return
    entry = now.text if now else ""
    touch(phone, lambda s: _entry(s, entry), expected="the account's row")
    touch(phone, lambda s: _offer(s, address, entry), expected=address or "Use without an account")
    go_home(phone)
    if read_account(phone) != (address or "none"):
        raise TransientPhoneError(
            f"phone {phone.serial}: Photos did not take the account {address or 'none'}",
            serial=phone.serial,
        )


def other_accounts(phone: Phone) -> list[str]:
    """The accounts that the list offers beside the present one; the list is closed again.

    Raises:
        TransientPhoneError: the list did not open.
    """
    screen = _open_place(phone)
    now = _address(screen)
    entry = now.text if now else ""
    touch(phone, lambda s: _entry(s, entry), expected="the account's row")
    wait_past_dialogs(
        phone,
        # Where nobody is signed in there is no way out to tell it by, and no other address either.
        lambda s: _offer(s, "", entry) or (None if now else _address(s)),
        expected="the list of accounts",
        timeout_s=MENU_TIMEOUT_S,
    )
    listed = wait_settled(phone)
    go_home(phone)
    texts = (node.text.strip() for node in listed.nodes if listed.is_visible(node))
    others = [text for text in texts if _ADDRESS.fullmatch(text) and text != entry.strip()]
    return list(dict.fromkeys(others))


def _open_place(phone: Phone) -> Screen:
    """Opens the account menu, or the drawer of 2019, and waits until it stands still."""
    screen = go_home(phone)
    if screen.find(*drawer_button()) and not screen.find(*DISC):
        tap(phone, *drawer_button(), expected="the menu button")
        wait_past_dialogs(
            phone,
            lambda s: s.find(Selector(id="account_header"), say("settings")) is not None,
            expected="the drawer of Photos",
            timeout_s=MENU_TIMEOUT_S,
        )
        return wait_settled(phone)
    return open_account_menu(phone)


def _address(screen: Screen) -> Node | None:
    """The first address on the page, which is the account's own."""
    named = screen.find(Selector(id="og_secondary_account_information"))
    texts = [named] if named else screen.nodes
    return next(
        (n for n in texts if _ADDRESS.fullmatch(n.text.strip()) and screen.is_visible(n)), None
    )


def _offers_sign_in(screen: Screen) -> bool:
    """Whether it invites to choose an account, or the drawer's head names nobody."""
    return screen.find(say("choose_account"), Selector(id="account_header")) is not None


def _entry(screen: Screen, address: str) -> Node | None:
    """What opens the list: the account's own row, or the invitation to choose one."""
    if not address:
        return screen.find(say("choose_account"), *_HEADER)
    return screen.find(*_HEADER, Selector(text=address))


def _offer(screen: Screen, address: str, now: str) -> Node | None:
    """An account in the list; the list is told by what it offers beside the present account."""
    if not address:
        return screen.find(Selector(id="use_without_an_account"), say("without_account"))
    if address == now:
        return None
    return screen.find(Selector(text=address))
