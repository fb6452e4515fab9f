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
import sys
from collections.abc import Sequence
from pathlib import Path

from drivers.android.dump import is_noise
from drivers.hierarchy import decode
from drivers.sections import sections
from drivers.typed import readers_of, without_prompts, words_of
from drivers.values import Value
from drivers.vocabulary import PHOTOS_PACKAGE, Facts, Reading

# What prints the outputs of all services, each under its name.
_WHOLE = (["dumpsys"], ["bugreport"], ["dumpstate"])


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
    if words_of(command)[:2] == ["adb", "devices"]:
        return _read_devices(text)
    if words_of(command) in _WHOLE:
        return _read_sections(text, reading)
    readers = readers_of(command)
    if not readers:
        raise ValueError(f"no fact is read from {command!r}")
    facts: dict[str, Value] = {}
    reasons: list[str] = []
    whole = _whole_lines(without_prompts(text))
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


def _read_devices(text: str) -> Facts:
    """Says what the only phone is reached through; adb ends its list with an empty line.

    Where its beginning or its end is missing there may be another phone.
    """
    from drivers.attached import parse_devices

    phones = parse_devices(text)
    is_whole = "List of devices attached" in text and text.replace("\r", "").endswith("\n\n")
    return {"phone.link": phones[0].link} if len(phones) == 1 and is_whole else {}


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
