"""What the text outputs of all services have in common: lines, refusals, keyed values.

The readers of the other modules here are built on these few functions. Nothing in this module
knows a fact, and nothing here talks to a phone.
"""

from __future__ import annotations

import re

# How a service, or the shell in its place, says that there is no dump. Seen in recordings:
# dumpsys_power_denied.txt ("Permission Denial"), pm_grant_denied_*.txt (both spellings of the
# exception), settings_delete_denied_huawei_a8.txt. "Can't find service" and "not found" are
# frameworks/native cmds/dumpsys and mksh.
_REFUSALS = re.compile(
    r"Permission Denial|Can't find service|Security exception: |Exception occurred while"
    r"|(?:Error: |Caused by: )?java\.lang\.\w*Exception|Operation not allowed|Unknown command"
    r"|error: (?:device|closed|no devices|unauthorized)"
    r"|(?:/system/bin/)?sh: .*(?:not found|Permission denied)"
)


def lines_of(text: str) -> list[str]:
    r"""Splits a command's output into lines, whatever ends them on this phone or computer.

    Only line feeds separate lines: `str.splitlines` also splits at characters that occur inside
    values, such as U+2028 in a device's name.

    >>> lines_of("a\r\r\nb\r\n")
    ['a', 'b', '']

    Raises:
        ValueError: the output is a refusal instead of a dump; the message quotes it.
    """
    lines = [line.rstrip("\r") for line in text.split("\n")]
    for line in lines:
        if line.strip():
            if _REFUSALS.match(line.strip()):
                raise ValueError(f"the phone refused: {line.strip()[:200]}")
            break
    return lines


def ended_lines_of(text: str) -> list[str]:
    r"""Splits a dump into lines, and drops a last one whose end was not seen.

    For dumps of many lines whose values a cut would shorten to other values, such as `level: 100`
    to `level: 1`.

    >>> ended_lines_of("level: 57\nscale: 10")
    ['level: 57']

    Raises:
        ValueError: the output is a refusal instead of a dump; the message quotes it.
    """
    lines = lines_of(text)
    return lines[:-1] if len(lines) > 1 and lines[-1] else lines


def first_match(pattern: re.Pattern[str], lines: list[str]) -> re.Match[str] | None:
    """Finds the first line that matches from its start."""
    for line in lines:
        if found := pattern.match(line):
            return found
    return None


def indent_of(line: str) -> int:
    """Counts the blanks that a line begins with: blocks of a dump differ by them."""
    return len(line) - len(line.lstrip(" "))


def block_after(lines: list[str], start: int) -> tuple[list[str], bool]:
    """Takes the lines that belong to the heading at `start`: those indented deeper than it.

    Returns:
        The block, and whether its end was seen. A block that runs to the end of the text may
        have been cut there, so that nothing follows from what it does not hold.
    """
    depth = indent_of(lines[start])
    block: list[str] = []
    for line in lines[start + 1 :]:
        if line.strip() and indent_of(line) <= depth:
            return block, True
        if not line.strip() and not block:
            continue
        block.append(line)
    return block, False


def word_bool(word: str) -> bool | None:
    """Reads true or false, in any case; None for anything else."""
    return {"true": True, "false": False}.get(word.lower())


def zero_one(word: str) -> bool | None:
    """Reads a settings switch: 1 or 0; None for anything else, `null` included."""
    return {"1": True, "0": False}.get(word)
