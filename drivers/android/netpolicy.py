"""What Android lets apps do on networks: data saver, each app's own exception, restricted mode.

Sources: `dumpsys netpolicy` is NetworkPolicyManagerService.dump, `cmd netpolicy` is
NetworkPolicyManagerShellCommand (API 26 and 34 read); recordings netpolicy_*.txt and
cmd_netpolicy_get_restrict_background_off_a17.txt. Data saver and restricted networking mode
switched on were not recorded: AOSP's source is the reference for them.

Restricted networking mode (Settings.Global.RESTRICTED_NETWORKING_MODE, AOSP from API 31) blocks all
apps but those that may use restricted networks. Nothing of Android's Settings shows it. LineageOS
has it on at all times and counts the apps that may (its DatabaseHelper of the settings provider),
so that the mode alone says nothing of Photos.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.android.dump import block_after, first_match, is_moved_left, lines_of
from drivers.android.send import fill, send, send_all
from drivers.errors import StablePhoneError
from drivers.values import Value, ValueType
from drivers.vocabulary import Control, Fact, Facts, Reader, Reading

if TYPE_CHECKING:
    from drivers.phone import Phone

DATA_SAVER = Fact(
    "network.data_saver",
    ValueType("bool"),
    "Whether data saver keeps apps in the background off metered networks.",
)
RESTRICTED_MODE = Fact(
    "network.restricted_mode",
    ValueType("bool"),
    "Whether only apps that are excepted may use a network, as a rule those of the system.",
    since=31,
)
BACKGROUND_DATA = Fact(
    "photos.background_data",
    ValueType("enum", ("allowed", "restricted", "unrestricted")),
    "Whether Photos may use metered networks in the background: unrestricted is despite data "
    "saver, restricted is never.",
)

# NetworkPolicyManager.POLICY_REJECT_METERED_BACKGROUND and POLICY_ALLOW_METERED_BACKGROUND.
# Makers add bits of their own, such as 524288.
_REJECT, _ALLOW = 1, 4
_RESTRICT = re.compile(r"\s*Restrict background: (true|false)\s*$")
_RESTRICTED_MODE = re.compile(r"\s*Restricted networking mode: (true|false)\s*$")
_UID_HEADING = re.compile(r"\s*Policy for UIDs:\s*$")
# Android 10 writes (ALLOW_METERED_BACKGROUND|NONE) behind the number, which is all that counts.
_UID_POLICY = re.compile(r"\s*UID=(?P<uid>\d+) policy=(?P<policy>\d+)\b")
# `cmd package list packages -U`; the command goes before the dump to say whose line to look for.
_UID_OF = re.compile(r"\s*package:(?P<package>\S+) uid:(?P<uid>\d+)(?:,|\s*$)")
_STATUS = re.compile(r"\s*Restrict background status: (enabled|disabled)\s*$")
_MODE_STATUS = re.compile(r"\s*Restricted mode status: (enabled|disabled)\s*$")
_UID_COMMAND = "cmd package list packages -U --user {user} {package}"
_GET_RESTRICTED_MODE = "cmd netpolicy get restricted-mode"
_DUMP = f"{_UID_COMMAND}; dumpsys netpolicy | grep -E '^[A-Z]|^ +UID=[0-9]+ policy='"


def read_netpolicy(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys netpolicy`, and whose line is Photos' off the list of uids before it.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    facts: dict[str, Value] = {}
    if found := first_match(_RESTRICT, lines):
        facts[DATA_SAVER.name] = found[1] == "true"
    if found := first_match(_RESTRICTED_MODE, lines):
        facts[RESTRICTED_MODE.name] = found[1] == "true"
    uid = reading.uid if reading.uid is not None else uid_listed(lines, reading.package)
    if uid is not None and (policies := uid_policies(lines)) is not None:
        facts[BACKGROUND_DATA.name] = policy_word(policies.get(uid, 0))
    return facts


def uid_policies(lines: list[str]) -> dict[int, int] | None:
    """Reads the policies of all apps; None where the list, or its end, is missing."""
    start = next((i for i, line in enumerate(lines) if _UID_HEADING.match(line)), None)
    if start is None:
        return None
    block, has_end = block_after(lines, start)
    if not has_end or is_moved_left(lines, start, _UID_POLICY):
        return None
    found = (_UID_POLICY.match(line) for line in block)
    return {int(policy["uid"]): int(policy["policy"]) for policy in found if policy}


def uid_listed(lines: list[str], package: str) -> int | None:
    """Finds a package's uid in `cmd package list packages -U`, which matches parts of names."""
    for line in lines:
        if (found := _UID_OF.match(line)) and found["package"] == package:
            return int(found["uid"])
    return None


