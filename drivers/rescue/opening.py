"""The folder of a rescue before anything is copied: fit for it, and of this phone.

Where a manifest does not tell any more whose copy it is, the files do: those that the phone has in
the same place are of it.
"""

from __future__ import annotations

import datetime as dt
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.errors import HostError
from drivers.rescue.manifest import NAME, PARTIAL, UNKNOWN, Header, LaterFormatError, Manifest, load
from drivers.rescue.names import below_storage
from drivers.rescue.verification import readable

if TYPE_CHECKING:
    from drivers.phone import Phone
    from drivers.rescue.survey import Survey


def require_apart(folder: Path) -> None:
    """Refuses a new rescue inside of another one, which would not be whole any more.

    Raises:
        HostError: it is there.
    """
    if readable(folder):
        return
    for parent in folder.resolve().parents:
        if readable(parent):
            raise HostError(
                f"{folder} is inside of the rescue in {parent}: name a folder elsewhere"
            )


def open_folder(folder: Path, phone: Phone) -> Manifest:
    """What the folder holds already; an empty manifest in a new one.

    Returns:
        With the header UNKNOWN where only the files can tell whose they are.

    Raises:
        HostError: it holds another phone's rescue.
    """
    try:
        manifest = load(folder)
    except LaterFormatError as error:
        raise HostError(str(error)) from error
    except ValueError:
        manifest = None
    if manifest is None:
        is_new = all(
            path.name == PARTIAL or (path.name == NAME and not path.stat().st_size)
            for path in folder.iterdir()
        )
        return Manifest(_header(phone) if is_new else UNKNOWN)
    owner, identity = manifest.header, phone.identity
    same = (owner.serialno == identity.serialno) + (owner.android_id == identity.android_id)
    if same == 2 or owner == UNKNOWN:
        return manifest
    # A damaged line says half of it, and may have the other half wrong.
    if same and manifest.damage:
        return replace(manifest, header=UNKNOWN)
    raise HostError(
        f"{folder} holds the rescue of another phone ({owner.model}, {owner.serialno}): name "
        "another folder"
    )


def owned(folder: Path, manifest: Manifest, phone: Phone, found: Survey) -> Manifest:
    """The manifest as this phone's.

    Args:
        folder: of the copy.
        manifest: from `open_folder`.
        phone: whose.
        found: what the phone holds.

    Raises:
        HostError: nothing in the folder is as it is on the phone.
    """
    if manifest.header != UNKNOWN:
        return manifest
    if not _is_of(folder, manifest, found):
        words = (
            f"{folder / NAME} is damaged, and nothing beside it is as it is on this phone: nobody "
            "can tell whose rescue it is"
            if (folder / NAME).exists()
            else f"{folder} is not empty and holds no rescue"
        )
        raise HostError(f"{words}: name another folder")
    return replace(manifest, header=_header(phone))


def _header(phone: Phone) -> Header:
    started = dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds")
    identity = phone.identity
    return Header(identity.serialno, identity.android_id, phone.about.model, started)


def _is_of(folder: Path, manifest: Manifest, found: Survey) -> bool:
    """Whether one file at least is here as it is on the phone."""
    entered = {(entry.path, entry.size, entry.mtime) for entry in manifest.entries}
    return any(
        (item.path, item.size, item.mtime) in entered
        or (item.size and _has_size(folder / below_storage(item.path), item.size))
        for item in (*found.items, *found.older)
    )


def _has_size(path: Path, size: int) -> bool:
    try:
        status = path.lstat()
    except (OSError, ValueError):  # not there, or not to be had on this computer
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size == size
