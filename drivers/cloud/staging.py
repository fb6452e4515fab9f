"""The files of a rescue under the names that they had on the phone, as a folder of links.

A rescue stores equal content once; in a cloud its owner looks for every file where it was. What is
sent is therefore this folder: a link for each file, and a manifest of its own, by which what comes
back from the cloud one day can be verified like a rescue.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from drivers.errors import HostError
from drivers.rescue.manifest import NAME, PARTIAL, Entry, Log, Manifest
from drivers.rescue.names import Names, below_storage, probe

_Link = Callable[[Path, Path], None]


def as_source(into: Path) -> str:
    """What is staged, as rclone has to read it: what a link points to is what is sent.

    A flag would have links in the target followed as well, and fail where one leads nowhere.
    """
    return f":local,copy_links=true:{into}"


@contextmanager
def staged(folder: Path, manifest: Manifest, *, once: bool) -> Iterator[tuple[Path, list[Entry]]]:
    """Lays out what of a rescue goes to a cloud; it is gone at the end.

    What was in the trash of the phone, or not finished by its app, is not in it.

    Args:
        folder: of the rescue.
        manifest: the rescue's.
        once: whether one name is enough for all files of equal content.

    Yields:
        The folder, and an entry for each file in it but its manifest, `stored` being the place
        there.

    Raises:
        HostError: this computer makes no links.
    """
    folder = folder.resolve()
    entries = list(_named(manifest.entries, once=once))
    # Windows lets few people make symbolic links, and everybody hard ones on the same disk.
    ways: list[tuple[Path | None, _Link]] = [(None, os.symlink), (folder.parent, os.link)]
    errors = []
    for parent, link in ways:
        try:
            made = tempfile.TemporaryDirectory(prefix=".unstuck-upload-", dir=parent)
        except OSError as error:
            errors.append(str(error))
            continue
        with made:
            into = Path(made.name)
            try:
                placed = _lay_out(folder, into, entries, link)
                _describe(into, replace(manifest, entries=placed), folder / NAME)
            except OSError as error:
                errors.append(str(error))
                continue
            yield into, placed
            return
    raise HostError(f"no links can be made to the files in {folder}: {'; '.join(errors)}")


def _named(entries: Sequence[Entry], *, once: bool) -> Iterator[tuple[Entry, str]]:
    """What goes up, and the name that each is to have; those named as they are stored come first.

    >>> a = Entry("/storage/emulated/0/a", "a", 1, 0, "")
    >>> [name for _, name in _named([replace(a, path="/storage/emulated/0/b"), a, a], once=False)]
    ['a', 'b']
    """
    owners: dict[str, Entry] = {}
    for entry in entries:
        if entry.stored not in owners or below_storage(entry.path) == entry.stored:
            owners[entry.stored] = entry
    # A file whose date changed is in a manifest twice.
    sent = {(e.stored, e.path): e for e in entries if not e.state}
    ordered = sorted(sent.values(), key=lambda entry: owners[entry.stored] != entry)
    if once:
        ordered = list({entry.stored: entry for entry in reversed(ordered)}.values())
    for entry in ordered:
        is_owner = owners[entry.stored].path == entry.path
        yield entry, entry.stored if is_owner else below_storage(entry.path)


def _lay_out(
    folder: Path, into: Path, named: Sequence[tuple[Entry, str]], link: _Link
) -> list[Entry]:
    """Makes the links.

    Raises:
        OSError: that cannot be.
    """
    names = Names(probe(into), {NAME, PARTIAL})
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