def policy_word(policy: int) -> str:
    """Turns an app's policy bits into the vocabulary's word; rejecting wins, as in AOSP."""
    if policy & _REJECT:
        return "restricted"
    return "unrestricted" if policy & _ALLOW else "allowed"


def read_restrict_background(text: str, reading: Reading) -> Facts:
    """Reads `cmd netpolicy get restrict-background`, which words it unlike the dump.

    Raises:
        ValueError: the phone refused.
    """
    found = first_match(_STATUS, lines_of(text))
    return {DATA_SAVER.name: found[1] == "enabled"} if found else {}


def read_restricted_mode(text: str, reading: Reading) -> Facts:
    """Reads `cmd netpolicy get restricted-mode`.

    Raises:
        ValueError: the phone refused, or does not know the mode (before API 31).
    """
    found = first_match(_MODE_STATUS, lines_of(text))
    return {RESTRICTED_MODE.name: found[1] == "enabled"} if found else {}


class DataSaver(Control):
    """Data saver's switch, by `cmd netpolicy set restrict-background` (API 24)."""

    fact = DATA_SAVER

    def read(self, phone: Phone) -> Value | None:
        """Asks the policy service."""
        answer = send(phone, "cmd netpolicy get restrict-background").stdout
        return read_restrict_background(answer, Reading()).get(DATA_SAVER.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"cmd netpolicy set restrict-background {'true' if value else 'false'}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Switches."""
        send_all(phone, list(self.commands(value)))


class RestrictedMode(Control):
    """Restricted networking mode, by `cmd netpolicy set restricted-mode` (API 31).

    It binds apps only: adb's own way over a network is the system's.
    """

    fact = RESTRICTED_MODE
    since = 31

    def read(self, phone: Phone) -> Value | None:
        """Asks the policy service."""
        answer = send(phone, _GET_RESTRICTED_MODE).stdout
        return read_restricted_mode(answer, Reading()).get(RESTRICTED_MODE.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"cmd netpolicy set restricted-mode {'true' if value else 'false'}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Switches."""
        send_all(phone, list(self.commands(value)))


class BackgroundData(Control):
    """Photos' own exception from, or additional ban on, metered networks in the background.

    The service keeps two lists, still called whitelist and blacklist at API 34, and an app is on
    at most one of them: adding to one replaces the other's entry.
    """

    fact = BACKGROUND_DATA

    def read(self, phone: Phone) -> Value | None:
        """Reads the app's policy off the dump."""
        text = send(phone, fill(_DUMP, phone)).stdout
        return read_netpolicy(text, _reading(phone)).get(BACKGROUND_DATA.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows what sets each word; `<uid>` is Photos' own."""
        lists = "cmd netpolicy {verb} restrict-background-{list} <uid>"
        if value == "restricted":
            return [lists.format(verb="add", list="blacklist")]
        if value == "unrestricted":
            return [lists.format(verb="add", list="whitelist")]
        return [lists.format(verb="remove", list=name) for name in ("blacklist", "whitelist")]

    def apply(self, phone: Phone, value: Value) -> None:
        """Sets the app's policy; to allow, it is taken off the list that it is on.

        Raises:
            StablePhoneError: Photos is not installed, or the phone refused.
        """
        now = self.read(phone)
        if now == value:
            return
        uid = app_uid(phone)
        lists = {"restricted": "blacklist", "unrestricted": "whitelist"}
        verb, name = (
            ("remove", lists.get(str(now), "blacklist"))
            if value == "allowed"
            else ("add", lists[str(value)])
        )
        send(phone, f"cmd netpolicy {verb} restrict-background-{name} {uid}")


def app_uid(phone: Phone) -> int:
    """Asks for the uid that Photos runs as for the user in front.

    Raises:
        StablePhoneError: it is not installed for this user.
    """
    command = fill(_UID_COMMAND, phone)
    uid = uid_listed(lines_of(send(phone, command).stdout), phone.package)
    if uid is None:
        raise StablePhoneError(
            f"{phone.package} is not installed on phone {phone.serial} for user {phone.user}",
            serial=phone.serial,
            command=command,
        )
    return uid


def _reading(phone: Phone) -> Reading:
    return Reading(package=phone.package, user=phone.user)


FACTS = (DATA_SAVER, RESTRICTED_MODE, BACKGROUND_DATA)
READERS = (
    Reader(_DUMP, tuple(fact.name for fact in FACTS), read_netpolicy),
    Reader(
        "cmd netpolicy get restrict-background",
        (DATA_SAVER.name,),
        read_restrict_background,
        in_diagnosis=False,
    ),
    Reader(
        _GET_RESTRICTED_MODE,
        (RESTRICTED_MODE.name,),
        read_restricted_mode,
        in_diagnosis=False,
        since=31,
    ),
)
CONTROLS = (DataSaver(), RestrictedMode(), BackgroundData())
