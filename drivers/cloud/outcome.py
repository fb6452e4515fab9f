"""What a transfer came to, as data and as lines for a person."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.cloud.listing import files, named
from drivers.values import format_size

_COMPARED = {"size": "size (--compare-content reads everything back)"}


@dataclass(frozen=True)
class Transferred:
    """What a transfer came to.

    Attributes:
        files: how many travelled, our own manifest apart; in a dry run, would have.
        size: their bytes.
        is_verified: whether both sides were found equal; None where nothing was compared.
        compared: what was compared: hash, content, size or name; empty where nothing was.
        removed: what a sync took out of the target, or would.
        set_aside: where what was replaced or removed is; empty where nothing was but our own
            manifest.
        notes: what was left out, and what else a person should know.
        left_out: how many files that were, of what a person may expect in the target.
        is_dry: whether it only looked.
        missing: what should be in the target and is not, since it is not in the source either.
    """

    files: int
    size: int
    is_verified: bool | None
    compared: str
    removed: tuple[str, ...] = ()
    set_aside: str = ""
    notes: tuple[str, ...] = ()
    left_out: int = 0
    is_dry: bool = False
    missing: tuple[str, ...] = ()


def describe(done: Transferred) -> list[str]:
    """Says in lines what a transfer came to, and what it left out."""
    amount = f"{files(done.files)}, {format_size(done.size)}"
    compared = _COMPARED.get(done.compared, done.compared)
    verified = f"; verified by {compared}" if done.is_verified else ""
    lines = [f"{'would transfer' if done.is_dry else 'transferred'} {amount}{verified}"]
    if done.removed:
        lines.append(f"{'would remove' if done.is_dry else 'removed'} {named(done.removed)}")
    if done.set_aside:
        lines.append(f"what was replaced or removed is in {done.set_aside}")
    return [*lines, *done.notes, *done.missing]
