"""A whole rescue: what is there, what of it is here already, the rest, and the seal.

A rescue into a folder that holds one goes on with it where it ended, after every file in it was
checked, so that damage is made good and new pictures are added.
Nothing is ever deleted from a copy but partial files of which nothing is lost, and nothing changed
on the phone.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.errors import HostError
from drivers.rescue.comparing import differing
from drivers.rescue.copying import Pass
from drivers.rescue.link import Link
from drivers.rescue.lock import only_one
from drivers.rescue.looking import Looking
from drivers.rescue.manifest import NAME, Entry, Log, Manifest, Missing
from drivers.rescue.opening import open_folder, owned, require_apart
from drivers.rescue.outcome import Outcome, where
from drivers.rescue.parts import Part, clear, expect, known_places, mend
from drivers.rescue.progress import Silent, Watcher, during
from drivers.rescue.stock import Stock, take_stock
from drivers.rescue.survey import TAKEN_OUT, Item, Survey, survey
from drivers.rescue.verification import check, files, stored_once, strays
from drivers.rescue.versions import changed, sharing
from drivers.values import format_size

if TYPE_CHECKING:
    from drivers.phone import Phone

# A file that changes while it is copied is copied again; one that always changes is said so.
_PASSES = 3
# Left free on this computer's disk, whatever happens.
_RESERVE = 64 << 20
_WAIT_S = 120.0


def rescue(
    phone: Phone,
    folder: Path,
    *,
    since: dt.datetime | None = None,
    compares_content: bool = False,
    watcher: Watcher | None = None,
    wait_s: float = _WAIT_S,
) -> Outcome:
    """Copies all media of a phone into a folder, or goes on with it.

    Args:
        phone: whose.
        folder: empty, missing, or of an earlier rescue of the same phone.
        since: only files that were changed on the phone since then.
        compares_content: whether the phone hashes also what is here from before, and is told by
            name, size and date.
        watcher: told what happens.
        wait_s: how long to wait for a phone that was unplugged.

    Raises:
        HostError: the folder is not fit for it, or its disk is full; nothing is lost.
        PhoneError: the phone is lost or may not be read. What arrived stays: rescue again.
    """
    watcher = watcher or Silent()
    try:
        require_apart(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with only_one(folder):
            manifest = open_folder(folder, phone)
            link = Link(phone, timeout_s=wait_s, announce=watcher.announce)
            with during(watcher, "looking through the phone"):
                found = link.reading(lambda: survey(phone, since=since))
            manifest = owned(folder, manifest, phone, found)
            damaged = _find_damaged(folder, manifest, watcher)
            others: frozenset[Item] = frozenset()
            if compares_content:
                others = differing(link, manifest.entries, found.items, watcher)
            stock = take_stock(folder, manifest, found, damaged, others, watcher)
            outcome = _copy(link, folder, manifest, found, stock, watcher)
            return replace(outcome, is_compared=compares_content)
    except OSError as error:
        raise HostError(_disk_words(folder, error)) from error


def _disk_words(folder: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"the disk of {folder} is full: make room, and rescue again; it goes on from here"
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return f"{folder} is no folder, and can be none: name another one"
    return f"{folder} cannot be written to ({error.strerror or error}): name another folder"


def _find_damaged(folder: Path, manifest: Manifest, watcher: Watcher) -> set[str]:
    """Finds the places that do not hold what the manifest says.

    Every file is read, also of a copy that was interrupted a moment ago: the seal at the end says
    of each that it is whole, and what a computer that crashed left of it only its hash tells.
    """
    entries = stored_once(manifest)
    if not entries:
        return set()
    with during(watcher, "checking what is here", sum(entry.size for entry in entries)):
        findings = [check(folder, entry, watcher.advance) for entry in entries]
    damaged = {finding.place for finding in findings if finding}
    return damaged - mend(folder, [entry for entry in entries if entry.stored in damaged])


def _copy(
    link: Link,
    folder: Path,
    manifest: Manifest,
    found: Survey,
    stock: Stock,
    watcher: Watcher,
) -> Outcome:
    todo, held, damaged = stock.todo, stock.held, stock.damaged
    watcher.announce(
        f"{files(len(found.items))}, {format_size(found.size)} {where(found)}; "
        f"{len(found.items) - len(todo)} of them are here already"
        + (f", and {format_size(stock.started)} of others" if stock.started else "")
    )
    _require_space(folder, stock.to_come)
    with Log(folder, manifest) as log:
        once = Pass(link, folder, log, stock.names, watcher, stock.lost, stock.spare)
        result = _Result()
        if todo:
            with during(watcher, "copying", sum(item.size for item in todo)):
                result = _copy_until_equal(once, link, folder, todo, found.storage)
        # What came from a card before it was taken out is here.
        whole = {entry.path for entry in held if entry.stored not in damaged}
        out = dict.fromkeys((path for path in found.taken_out if path not in whole), TAKEN_OUT)
        result.unread = dict(found.unread) | out
        new = log.entries[len(held) :]
        intact = [entry for entry in log.entries if entry.sha256 not in once.damaged]
        in_part = result.in_part(folder, found, intact)
        # What was to be made good and could not be is not forgotten either.
        not_here = {*result.reasons, *result.gone}
        again = [entry for entry in stock.again if entry.path in not_here]
        log.add(again)
        log.seal([*(Missing(path, why) for path, why in result.reasons.items()), *in_part])
        was_here = {entry.stored for entry in held if entry.stored not in damaged}
        copied = {e.stored for e in new} - was_here - {entry.stored for entry in stock.spare}
        bad = [entry for entry in held if entry.sha256 in once.damaged]
        bad += [entry for entry in again if entry.path in result.gone]
        ours = {entry.stored for entry in log.entries} | {NAME} | known_places(folder)
        return Outcome(
            survey=found,
            before=len(found.items) - len(todo),
            entries=tuple(log.entries),
            copied=len(copied),
            entered=len(new) - len(copied),
            travelled=result.travelled,
            equal=tuple(sharing(log.entries)),
            changed=tuple(changed(held, new)),
            failures=result.reasons,
            gone=tuple(result.gone),
            lost=tuple(entry.path for entry in bad),
            in_part=tuple(in_part),
            strays=sorted(strays(folder, ours)),
            may_be_ours=stock.may_be_ours,
        )


def _missing(part: Part) -> Missing:
    """What is told of a partial file that no rescue can go on from."""
    item = part.item
    path, whole = (item.path, item.size) if item else ("", part.size)
    if part.has_all:
        words = f"all of it came, {format_size(part.size)}, and was not compared"
    else:
        words = f"{format_size(part.size)} of its {format_size(whole)} came"
    return Missing(
        path, f"the phone shows it no more as it was; {words}: it is in {part.place}", part.place
    )


@dataclass
class _Result:
    """What several passes came to."""

    failures: dict[Item, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    travelled: int = 0

    @property
    def reasons(self) -> dict[str, str]:
        """Why something is not here, by its path on the phone."""
        return {item.path: why for item, why in self.failures.items()} | self.unread

    def in_part(self, folder: Path, found: Survey, intact: Sequence[Entry]) -> list[Missing]:
        """Clears the partial files away that are done with; what stays of others."""
        awaited = {*self.reasons, *(item.path for item in found.older)}
        return [_missing(part) for part in clear(folder, intact, awaited)]


def _copy_until_equal(
    once: Pass, link: Link, folder: Path, todo: Sequence[Item], storage: Sequence[str]
) -> _Result:
    """Copies again what did not arrive as it is on the phone, for it may have changed meanwhile."""
    result = _Result()
    for _ in range(_PASSES):
        if not todo:
            break
        expect(folder, todo)
        passed = once.copy(todo)
        result.travelled += passed.travelled
        result.failures = {}
        todo = []
        for item, now in _look_again(link, list(passed.failures), storage).items():
            if now is None:
                result.gone.append(item.path)
            else:
                result.failures[now] = passed.failures[item]
                todo.append(now)
    return result


def _require_space(folder: Path, needed: int) -> None:
    """Refuses what will not fit.

    Raises:
        HostError: it will not fit.
    """
    free = shutil.disk_usage(folder).free
    if needed > 0 and needed + _RESERVE > free:
        raise HostError(
            f"the disk of {folder} has {format_size(free)} free, and the rescue needs up to "
            f"{format_size(needed + _RESERVE)}: name a folder on another disk, or rescue less "
            "with --since"
        )


def _look_again(
    link: Link, items: Sequence[Item], storage: Sequence[str]
) -> dict[Item, Item | None]:
    """Items as they are now; None for what was deleted meanwhile.

    What lay on a card that was taken out was not deleted: it stays what it was.
    """

    def look() -> dict[Item, Item | None]:
        with Looking(link.client, link.serial) as sync:
            here = tuple(f"{root}/" for root, names in sync.list(storage) if names)
            found: dict[Item, Item | None] = {}
            for item, (path, stat) in zip(items, sync.look([i.path for i in items]), strict=True):
                if stat is None and path.startswith(here):
                    found[item] = None
                elif stat is None or stat.error:
                    found[item] = item
                else:
                    found[item] = Item(path, stat.size, stat.mtime)
            return found

    return link.reading(look) if items else {}


def default_folder(phone: Phone) -> Path:
    """Where a rescue goes that nobody named a folder for: below `$UNSTUCK_RESCUE`, or at home."""
    named = os.environ.get("UNSTUCK_RESCUE")
    return (Path(named) if named else Path.home() / "unstuck-rescue") / phone.identity.key
