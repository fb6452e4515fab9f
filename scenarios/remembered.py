"""What the journals of earlier runs tell, as far as they can be read; nothing is changed here.

A journal without an end belongs to a run that died, and is put back by the next run before anything
else. A line cut short at the end is what a crash leaves behind; any other damage is told, and the
rest is used. This module knows nothing of phones.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from drivers.errors import LossError
from drivers.identity import Identity
from drivers.values import Json
from scenarios.journal import ENDS, FORMAT, Change, Journal, line_of

KINDS = ("control", "operation", "shell", "screen", "virtual")
# Longer than the line of any end, in bytes.
_LAST_LINE = 64


class NewerJournalError(LossError):
    """A journal that a newer version wrote: it is left as it is, for that version to read."""


def read(path: Path) -> Journal:
    """Reads one journal, as far as it can be read; `damage` says what could not.

    A last line cut short is what a crash leaves behind, and no damage.

    Raises:
        NewerJournalError: it is of a newer format.
        LossError: not one line of it can be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LossError(f"{path} cannot be read: {error.strerror}") from error
    # Not `splitlines`, which takes characters within a text for the end of a line.
    *whole, last = data.split(b"\n")
    records: list[tuple[int, dict[str, Json]]] = []
    damage: list[str] = []
    for number, line in enumerate(whole, 1):
        try:
            records.append((number, _parsed(line)))
        except ValueError as error:
            damage.append(f"{path}:{number}: {error}")
    tail = None
    if last:
        tail = (len(data) - len(last), b"")
        with contextlib.suppress(ValueError):
            records.append((len(whole) + 1, _parsed(last)))
            tail = (tail[0], last + b"\n")
    head = next((r for _, r in records if "format" in r), None)
    if head is None:
        if not any("change" in r for _, r in records):
            raise LossError(f"{path} holds no journal that can be read: look at it yourself")
        damage.append(f"{path}: its first line is gone; the changes in the others are used")
        head = {"format": FORMAT}
    if head["format"] != FORMAT:
        raise NewerJournalError(
            f"{path} is a journal of format {head['format']}, this version reads {FORMAT}: "
            "update Unstuck to put its changes back"
        )
    identity = Identity(str(head.get("serialno", "")), str(head.get("android_id", "")))
    journal = Journal(path, identity, str(head.get("serial", "")), tail=tail)
    for number, record in records:
        try:
            _replay(journal, record)
        except ValueError as error:
            damage.append(f"{path}:{number}: {error}")
    journal.damage = tuple(damage)
    return journal


def stored(folder: Path, identity: Identity) -> list[Journal]:
    """The journals of one phone whose changes may still stand, the newest first; reads only.

    One that cannot be read at all is among them, with `unread` saying why.
    """
    found: list[Journal] = []
    for path in sorted((folder / identity.key).glob("*.jsonl"), reverse=True):
        if _end_of(path) == "undone":
            continue
        try:
            journal = read(path)
        except NewerJournalError as error:
            found.append(Journal(path, identity, "", unread=str(error)))
            continue
        except LossError as error:
            if not _is_cut_head(path):
                found.append(Journal(path, identity, "", damage=(str(error),), unread=str(error)))
            continue
        if journal.standing or journal.damage:
            found.append(journal)
    return found


def unfinished(folder: Path) -> list[Journal]:
    """The journals, of whatever phone, whose run died with changes standing; reads only."""
    found: list[Journal] = []
    for path in sorted(folder.glob("*/*.jsonl")):
        if _end_of(path):
            continue
        with contextlib.suppress(LossError, OSError):  # what cannot be read is reported by `stored`
            journal = read(path)
            if journal.standing and not journal.end:
                found.append(journal)
    return found


def _end_of(path: Path) -> str:
    """How a run ended, by the last line of its journal; empty where that is no end.

    Every run that changed something leaves a file, and each start of pytest asks about all of them.
    """
    with contextlib.suppress(OSError), path.open("rb") as file:
        file.seek(-min(_LAST_LINE, file.seek(0, os.SEEK_END)), os.SEEK_END)
        last = file.read()
        return next((end for end in ENDS if last.endswith(line_of({"end": end}))), "")
    return ""


def _parsed(line: bytes) -> dict[str, Json]:
    try:
        record = json.loads(line.decode("utf-8"))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if isinstance(record, dict):
        return record
    raise ValueError("not an object")


def _is_cut_head(path: Path) -> bool:
    """Whether not even the first line was finished: nothing had been changed by then."""
    with contextlib.suppress(OSError):
        return b"\n" not in path.read_bytes()
    return False


def _replay(journal: Journal, record: dict[str, Json]) -> None:
    """Takes one line into account.

    Raises:
        ValueError: it is of no use; the message says why.
    """
    number = record.get("done")
    if isinstance(number, int) and number in journal.changes:
        done = {**journal.changes[number].as_json(), "is_done": True}
        journal.changes[number] = Change(**done)  # type: ignore[arg-type]
    number = record.get("undone")
    if isinstance(number, int):
        journal.undone[number] = str(record.get("how", ""))
    if "change" in record:
        restored = _change(record["change"])
        journal.changes[restored.number] = restored
    if record.get("end") in ENDS:
        journal.end = str(record["end"])


def _change(record: Json) -> Change:
    known = record if isinstance(record, dict) else {}
    known = {k: v for k, v in known.items() if k in Change.__dataclass_fields__}
    try:
        change = Change(**known)  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError("a change of which a part is missing") from error
    is_sound = isinstance(change.number, int) and change.kind in KINDS
    if not is_sound or not isinstance(change.name, str):
        raise ValueError("a change that cannot be one")
    return change
