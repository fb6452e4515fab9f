"""Reading aloud: the facts that a command's output holds, without a phone.

    python -m drivers.facts [--package NAME] "dumpsys battery" FILE

prints them as JSON on stdout, plain values in the vocabulary's units, absent ones absent. FILE may
be `-` for stdin; the command may be "dumpsys" alone, or "bugreport" for the text of a report. Where
nothing can be read it prints `{}`, and the reason on stderr. This module must not know a phone, and
loads nothing that talks to one.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from drivers.android.dump import is_noise
from drivers.hierarchy import decode
from drivers.sections import sections
from drivers.values import Value
from drivers.vocabulary import PHOTOS_PACKAGE, Facts, Reader, Reading, registry

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
# What prints the outputs of all services, each under its name.
_WHOLE = (["dumpsys"], ["bugreport"], ["dumpstate"])
# Options whose value is no part of what a command prints.
_WITH_VALUE = {"--user", "--dump-priority", "--priority", "-t", "-T"}
# The options under which a list of apps means something else, and is not read: those that were
# uninstalled are in it (PackageManagerShellCommand, MATCH_UNINSTALLED_PACKAGES).
_MEANINGFUL = {"-u", "-a"}


def readers_of(command: str) -> tuple[Reader, ...]:
    """Finds every reader that understands a command's output, in the order of preference.

    A reader's command is taken without the filter behind it, since a filter only leaves lines
    out; options are passed over on both sides; and a shorter command matches a longer one
    (`dumpsys window` and `dumpsys window policy`), because dumps hold one another.
    """
    words = _words(command)
    return tuple(
        reader
        for reader in registry().readers
        if any(_is_alike(words, _words(part)) for part in _parts(reader.command))
    )


def read_aloud(command: str, text: str, reading: Reading) -> Facts:
    """Reads what an output holds.

    Args:
        command: what printed it.
        text: what it printed.
        reading: whose output it is.

    Returns:
        Facts by name; where two readers give the same one, the preferred reader's.

    Raises:
        ValueError: no reader knows the command, or each that does refused the text; the message
            says why.
    """
    if _words(command)[:2] == ["adb", "devices"]:
        return _read_devices(text)
    if _words(command) in _WHOLE:
        return _read_sections(text, reading)
    readers = readers_of(command)
    if not readers:
        raise ValueError(f"no fact is read from {command!r}")
    facts: dict[str, Value] = {}
    reasons: list[str] = []
    whole = _whole_lines(_without_prompts(text))
    for reader in readers:
        try:
            found = reader.read(whole, reading)
        except ValueError as error:
            reasons.append(str(error))
            continue
        for name, value in found.items():
            facts.setdefault(name, value)
    if not facts:
        raise ValueError("; ".join(dict.fromkeys(reasons)) or "no fact of the vocabulary is in it")
    return facts


def _whole_lines(text: str) -> str:
    """Leaves out a last line whose end is missing, unless it is the only one.

    Where a file was cut, the rest of a line may read as another value: a network that is not
    validated, a battery at 1%.
    """
    head, end_of_line, _ = text.rpartition("\n")
    own = any(line.strip() and not is_noise(line) for line in head.split("\n"))
    return f"{head}{end_of_line}" if own else text


def _read_sections(text: str, reading: Reading) -> Facts:
    """Reads every part of a text that holds many outputs; of the same fact the first one counts."""
    facts: dict[str, Value] = {}
    for command, part in sections(text):
        try:
            found = read_aloud(command, part, reading)
        except ValueError:  # a service that says nothing of a phone's backup, or refused
            continue
        for name, value in found.items():
            facts.setdefault(name, value)
    if not facts:
        raise ValueError("no fact of the vocabulary is in any part of it")
    return facts


# A terminal's line before an answer, of the computer or of the phone, and one behind it.
_ASKED = re.compile(
    r"(?:.{0,120}?[$#>%] ?)?(?:adb(?:\.exe)? .*\bshell\b"
    r"|(?<=[$#>%] )(?:getprop|settings|dumpsys|cmd|am|pm|df|pidof|ps)\b)"
)
_PROMPT = re.compile(r"[\w.-]+:\S* ?[$#]|(?:PS )?[A-Z]:\\[^<>]*>|[$#]")
# Longer than any line of a terminal.
_LONG = 400


def _without_prompts(text: str) -> str:
    r"""Leaves out what a person copied from the terminal along: the question, the next prompt.

    >>> _without_prompts("beyond1:/ $ getprop ro.product.model\nSM-G973F\nbeyond1:/ $ ")
    'SM-G973F\n'
    """
    head, end_of_line, rest = text.lstrip("\r\n").partition("\n")
    if end_of_line and _ASKED.match(head[:_LONG].strip()):
        text = rest
    before, end_of_line, last = text.rstrip().rpartition("\n")
    is_prompt = len(last) < _LONG and _PROMPT.fullmatch(last.strip())
    return f"{before}{end_of_line}" if end_of_line and is_prompt else text


def _read_devices(text: str) -> Facts:
    """Says what the only phone is reached through; adb ends its list with an empty line.

    Where its beginning or its end is missing there may be another phone.
    """
    from drivers.attached import parse_devices

    phones = parse_devices(text)
    is_whole = "List of devices attached" in text and text.replace("\r", "").endswith("\n\n")
    return {"phone.link": phones[0].link} if len(phones) == 1 and is_whole else {}


# What follows a command on its line: another one; a filter, or where its output goes.
_NEXT = re.compile(r"\s*(?:;|&&)\s*")
_FILTER = re.compile(r"\s*\|+\s*|\s*\b[12&]?>>?\s*|\s+[12&]?>>?\s*")


def _parts(command: str) -> list[str]:
    """The commands of a line that is several of them, each without its filter."""
    # `|` and `;` inside quotes belong to a filter's pattern, and the filter goes anyway.
    return [_FILTER.split(part, maxsplit=1)[0] for part in _NEXT.split(command)]


def _words(command: str) -> list[str]:
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the facts of one output."""
    parser = argparse.ArgumentParser(prog="python -m drivers.facts", description=__doc__)
    parser.add_argument("--package", default=PHOTOS_PACKAGE, help="read this app's dump as Photos'")
    parser.add_argument("--user", type=int, default=0, help="the Android user in front")
    parser.add_argument("command", help="what printed the output, such as 'dumpsys battery'")
    parser.add_argument("file", help="the output, - for stdin")
    options = parser.parse_args(arguments)
    try:
        is_stdin = options.file == "-"
        data = sys.stdin.buffer.read() if is_stdin else Path(options.file).read_bytes()
    except OSError as error:
        parser.error(f"cannot read {options.file}: {error.strerror}")
    reading = Reading(package=options.package, user=options.user)
    try:
        facts = read_aloud(options.command, decode(data), reading)
    except ValueError as error:
        facts = {}
        sys.stderr.write(f"nothing read: {error}\n")
    sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
