"""The accessibility services that are on, as their own service tells it.

`settings list secure` says the same, and is what a diagnosis asks. Sources:
AccessibilityUserState.dump (AOSP frameworks/base, API 34; API 26 names no enabled service) and a
Samsung of Android 10 or 11 in the tests of mvt-project/mvt, whose list has a line for each.
"""

from __future__ import annotations

import re

from drivers.android.dump import block_after, is_moved_left, lines_of
from drivers.android.settings import ACCESSIBILITY
from drivers.vocabulary import Facts, Reader, Reading

_USER = re.compile(r".*\battributes:\{id=(\d+),")
_ENABLED = re.compile(r"\s*Enabled services:\{(?P<names>(?:\{[\w.]+/[\w.$]+\}(?:, )?)*)\}\s*$")
_NAME = re.compile(r"\{([\w.]+/[\w.$]+)\}")
_LIST = re.compile(r"\s*enabled services: ?\{\s*$")
_LISTED = re.compile(r"\s*\d+ : (?P<package>[\w.]+)/(?P<class>[\w.$]+)\s*$")


def read_accessibility(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys accessibility`, which has a block for each user.

    A part without their heading is taken for the block of the user in front.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    user = reading.user
    for index, line in enumerate(lines):
        if found := _USER.match(line):
            user = int(found[1])
        elif user != reading.user:
            continue
        elif enabled := _ENABLED.match(line):
            return {ACCESSIBILITY.name: tuple(_NAME.findall(enabled["names"]))}
        elif _LIST.match(line):
            block, has_end = block_after(lines, index)
            if is_moved_left(lines, index, _LISTED):
                return {}
            names = tuple(_written_out(found) for inner in block if (found := _LISTED.match(inner)))
            return {ACCESSIBILITY.name: names} if has_end and len(names) == len(block) else {}
    return {}


def _written_out(found: re.Match[str]) -> str:
    """The name as the setting has it, with the class in full."""
    name = found["class"]
    return f"{found['package']}/{found['package'] + name if name.startswith('.') else name}"


READERS = (
    Reader("dumpsys accessibility", (ACCESSIBILITY.name,), read_accessibility, in_diagnosis=False),
)
