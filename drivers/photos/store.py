"""Photos' page in the Play Store, where the newest version is a button.

The page is opened by its address (`market://details`, Google's documentation of linking to the
store); the button is found by its words, and what happened is read from the package manager. This
module must not know Photos' own screens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from drivers.android.send import fill, send
from drivers.errors import NothingToDoError, PhoneLostError, StablePhoneError, TransientPhoneError
from drivers.pauses import pauses
from drivers.photos.app import open_app
from drivers.values import Json, Value
from drivers.vocabulary import Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.nodes import Screen, Selector
    from drivers.phone import Phone

_PAGE = (
    "am start -W --user {user} -a android.intent.action.VIEW "
    "-d market://details?id={package} com.android.vending"
)
_STORE = "com.android.vending"
_BUTTON_TIMEOUT_S = 10.0
# A page that has drawn its buttons and stands still for so long offers no update: the store asks
# its servers for the newest version while it draws the page.
_OFFERED_WITHIN_S = 3.0
# A download of a hundred megabytes over a slow line, and its installation.
_INSTALL_TIMEOUT_S = 600.0


class Update(Operation):
    """Brings Photos to its newest version by the Play Store's own button; its data stays."""

    name = "photos.update"
    doc = "Updates Photos on its page in the Play Store."
    base_risk = Risk.DISRUPTIVE

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the command, and what a finger taps then."""
        return [_PAGE, "screen: Update"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Updates it, and opens it again.

        Raises:
            NothingToDoError: the store offers no update: its page stood still without one.
            StablePhoneError: none was installed in ten minutes.
        """
        before = _version(phone)
        send(phone, fill(_PAGE, phone), timeout_s=30.0)
        try:
            _tap_update(phone)
            _await_version(phone, before)
        finally:
            open_app(phone)
        return {}


def _tap_update(phone: Phone) -> None:
    from drivers.nodes import Selector
    from drivers.photos.lexicon import say
    from drivers.screen import Stillness, wait_for

    button = Selector(say=say("update").say, package=_STORE)
    expected = "the button Update of the Play Store"
    stillness = Stillness(_OFFERED_WITHIN_S)
    try:
        page = wait_for(
            phone,
            lambda s: s if _point(s, button) or (_is_drawn(s) and stillness.reached(s)) else None,
            expected=expected,
            timeout_s=_BUTTON_TIMEOUT_S,
        )
    except PhoneLostError:
        raise
    except TransientPhoneError as error:
        raise _not_offered(phone, error.output) from error
    point = _point(page, button)
    if point is None:
        raise _not_offered(phone, page.xml[:4000])
    phone.tap(*point)


def _point(screen: Screen, button: Selector) -> tuple[int, int] | None:
    """Where a finger reaches the button; None where it does not."""
    node = screen.find(button)
    return node.tap_point(screen) if node else None


def _is_drawn(screen: Screen) -> bool:
    """Whether the app's buttons are there (Open, Uninstall): while it loads a page has none."""
    offers = [n for n in screen.nodes if n.package == _STORE and n.clickable and (n.text or n.desc)]
    return len(offers) > 1


def _not_offered(phone: Phone, seen: str) -> NothingToDoError:
    return NothingToDoError(
        "the Play Store offers no update of Photos: this is the newest version, or the store's "
        "words are not known; look at Photos' page there",
        serial=phone.serial,
        command=fill(_PAGE, phone),
        output=seen,
    )


def _await_version(phone: Phone, before: Value | None) -> None:
    # The package manager tells nobody over adb; asking again is the only way to know.
    for _ in pauses(_INSTALL_TIMEOUT_S):
        if _version(phone) not in {before, None}:
            return
    raise StablePhoneError(
        f"phone {phone.serial}: Photos still is version {before} after {_INSTALL_TIMEOUT_S:g} s",
        serial=phone.serial,
        command=fill(_PAGE, phone),
        waited_s=_INSTALL_TIMEOUT_S,
    )


def _version(phone: Phone) -> Value | None:
    return phone.facts(["photos.version_code"]).get("photos.version_code")


OPERATIONS = (Update(),)
