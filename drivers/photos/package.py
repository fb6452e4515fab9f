"""Photos as a package: whether it is there, which version, and what the phone lets it do.

Sources: `dumpsys package` is com.android.server.pm.Settings.dumpPackageLPr, `pm` is
PackageManagerShellCommand (API 26 and 34 read); recordings package_*.txt and pm_list_*.txt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.android.dump import block_after, ended_lines_of, lines_of
from drivers.android.send import fill, send
from drivers.values import Value, ValueType
from drivers.vocabulary import Fact, Facts, Reader, Reading

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
    "Which photos and videos Photos may see; selected is a part: some items, or only one kind.",
)

_PACKAGE = re.compile(r"\s*Package \[(?P<name>[^\]]+)\] \(")
USER_LINE = re.compile(r"\s*User (?P<user>\d+): (?P<words>.*\binstalled=.*)")
# To API 33 the id is called userId, although it is the app's and not a user's.
_APP_ID = re.compile(r"\s*(?:userId|appId)=(\d+)\s*$")
_VERSION_CODE = re.compile(r"\s*versionCode=(\d+)(?: |$)")
_VERSION_NAME = re.compile(r"\s*versionName=(.+)$")
_GRANT = re.compile(r"\s*(?P<name>[\w.]+): granted=(?P<granted>true|false)(?:,|\s|$)")
# Android 9 has it on the user's own line, 10 and later on a line below "Suspend params:"; from 15
# the suspender's user stands before it (UserPackage.toString).
_SUSPENDING = re.compile(r"\bsuspendingPackage=(?:<\d+>)?([\w.]+)")
_HIDDEN = "Hidden system packages:"
_NOT_FOUND = re.compile(r"\s*Unable to find package: (?P<name>\S+)\s*$")
# The update's, and the factory's beneath it.
_VERSIONS = 2
_FIELDS = (_APP_ID, _VERSION_CODE, _VERSION_NAME, USER_LINE)
# android.os.UserHandle.PER_USER_RANGE
_PER_USER = 100_000

# Headings, the lines that are read, and what ends a list; the rest is intent filters, a hundred
# kilobytes of them.
_DUMP = (
    "dumpsys package {package} | grep -E '^[A-Z]|^ +Package .|^ +(userId|appId|versionCode"
    "|versionName)=|^ +User [0-9]+:|suspendingPackage=|runtime permissions:|: granted='"
)

READ_IMAGES = "android.permission.READ_MEDIA_IMAGES"
READ_VIDEO = "android.permission.READ_MEDIA_VIDEO"
READ_SELECTED = "android.permission.READ_MEDIA_VISUAL_USER_SELECTED"
READ_STORAGE = "android.permission.READ_EXTERNAL_STORAGE"


def read_package(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys package PKG`: the first block of that package, and this user's part of it.

    A second block under "Hidden system packages:" is the factory version below an update. A
    user's part ends at the next user's line, not by indentation: makers' and Android's own lines
    in it are indented every which way. Permissions are given only where their end was seen. Lines
    that somebody picked out of the dump of one package are its own; the first of each counts.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = ended_lines_of(text)
    for line in lines:
        if (missing := _NOT_FOUND.match(line)) and missing["name"] == reading.package:
            return {INSTALLED.name: False}
    block, is_whole = _package_block(lines, reading.package)
    if not any(_PACKAGE.match(line) for line in lines) and _is_picked(lines):
        block = lines
    facts: dict[str, Value] = {}
    app_id: int | None = None
    own = block[: next((i for i, line in enumerate(block) if USER_LINE.match(line)), len(block))]
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


def _is_picked(lines: list[str]) -> bool:
    """Whether these are lines of one package, with nothing else of its dump.

    A system app that was updated has two versions; more are those of several packages.
    """
    told = [line for line in lines if line.strip()]
    versions = sum(bool(_VERSION_NAME.match(line)) for line in told)
    codes = sum(bool(_VERSION_CODE.match(line)) for line in told)
    is_known = all(any(field.match(line) for field in _FIELDS) for line in told)
    return is_known and max(versions, codes) <= _VERSIONS


def _package_block(lines: list[str], package: str) -> tuple[list[str], bool]:
    """Takes the first block of a package, and whether its end was seen.

    A block of factory versions is none, not even where the update's own is missing before it.
    The end is a line that is indented no deeper than the block's heading, or an empty line that
    is the last one.
    """
    start: int | None = None
    for index, line in enumerate(lines):
        if line.startswith(_HIDDEN):
            break
        if (found := _PACKAGE.match(line)) and found["name"] == package:
            start = index
            break
    if start is None:
        return [], False
    block, has_end = block_after(lines, start)
    empty = 0
    while block and not block[-1].strip():
        block.pop()
        empty += 1
    # One is left by the last line's own end.
    return block, has_end or empty > 1


def _read_user(block: list[str], is_whole: bool, user: int) -> Facts:
    starts = [(i, found) for i, line in enumerate(block) if (found := USER_LINE.match(line))]
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
        if not line.strip():
            continue
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
            if uids := _LISTED_UIDS.search(line):
                own = [n for n in map(int, uids[1].split(",")) if n // _PER_USER == reading.user]
                facts |= {UID.name: own[0]} if own else {}
            if code := _LISTED_CODE.search(line):
                facts[VERSION_CODE.name] = int(code[1])
            return facts
    return {}


# One for each user that has it.
_LISTED_UIDS = re.compile(r" uid:(\d+(?:,\d+)*)(?:\s|$)")
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

    Android's dialogs give pictures and videos together; `pm` and apps for permissions take either
    alone (group android.permission-group.READ_MEDIA_VISUAL, AOSP PermissionController, API 33).

    Returns:
        all, selected (some items, or only one of pictures and videos) or none; None where the dump
        names none of these permissions.
    """
    text = "\n".join(part)
    if READ_IMAGES in text or READ_VIDEO in text:
        if READ_IMAGES in granted and READ_VIDEO in granted:
            return "all"
        is_part = {READ_IMAGES, READ_VIDEO, READ_SELECTED} & {*granted}
        return "selected" if is_part else "none"
    if READ_STORAGE in text:
        return "all" if READ_STORAGE in granted else "none"
    return None


def dump_package(phone: Phone) -> str:
    """Asks a phone for what `read_package` reads, of its Photos package.

    Raises:
        StablePhoneError: the phone refuses to dump.
        TransientPhoneError: the link failed.
    """
    return send(phone, fill(_DUMP, phone)).stdout


def read_package_of(phone: Phone) -> Facts:
    """Asks a phone for the facts of its Photos package, for the user in front.

    Raises:
        StablePhoneError: the phone refuses to dump.
        TransientPhoneError: the link failed.
    """
    return read_package(dump_package(phone), Reading(package=phone.package, user=phone.user))


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
