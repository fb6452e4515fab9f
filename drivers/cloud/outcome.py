"""What a transfer came to, as lines for a person."""

from __future__ import annotations

from drivers.cloud.listing import files, named
from drivers.cloud.work import Transferred
from drivers.values import format_size

_COMPARED = {"size": "size (--compare-content reads everything back)"}


def describe(done: Transferred) -> list[str]:
    """Says in lines what a transfer came to, and what it left out."""
    amount = f"{files(done.files)}, {format_size(done.size)}"
    is_dry = done.is_verified is None
    verified = "" if is_dry else f"; verified by {_COMPARED.get(done.compared, done.compared)}"
    lines = [f"{'would transfer' if is_dry else 'transferred'} {amount}{verified}"]
    if done.removed:
        lines.append(f"{'would remove' if is_dry else 'removed'} {named(done.removed)}")
    if done.set_aside:
        lines.append(f"what was replaced or removed is in {done.set_aside}")
    return [*lines, *done.notes]
