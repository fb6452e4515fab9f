"""What the backup settings offer beside the switch: quality, mobile data, roaming, folders.

Photos shows these only while backup is on: with it off they have no value, and setting one is
refused. How their pages are found and read is `drivers.photos.option_pages`'s to know, which is
imported when a screen is read, not to name the vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from drivers.values import Value, ValueType
from drivers.vocabulary import Control, Effect, Fact

if TYPE_CHECKING:
    from drivers.phone import Phone

_BACKUP = "Photos > account picture > Photos settings > Backup"
_MOBILE_DATA = f"{_BACKUP} > Mobile data usage"


class Quality(Control):
    """In which quality Photos keeps what it uploads from now on."""

    fact = Fact(
        "photos.quality",
        ValueType("enum", ("original", "saver", "express")),
        "In which quality Photos uploads; saver was called 'High quality' until 2021.",
    )

    def read(self, phone: Phone) -> Value | None:
        """Reads what the row says; None where backup is off or the words are unknown."""
        from drivers.photos import option_pages
        from drivers.photos.visits import seen_there

        return seen_there(phone, lambda: option_pages.read_quality(phone))

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the way a finger goes."""
        return [f"screen: {_BACKUP} > Backup quality (Upload size) > {value}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Chooses it.

        Raises:
            StablePhoneError: the page cannot be reached, or has no such choice.
        """
        from drivers.photos import option_pages
        from drivers.photos.visits import visit

        with visit(phone, f"{_BACKUP} > Backup quality"):
            option_pages.choose_quality(phone, str(value))


class Cellular(Control):
    """How much of the mobile data Photos may use in a day.

    The Photos of 2019 has one switch instead: there a limit in bytes is refused.
    """

    fact = Fact(
        "photos.cellular",
        ValueType("daily_limit"),
        "How much mobile data Photos may use a day: off, a size, or unlimited.",
    )
    effects = frozenset({Effect.COSTS})

    def effects_of(self, value: Value) -> frozenset[Effect]:
        """Costs at every limit but none of it at all."""
        return frozenset() if value == "off" else self.effects

    def read(self, phone: Phone) -> Value | None:
        """Reads the choice; None where backup is off."""
        from drivers.photos import option_pages
        from drivers.photos.visits import seen_there

        limit = seen_there(phone, lambda: option_pages.read_daily_limit(phone))
        return limit if isinstance(limit, (str, int)) else None

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the way a finger goes."""
        return [f"screen: {_MOBILE_DATA} > {self.fact.type.format(value)}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Chooses it.

        Raises:
            StablePhoneError: the page cannot be reached, or has no such choice.
        """
        from drivers.photos import option_pages
        from drivers.photos.visits import visit

        if not isinstance(value, (str, int)):
            raise TypeError(f"a daily limit is a word or a size, not {value!r}")
        with visit(phone, _MOBILE_DATA):
            option_pages.choose_daily_limit(phone, value)


class _MobileSwitch(Control):
    """A switch beside the mobile data's limit.

    Args:
        fact: what it sets.
        place: how many switches below the one for videos.
    """

    effects = frozenset({Effect.COSTS})
    place = 0

    def effects_of(self, value: Value) -> frozenset[Effect]:
        """Costs once it is on."""
        return self.effects if value else frozenset()

    def read(self, phone: Phone) -> Value | None:
        """Reads the switch; None where backup is off, or this Photos has none."""
        from drivers.photos import option_pages
        from drivers.photos.visits import seen_there

        return seen_there(phone, lambda: option_pages.read_mobile_switch(phone, self.place))

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the way a finger goes."""
        which = ("videos", "roaming")[self.place]
        state = "on" if value else "off"
        return [f"screen: {_MOBILE_DATA} > the switch for {which}, until it is {state}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Moves the switch.

        Raises:
            StablePhoneError: the page cannot be reached, or this Photos has no such switch.
        """
        from drivers.photos import option_pages
        from drivers.photos.visits import visit

        with visit(phone, _MOBILE_DATA):
            option_pages.turn_mobile_switch(phone, self.place, bool(value))


class CellularVideos(_MobileSwitch):
    """Whether videos too may go over mobile data."""

    fact = Fact(
        "photos.cellular_videos",
        ValueType("bool"),
        "Whether Photos uploads videos over mobile data too.",
    )


class Roaming(_MobileSwitch):
    """Whether Photos uploads over a foreign network; its switch stands below the videos'."""

    fact = Fact(
        "photos.roaming",
        ValueType("bool"),
        "Whether Photos uploads over a foreign network, while roaming.",
    )
    place = 1


class Folders(Control):
    """Which device folders are backed up beside the camera's own; only those named are set."""

    fact = Fact(
        "photos.folders",
        ValueType("map"),
        "Which device folders Photos backs up, beside the camera's.",
    )
    effects = frozenset({Effect.UPLOADS})

    def effects_of(self, value: Value) -> frozenset[Effect]:
        """Uploads what is in each folder that is switched on."""
        is_on = isinstance(value, Mapping) and any(value.values())
        return self.effects if is_on else frozenset()

    def read(self, phone: Phone) -> Value | None:
        """Reads every folder's switch; None where backup is off or the page is not found."""
        from drivers.photos import folder_pages
        from drivers.photos.visits import seen_there

        return seen_there(phone, lambda: folder_pages.read_folders(phone))

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the way a finger goes, once for each folder."""
        folders = value if isinstance(value, Mapping) else {}
        way = f"screen: {_BACKUP} > Back up device folders"
        # Braces in a folder's name are its own: a plan's lines are templates.
        return [
            f"{way} > {name.replace('{', '{{').replace('}', '}}')} {'on' if on else 'off'}"
            for name, on in folders.items()
        ]

    def apply(self, phone: Phone, value: Value) -> None:
        """Moves the switch of each folder that is named.

        Raises:
            StablePhoneError: the page cannot be reached, or there is no such folder.
        """
        from drivers.photos import folder_pages
        from drivers.photos.visits import visit

        if not isinstance(value, Mapping):
            raise TypeError(f"folders are a map, not {value!r}")
        with visit(phone, f"{_BACKUP} > Back up device folders"):
            folder_pages.turn_folders(phone, {name: bool(on) for name, on in value.items()})


CONTROLS = (Quality(), Cellular(), CellularVideos(), Roaming(), Folders())
FACTS = tuple(control.fact for control in CONTROLS)
