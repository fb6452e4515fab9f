"""Notifications: whether Photos may show any, and what those that are there say.

Sources: NotificationManagerService.dump, NotificationRecord.dump and PreferencesHelper.dump of
AOSP frameworks/base; recordings notification_*.txt. A backup notification was not recorded from
a phone: its extras are those that Notification.Builder writes for a progress bar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.android.dump import indent_of, lines_of
from drivers.android.send import fill, send
from drivers.errors import StablePhoneError
from drivers.values import Value, ValueType
from drivers.vocabulary import Control, Fact, Facts, Reader, Reading, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

NOTIFICATIONS = Fact(
    "photos.notifications",
    ValueType("bool"),
    "Whether Photos may show notifications; without them its progress is seen in the app only.",
)

_PER_USER = 100_000
_END = "END-OF-APPS"
_APP = re.compile(
    r"\s*AppSettings: (?P<package>[\w.]+) \((?P<uid>\d+)\)(?P<rest>.*)$",
)
_IMPORTANCE = re.compile(r"\bimportance=(?P<word>[A-Z]+)\b")
_RECORD = re.compile(
    r"\s*NotificationRecord\(0x\w+: pkg=(?P<package>\S+) user=UserHandle\{(?P<user>-?\d+)\} "
    r"id=(?P<id>-?\d+) tag=.*?\bimportance=(?P<importance>\d+)"
)
_CHANNEL = re.compile(r"\bNotification\(channel=(?P<channel>\S+) ")
_EXTRA = re.compile(r"\s*(?P<key>[\w.]+)=(?P<type>[A-Z]\w*)(?: \((?P<value>.*))?$")
_REDACTED = re.compile(r"\[length=\d+\]")


@dataclass(frozen=True)
class Notification:
    """One notification in the shade, as far as the dump shows it.

    Attributes:
        package: who posted it.
        user: for which Android user, -1 for all.
        channel: the channel's id, the same in every language.
        importance: 0 (none) to 5; what the user chose for the channel.
        title: None where the dump hides texts, or there is none.
        text: likewise.
        progress: how far the bar is, None without a bar.
        progress_max: what the bar's end stands for.
    """

    package: str
    user: int
    channel: str
    importance: int
    title: str | None = None
    text: str | None = None
    progress: int | None = None
    progress_max: int | None = None


def parse_records(text: str) -> list[Notification]:
    """Reads the notifications in `dumpsys notification [--noredact]`.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    starts = [i for i, line in enumerate(lines) if _RECORD.match(line)]
    records: list[Notification] = []
    for number, start in enumerate(starts):
        head = _RECORD.match(lines[start])
        assert head is not None
        end = starts[number + 1] if number + 1 < len(starts) else len(lines)
        channel = _CHANNEL.search(lines[start])
        extras = _extras(lines[start:end])
        records.append(
            Notification(
                package=head["package"],
                user=int(head["user"]),
                channel=channel["channel"] if channel else "",
                importance=int(head["importance"]),
                title=extras.get("android.title"),
                text=extras.get("android.text"),
                progress=_number(extras.get("android.progress")),
                progress_max=_number(extras.get("android.progressMax")),
            )
        )
    return records


def _extras(block: list[str]) -> dict[str, str]:
    """Reads the block `extras={ … }`; a value may span lines, and ends with its bracket."""
    start = next((i for i, line in enumerate(block) if line.strip() == "extras={"), None)
    if start is None:
        return {}
    extras: dict[str, str] = {}
    key: str | None = None
    for line in block[start + 1 :]:
        if line.strip() == "}" and indent_of(line) <= indent_of(block[start]):
            break
        if found := _EXTRA.match(line):
            # Android 10 prints the type alone, newer releases [length=N], unless --noredact.
            value = found["value"]
            hidden = value is None or _REDACTED.search(line)
            key = None if hidden else found["key"]
            if key is not None:
                extras[key] = value
        elif key is not None:
            extras[key] += f"\n{line}"
    return {key: value.rstrip()[:-1] for key, value in extras.items() if value.rstrip()[-1:] == ")"}


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and re.fullmatch(r"\d{1,9}", value) else None


def read_notifications(text: str, reading: Reading) -> Facts:
    """Reads the app's own line off `dumpsys notification`, of the user in front.

    Importance NONE is "off". Up to Android 12 an app without a word about importance is on; from
    13 the line of every app that may be switched has one, so one without says nothing. Which of
    them it is shows in the lines of other apps, or in their absence from what was asked for them
    as well; one line that somebody picked out of a dump does not tell.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    facts: dict[str, Value] = {}
    for line in lines:
        app = _APP.match(line)
        if not app or app["package"] != reading.package:
            continue
        if int(app["uid"]) // _PER_USER != reading.user:
            continue
        facts["photos.uid"] = int(app["uid"])
        importance = _IMPORTANCE.search(app["rest"])
        if importance:
            facts[NOTIFICATIONS.name] = importance["word"] != "NONE"
        elif _shows_others(lines) and not any("userSet=" in other for other in lines):
            facts[NOTIFICATIONS.name] = True
        break
    return facts


def _shows_others(lines: list[str]) -> bool:
    apps = {app["package"] for line in lines if (app := _APP.match(line))}
    return len(apps) > 1 or _END in lines


_POST = "android.permission.POST_NOTIFICATIONS"


class Notifications(Control):
    """Photos' notifications, by the permission that stands for them from API 33.

    Revoking a permission ends the app, so off is disruptive. Before API 33 the switch is on a
    screen only.
    """

    fact = NOTIFICATIONS
    since = 33

    def risk(self, value: Value) -> Risk:
        """On is reversible; off ends the app."""
        return Risk.REVERSIBLE if value else Risk.DISRUPTIVE

    def read(self, phone: Phone) -> Value | None:
        """Reads the app's line."""
        reading = Reading(package=phone.package, user=phone.user)
        dump = send(phone, fill(_OWN, phone)).stdout
        return read_notifications(dump, reading).get(NOTIFICATIONS.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"pm {'grant' if value else 'revoke'} --user {{user}} {{package}} {_POST}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Grants or revokes.

        Raises:
            StablePhoneError: the phone refused, or is older than Android 13.
        """
        if phone.sdk < self.since:
            raise StablePhoneError(
                f"phone {phone.serial} is older than Android 13, where notifications of an app "
                "can be switched on its settings page only",
                serial=phone.serial,
            )
        send(phone, fill(self.commands(value)[0], phone))


# The name is quoted by whoever fills it in, so that it has to stand outside of quotes.
_OWN = (
    "dumpsys notification | grep -E -e 'AppSettings: .*userSet=' -e 'AppSettings: '{package}' '"
    f"; echo {_END}"
)

FACTS = (NOTIFICATIONS,)
READERS = (Reader(_OWN, (NOTIFICATIONS.name, "photos.uid"), read_notifications),)
CONTROLS = (Notifications(),)
