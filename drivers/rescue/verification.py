"""Whether a copy is whole: every file against its manifest, and nothing beside.

Needs no phone, and changes nothing.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from drivers.rescue.digest import hash_file
from drivers.rescue.manifest import NAME, PARTIAL, Entry, LaterFormatError, Manifest, Missing, load
from drivers.rescue.parts import known_places

# FAT counts in twos.
_DATE_STEP_S = 2
# What is beside the files of a manifest: of one that is whole, and of any other.
_FOREIGN = "no file of this rescue"
_UNSURE = "has no entry, but the manifest is not whole: it may be a file of this rescue"
_ANEW = "which makes the manifest anew from the files"
# Kinds of findings that another rescue mends: of a manifest that is none it makes none.
_MENDED = {"missing", "size", "content", "not copied", "unfinished", "damage"}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        kind: missing, size, content, not copied, in part (and the phone shows the rest no more),
            extra, unfinished, damage (of the manifest), or manifest (there is none that can be
            read).
        place: relative to the copy's folder, with `/`; of what is not here, its path on the phone.
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
    except LaterFormatError as error:
        return [Finding("manifest", NAME, str(error))]
    except ValueError as error:
        return [Finding("manifest", NAME, f"{error}: rescue into the folder again, {_ANEW}")]
    if manifest is None:
        return [Finding("manifest", NAME, _absence(folder))]
    findings = [Finding("damage", NAME, line) for line in manifest.damage]
    if not manifest.is_sealed and not manifest.damage:
        findings.append(
            Finding("unfinished", NAME, "the rescue did not come to its end: run it again")
        )
    findings += (found for missing in manifest.missing if (found := _told(folder, missing)))
    checked = (check(folder, entry, progress) for entry in stored_once(manifest))
    findings += (finding for finding in checked if finding)
    known = {entry.stored for entry in manifest.entries} | {NAME}
    known |= {missing.part for missing in manifest.missing}
    # Partial files wait for the next rescue; which of them wait in vain the manifest says.
    for place in strays(folder, known | known_places(folder)):
        if manifest.is_sealed or not place.startswith(f"{PARTIAL}/"):
            findings.append(Finding("extra", place, _FOREIGN if manifest.is_sealed else _UNSURE))
    return findings


def _absence(folder: Path) -> str:
    if not folder.is_dir():
        return f"there is no folder {folder}"
    words = f"{folder} holds no rescue"
    if any(folder.iterdir()):
        words += f"; if its manifest was lost, rescue into it again, {_ANEW}"
    return words


def _told(folder: Path, missing: Missing) -> Finding | None:
    """What a rescue said of a file that it came to its end without."""
    if not missing.part:
        return Finding("not copied", missing.path, missing.reason)
    # Whoever took away what was here of it has seen to it.
    is_there = os.path.lexists(folder / missing.part)
    return Finding("in part", missing.path, missing.reason) if is_there else None


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


def by_content(
    folder: Path, strays: Iterable[str], progress: Callable[[int], None] | None = None
) -> Iterator[Entry]:
    """Each file that can be read as an entry of no path: only what it holds is known of it."""
    for place in strays:
        path = folder / place
        try:
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                digest = hash_file(path, progress)
                yield Entry("", place, status.st_size, int(status.st_mtime), digest)
        except OSError:  # what cannot be read is nothing to go by
            continue


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

    Where somebody moved a folder of it to another disk and left a link, the copy goes on behind it.
    HFS+ lists every accent in a form of its own, whatever a file was called when it was written:
    there, what differs by that alone is the same file.
    """
    forms = {unicodedata.normalize("NFC", place): place for place in known}
    folders = {place[:end] for place in known for end in _ends(place)}
    for place in places(folder, folders):
        same = forms.get(unicodedata.normalize("NFC", place))
        if place not in known and not (same and _is_same(folder / place, folder / same)):
            yield place


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:  # one of them is not there
        return False


def places(folder: Path, followed: Collection[str] = ()) -> Iterator[str]:
    """Everything in a copy that is no folder, relative and with `/`.

    Args:
        folder: of the copy.
        followed: folders that may be links to folders; any other link is listed itself.
    """
    for root, folders, files in os.walk(folder, followlinks=True):
        below = Path(root).relative_to(folder).as_posix()
        beginning = "" if below == "." else f"{below}/"
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        # os.walk goes into what is left in its list.
        alone = [name for name in links if f"{beginning}{name}" not in followed]
        folders[:] = [name for name in folders if name not in alone]
        yield from (f"{beginning}{name}" for name in sorted(files + alone))


def _ends(place: str) -> Iterator[int]:
    """Where the folders end that a place is in.

    >>> ["DCIM/Camera/a.jpg"[:end] for end in _ends("DCIM/Camera/a.jpg")]
    ['DCIM', 'DCIM/Camera']
    """
    return (number for number, character in enumerate(place) if character == "/")


def advice(findings: Sequence[Finding]) -> str:
    """What to do about findings; empty where nothing is known to help."""
    deeds = []
    extras = {finding.detail for finding in findings if finding.kind == "extra"}
    if _FOREIGN in extras:
        deeds.append("move away what does not belong to it")
    if any(finding.kind == "in part" for finding in findings):
        deeds.append("move what came in part to another folder")
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
