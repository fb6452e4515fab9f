"""The files of a rescue under the names that they had on the phone, as a folder of links.

A rescue stores equal content once; in a cloud its owner looks for every file where it was. What is
sent is therefore this folder: a link for each file, and a manifest of its own, by which what comes
back from the cloud one day can be verified like a rescue.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from drivers.cloud import rclone
from drivers.errors import HostError
from drivers.rescue.lock import only_one
from drivers.rescue.manifest import NAME, PARTIAL, Entry, Log, Manifest
from drivers.rescue.names import Names, below_storage, probe
from drivers.rescue.versions import newest

if sys.platform != "win32":
    import fcntl

_Link = Callable[[Path, Path], None]
_PREFIX = ".unstuck-upload-"
# A folder is held a moment after it was made; one that is older and held by nobody is left over.
_MADE_S = 60.0


@dataclass(frozen=True)
class Staged:
    """What is laid out.

    Attributes:
        into: the folder.
        entries: one for each file in it but its manifest, `stored` being the place there.
        origins: where in the rescue each is stored.
    """

    into: Path
    entries: list[Entry]
    origins: dict[str, str]


def as_source(into: Path) -> str:
    """What is staged, as rclone has to read it: what a link points to is what is sent.

    A flag would have links in the target followed as well, and fail where one leads nowhere.
    """
    return f":local,copy_links=true:{into}"


@contextmanager
def staged(
    folder: Path, manifest: Manifest, *, once: bool, may_replace: bool, folds: bool
) -> Iterator[Staged]:
    """Lays out what of a rescue goes to a cloud; it is gone at the end.

    What was in the trash of the phone, or not finished by its app, is not in it.

    Args:
        folder: of the rescue.
        manifest: the rescue's.
        once: whether one name is enough for all files of equal content.
        may_replace: whether the newest version of a file may take its name from an older one, that
            has it in the target; else each keeps the name under which it is stored.
        folds: whether names that differ by case are one in the target.

    Raises:
        HostError: this computer makes no links.
    """
    folder = folder.resolve()
    entries = list(_named(manifest.entries, once=once, may_replace=may_replace))
    # Windows lets few people make symbolic links, and everybody hard ones on the same disk.
    ways: list[tuple[Path | None, _Link]] = [(None, os.symlink), (folder.parent, os.link)]
    errors = []
    for parent, link in ways:
        _sweep(parent or Path(tempfile.gettempdir()))
        try:
            made = tempfile.TemporaryDirectory(prefix=_PREFIX, dir=parent)
        except OSError as error:
            errors.append(str(error))
            continue
        # Held for as long as it is in use, which `_sweep` of another upload looks at.
        with made, only_one(Path(made.name)):
            into = Path(made.name)
            try:
                placed = _lay_out(folder, into, entries, link, folds=folds)
                _describe(into, replace(manifest, entries=placed), folder / NAME)
            except OSError as error:
                errors.append(str(error))
                continue
            origins = {
                now.stored: was.stored for now, (was, _) in zip(placed, entries, strict=True)
            }
            yield Staged(into, placed, origins)
            return
    raise HostError(f"no links can be made to the files in {folder}: {'; '.join(errors)}")


def leave_out(
    laid_out: Staged, places: Collection[str], manifest: Manifest, folder: Path
) -> Staged:
    """Takes out again what turned out not to be fit to be sent.

    Args:
        laid_out: from `staged`.
        places: where that is stored in the rescue.
        manifest: the rescue's.
        folder: of the rescue.
    """
    kept = []
    for entry in laid_out.entries:
        if laid_out.origins[entry.stored] in places:
            (laid_out.into / entry.stored).unlink()
        else:
            kept.append(entry)
    _describe(laid_out.into, replace(manifest, entries=kept), folder / NAME)
    return replace(laid_out, entries=kept)


def _sweep(parent: Path) -> None:
    """Clears away what uploads left that were killed: links alone, and a manifest of them.

    Only where the system tells whether somebody holds a folder.
    """
    if sys.platform == "win32":
        return
    for path in parent.glob(f"{_PREFIX}*"):
        try:
            if time.time() - path.lstat().st_mtime > _MADE_S and _is_free(path):
                shutil.rmtree(path)
        except OSError:  # another's, or gone by now
            continue


def _is_free(folder: Path) -> bool:
    """Whether no process holds a folder.

    Raises:
        OSError: that cannot be told.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _named(
    entries: Sequence[Entry], *, once: bool, may_replace: bool
) -> Iterator[tuple[Entry, str]]:
    """What goes up, and the name that each is to have; the first that wants a name gets it.

    Those that are named as they are stored come first, and older versions last.

    >>> a = Entry("/storage/emulated/0/a", "a", 1, 0, "")
    >>> b = replace(a, path="/storage/emulated/0/b")
    >>> [name for _, name in _named([b, a, a], once=False, may_replace=True)]
    ['a', 'b']
    >>> edited = replace(a, stored="a~2", size=2)
    >>> [(e.stored, name) for e, name in _named([a, edited], once=False, may_replace=True)]
    [('a~2', 'a'), ('a', 'a')]
    """
    owners: dict[str, Entry] = {}
    for entry in entries:
        if entry.stored not in owners or below_storage(entry.path) == entry.stored:
            owners[entry.stored] = entry
    # A file whose date changed is in a manifest twice.
    sent = {(e.stored, e.path): e for e in entries if not e.state}
    versions: dict[str, list[Entry]] = {}
    for entry in sent.values():
        versions.setdefault(entry.path, []).append(entry)
    last = newest(entries)

    def takes_turns(entry: Entry) -> bool:
        """Whether its name goes to the newest version.

        Some clouds tell two versions apart by their size alone: of two of the same size the newer
        would be taken for what is there, and not be sent.
        """
        all_sizes = [version.size for version in versions[entry.path]]
        return may_replace and 1 < len(all_sizes) == len(set(all_sizes))

    def own_name(entry: Entry) -> str:
        is_owner = owners[entry.stored].path == entry.path
        return entry.stored if is_owner else below_storage(entry.path)

    def rank(entry: Entry) -> tuple[bool, bool]:
        is_old = takes_turns(entry) and entry.stored != last[entry.path].stored
        # Among old ones the oldest is first, each time: so each keeps its number.
        return is_old, not is_old and owners[entry.stored] != entry

    ordered = sorted(sent.values(), key=rank)
    if once:
        ordered = list({entry.stored: entry for entry in reversed(ordered)}.values())
    for entry in ordered:
        yield entry, own_name(versions[entry.path][0] if takes_turns(entry) else entry)


def _lay_out(
    folder: Path,
    into: Path,
    named: Sequence[tuple[Entry, str]],
    link: _Link,
    *,
    folds: bool,
) -> list[Entry]:
    """Makes the links.

    Raises:
        OSError: that cannot be.
    """
    rules = probe(into)
    # Which clouds take an accent for one, however it is written, rclone does not tell.
    rules = replace(
        rules,
        forbidden=rules.forbidden | {rclone.QUOTE},
        folds=rules.folds or folds,
        composes=True,
    )
    names = Names(rules, {NAME, PARTIAL})
    placed, made = [], {into}
    for entry, name in named:
        place = names.place(name)
        path = into / place
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        link(folder / entry.stored, path)
        placed.append(replace(entry, stored=place))
    return placed


def _describe(into: Path, manifest: Manifest, original: Path) -> None:
    """Writes the manifest, of the date of the rescue's: it is the same each time."""
    (into / PARTIAL).mkdir()
    with Log(into, manifest) as log:
        log.seal()
    (into / PARTIAL).rmdir()
    status = original.stat()
    os.utime(into / NAME, ns=(status.st_atime_ns, status.st_mtime_ns))
