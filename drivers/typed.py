"""A command as a person typed it, and what their terminal shows round its output.

Pure: the line to the readers that understand what it printed, the text without the question and
the prompt. This module must not know what a reader finds.
"""

from __future__ import annotations

import re
import shlex

from drivers.vocabulary import Reader, registry

# A person may paste the whole line that they typed.
_PREFIX = re.compile(
    r"(?:\S*\badb(?:\.exe)?\s+(?:-[a-zA-Z]+(?:\s+\S+)?\s+)*"
    r"(?:(?:shell|exec-out)\s+(?:-[tTxn]+\s+)*|(?=logcat|bugreport)))?"
)
_PLACEHOLDER = re.compile(r"\{\w+\}|<\w+>")
# What may stand before a command without changing what it prints.
_WRAPPERS = re.compile(
    r"(?:(?:su(?: 0| root)?(?: -c)?|sudo|timeout [\d.]+[smh]?|time|nohup|exec)\s+|/system/bin/)+"
)
# Other ways to say the same: what a command begins with, and what it is here.
_SAME = (
    (("pm", "dump"), ("dumpsys", "package")),
    (("cmd", "package", "dump"), ("dumpsys", "package")),
    (("cmd", "deviceidle", "whitelist"), ("dumpsys", "deviceidle", "whitelist")),
    (("dumpsys", "deviceidle", "get"), ("cmd", "deviceidle", "get")),
    (("cmd", "settings"), ("settings",)),
    (("cmd", "content"), ("content",)),
    (("cmd", "activity"), ("am",)),
    (("appops",), ("cmd", "appops")),
)
# Programs that call a service: its name is part of what they are.
_CALLS = {"dumpsys", "cmd", "am", "pm", "settings", "content"}
# Options whose value is no part of what a command prints.
_WITH_VALUE = {"--user", "--dump-priority", "--priority", "-t", "-T"}
# The options under which a list of apps means something else, and is not read: those that were
# uninstalled are in it (PackageManagerShellCommand, MATCH_UNINSTALLED_PACKAGES).
_MEANINGFUL = {"-u", "-a"}
# What follows a command on its line: another one; a filter, or where its output goes.
_NEXT = re.compile(r"\s*(?:;|&&)\s*")
_FILTER = re.compile(r"\s*\|+\s*|\s*\b[12&]?>>?\s*|\s+[12&]?>>?\s*")


def readers_of(command: str) -> tuple[Reader, ...]:
    """Finds every reader that understands a command's output, in the order of preference.

    A reader's command is taken without the filter behind it, since a filter only leaves lines
    out; options are passed over on both sides; and a shorter command matches a longer one
    (`dumpsys window` and `dumpsys window policy`), because dumps hold one another.
    """
    words = words_of(command)
    return tuple(
        reader
        for reader in registry().readers
        if any(_is_alike(words, words_of(part)) for part in _parts(reader.command))
    )


def _parts(command: str) -> list[str]:
    """The commands of a line that is several of them, each without its filter."""
    # `|` and `;` inside quotes belong to a filter's pattern, and the filter goes anyway.
    return [_FILTER.split(part, maxsplit=1)[0] for part in _NEXT.split(command)]


def words_of(command: str) -> list[str]:
    """The words of a command that say what it prints, under one name for each program.

    >>> words_of("adb -s X1 shell 'pm dump com.example.app | grep version'")
    ['dumpsys', 'package']

    Args:
        command: as it was typed, with adb before it or not; only its first part counts where it
            is several.
    """
    bare = _PREFIX.sub("", command.strip(), count=1)
    # `adb shell "dumpsys power | grep mWakefulness"`: the quotes are the computer's.
    if bare[:1] in ("'", '"'):
        bare = _unquoted(bare)
    bare = _parts(_WRAPPERS.sub("", bare, count=1))[0]
    bare = _unquoted(bare) if bare[:1] in ("'", '"') else bare
    kept: list[str] = []
    skip = False
    for word in bare.split():
        if skip:
            skip = False
        elif word in _WITH_VALUE:
            skip = True
        elif not word.startswith("-") or (word in _MEANINGFUL and "packages" in kept):
            kept.append(word)
    for other, own in _SAME:
        if tuple(kept[: len(other)]) == other:
            kept[: len(other)] = own
    # What follows a service's name asks for a part of its dump, and parts hold one another.
    return kept[:2] if kept[:1] == ["dumpsys"] else kept


def _unquoted(command: str) -> str:
    try:
        return " ".join(shlex.split(command))
    except ValueError:  # a quote without its end
        return command.strip("'\"")


def _is_alike(given: list[str], own: list[str]) -> bool:
    """Whether two commands print the same kind of text, as far as their words tell."""
    if not given or _PLACEHOLDER.fullmatch(given[0]) or _MEANINGFUL.intersection(given):
        return False
    if given[0] in _CALLS and len(given) < 2:
        return False
    # A program that was given less may have printed something else (`getprop`); a service or a
    # file system was only asked for more.
    unasked = own[len(given) :] if own[0] not in _CALLS else []
    if any(not word.startswith("/") and not _PLACEHOLDER.fullmatch(word) for word in unasked):
        return False
    return all(
        mine == theirs or _PLACEHOLDER.fullmatch(mine) or _PLACEHOLDER.fullmatch(theirs)
        for mine, theirs in zip(own, given, strict=False)
    )


# A terminal's line before an answer, of the computer or of the phone, and one behind it.
_ASKED = re.compile(
    r"(?:.{0,120}?[$#>%] ?)?(?:adb(?:\.exe)? .*\bshell\b"
    r"|(?<=[$#>%] )(?:getprop|settings|dumpsys|cmd|am|pm|df|pidof|ps)\b)"
)
_PROMPT = re.compile(r"[\w.-]+:\S* ?[$#]|(?:PS )?[A-Z]:\\[^<>]*>|[$#]")
# Longer than any line of a terminal.
_LONG = 400


def without_prompts(text: str) -> str:
    r"""Leaves out what a person copied from the terminal along: the question, the next prompt.

    >>> without_prompts("beyond1:/ $ getprop ro.product.model\nSM-G973F\nbeyond1:/ $ ")
    'SM-G973F\n'
    """
    head, end_of_line, rest = text.lstrip("\r\n").partition("\n")
    if end_of_line and _ASKED.match(head[:_LONG].strip()):
        text = rest
    before, end_of_line, last = text.rstrip().rpartition("\n")
    is_prompt = len(last) < _LONG and _PROMPT.fullmatch(last.strip())
    return f"{before}{end_of_line}" if end_of_line and is_prompt else text
