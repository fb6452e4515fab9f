"""Photos' pages in the Settings app, for the one thing that no command does: clearing its cache.

No command clears one app's cache: `pm clear --cache-only` wipes everything up to Android 12 and
does nothing after (drivers.android.filling). The Settings app does. Its pages differ by maker:
AOSP has "Clear cache" behind "Storage & cache", One UI behind "Storage", and MIUI and HyperOS in a
menu behind "Clear data" (d4rken-org/sdmaid-se issue 1669), whose other entry is never touched.
Only of AOSP's page a real tree was found (bmx666/android-appcachecleaner issue 149); the other two
are known by description. So nothing is told by its place: what bears none of these words is not
touched, and the way by hand is said instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from drivers.android.send import fill, send
from drivers.errors import TransientPhoneError
from drivers.photos.app import open_app
from drivers.values import Json, Value
from drivers.vocabulary import Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.nodes import Node, Screen
    from drivers.phone import Phone

# A page that is there stays: what is in front may be another app's from before.
_APP_INFO = (
    "am start -W --user {user} -a android.settings.APPLICATION_DETAILS_SETTINGS "
    "-d package:{package} -f 0x10008000"
)
_BY_HAND = "Settings > Apps > Photos > Storage & cache > Clear cache"
_TIMEOUT_S = 10.0
# From App info to the button: the storage page or a menu, and what asks whether it is meant.
_MOST_PAGES = 4


class ClearCache(Operation):
    """Clears Photos' cache by the button of its page in Settings, then opens Photos again."""

    name = "photos.clear_cache"
    doc = "Clears Photos' cache on its page in Settings; no photo and no setting is lost."
    base_risk = Risk.DISRUPTIVE

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the command, and the way that a finger goes then."""
        return [_APP_INFO, "screen: Storage & cache > Clear cache (MIUI: Clear data > Clear cache)"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Clears it.

        Raises:
            StablePhoneError: the button is not found: a maker or a language that is not known.
        """
        from drivers.photos.visits import by_hand

        command = fill(_APP_INFO, phone)
        send(phone, command, timeout_s=30.0)
        try:
            with by_hand(phone, f"do it by hand: {_BY_HAND}", command=command):
                _clear(phone)
        finally:
            open_app(phone)
        return {}


def _clear(phone: Phone) -> None:
    from drivers.photos.lexicon import say
    from drivers.screen import wait_for, wait_settled

    def way(screen: Screen) -> tuple[Screen, Node] | None:
        for key in ("clear_cache", "storage_and_cache", "clear_data", "storage"):
            for node in screen.find_all(say(key)):
                if key == "clear_cache" or node.tap_point(screen):
                    return screen, node
        return None

    for _ in range(_MOST_PAGES):
        before = phone.screen().content()
        screen, node = wait_for(
            phone, way, expected="the way to Photos' cache in Settings", timeout_s=_TIMEOUT_S
        )
        is_button = say("clear_cache").matches(node)
        if is_button and not node.enabled:
            return  # there is nothing in it
        point = node.tap_point(screen)
        if point is None:
            raise TransientPhoneError(
                f"phone {phone.serial}: the button that clears the cache cannot be tapped",
                serial=phone.serial,
                output=screen.xml[:4000],
            )
        phone.tap(*point)
        wait_for(
            phone,
            lambda s, before=before: s.content() != before,  # type: ignore[misc]
            expected="another page of Settings",
            timeout_s=_TIMEOUT_S,
        )
        if is_button:
            _confirm(phone, wait_settled(phone))
            return
    raise TransientPhoneError(
        f"phone {phone.serial}: Settings has no button that clears Photos' cache",
        serial=phone.serial,
    )


def _confirm(phone: Phone, screen: Screen) -> None:
    """Says yes where the maker asks whether the cache is meant; id of AOSP's AlertDialog."""
    from drivers.nodes import Selector
    from drivers.screen import wait_for

    yes = screen.find(Selector(id="android:id/button1"))
    point = yes.tap_point(screen) if yes else None
    if point is None:
        return
    phone.tap(*point)
    wait_for(
        phone,
        lambda s: s.find(Selector(id="android:id/button1")) is None,
        expected="the question about the cache answered",
        timeout_s=_TIMEOUT_S,
    )


OPERATIONS = (ClearCache(),)
