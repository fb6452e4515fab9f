"""The write-ahead record of every change to a phone, and what of it still stands.

One folder a phone identity, one file a run, one JSON object a line, each line on the disk before
the phone is touched. A run that ends says so (`kept` or `undone`); a file without an end belongs
to a run that died, and is put back by the next run before anything else. This module knows
nothing of phones: `scenarios.undo` carries out what it remembers.
"""

from __future__ import annotations

import calendar
import contextlib
import json
import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drivers.errors import LossError
from drivers.identity import Identity
from drivers.values import Json

FORMAT = 1
ENDS = ("kept", "undone")
# Longer than the line of any end, in bytes.
_LAST_LINE = 64
_STAMP = "%Y%m%dT%H%M%S"
KINDS = ("control", "operation", "shell", "screen", "virtual")


class NewerJournalError(LossError):
    """A journal that a newer version wrote: it is left as it is, for that version to read."""


class UnwrittenError(LossError):
    """The journal cannot be written: nothing more may be changed, and the run stops."""


@dataclass(frozen=True)
class Change:
    """One change, as it was announced before it was made.

    Attributes:
        number: counts from 1 within its journal.
        kind: control, operation, shell, screen or virtual.
        name: the control's or operation's name; for the others the step as its file says it.
        place: path:line:column of the step.
        was: a control's value before.
        to: a control's value as it was asked for.
        memo: what undoing needs: a control's snapshot, what an operation prepared, the command
            that takes a shell step back, the steps that take a screen step back.
        is_done: whether the change was seen to be made. Where it is not, the run died in between,
            and the phone may be in either state.
    """

    number: int
    kind: str
    name: str
    place: str
    was: Json
    to: Json
    memo: Json
    is_done: bool = False

    def describe(self) -> str:
        """The change in a few words."""
        if self.kind == "control":
            return f"{self.name}: {json.dumps(self.was)} -> {json.dumps(self.to)}"
        return self.name or str(self.memo)


@dataclass
class Journal:
    """The changes of one run on one phone.

    Attributes:
        path: its file.
        identity: whose changes these are.
        serial: what adb called the phone then.
        end: kept or undone; empty while the run goes on, or where it died.
        changes: all of them, by number.
        undone: numbers of those that were put back, with how.
        damage: what could not be read, one line each.
        unread: why nothing at all could be read, so that its changes are not known; else empty.
        tail: where a last line without its end begins, and what of it is used; None where the
            file ends as it should.
    """

    path: Path
    identity: Identity
    serial: str
    end: str = ""
    changes: dict[int, Change] = field(default_factory=dict)
    undone: dict[int, str] = field(default_factory=dict)
    damage: tuple[str, ...] = ()
    unread: str = ""
    tail: tuple[int, bytes] | None = None

    @property
    def standing(self) -> list[Change]:
        """Changes that still stand, the last one first: the order in which they are undone."""
        return [c for n, c in sorted(self.changes.items(), reverse=True) if n not in self.undone]

    def record(
        self, kind: str, name: str, *, place: str, was: Json, to: Json, memo: Json
    ) -> Change:
        """Writes down a change that is about to be made. Returns when it is on the disk.

        Raises:
            UnwrittenError: it cannot be written; the change must not be made then.
        """
        change = Change(len(self.changes) + 1, kind, name, place, was, to, memo)
        if not self.changes:
            self._append(self._head())
            _sync_folder(self.path.parent)
        self._append({"change": _as_json(change)})
        self.changes[change.number] = change
        return change

    def mark_done(self, change: Change) -> None:
        """Writes down that the change was seen to be made."""
        self._append({"done": change.number})
        done = Change(**{**_as_json(change), "is_done": True})  # type: ignore[arg-type]
        self.changes[change.number] = done

    def mark_undone(self, change: Change, how: str) -> None:
        """Writes down that the change no longer stands, and why."""
        self._append({"undone": change.number, "how": how})
        self.undone[change.number] = how

    def finish(self, end: str) -> None:
        """Ends the journal: `undone`, or `kept` where changes stay on purpose."""
        if self.changes:
            self._append({"end": end})
        self.end = end

    def _head(self) -> dict[str, Json]:
        return {
            "format": FORMAT,
            "serialno": self.identity.serialno,
            "android_id": self.identity.android_id,
            "serial": self.serial,
            "began": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        }

    def set_aside(self) -> None:
        """Renames a damaged file whose changes do not stand any more; its text is kept."""
        aside = self.path.with_suffix(".damaged")
        with contextlib.suppress(OSError):  # then it is reported again, and no harm is done
            self.path.rename(aside)
            self.path = aside

    def _append(self, record: dict[str, Json]) -> None:
        line = _line(record)
        try:
            with open(self.path, "ab", opener=_for_its_owner) as file:
                if self.tail is None:  # until it is on the disk, the line is one broken off
                    self.tail = (file.tell(), b"")
                else:  # a crash or a full disk broke one off, where this one would go on
                    file.truncate(self.tail[0])
                file.write(self.tail[1] + line)
                file.flush()
                os.fsync(file.fileno())
                self.tail = None
        except OSError as error:
            raise UnwrittenError(
                f"the journal cannot be written: {error}; without it nothing is changed on the "
                "phone. Make room or name another folder with $UNSTUCK_STATE"
            ) from error


