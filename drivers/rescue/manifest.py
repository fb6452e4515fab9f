"""What a copy holds and where it came from: `manifest.jsonl` in the copy's own folder.

One JSON object a line, in ASCII: a header, an entry for each file of the phone, a line for each
that could not be copied, and last a seal over all the lines before it. While a rescue runs the
file is a log that only grows, an entry being written once its bytes are safely on the disk; a log
without its seal is a copy that is not finished. It must not know phones.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

NAME = "manifest.jsonl"
# What is not whole yet; gone when the copy is finished.
PARTIAL = ".unstuck-partial"
_FORMAT = 1
# What reading a line raises that is no line of ours.
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Header:
    """Whose copy it is.

    Attributes:
        serialno: `ro.serialno` of the phone.
        android_id: of the phone, see `drivers.phone.Identity`.
        model: for a person.
        started: ISO 8601, when the first rescue into this folder began.
        since: ISO 8601; what was not changed since then the last rescue left out. Empty where it
            left out nothing that is not here from before.
        left_out: how many files that were.
    """

    serialno: str
    android_id: str
    model: str
    started: str
    since: str = ""
    left_out: int = 0


# Of a manifest whose first line is lost.
UNKNOWN = Header("", "", "", "")


class LaterFormatError(ValueError):
    """A manifest of a version of Unstuck that is newer than this one."""


@dataclass(frozen=True)
class Entry:
    """One file of the phone.

    Attributes:
        path: on the phone; bytes that are no UTF-8 are surrogates.
        stored: where it is in this folder, with `/`; several entries of equal content share one.
        size: bytes.
        mtime: on the phone, seconds since 1970.
        sha256: of the content, in hexadecimal; the phone and this computer agreed on it.
        state: `trashed`, `pending` or empty, see `drivers.rescue.survey.Item`.
    """

    path: str
    stored: str
    size: int
    mtime: int
    sha256: str
    state: str = ""


@dataclass(frozen=True)
class Missing:
    """One file of the phone that a rescue came to its end without.

    Attributes:
        path: on the phone.
        reason: in words.
        part: where that is which is here of it, if the phone shows the file no more.
    """

    path: str
    reason: str
    part: str = ""


@dataclass
class Manifest:
    """What was read.

    Attributes:
        header: whose copy it is.
        entries: in the order in which they were copied; of a file's versions the one that the
            phone had last comes last.
        missing: what could not be copied; only a manifest with its seal tells.
        is_sealed: whether the rescue came to its end.
        damage: what is wrong with the file itself, a line each; such entries are left out.
    """

    header: Header
    entries: list[Entry] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    is_sealed: bool = False
    damage: list[str] = field(default_factory=list)


def load(folder: Path) -> Manifest | None:
    """Reads the manifest of a copy, whatever happened to it.

    Args:
        folder: of the copy.

    Returns:
        What can be read; None where there is no manifest.

    Raises:
        LaterFormatError: this version cannot read it.
        ValueError: there is one, and nothing of it can be read.
        OSError: it cannot be opened.
    """
    try:
        raw = (folder / NAME).read_bytes()
    except FileNotFoundError:
        return None
    first, *lines = raw.splitlines(keepends=True) or [b""]
    try:
        manifest = Manifest(_header(first))
    except LaterFormatError as error:
        raise LaterFormatError(
            f"{folder / NAME} says that a later version of Unstuck wrote it: use that one; if none "
            "did, move the manifest away and rescue again"
        ) from error
    except _UNREADABLE:
        words = f"{NAME}:1: cannot be read, so that it does not say whose copy this is"
        manifest = Manifest(UNKNOWN, damage=[words])
    digest = hashlib.sha256(first)
    for number, line in enumerate(lines, 2):
        _read_line(manifest, line, number, digest.hexdigest(), is_last=number == len(lines) + 1)
        digest.update(line)
    if manifest.header == UNKNOWN and not manifest.entries:
        raise ValueError(
            f"{folder / NAME} is no manifest of a rescue, or damaged so much that nothing of it "
            "can be read"
        )
    return manifest


def _header(line: bytes) -> Header:
    """Reads the first line.

    Raises:
        LaterFormatError: this version cannot read what follows.
        ValueError, KeyError, TypeError, AttributeError, RecursionError: it is damaged.
    """
    found = json.loads(line)
    kind = found.pop("rescue")
    if isinstance(kind, int) and kind > _FORMAT:
        raise LaterFormatError
    header = Header(**found)
    texts = (header.serialno, header.android_id, header.model, header.started, header.since)
    if kind != _FORMAT or not all(isinstance(text, str) for text in texts):
        raise TypeError("a text was expected")
    if not isinstance(header.left_out, int):
        raise TypeError("a number was expected")
    return header


def _read_line(manifest: Manifest, line: bytes, number: int, above: str, *, is_last: bool) -> None:
    try:
        found = json.loads(line)
        if "missing" in found:
            manifest.missing.append(_missing(found))
        elif "seal" not in found:
            manifest.entries.append(_entry(found))
        elif found["seal"] != above or found["entries"] != len(manifest.entries) or not is_last:
            manifest.damage.append(f"{NAME}:{number}: the seal does not fit what is above it")
        else:
            manifest.is_sealed = True
    except _UNREADABLE as error:
        # A log that was being written when the power went has half a line at its end.
        if not is_last or line.endswith(b"\n"):
            manifest.damage.append(f"{NAME}:{number}: cannot be read: {_words(error)}")


def _words(error: Exception) -> str:
    """What is wrong with a line: our own words, or Python's in those of a person."""
    if isinstance(error, json.JSONDecodeError):
        return f"it breaks off, or is garbled, at character {error.pos + 1}"
    if isinstance(error, (UnicodeError, RecursionError)):
        return "it is garbled"
    if isinstance(error, (KeyError, AttributeError)) or "argument" in str(error):
        return "it has not what such a line has"
    return str(error)


