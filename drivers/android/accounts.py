"""Accounts and their synchronization.

Sources: AccountManagerService.dump and ContentService/SyncManager.dump of AOSP frameworks/base;
recordings account_*.txt and content_pixel_sailfish_a10.txt. A phone with accounts was not
recorded: Account.toString of AOSP is the reference for its lines.
"""

from __future__ import annotations

import re

from drivers.android.dump import first_match, indent_of, lines_of, word_bool
from drivers.values import Value, ValueType
from drivers.vocabulary import Fact, Facts, Reader, Reading

GOOGLE = Fact(
    "accounts.google", ValueType("count"), "How many Google accounts the user in front has."
)
SYNC = Fact(
    "sync.automatic",
    ValueType("bool"),
    "Whether apps may synchronize in the background (the switch of that name in Settings).",
)

# User names may hold anything, also digits and braces; the number is first, the flags last.
_USER = re.compile(r"\s*User UserInfo\{(\d+):.*\}.*:\s*$")
_COUNT = re.compile(r"\s*Accounts: (\d+)\s*$")
_ACCOUNT = re.compile(r"\s+Account \{name=.*, type=(?P<type>[\w.-]+)\}\s*$")
# In lower case up to Android 8 (SyncManager, API 26), where the battery saver has no line.
_AUTO_SYNC = re.compile(r"\s*[Aa]uto sync:(?P<users>(?: u\d+=\w+)*)\s*$")
_NETWORK_SAVER = re.compile(r"\s*Battery saver: (true|false)\s*$")


def read_accounts(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys account`: the list of the user in front, only where it is whole.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    # Lines that were picked out of a dump may lack the heading: then they are the user's own.
    is_own = not any(_USER.match(line) for line in lines)
    expected: int | None = None
    types: list[str] = []
    for line in lines:
        if user := _USER.match(line):
            if is_own:
                break
            is_own = int(user[1]) == reading.user
        elif not is_own:
            continue
        elif expected is None:
            if count := _COUNT.match(line):
                expected = int(count[1])
        elif (account := _ACCOUNT.match(line)) and len(types) < expected:
            types.append(account["type"])
        elif indent_of(line) <= 2 and line.strip():
            break
    if expected is None or len(types) != expected:
        return {}
    return {GOOGLE.name: types.count("com.google")}


def read_content(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys content`: `Auto sync: u0=true u11=true`.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    facts: dict[str, Value] = {}
    if found := first_match(_AUTO_SYNC, lines):
        users = dict(word[1:].split("=", 1) for word in found["users"].split())
        switch = word_bool(users.get(str(reading.user), ""))
        if switch is not None:
            facts[SYNC.name] = switch
    if found := first_match(_NETWORK_SAVER, lines):
        facts["battery.saver"] = found[1] == "true"
    return facts


FACTS = (GOOGLE, SYNC)
READERS = (
    # Names are left on the phone but for the lines of accounts: their number and type count.
    Reader(
        "dumpsys account | grep -E '^ *(User UserInfo|Accounts: |Account [{{])'",
        (GOOGLE.name,),
        read_accounts,
    ),
    Reader(
        "dumpsys content | grep -m 1 '[Aa]uto sync:'", (SYNC.name, "battery.saver"), read_content
    ),
)
