"""Whether a copy is whole: every file against its manifest, and nothing beside.

Needs no phone, and changes nothing.
"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from drivers.rescue.manifest import NAME, PARTIAL, Entry, Manifest, load

_BLOCK = 1 << 20
# FAT counts in twos.
_DATE_STEP_S = 2
# What is beside the files of a manifest: of one that is whole, and of any other.
_FOREIGN = "no file of this rescue"
_UNSURE = "has no entry, but the manifest is not whole: it may be a file of this rescue"
# Kinds of findings that another rescue mends: of a manifest that is none it makes none.
_MENDED = {"missing", "size", "content", "unfinished", "damage"}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        kind: missing, size, content, extra, unfinished, damage (of the manifest), or manifest
            (there is none that can be read).
        place: relative to the copy's folder, with `/`.
        detail: what was expected and what is there.
    """

    kind: str
    place: str
    detail: str

    def describe(self) -> str:
        """One line, whatever the name holds."""
        return f"{self.kind}: {shown(self.place)}: {self.detail}"


def verify(folder: Path, progress: Callable[[int], None] | None = None) -> list[Finding]:
    """Checks a copy.

    Args:
        folder: of the copy.
        progress: told the bytes that were read since it was told last.

    Returns:
        What is wrong; empty only where the copy is finished, every file is there with the size and
        the SHA-256 that the phone's had, and nothing else is.
    """
    try:
        manifest = load(folder)
    except OSError as error:
        return [Finding("manifest", NAME, f"{folder} cannot be read: {error.strerror}")]
    except ValueError as error:
        return [Finding("manifest", NAME, str(error))]
    if manifest is None:
        words = f"{folder} holds no rescue" if folder.is_dir() else f"there is no folder {folder}"
        return [Finding("manifest", NAME, words)]
    findings = [Finding("damage", NAME, line) for line in manifest.damage]
    if not manifest.is_sealed and not manifest.damage:
        findings.append(
            Finding("unfinished", NAME, "the rescue did not come to its end: run it again")
        )
    checked = (check(folder, entry, progress) for entry in stored_once(manifest))
    findings += (finding for finding in checked if finding)
    known = {entry.stored for entry in manifest.entries} | {NAME}
    for place in strays(folder, known):
        if manifest.is_sealed or not place.startswith(f"{PARTIAL}/"):
            findings.append(Finding("extra", place, _FOREIGN if manifest.is_sealed else _UNSURE))
    return findings


def check(
    folder: Path, entry: Entry, progress: Callable[[int], None] | None = None
) -> Finding | None:
    """Checks one file of a copy; None where it is as it should be."""
    path = folder / entry.stored
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            return Finding("content", entry.stored, "is no regular file")
        if status.st_size != entry.size:
            words = f"{status.st_size} bytes, should be {entry.size}"
            return Finding("size", entry.stored, words)
        found = hash_file(path, progress)
    except FileNotFoundError:
        return Finding("missing", entry.stored, f"should be {entry.size} bytes")
    except OSError as error:
        return Finding("content", entry.stored, f"cannot be read: {error.strerror}")
    if found != entry.sha256:
        words = f"SHA-256 is {found[:12]}…, should be {entry.sha256[:12]}…"
        return Finding("content", entry.stored, words)
    return None


def redated(folder: Path, manifest: Manifest) -> list[str]:
    """Places that are there with another date than any of their paths had on the phone.

    Where copies go by way of other disks and clouds dates are lost, and contents are not.
    """
    dates: dict[str, set[int]] = {}
    for entry in manifest.entries:
        dates.setdefault(entry.stored, set()).add(entry.mtime)
    found = []
    for place, known in dates.items():
        here = int((folder / place).lstat().st_mtime)
        if all(abs(here - date) > _DATE_STEP_S for date in known):
            found.append(place)
    return found


def hash_file(path: Path, progress: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            if progress:
                progress(len(block))
    return digest.hexdigest()


def by_content(folder: Path, strays: Iterable[str]) -> dict[str, str]:
    """The place of each file that can be read, by its SHA-256."""
    found = {}
    for place in strays:
        path = folder / place
        try:
            if stat.S_ISREG(path.lstat().st_mode):
                found[hash_file(path)] = place
        except OSError:  # what cannot be read is nothing to go by
            continue
    return found


def stored_once(manifest: Manifest) -> list[Entry]:
    """An entry for each place, where several share one."""
    return list({entry.stored: entry for entry in manifest.entries}.values())


def stored(folder: Path) -> list[Entry]:
    """The files that `verify` reads; none where the manifest cannot be read, which it then says."""
    manifest = readable(folder)
    return stored_once(manifest) if manifest else []


def readable(folder: Path) -> Manifest | None:
    """The manifest of a copy; None where there is none, or none that can be read."""
    try:
        return load(folder)
    except (OSError, ValueError):
        return None


def strays(folder: Path, known: Collection[str]) -> Iterator[str]:
    """What is in a copy besides what is known of it.

    HFS+ lists every accent in a form of its own, whatever a file was called when it was written:
    there, what differs by that alone is the same file.
    """
    forms = {unicodedata.normalize("NFC", place): place for place in known}
    for place in places(folder):
        same = forms.get(unicodedata.normalize("NFC", place))
        if place not in known and not (same and _is_same(folder / place, folder / same)):
            yield place


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:  # one of them is not there
        return False


def places(folder: Path) -> Iterator[str]:
    """Everything in a copy that is no folder, relative and with `/`."""
    for root, folders, files in os.walk(folder):
        below = Path(root).relative_to(folder).as_posix()
        # os.walk does not follow links to folders, and counts them among the folders.
        files += [name for name in folders if (Path(root) / name).is_symlink()]
        yield from (name if below == "." else f"{below}/{name}" for name in sorted(files))


def advice(findings: Sequence[Finding]) -> str:
    """What to do about findings; empty where nothing is known to help."""
    deeds = []
    extras = {finding.detail for finding in findings if finding.kind == "extra"}
    if _FOREIGN in extras:
        deeds.append("move away what does not belong to it")
    if any(finding.kind in _MENDED for finding in findings):
        deeds.append("rescue into it again to make good what the phone still has")
    if _UNSURE in extras:
        deeds.append("delete nothing")
    return ", and ".join(deeds)


def files(count: int) -> str:
    """A number of files.

    >>> files(1), files(0)
    ('1 file', '0 files')
    """
    return f"{count} file" if count == 1 else f"{count} files"


def day(moment: str) -> str:
    """A moment in ISO 8601 as a person names it: midnight, of whatever zone, is the day's.

    >>> day("2026-01-31T00:00:00+01:00"), day("2026-01-31T10:00:00+01:00")
    ('2026-01-31', '2026-01-31T10:00:00+01:00')
    """
    return moment.partition("T00:00:00")[0]


def shown(text: str) -> str:
    r"""A name on one line of a terminal: control characters and stray bytes are escaped.

    >>> shown("a\nb")
    'a\\nb'
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )
