"""Upload: a finished rescue goes to a cloud, after it was checked against its manifest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from drivers.cloud import places
from drivers.cloud.listing import files, named
from drivers.cloud.transfers import place_aside
from drivers.cloud.work import Options, Transferred, Work
from drivers.errors import HostError
from drivers.rescue.manifest import NAME as MANIFEST
from drivers.rescue.manifest import Entry, load
from drivers.rescue.progress import Silent, Watcher
from drivers.rescue.verification import shown, stored, verify

# What a filter of rclone's reads as a pattern.
_SPECIAL = re.compile(r"([\\*?\[\]{}])")
# What rclone writes in another way than the disk does (its docs, "Encoding"): control characters
# as their pictures, its own quote, and bytes that are no UTF-8.
_REWRITTEN = re.compile(r"[\x00-\x1f\x7f\u2400-\u2421\u201b\ufffd\udc80-\udcff]")


def upload(
    folder: Path, target: str, options: Options | None = None, watcher: Watcher | None = None
) -> Transferred:
    """Copies a finished rescue to a cloud.

    What the phone's owner had put into the trash, or an app had not finished, stays here. The
    manifest goes along, but not to Google Photos, which takes photos and videos only.

    Args:
        folder: of the rescue.
        target: `remote:folder`, or a folder of this computer.
        options: how.
        watcher: told how far it is.

    Raises:
        HostError: as `transfer`; or the rescue is not whole.
    """
    watcher = watcher or Silent()
    entries = _entries(folder)
    held_back = _held_back(entries)
    source = str(folder.resolve())
    # First what is wrong with the target: a rescue of 100 GB is read for many minutes.
    work = Work(source, target, options or Options(), watcher, [_rule(p) for p in held_back])
    aside = place_aside(target)
    _require_whole(folder, watcher)
    seen = len(work.survey().sizes)
    due = len({entry.stored for entry in entries} | {MANIFEST}) - len(held_back)
    if seen != due:
        raise HostError(f"{folder}: rclone sees {files(seen)} of {due}; nothing was copied")
    if held_back:
        names = named([shown(place) for place in held_back])
        work.note(f"left out, since it was in the trash or not finished on the phone: {names}")
    if not places.name_of(target):
        work.note(f"{target} is a folder of this computer, no cloud")
    return work.do("copy", aside=aside)


def _entries(folder: Path) -> list[Entry]:
    """What the manifest names; nothing where it cannot be read, which `verify` then says."""
    try:
        manifest = load(folder)
    except (OSError, ValueError):
        return []
    return manifest.entries if manifest else []


def _require_whole(folder: Path, watcher: Watcher) -> None:
    if entries := stored(folder):
        watcher.begin("checking the rescue", sum(entry.size for entry in entries))
    findings = verify(folder, watcher.advance)
    watcher.end()
    if findings:
        is_stray = all(finding.kind == "extra" for finding in findings)
        deed = "move it out of the folder" if is_stray else "rescue into it first"
        raise HostError(f"{folder} is no whole rescue ({findings[0].describe()}): {deed}")


def _held_back(entries: Sequence[Entry]) -> list[str]:
    """Places whose every file on the phone was in the trash, or not finished."""
    wanted = {entry.stored for entry in entries if not entry.state}
    return sorted({entry.stored for entry in entries} - wanted)


def _rule(place: str) -> str:
    """The rule of rclone's that leaves out one file.

    What rclone rewrites, and a space at the end of a line, which it strips, is left open: should
    that leave out more than one file, their number tells.
    """
    escaped = _REWRITTEN.sub("*", _SPECIAL.sub(r"\\\1", place))
    return f"- /{escaped[:-1]}?" if escaped[-1:].isspace() else f"- /{escaped}"
