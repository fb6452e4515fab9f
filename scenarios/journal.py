"""The write-ahead record of every change to a phone, and what of it still stands.

One folder a phone identity, one file a run, one JSON object a line, each line on the disk before
the phone is touched. A run that ends says so (`kept` or `undone`). What earlier runs have left is
`scenarios.remembered`'s, and `scenarios.undo` carries it out: this module knows nothing of phones.
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
# How a change is undone that was recorded, and then turned out to have nothing to change.
NOTHING_DONE = "nothing was done"
_STAMP = "%Y%m%dT%H%M%S"


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

    def as_json(self) -> dict[str, Json]:
        """The change as a line of a journal holds it."""
        return dict(vars(self))

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
        self._append({"change": change.as_json()})
        self.changes[change.number] = change
        return change

    def mark_done(self, change: Change) -> None:
        """Writes down that the change was seen to be made."""
        self._append({"done": change.number})
        done = Change(**{**change.as_json(), "is_done": True})  # type: ignore[arg-type]
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
        line = line_of(record)
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


def line_of(record: Mapping[str, Json]) -> bytes:
    """A record as it stands in a journal's file."""
    # ASCII: no letter of a name on the phone can end a line, or be one that no file can hold.
    return json.dumps(record).encode("ascii") + b"\n"


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