def _entry(found: dict[str, Any]) -> Entry:
    """Reads an entry.

    Raises:
        TypeError: it lacks something, or has it in another type.
        ValueError: it names a place outside of the folder, as nobody here writes.
    """
    entry = Entry(**found)
    texts = (entry.path, entry.stored, entry.sha256, entry.state)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text was expected")
    if not all(isinstance(number, int) for number in (entry.size, entry.mtime)):
        raise TypeError("a number was expected")
    _require_place(entry.stored)
    # Only a name that could be one may be asked of the phone, or looked at here.
    if "\0" in entry.path:
        raise ValueError("its path can be none")
    entry.path.encode("utf-8", "surrogateescape")
    return entry


def _missing(found: dict[str, Any]) -> Missing:
    """Reads what could not be copied; raises as `_entry`."""
    missing = Missing(found["missing"], found["reason"], found.get("part", ""))
    if not all(isinstance(t, str) for t in (missing.path, missing.reason, missing.part)):
        raise TypeError("a text was expected")
    if missing.part:
        _require_place(missing.part)
    return missing


def _require_place(stored: str) -> None:
    """Refuses what leads out of the folder, or can be no name at all.

    Raises:
        ValueError: it does, or can not.
    """
    place = Path(stored)
    if place.is_absolute() or place.drive or {"", ".", ".."} & set(stored.split("/")):
        raise ValueError("its place is none in this folder")
    if "\0" in stored:
        raise ValueError("its place can be none")
    os.fsencode(stored)


class Log:
    """The manifest of a rescue that runs. Used as a context manager.

    Args:
        folder: of the copy; exists.
        manifest: what is known so far. The file is written anew from it at once, so that damage
            and the seal of an earlier rescue are gone.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder = folder
        self._manifest = manifest
        self._digest = hashlib.sha256()
        fresh = folder / PARTIAL / NAME
        self._file = fresh.open("wb")
        header = {"rescue": _FORMAT, **asdict(manifest.header)}
        if not manifest.header.since:
            del header["since"], header["left_out"]
        self._write([header, *map(_as_json, manifest.entries)])
        if os.name == "nt":  # where an open file cannot be moved
            self._file.close()
            fresh.replace(folder / NAME)
            self._file = (folder / NAME).open("ab")
        else:
            fresh.replace(folder / NAME)

    def __enter__(self) -> Log:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def entries(self) -> list[Entry]:
        """All entries so far."""
        return self._manifest.entries

    def add(self, entries: Iterable[Entry]) -> None:
        """Writes entries; they are on the disk when this returns.

        Raises:
            OSError: the disk is full, or gone.
        """
        added = list(entries)
        self._write(map(_as_json, added))
        self._manifest.entries += added

    def seal(self, missing: Sequence[Missing] = ()) -> None:
        """Writes the last lines: what could not be copied, and that the copy is finished."""
        self._write(
            {"missing": each.path, "reason": each.reason}
            | ({"part": each.part} if each.part else {})
            for each in missing
        )
        count = len(self._manifest.entries)
        self._write([{"entries": count, "seal": self._digest.hexdigest()}])
        self._manifest.missing = list(missing)
        self._manifest.is_sealed = True

    def _write(self, objects: Iterable[object]) -> None:
        text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in objects)
        self._digest.update(text.encode())
        self._file.write(text.encode())
        self._file.flush()
        os.fsync(self._file.fileno())


def _as_json(entry: Entry) -> dict[str, str | int]:
    fields: dict[str, str | int] = asdict(entry)
    if not entry.state:
        del fields["state"]
    return fields
