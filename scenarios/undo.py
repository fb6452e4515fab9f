"""Putting a phone back: a journal's changes in reverse, each read back, only where still ours.

Works the same at the end of a scenario, after a failure, and in a later run after a crash; doing
it twice does no harm. It must not know YAML or pytest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from drivers.errors import HostError, LossError, PhoneError, PhoneLostError
from drivers.pauses import pauses
from drivers.phone import Phone
from drivers.values import Json, Value
from drivers.vocabulary import Control, Registry, Risk
from scenarios.journal import Change, Journal
from scenarios.remembered import stored
from scenarios.shell_words import may_cut_link
from scenarios.way_back import carry_out

Announce = Callable[[str], None]

# How long a phone may take to show what it was put back to.
_SETTLE_S = 10.0


@dataclass(frozen=True)
class Leftover:
    """A change that could not be put back, and why.

    Attributes:
        change: which; None where a journal could not be read, so that nobody knows.
        reason: why.
    """

    change: Change | None
    reason: str

    def __str__(self) -> str:
        if self.change is None:
            return self.reason
        return f"{self.change.describe()} ({self.change.place}): {self.reason}"


def undo(
    journal: Journal,
    phone: Phone,
    registry: Registry,
    *,
    above: int = 0,
    up_to: int | None = None,
    announce: Announce = lambda _line: None,
) -> list[Leftover]:
    """Puts back every standing change of a journal that is newer than change number `above`.

    A change whose value is not ours any more is left as it is and reported: somebody set it
    since. A phone's refusal is reported and does not stop the others.

    Args:
        journal: whose changes.
        phone: the phone that they were made on.
        registry: controls and operations by name.
        above: changes up to this number are left alone.
        up_to: changes after this number are left alone; None: none are.
        announce: told each change in one line, before it is put back.

    Returns:
        What still stands, with the reason; empty when all is as it was.

    Raises:
        PhoneLostError: the phone is gone; what is left stays in the journal for the next run.
    """
    leftovers: list[Leftover] = []
    for change in journal.standing:
        if change.number <= above or (up_to is not None and change.number > up_to):
            continue
        announce(f"put back {_shown(change, registry)}")
        try:
            how = _undo_one(change, phone, registry)
        except PhoneLostError:
            raise
        except (PhoneError, HostError, LossError) as error:
            leftovers.append(Leftover(change, str(error)))
            continue
        except (KeyError, TypeError) as error:  # a memo of another version's, or an edited one
            reason = f"this version cannot use what the journal kept of it: {error!r}"
            leftovers.append(Leftover(change, reason))
            continue
        try:
            journal.mark_undone(change, how)
        except LossError as error:  # the disk is full: no reason to leave the rest as it is
            reason = f"it was put back, which the journal cannot tell: {error}"
            leftovers.append(Leftover(change, reason))
            continue
        if how.startswith("not ours"):
            leftovers.append(Leftover(change, how))
    return leftovers


def put_back_runs(
    folder: Path,
    phone: Phone,
    registry: Registry,
    *,
    kept: bool,
    announce: Announce,
) -> list[Leftover]:
    """Puts back what earlier runs have left on a phone, the newest run first.

    Args:
        folder: where all journals live.
        phone: the phone, by whose identity they are found.
        registry: controls and operations by name.
        kept: also what was left on purpose; else only what runs have left that died.
        announce: told in lines what is done, and what of the journals could not be read; a
            damaged one is set aside once nothing of it stands.

    Returns:
        What still stands, with the reason.

    Raises:
        PhoneLostError: the phone is gone; what is left stays in the journals.
    """
    leftovers: list[Leftover] = []
    for journal in stored(folder, phone.identity):
        if journal.unread:
            leftovers.append(Leftover(None, journal.unread))
        if journal.standing and journal.end and not kept:
            continue
        for line in journal.damage:
            announce(f"the journal is damaged: {line}")
        if not journal.standing:
            if journal.damage:
                journal.set_aside()
            continue
        what = "kept" if journal.end else "that died has left"
        announce(f"putting back what a run {what} ({journal.path.name})")
        leftovers += undo(journal, phone, registry, announce=announce)
        if not journal.standing:
            journal.finish("undone")
            if journal.damage:
                journal.set_aside()
    return leftovers


# How a line ends that tells of a change with no way back.
FOR_GOOD = ", which nothing takes back"


def still_changed(journal: Journal, registry: Registry) -> list[str]:
    """What a run leaves changed, a line each, oldest first: `battery.saver: on -> off`.

    What is over once it is done, as a restart, is left away; what nothing takes back is told so.
    """
    lines = []
    for change in reversed(journal.standing):
        control = registry.controls.get(change.name) if change.kind == "control" else None
        operation = registry.operations.get(change.name) if change.kind == "operation" else None
        if control is not None:
            was, to = (_written(control, value) for value in (change.was, change.to))
            lines.append(f"{change.name}: {was} -> {to}")
        elif operation is not None and operation.base_risk >= Risk.APP_DATA:
            lines.append(f"{change.describe()}{FOR_GOOD}")
        elif change.memo is not None:
            left = operation.leaves(change.memo) if operation is not None else ""
            lines.append(": ".join(filter(None, (change.describe(), left))))
        elif operation is None:
            lines.append(f"{change.describe()}{FOR_GOOD}")
    return lines


def _written(control: Control, value: Json) -> str:
    given = tuple(value) if isinstance(value, list) else value
    return control.fact.type.format(cast("Value | None", given))


def _shown(change: Change, registry: Registry) -> str:
    """What is put back, as a scenario would write it: `battery.saver: off`."""
    control = registry.controls.get(change.name) if change.kind == "control" else None
    if control is None:
        return change.describe()
    return f"{change.name}: {_written(control, change.was)}"


def _undo_one(change: Change, phone: Phone, registry: Registry) -> str:
    """Puts one change back, and says how it went: restored, already, undone or not ours."""
    if change.kind == "control":
        control = registry.controls.get(change.name)
        if control is None:
            raise LossError(f"this version knows no control {change.name}")
        return _undo_control(change, control, phone)
    if change.kind == "operation":
        operation = registry.operations.get(change.name)
        if operation is None:
            raise LossError(f"this version knows no operation {change.name}")
        if change.memo is None:
            return "nothing to undo"
        operation.undo(phone, change.memo)
        return "undone"
    if change.memo is None:
        return "nothing to undo"
    if change.kind == "screen":
        if not change.is_done:  # a switch that was not tapped must not be tapped back
            return "not ours to take back: the run ended while it was done; look at it yourself"
        carry_out(change.memo, phone, registry)
        return "undone"
    if change.kind == "virtual" and change.name not in _faults(phone):
        return "already"  # the fix has cured it
    if may_cut_link([str(change.memo)]):
        _require_cable(phone)
    result = phone.shell(str(change.memo))
    if result.exit_code != 0:
        raise LossError(
            f"what takes it back ended with exit code {result.exit_code}: {result.output[:300]}"
        )
    return "undone"


def _undo_control(change: Change, control: Control, phone: Phone) -> str:
    now: Json = None
    for _ in pauses(_SETTLE_S):  # a page that is on its way shows nothing yet
        now = as_json(control.read(phone))
        if now is not None or change.to is None:
            break
    if now == change.was:
        # The value is back, but what hangs on it (a sticky setting, a default) may not be.
        control.restore(phone, change.memo)
        return "already"
    if not shows(now, change.to) and change.to is not None:
        return f"not ours any more: it reads {now!r}, we had set {change.to!r}; left as it is"
    was = tuple(change.was) if isinstance(change.was, list) else change.was
    if was is not None and control.cuts_link(cast("Value", was)):
        _require_cable(phone)
    control.restore(phone, change.memo)
    after: Json = None
    for _ in pauses(_SETTLE_S):  # a switch such as Wi-Fi takes its time
        after = as_json(control.read(phone))
        if after == change.was:
            return "restored"
    raise LossError(f"it reads {after!r} after being put back to {change.was!r}")


def _require_cable(phone: Phone) -> None:
    """Never cuts the link that the rest of the way back stands on."""
    if phone.link == "network":
        raise LossError(
            f"putting it back needs a cable: phone {phone.serial} is reached over the network, "
            "and this could cut the connection; plug it in and write --restore-only"
        )


def _faults(phone: Phone) -> list[str]:
    """Faults and circumstances of a virtual phone: only it can have been given one."""
    state = json.loads(phone.shell("virtual state").stdout)
    return [str(name) for name in (*state["faults"], *state.get("circumstances", ()))]


def shows(seen: Value | Json, wanted: Value | Json) -> bool:
    """Whether a control reads as it was set; a map sets the entries that it names, and no others.

    >>> shows({"Screenshots": True, "Download": False}, {"Screenshots": True})
    True
    """
    if isinstance(wanted, Mapping) and isinstance(seen, Mapping):
        return all(name in seen and seen[name] == value for name, value in wanted.items())
    return seen == wanted


def as_json(value: Value | None) -> Json:
    """A fact's value as a journal and a report hold it."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return value