def begin(folder: Path, identity: Identity, serial: str) -> Journal:
    """Begins the journal of a run; its file appears with the first change, if one is made.

    Args:
        folder: where all journals live.
        identity: the phone.
        serial: what adb calls it now, for the reader of the file.

    Raises:
        LossError: the folder cannot be written.
    """
    home = folder / identity.key
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"room for a line")
    except OSError as error:
        raise LossError(
            f"no journal can be written in {home}: {error}; "
            "name a folder of yours with $UNSTUCK_STATE"
        ) from error
    return Journal(home / _name_after(home), identity, serial)


def _name_after(home: Path) -> str:
    """A name that sorts behind those of all earlier runs: what is newest is undone first.

    UTC, and never before the last one, since a clock may be put back. Two runs may begin within
    one clock tick: the process id tells them apart.
    """
    earlier = (_moment(path.name) for path in home.glob("*.jsonl"))
    moment = max(time.time_ns(), max(earlier, default=0) + 1)
    seconds, nanoseconds = divmod(moment, 10**9)
    stamp = time.strftime(_STAMP, time.gmtime(seconds))
    return f"{stamp}-{nanoseconds:09d}-{os.getpid()}.jsonl"


def _moment(name: str) -> int:
    """When the run of a journal began by its name, in nanoseconds; 0 for a name that is not ours.

    >>> _moment("20261123T073112-000000007-4711.jsonl")
    1795419072000000007
    """
    stamp, _, rest = name.partition("-")
    try:
        return calendar.timegm(time.strptime(stamp, _STAMP)) * 10**9 + int(rest[:9])
    except ValueError:
        return 0


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
        return next((end for end in ENDS if last.endswith(_line({"end": end}))), "")
    return ""


def _line(record: Mapping[str, Json]) -> bytes:
    """A record as it stands in a file."""
    # ASCII: no letter of a name on the phone can end a line, or be one that no file can hold.
    return json.dumps(record).encode("ascii") + b"\n"


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
        done = {**_as_json(journal.changes[number]), "is_done": True}
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


def _as_json(change: Change) -> dict[str, Json]:
    return dict(vars(change))


def _for_its_owner(path: str, flags: int) -> int:
    """Opens a file that nobody else can read: it may hold what a person typed as a secret."""
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    """Puts a new file's name on the disk too; Windows has no way to, and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Folders of some network file systems cannot be synced (EINVAL): theirs is the server's.
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
