"""Whether Photos may run, and which photos and videos it may see: set and put back.

Sources: `pm` is PackageManagerShellCommand of AOSP frameworks/base (API 26 and 34 read); recordings
pm_grant_*.txt for what makers refuse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.android.dump import lines_of
from drivers.android.send import fill, send, send_all
from drivers.errors import StablePhoneError
from drivers.photos.package import (
    ENABLED,
    MEDIA_ACCESS,
    PERMISSIONS,
    READ_IMAGES,
    READ_SELECTED,
    READ_STORAGE,
    READ_VIDEO,
    USER_LINE,
    dump_package,
    read_package_of,
)
from drivers.values import Json, Value
from drivers.vocabulary import Control, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

# First API level, and what media access is called from there on.
_BY_RELEASE = ((26, (READ_STORAGE,)), (33, (READ_IMAGES, READ_VIDEO)))
_SELECTED_SINCE = 34


def _permissions(phone: Phone) -> tuple[str, ...]:
    return next(names for since, names in reversed(_BY_RELEASE) if phone.sdk >= since)


class Enabled(Control):
    """Whether Photos may run, by `pm enable` and `pm disable-user`.

    The package manager knows five states, of which `default` is what the phone was sold with; the
    snapshot keeps the number, so that a default stays one.
    """

    fact = ENABLED

    def read(self, phone: Phone) -> Value | None:
        """Reads the user's line of the dump."""
        return read_package_of(phone).get(ENABLED.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"pm {'enable' if value else 'disable-user'} --user {{user}} {{package}}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Enables or disables."""
        send(phone, fill(self.commands(value)[0], phone))

    def snapshot(self, phone: Phone, was: Value | None) -> Json:
        """Keeps the state's number; None where Photos is not installed."""
        for line in lines_of(dump_package(phone)):
            found = USER_LINE.match(line)
            if found and int(found["user"]) == phone.user:
                state = re.search(r"\benabled=([0-4])\b", found["words"])
                return int(state[1]) if state else None
        return None

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Puts the state back; shell may set disabled-by-user only, which acts the same."""
        if not isinstance(snapshot, int):
            return
        verb = {0: "default-state", 1: "enable", 4: "disable-until-used"}.get(
            snapshot, "disable-user"
        )
        send(phone, fill(f"pm {verb} --user {{user}} {{package}}", phone))


class MediaAccess(Control):
    """Which photos and videos Photos may see, by `pm grant` and `pm revoke`.

    Revoking ends the app. "Selected" cannot be set: the list of items is the person's own, and it
    is lost when access is taken away, which restoring says by giving back the permission alone.
    """

    fact = MEDIA_ACCESS
    shown_only = ("selected",)

    def risk(self, value: Value) -> Risk:
        """None ends the app; all does not."""
        return Risk.DISRUPTIVE if value == "none" else Risk.REVERSIBLE

    def read(self, phone: Phone) -> Value | None:
        """Reads the granted permissions."""
        return read_package_of(phone).get(MEDIA_ACCESS.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the commands; phones before Android 13 have one permission in place of these."""
        return self._commands(value, _BY_RELEASE[1][1])

    def _commands(self, value: Value, permissions: Sequence[str]) -> list[str]:
        verb = "revoke" if value == "none" else "grant"
        names = [*permissions, *([READ_SELECTED] if value == "none" else [])]
        return [f"pm {verb} --user {{user}} {{package}} {name}" for name in names]

    def apply(self, phone: Phone, value: Value) -> None:
        """Grants or revokes what this Android calls access to media.

        Raises:
            StablePhoneError: `selected` was asked for, or the phone refused.
        """
        if value in self.shown_only:
            raise StablePhoneError(
                "which photos Photos may see one by one is chosen on the phone only: set "
                "photos.media_access to all or none"
            )
        commands = self._commands(value, _permissions(phone))
        if phone.sdk < _SELECTED_SINCE:
            commands = [command for command in commands if READ_SELECTED not in command]
        send_all(phone, [fill(command, phone) for command in commands])

    def snapshot(self, phone: Phone, was: Value | None) -> Json:
        """Keeps which of the permissions were granted."""
        granted = read_package_of(phone).get(PERMISSIONS.name)
        if not isinstance(granted, tuple):
            return None
        return [name for name in (*_permissions(phone), READ_SELECTED) if name in granted]

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Grants what was granted and revokes what was not, and nothing that is so already."""
        if not isinstance(snapshot, list):
            return
        granted = read_package_of(phone).get(PERMISSIONS.name, ())
        assert isinstance(granted, tuple)
        names = [*_permissions(phone), *([READ_SELECTED] if phone.sdk >= _SELECTED_SINCE else [])]
        wrong = [name for name in names if (name in granted) != (name in snapshot)]
        send_all(
            phone,
            [
                fill(
                    f"pm {'grant' if name in snapshot else 'revoke'} --user {{user}} {{package}} "
                    f"{name}",
                    phone,
                )
                for name in wrong
            ],
        )


CONTROLS = (Enabled(), MediaAccess())
