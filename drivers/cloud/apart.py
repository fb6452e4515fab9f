"""Keeps transfers out of rescues: what is put into one, or taken out, makes it whole no more."""

from __future__ import annotations

from pathlib import Path

from drivers.cloud import places, rclone, remotes
from drivers.errors import HostError
from drivers.rescue.manifest import NAME
from drivers.rescue.verification import readable

# What each entry of a manifest has, so that one is known whose first line is damaged.
_MARK = b'"stored":'
_HEAD = 1 << 16


def require_apart(source: str, target: str) -> None:
    """Refuses to write into a rescue, but for going on with the very same copy of one.

    Args:
        source: where from.
        target: where to; by whatever remote it is reached.

    Raises:
        HostError: the target is a rescue, or inside of one.
    """
    for place in _here(target):
        _require_outside(place, target)
        if _is_rescue(place) and not _is_same_rescue(source, place):
            raise HostError(
                f"{target} is a rescue, which would not be whole any more: name another folder "
                "(or were FROM and TO exchanged?)"
            )


def require_apart_from(folder: Path, target: str) -> None:
    """Refuses to upload a rescue into itself, or into another one.

    What was uploaded to a folder of this computer is one as well, and may be uploaded to again.

    Raises:
        HostError: the target is that rescue, or inside of one.
    """
    for place in _here(target):
        _require_outside(place, target)
        if place == folder.resolve() and _is_rescue(place):
            raise _inside(target, place)


def _here(target: str) -> list[Path]:
    """The folders of this computer that a place ends in."""
    return [Path(end.place).resolve() for end in remotes.ends(target) if end.kind == "local"]


def _require_outside(place: Path, target: str) -> None:
    for parent in place.parents:
        if _is_rescue(parent):
            raise _inside(target, parent)


def _inside(target: str, rescue: Path) -> HostError:
    return HostError(
        f"{target} is inside of the rescue in {rescue}, which would not be whole any more: name a "
        "folder elsewhere"
    )


def _is_rescue(folder: Path) -> bool:
    if readable(folder):
        return True
    try:
        with (folder / NAME).open("rb") as file:
            return _MARK in file.read(_HEAD)
    except OSError:  # there is none, or none that could be written to
        return False


def _is_same_rescue(source: str, place: Path) -> bool:
    """Whether a source has the manifest that is there: its transfer goes on, or was done before."""
    theirs = rclone.run(["cat", "--", places.below(source, NAME)]).stdout
    return theirs.encode() == (place / NAME).read_bytes()
