"""The backup's own switch, which only a finger can move: read, set and put back on its page.

The page is found by ids first, by the lexicon second; a language in which neither leads there is
refused with what the screen showed. Every way ends at Photos' home, where the counter is looked
for. Sheets that Photos puts behind the switch (backup quality, "done") are confirmed: id
`done_button` and the word "Confirm" as AndroidArena and AugusDogus/fairth tap them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from drivers.errors import StablePhoneError
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Control, Effect, Fact, Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

BACKUP = Fact(
    "photos.backup", ValueType("bool"), "Whether Photos backs up, by the switch in its settings."
)

_WAY = "Photos > account picture > Photos settings > Backup"


class Backup(Control):
    """Photos' backup switch. Turning it on uploads what was not backed up before."""

    fact = BACKUP
    effects = frozenset({Effect.UPLOADS})

    def effects_of(self, value: Value) -> frozenset[Effect]:
        """Uploads once it is on."""
        return self.effects if value else frozenset()

    def read(self, phone: Phone) -> Value | None:
        """Opens the page, reads the switch and goes back to Photos' home.

        Returns:
            None where no way leads to the page: a language that is not in the lexicon.
        """
        from drivers.photos.navigation import open_backup_settings
        from drivers.photos.pages import is_backup_on
        from drivers.photos.visits import seen_there

        return seen_there(phone, lambda: is_backup_on(open_backup_settings(phone)))

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the way a finger goes."""
        return [f"screen: {_WAY}", f"screen: the switch, until it is {'on' if value else 'off'}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Moves the switch and confirms what Photos asks about it.

        Raises:
            StablePhoneError: the page cannot be reached, or the switch does not stay.
        """
        from drivers.photos.navigation import open_backup_settings
        from drivers.photos.pages import backup_switch
        from drivers.photos.visits import turn, visit

        with visit(phone, _WAY):
            open_backup_settings(phone)
            turn(phone, backup_switch, bool(value), expected="the backup switch")


class ToggleBackup(Operation):
    """The backup switched off and on again: what most often frees a frozen counter."""

    name = "photos.toggle_backup"
    doc = "Switches Photos' backup off and on again."
    base_risk = Risk.DISRUPTIVE
    undoes_halves = True

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the way a finger goes."""
        return [*Backup().commands(False), *Backup().commands(True)]

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Reads the switch, so that half a run does not leave it off."""
        switch = Backup()
        return switch.snapshot(phone, switch.read(phone))

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Switches off, then on.

        Raises:
            StablePhoneError: backup is off already, so that turning it on would be a change of
                its own; or the page cannot be reached.
        """
        if prepared is not True:
            raise StablePhoneError(
                f"phone {phone.serial}: the backup is "
                f"{'off' if prepared is False else 'not to be read'}: nothing to toggle",
                serial=phone.serial,
                command=f"screen: {_WAY}",
            )
        Backup().apply(phone, False)
        Backup().apply(phone, True)
        return {}

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Switches it on where half a run left it off."""
        Backup().restore(phone, prepared)


# What reads screens is imported where one is read: the vocabulary is gathered at every start of
# pytest, and this would be a third of it.
FACTS = (BACKUP,)
CONTROLS = (Backup(),)
OPERATIONS = (ToggleBackup(),)
