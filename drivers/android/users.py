"""Android's users: who is in front, and whether they unlocked the phone since it started.

Sources: ActivityManagerShellCommand (API 26 and 34 read), UserManagerService.dump and
TrustManagerService.dump of AOSP frameworks/base; recordings user_pixel_sailfish_a10.txt and
trust_pixel_sailfish_a10.txt.
"""

from __future__ import annotations

import re

from drivers.android.dump import first_match, indent_of, lines_of
from drivers.values import Value, ValueType
from drivers.vocabulary import Fact, Facts, Reader, Reading

USER = Fact("phone.user", ValueType("int"), "The number of the Android user in front.")
UNLOCKED = Fact(
    "phone.unlocked_since_boot",
    ValueType("bool"),
    "Whether somebody unlocked the phone since it started; until then no app sees its data.",
)

# UserState.stateToString. A user being unlocked right now has no answer yet.
_UNLOCKED = {"RUNNING_UNLOCKED": True, "RUNNING_LOCKED": False, "BOOTING": False}
_NUMBER = re.compile(r"\s*(\d+)\s*$")
_USER_INFO = re.compile(r"\s*UserInfo\{(\d+):.*\}.*$")
_STATE = re.compile(r"\s*State: (\S+)\s*$")
_CURRENT = re.compile(r"\s*Current user: (\d+)\s*$")
# UserManagerServiceShellCommand; the name may hold anything, so the words behind it count.
_LISTED = re.compile(r"\d+: id=(\d+), name=.*, type=[\w.]+, flags=\S*(?: \([^()]*\))* \(current\)")
_TRUST_USER = re.compile(r'\s*User ".*" \(id=(?P<id>\d+), flags=\w+\)(?P<rest>.*)$')


def read_current(text: str, reading: Reading) -> Facts:
    """Reads `am get-current-user`: the number alone.

    Raises:
        ValueError: the phone refused.
    """
    lines = [line for line in lines_of(text) if line.strip()]
    found = _NUMBER.match(lines[0]) if len(lines) == 1 else None
    return {USER.name: int(found[1])} if found else {}


def read_user_list(text: str, reading: Reading) -> Facts:
    """Reads `cmd user list -v` (API 30), which says who of them is in front.

    Raises:
        ValueError: the phone refused.
    """
    found = first_match(_LISTED, lines_of(text))
    return {USER.name: int(found[1])} if found else {}


def read_state(text: str, reading: Reading) -> Facts:
    """Reads `am get-started-user-state USER`.

    Raises:
        ValueError: the phone refused.
    """
    word = "\n".join(lines_of(text)).strip()
    return {UNLOCKED.name: _UNLOCKED[word]} if word in _UNLOCKED else {}


def read_users(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys user`; who is in front is in it from Android 12.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    facts: dict[str, Value] = {}
    if found := first_match(_CURRENT, lines):
        facts[USER.name] = int(found[1])
    start = next(
        (
            i
            for i, s in enumerate(lines)
            if (u := _USER_INFO.match(s)) and int(u[1]) == reading.user
        ),
        None,
    )
    if not any(_USER_INFO.match(line) for line in lines):
        # Lines that were picked out of the dump: the only user's, if there is only one.
        states = [found[1] for line in lines if (found := _STATE.match(line))]
        if len(states) == 1 and states[0] in _UNLOCKED:
            facts[UNLOCKED.name] = _UNLOCKED[states[0]]
    elif start is not None:
        for line in lines[start + 1 :]:
            if line.strip() and indent_of(line) <= indent_of(lines[start]):
                break
            if found := _STATE.match(line):
                if found[1] in _UNLOCKED:
                    facts[UNLOCKED.name] = _UNLOCKED[found[1]]
                break
    return facts


def read_trust(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys trust`: who is in front, and whether the phone is locked for them.

    A phone that is locked for its user has a secure lock; one that is not may have one as well.

    Raises:
        ValueError: the phone refused to dump.
    """
    facts: dict[str, Value] = {}
    for line in lines_of(text):
        found = _TRUST_USER.match(line)
        if not found or "(current)" not in found["rest"]:
            continue
        facts[USER.name] = int(found["id"])
        if locked := re.search(r"\bdeviceLocked=([01])\b", found["rest"]):
            facts["phone.locked"] = locked[1] == "1"
            if locked[1] == "1":
                facts["phone.secure_lock"] = True
        break
    return facts


FACTS = (USER, UNLOCKED)
READERS = (
    Reader("am get-current-user", (USER.name,), read_current),
    Reader("am get-started-user-state {user}", (UNLOCKED.name,), read_state),
    Reader("cmd user list", (USER.name,), read_user_list, in_diagnosis=False, since=30),
    Reader("dumpsys user", (USER.name, UNLOCKED.name), read_users, in_diagnosis=False),
    Reader(
        "dumpsys trust | grep '(current)'",
        (USER.name, "phone.locked", "phone.secure_lock"),
        read_trust,
        in_diagnosis=False,
    ),
)
