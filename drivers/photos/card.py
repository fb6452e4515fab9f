"""The way out that Photos' own status offers: the button on it, or the settings behind it.

Solution 1 of the article: on "Back up & sync is off" tap TURN ON, on "Waiting for …" tap the card
to change settings. The button's id is that of AndroidArena's scripts (2023); in 2019 it is told by
its word. This module must not know which scenario wants it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from drivers.photos.backup import Backup
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Effect, Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.nodes import Node, Screen
    from drivers.phone import Phone

_WAY = "Photos > account picture (2019: Assistant) > the status and its button"
_TIMEOUT_S = 10.0


class TapCard(Operation):
    """Taps what Photos' status offers: its button to turn backup on, else the status itself."""

    name = "photos.tap_card"
    doc = "Takes the way out that Photos' status card offers: turns backup on, or opens settings."
    base_risk = Risk.REVERSIBLE
    effects = frozenset({Effect.UPLOADS})
    results: ClassVar[Mapping[str, ValueType]] = {"turned_on": ValueType("bool")}

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the way a finger goes."""
        return [f"screen: {_WAY}"]

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Reads the switch that the button would move."""
        return Backup().snapshot(phone, Backup().read(phone))

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Taps it.

        Returns:
            `turned_on`: whether the way out was the button, and the backup is on now.

        Raises:
            StablePhoneError: Photos shows no status, or its way out leads nowhere.
        """
        from drivers.photos.navigation import open_status_page
        from drivers.photos.visits import visit

        with visit(phone, _WAY):
            screen = open_status_page(phone, locale=phone.about.locale)
            if button := _button(screen):
                _turn_on(phone)
            else:
                _follow(phone, screen)
        return {f"{self.name}.turned_on": button is not None}

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Switches backup off again where it was."""
        Backup().restore(phone, prepared)


def _button(screen: Screen) -> Node | None:
    from drivers.nodes import Selector
    from drivers.photos.lexicon import say

    named = (Selector(id="photos_autobackup_particle_generic_button"), say("turn_on"))
    return next(
        (
            node
            for selector in (*named, say("turn_on_backup"))
            for node in screen.find_all(selector)
            if node.tap_point(screen)
        ),
        None,
    )


def _turn_on(phone: Phone) -> None:
    from drivers.dialogs import wait_past_dialogs
    from drivers.photos.status import status_of
    from drivers.photos.visits import CONFIRMING, touch

    touch(phone, _button, expected="the button that turns backup on")
    wait_past_dialogs(
        phone,
        lambda s: _button(s) is None and status_of(s, phone.about.locale).status != "off",
        expected="the backup on, by the button of its status",
        timeout_s=_TIMEOUT_S,
        policy=CONFIRMING,
    )


def _follow(phone: Phone, screen: Screen) -> None:
    """Taps the status; where it is a text alone, the card that is called Backup."""
    from drivers.dialogs import wait_past_dialogs
    from drivers.nodes import Selector
    from drivers.photos.lexicon import say
    from drivers.photos.status import is_photos_package, read_status
    from drivers.photos.visits import touch

    def way(seen: Screen) -> Node | None:
        said = [
            node
            for node in seen.nodes
            if read_status(node.text, phone.about.locale).is_known and node.id_name not in _DISCS
        ]
        cards = seen.find_all(Selector(id="og_bento_card_title"))
        named = [card for card in cards if say("backup").matches(card)]
        return next((n for n in (*said, *named) if _is_way(seen, n)), None)

    before = screen.content()
    touch(phone, way, expected="the status of the backup")
    wait_past_dialogs(
        phone,
        lambda s: is_photos_package(s.package) and way(s) is None and s.content() != before,
        expected="the settings behind the status",
        timeout_s=_TIMEOUT_S,
    )


# What these say is read aloud; a tap on them closes the menu.
_DISCS = ("selected_account_disc", "og_selected_account_disc_apd")


def _is_way(screen: Screen, node: Node) -> bool:
    """Whether a tap on it does anything: it, or what it stands in, can be clicked."""
    return bool(node.tap_point(screen)) and any(
        one.clickable for one in (node, *screen.ancestors(node))
    )


OPERATIONS = (TapCard(),)
