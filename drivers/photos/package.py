"""Photos as a package: whether it is there, which version, and what the phone lets it do.

Sources: `dumpsys package` is com.android.server.pm.Settings.dumpPackageLPr, `pm` is
PackageManagerShellCommand (API 26 and 34 read); recordings package_*.txt and pm_list_*.txt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.android.dump import ended_lines_of, indent_of, lines_of
from drivers.android.send import fill, send, send_all
from drivers.errors import StablePhoneError
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Control, Fact, Facts, Reader, Reading, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

INSTALLED = Fact(
    "photos.installed", ValueType("bool"), "Whether Photos is installed for the user in front."
)
VERSION = Fact("photos.version", ValueType("text"), "The version of Photos, as it shows itself.")
VERSION_CODE = Fact(
    "photos.version_code", ValueType("int"), "The number by which Android orders versions."
)
UID = Fact("photos.uid", ValueType("int"), "The Linux user id that Photos runs as for this user.")
ENABLED = Fact(
    "photos.enabled", ValueType("bool"), "Whether Photos may run at all; off is 'disabled'."
)
STOPPED = Fact(
    "photos.stopped",
    ValueType("bool"),
    "Whether Photos was force-stopped and not opened since: nothing of it runs until it is.",
)
SUSPENDED = Fact(
    "photos.suspended",
    ValueType("bool"),
    "Whether somebody paused Photos: Digital Wellbeing, Family Link or an administrator.",
)
SUSPENDED_BY = Fact(
    "photos.suspended_by", ValueType("text"), "The package that paused Photos, and must unpause it."
)
PERMISSIONS = Fact(
    "photos.permissions", ValueType("set"), "The runtime permissions that Photos was granted."
)
MEDIA_ACCESS = Fact(
    "photos.media_access",
    ValueType("enum", ("all", "selected", "none")),
    "Which photos and videos Photos may see.",
)

_PACKAGE = re.compile(r"\s*Package \[(?P<name>[^\]]+)\] \(")
_USER = re.compile(r"\s*User (?P<user>\d+): (?P<words>.*\binstalled=.*)")
# To API 33 the id is called userId, although it is the app's and not a user's.
_APP_ID = re.compile(r"\s*(?:userId|appId)=(\d+)\s*$")
_VERSION_CODE = re.compile(r"\s*versionCode=(\d+)(?: |$)")
_VERSION_NAME = re.compile(r"\s*versionName=(.+)$")
_GRANT = re.compile(r"\s*(?P<name>[\w.]+): granted=(?P<granted>true|false)(?:,|\s|$)")
# Android 9 has it on the user's own line, 10 and later on a line below "Suspend params:".
_SUSPENDING = re.compile(r"\bsuspendingPackage=([\w.]+)")
_NOT_FOUND = re.compile(r"\s*Unable to find package: (?P<name>\S+)\s*$")
# android.os.UserHandle.PER_USER_RANGE
_PER_USER = 100_000

# Headings, the lines that are read, and what ends a list; the rest is intent filters, a hundred
# kilobytes of them.
_DUMP = (
    "dumpsys package {package} | grep -E '^[A-Z]|^ +Package .|^ +(userId|appId|versionCode"
    "|versionName)=|^ +User [0-9]+:|suspendingPackage=|runtime permissions:|: granted='"
)

_READ_IMAGES = "android.permission.READ_MEDIA_IMAGES"
_READ_VIDEO = "android.permission.READ_MEDIA_VIDEO"
_READ_SELECTED = "android.permission.READ_MEDIA_VISUAL_USER_SELECTED"
_READ_STORAGE = "android.permission.READ_EXTERNAL_STORAGE"


def read_package(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys package PKG`: the first block of that package, and this user's part of it.

    A second block under "Hidden system packages:" is the factory version below an update. A
    user's part ends at the next user's line, not by indentation: makers' and Android's own lines
    in it are indented every which way. Permissions are given only where their end was seen.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = ended_lines_of(text)
    for line in lines:
        if (missing := _NOT_FOUND.match(line)) and missing["name"] == reading.package:
            return {INSTALLED.name: False}
    block, is_whole = _package_block(lines, reading.package)
    facts: dict[str, Value] = {}
    app_id: int | None = None
    own = block[: next((i for i, line in enumerate(block) if _USER.match(line)), len(block))]
    for line in own:
        if app_id is None and (found := _APP_ID.match(line)):
            app_id = int(found[1])
            facts[UID.name] = reading.user * _PER_USER + app_id
        elif found := _VERSION_CODE.match(line):
            facts.setdefault(VERSION_CODE.name, int(found[1]))
        elif (found := _VERSION_NAME.match(line)) and found[1].strip() != "null":
            facts.setdefault(VERSION.name, found[1].strip())
    facts.update(_read_user(block, is_whole, reading.user))
    return facts


def _package_block(lines: list[str], package: str) -> tuple[list[str], bool]:
    """Takes the first block of a package, and whether its end was seen."""
    start = depth = -1
    for index, line in enumerate(lines):
        if start < 0:
            if (found := _PACKAGE.match(line)) and found["name"] == package:
                start, depth = index + 1, indent_of(line)
        elif not line.strip() or indent_of(line) <= depth:
            # An empty line ends the section only if something follows; at the end of the text
            # it may be no more than the last line's terminator.
            return lines[start:index], any(rest.strip() for rest in lines[index:]) or (
                index + 1 < len(lines)
            )
    return (lines[start:], False) if start >= 0 else ([], False)


def _read_user(block: list[str], is_whole: bool, user: int) -> Facts:
    starts = [(i, found) for i, line in enumerate(block) if (found := _USER.match(line))]
    for number, (index, found) in enumerate(starts):
        if int(found["user"]) != user:
            continue
        is_last = number + 1 == len(starts)
        end = len(block) if is_last else starts[number + 1][0]
        facts = _read_user_words(found["words"])
        part = block[index:end]
        if suspender := next((s for line in part if (s := _SUSPENDING.search(line))), None):
            facts[SUSPENDED_BY.name] = suspender[1]
        permissions = _granted(part, is_whole or not is_last)
        if permissions is not None:
            facts[PERMISSIONS.name] = permissions
            if access := media_access(permissions, part):
                facts[MEDIA_ACCESS.name] = access
        return facts
    return {}


def _read_user_words(words: str) -> dict[str, Value]:
    values = dict(word.split("=", 1) for word in words.split() if "=" in word)
    facts: dict[str, Value] = {}
    for fact, key in ((INSTALLED, "installed"), (STOPPED, "stopped"), (SUSPENDED, "suspended")):
        if values.get(key) in {"true", "false"}:
            facts[fact.name] = values[key] == "true"
    # PackageManager.COMPONENT_ENABLED_STATE_*: 0 default, 1 enabled, 2 disabled, 3 disabled by
    # the user, 4 disabled until used.
    if values.get("enabled") in {"0", "1", "2", "3", "4"}:
        facts[ENABLED.name] = values["enabled"] in {"0", "1"}
    return facts


def _granted(part: list[str], has_end: bool) -> tuple[str, ...] | None:
    """Lists the granted runtime permissions; None where the list, or its end, is not there."""
    heading = next((i for i, s in enumerate(part) if s.strip() == "runtime permissions:"), None)
    if heading is None:
        return None
    granted: set[str] = set()
    for line in part[heading + 1 :]:
        found = _GRANT.match(line)
        if not found:
            return tuple(sorted(granted))
        if found["granted"] == "true":
            granted.add(found["name"])
    return tuple(sorted(granted)) if has_end else None


_LISTED = re.compile(
    r"(?:package:)?(?:/.*=)?(?P<name>[\w.]+)(?: +(?:uid|versionCode|installer)[:=]\S+)*\s*$"
)


def read_list(text: str, reading: Reading) -> Facts:
    """Reads `pm list packages`, with whatever columns: listed is installed.

    A package that is not listed may have been filtered or cut off. Paths hold `==`, so a path
    ends at the last `=`; `-i` puts two blanks before `installer=`.

    Raises:
        ValueError: the phone refused.
    """
    for line in lines_of(text):
        listed = _LISTED.match(line.strip())
        if listed and listed["name"] == reading.package:
            facts: dict[str, Value] = {INSTALLED.name: True}
            if uid := _LISTED_UID.search(line):
                facts[UID.name] = int(uid[1])
            if code := _LISTED_CODE.search(line):
                facts[VERSION_CODE.name] = int(code[1])
            return facts
    return {}


_LISTED_UID = re.compile(r" uid:(\d+)(?:\s|$)")
_LISTED_CODE = re.compile(r" versionCode:(\d+)(?:\s|$)")


def read_path(text: str, reading: Reading) -> Facts:
    """Reads `pm path PKG`: a line for each APK of an installed package, nothing otherwise.

    Raises:
        ValueError: the phone refused.
    """
    paths = [line for line in lines_of(text) if line.startswith("package:/")]
    return {INSTALLED.name: True} if paths else {}


def media_access(granted: Sequence[str], part: Sequence[str]) -> str | None:
    """Says which photos and videos the granted permissions open.

    Args:
        granted: names of granted runtime permissions.
        part: the user's part of the dump: what it names says which generation of permissions
            the app asks for. READ_MEDIA_* came with API 33, the user's selection with 34.

    Returns:
        all, selected or none; None where the dump names none of these permissions.
    """
    text = "\n".join(part)
    if _READ_IMAGES in text or _READ_VIDEO in text:
        if _READ_IMAGES in granted and _READ_VIDEO in granted:
            return "all"
        if _READ_SELECTED in granted:
            return "selected"
        return None if _READ_IMAGES in granted or _READ_VIDEO in granted else "none"
    if _READ_STORAGE in text:
        return "all" if _READ_STORAGE in granted else "none"
    return None


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

    def snapshot(self, phone: Phone) -> Json:
        """Keeps the state's number; None where Photos is not installed."""
        for line in lines_of(_dump(phone)):
            found = _USER.match(line)
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
        names = [*permissions, *([_READ_SELECTED] if value == "none" else [])]
        return [f"pm {verb} --user {{user}} {{package}} {name}" for name in names]

    def apply(self, phone: Phone, value: Value) -> None:
        """Grants or revokes what this Android calls access to media.

        Raises:
            StablePhoneError: `selected` was asked for, or the phone refused.
        """
        if value == "selected":
            raise StablePhoneError(
                "which photos Photos may see one by one is chosen on the phone only: set "
                "photos.media_access to all or none"
            )
        commands = self._commands(value, _permissions(phone))
        if phone.sdk < _SELECTED_SINCE:
            commands = [command for command in commands if _READ_SELECTED not in command]
        send_all(phone, [fill(command, phone) for command in commands])

    def snapshot(self, phone: Phone) -> Json:
        """Keeps which of the permissions were granted."""
        granted = read_package_of(phone).get(PERMISSIONS.name)
        if not isinstance(granted, tuple):
            return None
        return [name for name in (*_permissions(phone), _READ_SELECTED) if name in granted]

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Grants what was granted and revokes what was not, and nothing that is so already."""
        if not isinstance(snapshot, list):
            return
        granted = read_package_of(phone).get(PERMISSIONS.name, ())
        assert isinstance(granted, tuple)
        names = [*_permissions(phone), *([_READ_SELECTED] if phone.sdk >= _SELECTED_SINCE else [])]
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


# First API level, and what media access is called from there on.
_BY_RELEASE = ((26, (_READ_STORAGE,)), (33, (_READ_IMAGES, _READ_VIDEO)))
_SELECTED_SINCE = 34


def _permissions(phone: Phone) -> tuple[str, ...]:
    return next(names for since, names in reversed(_BY_RELEASE) if phone.sdk >= since)


def _dump(phone: Phone) -> str:
    return send(phone, fill(_DUMP, phone)).stdout


def read_package_of(phone: Phone) -> Facts:
    """Asks a phone for the facts of its Photos package, for the user in front.

    Raises:
        StablePhoneError: the phone refuses to dump.
        TransientPhoneError: the link failed.
    """
    return read_package(_dump(phone), Reading(package=phone.package, user=phone.user))


FACTS = (
    INSTALLED,
    VERSION,
    VERSION_CODE,
    UID,
    STOPPED,
    SUSPENDED,
    SUSPENDED_BY,
    PERMISSIONS,
    ENABLED,
    MEDIA_ACCESS,
)
READERS = (
    Reader(_DUMP, tuple(fact.name for fact in FACTS), read_package),
    Reader("pm path --user {user} {package}", (INSTALLED.name,), read_path, in_diagnosis=False),
    *(
        Reader(
            f"{program} list packages -U --user {{user}} {{package}}",
            (INSTALLED.name, UID.name, VERSION_CODE.name),
            read_list,
            in_diagnosis=False,
        )
        for program in ("cmd package", "pm")
    ),
)
CONTROLS = (Enabled(), MediaAccess())
