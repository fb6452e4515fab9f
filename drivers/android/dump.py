"""What the text outputs of all services have in common: lines, refusals, keyed values.

The readers of the other modules here are built on these few functions. Nothing in this module
knows a fact, and nothing here talks to a phone.
"""

from __future__ import annotations

import re

# How a service, or the shell in its place, says that there is no dump. Seen in recordings:
# dumpsys_power_denied.txt ("Permission Denial"), pm_grant_denied_*.txt (both spellings of the
# exception), settings_delete_denied_huawei_a8.txt. "Can't find service" and "not found" are
# frameworks/native cmds/dumpsys and cmds/cmd, and mksh.
_REFUSALS = re.compile(
    r"Permission Denial|(?:\w+: )?Can't find service|Security exception: |Exception occurred while"
    r"|(?:Error: |Caused by: )?java\.lang\.\w*Exception|Operation not allowed|Unknown command"
    r"|adb(?:\.exe)?: |error: "
    r"|(?:/system/bin/)?sh: .*(?:not found|inaccessible|Permission denied)"
    r"|\w+: Failure calling service|Failed transaction|Error dumping service"
)
# What others write into an output: the linker of old phones about libraries, the computer's adb
# about its server, a person who quotes it. No dump has lines that begin so.
_NOISE = re.compile(
    r"WARNING: linker: |\* daemon (?:not running|started)|\* server not running"
    r"|adb server (?:version|is out of date)|- waiting for |```\w*\s*$"
)
# What `grep --color` puts round its matches.
_COLOR = re.compile(r"\x1b\[[\d;]*[A-Za-z]")
# Where an output ends before its end: the service did not finish (frameworks/native
# cmds/dumpsys: "*** SERVICE 'x' DUMP TIMEOUT (10000ms) EXPIRED ***"), threw while it dumped
# (android.os.Binder), nobody read on (`| head`), or adb lost the phone. They begin their line,
# which no field does.
_BROKEN_OFF = re.compile(
    r"\*\*\* SERVICE '.*' DUMP TIMEOUT|Exception occurred while dumping"
    r"|Failed to write while dumping service|Binary file \(standard input\) matches"
    r"|Error dumping service|(?:adb(?:\.exe)?: |error: )(?:device|closed|protocol fault|no devices)"
    r"|Killed\s*$|Terminated\s*$"
)
# Either, told apart from a dump's own line by its first character nearly always: a diagnosis is
# thousands of lines.
_FOREIGN = re.compile(rf"(?=[-*`ABEFKTWae])(?:{_NOISE.pattern}|{_BROKEN_OFF.pattern})")


# By how much forums indent what is quoted as code.
_CODE = " " * 4
# With fewer lines an empty one may be the command's own.
_TOO_FEW = 5


def lines_of(text: str) -> list[str]:
    r"""Splits a command's output into lines, whatever ends them on this phone or computer.

    Only line feeds separate lines: `str.splitlines` also splits at characters that occur inside
    values, such as U+2028 in a device's name.

    >>> lines_of("a\r\r\nb\r\n")
    ['a', 'b', '']

    A line end that a computer made two of is one again, and colors are gone.

    >>> lines_of("a\n\n\x1b[31mb\x1b[m\n\nc\n\n")
    ['a', 'b', 'c', '']

    Lines that are not the command's own are left out, and so is everything after a line that
    says that the output broke off: it then reads as one that was cut.

    >>> lines_of("WARNING: linker: unused DT entry\na\n*** SERVICE 'x' DUMP TIMEOUT\nb")
    ['a', '']

    Raises:
        ValueError: the output is a refusal instead of a dump; the message quotes it.
    """
    text = _COLOR.sub("", text) if "\x1b" in text else text
    lines = [line.rstrip("\r") for line in text.split("\n")]
    if len(lines) > _TOO_FEW and not lines[1] and not any(line.strip() for line in lines[1::2]):
        lines = lines[::2]
    lines = _own(lines)
    if lines[0].startswith(_CODE):
        lines = _own(_moved_back(lines))
    for line in lines:
        if line.strip():
            if _REFUSALS.match(line.strip()) or _BROKEN_OFF.match(line):
                raise ValueError(f"the phone refused: {line.strip()[:200]}")
            break
    return lines


def _own(lines: list[str]) -> list[str]:
    """Leaves out the lines of others, and what follows where the output broke off.

    An output that begins with breaking off is a refusal, and stays for it to be seen.
    """
    if not any(map(_FOREIGN.match, lines)):
        return lines
    lines = [line for line in lines if not is_noise(line)] or [""]
    end = next((i for i, line in enumerate(lines) if _BROKEN_OFF.match(line)), None)
    return [*lines[:end], ""] if end and any(map(str.strip, lines[:end])) else lines


def _moved_back(lines: list[str]) -> list[str]:
    """Takes from every line the blanks that all of them begin with."""
    common = min((indent_of(line) for line in lines if line.strip()), default=0)
    return [line[common:] for line in lines]


def is_noise(line: str) -> bool:
    """Whether a line is none of the command's own: the linker's, or the computer's adb's."""
    return _NOISE.match(line) is not None


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


def without_last_anr(lines: list[str]) -> list[str]:
    """Leaves out what the windows and activities were like when an app last hung.

    The window and activity services keep that dump, and print it before today's ("WINDOW
    MANAGER LAST ANR", "ACTIVITY MANAGER LAST ANR"; WindowManagerService.saveANRStateLocked and
    ActivityTaskManagerService, API 26 to 34), with the same lines in it.
    """
    kept: list[str] = []
    is_old = False
    for line in lines:
        if heading := _MANAGER_HEADING.match(line):
            is_old = heading["part"].startswith("LAST ANR")
        elif line.strip() == "<no ANR has occurred since boot>":
            is_old = False
        if not is_old:
            kept.append(line)
    return kept


_MANAGER_HEADING = re.compile(r"(?:WINDOW|ACTIVITY) MANAGER (?P<part>[A-Z][A-Z -]*?) \(dumpsys ")


def indent_of(line: str) -> int:
    """Counts the blanks that a line begins with: blocks of a dump differ by them.

    Editors and forums make tabs of them, or blanks that do not break.
    """
    return len(line) - len(line.lstrip())


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


def is_moved_left(lines: list[str], start: int, member: re.Pattern[str]) -> bool:
    """Whether a block lost its indentation: its members stand no deeper than its heading.

    Editors and forums do that; then the block looks empty, and nothing follows from it.
    """
    following = next((line for line in lines[start + 1 :] if line.strip()), "")
    return indent_of(following) <= indent_of(lines[start]) and bool(member.match(following))


def word_bool(word: str) -> bool | None:
    """Reads true or false, in any case; None for anything else."""
    return {"true": True, "false": False}.get(word.lower())


def zero_one(word: str) -> bool | None:
    """Reads a settings switch: 1 or 0; None for anything else, `null` included."""
    return {"1": True, "0": False}.get(word)
