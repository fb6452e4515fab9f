"""Upload: a finished rescue goes to a cloud, after it was checked against its manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from drivers.cloud import places, rclone
from drivers.cloud.apart import require_apart_from
from drivers.cloud.listing import alike, files, named
from drivers.cloud.outcome import Transferred
from drivers.cloud.staging import as_source, leave_out, staged
from drivers.cloud.transfers import place_aside
from drivers.cloud.work import Options, Work, require_fit
from drivers.errors import HostError
from drivers.rescue.manifest import NAME, Entry, Header, Manifest
from drivers.rescue.names import below_storage
from drivers.rescue.progress import Silent, Watcher, during
from drivers.rescue.verification import Finding, day, readable, shown, stored_once, verify
from drivers.rescue.versions import newest

# Kinds of findings that are about one file each: damaged here, and not here at all.
_DAMAGED = {"missing", "size", "content"}
_TOLD = _DAMAGED | {"not copied", "in part"}
# A model's name is all that is long in one.
_MOST_OF_A_HEADER = 1 << 14


def upload(
    folder: Path, target: str, options: Options | None = None, watcher: Watcher | None = None
) -> Transferred:
    """Copies a finished rescue to a cloud, every file under the name that it has on the phone.

    What of it is damaged, and what it came to its end without, is named, and no reason to keep all
    else from being safe.

    What the phone's owner had put into the trash, or an app had not finished, stays here. A
    manifest goes along, but not to Google Photos, which takes photos and videos only.

    Args:
        folder: of the rescue.
        target: `remote:folder`, or a folder of this computer.
        options: how.
        watcher: told how far it is.

    Raises:
        HostError: as `transfer`; or the rescue has not come to its end, or its manifest is damaged,
            or the target another phone's.
    """
    watcher = watcher or Silent()
    # First what is wrong with the target: a rescue of 100 GB is read for many minutes.
    is_to_photos = require_fit(target)
    require_apart_from(folder, target)
    if places.name_of(str(folder)) and not folder.exists():
        raise HostError(f"{folder} is a remote: `upload` takes a rescue's folder, `transfer` both")
    manifest = readable(folder)
    if manifest is None:
        raise _not_whole(folder, verify(folder))
    aside = place_aside(target, watcher)
    # Google Photos keeps the name that equal files had first for all of them (issue 4587 of
    # rclone), and takes whatever has a name that is there for what is there.
    may_replace = bool(aside) and not is_to_photos
    folds = places.is_blind_to_case(target)
    with staged(
        folder, manifest, once=is_to_photos, may_replace=may_replace, folds=folds
    ) as laid_out:
        source = laid_out.into
        place, options = as_source(source), options or Options()
        work = Work(
            place,
            target,
            options,
            watcher,
            shown=str(folder),
            origins=laid_out.origins,
            ours={NAME},
        )
        with during(watcher, f"asking {target}"):
            earlier = _earlier(target, manifest.header)
        with during(watcher, "checking the rescue", sum(e.size for e in stored_once(manifest))):
            findings = verify(folder, watcher.advance)
        if any(finding.kind not in _TOLD for finding in findings):
            raise _not_whole(folder, [f for f in findings if f.kind not in _TOLD])
        if damaged := {finding.place for finding in findings if finding.kind in _DAMAGED}:
            laid_out = leave_out(laid_out, damaged, manifest, folder)
        entries = laid_out.entries
        seen, due = len(work.survey().sizes), len(entries) + 1
        if seen != due:
            raise HostError(f"{folder}: rclone sees {files(seen)} of {due}; nothing was copied")
        _note(work, manifest, entries)
        if not places.name_of(target):
            work.note(f"{target} is a folder of this computer, no cloud")
        if earlier and not (aside or is_to_photos):
            # The only file of ours that ever changes: the transfer would refuse to replace it.
            if options.is_dry:
                (source / NAME).unlink()
            else:
                rclone.run(["copyto", "--", f"{place}/{NAME}", earlier])
        return replace(work.do("copy", aside=aside), missing=tuple(_missing(findings)))


def _missing(findings: Sequence[Finding]) -> Iterator[str]:
    """Names each file that is not sent, with the reason, and says what may still help."""
    for finding in findings:
        yield f"NOT sent: {finding.describe()}"
    if findings:
        yield "rescue into the folder again: what the phone still has is made good; upload it then"


def _earlier(target: str, header: Header) -> str:
    """The manifest of an earlier upload to the same place; empty where there is none.

    Raises:
        HostError: that was another phone's.
    """
    place = places.below(target, NAME)
    asked = rclone.run(["cat", "--head", str(_MOST_OF_A_HEADER), "--", place])
    try:
        there = json.loads(asked.stdout.partition("\n")[0])
        owner = (there["serialno"], there["android_id"])
    except (ValueError, KeyError, TypeError):
        return ""
    if owner != (header.serialno, header.android_id):
        raise HostError(
            f"{target} holds what was uploaded from another phone ({there.get('model')}, "
            f"{owner[0]}): name another folder"
        )
    return place


def _not_whole(folder: Path, findings: Sequence[Finding]) -> HostError:
    is_stray = all(finding.kind == "extra" for finding in findings)
    deed = "move it out of the folder" if is_stray else "rescue into it first"
    return HostError(f"{folder} is no whole rescue ({findings[0].describe()}): {deed}")


def _note(work: Work, manifest: Manifest, entries: Sequence[Entry]) -> None:
    """Has a person told what is in the cloud then, and what is not."""
    live = {entry.stored for entry in manifest.entries if not entry.state}
    held_back = sorted({entry.stored for entry in manifest.entries} - live)
    if held_back:
        names = named([shown(place) for place in held_back])
        line = f"left out, since it was in the trash or not finished on the phone: {names}"
        work.note(line, left_out=len(held_back))
    if since := manifest.header.since:
        left_out = manifest.header.left_out
        line = f"not in the rescue, as older than --since {day(since)}: {files(left_out)}"
        work.note(line, left_out=left_out)
    equal = len(entries) - len({entry.sha256 for entry in entries})
    if equal:
        work.note(f"equal to another, and there under a name of their own: {files(equal)}")
    if changed := sorted(_changed(manifest, entries)):
        work.note(f"changed on the phone since it was first rescued: {named(changed)}")
    if renamed := sorted(_renamed(manifest, entries)):
        work.note(f"named anew, since some clouds take it for another: {named(renamed)}")
    if quoted := sorted(_quoted(entries)):
        work.note(f"named anew, since rclone cannot read such a name: {named(quoted)}")
    # What is damaged is not there either, and told as that.
    there = {entry.sha256 for entry in entries}
    unnamed = {e.path for e in manifest.entries if not e.state and e.sha256 in there}
    unnamed -= {entry.path for entry in entries}
    if unnamed:
        names = named([shown(path) for path in sorted(unnamed)])
        work.note(f"equal to another, for which Google Photos takes it: {names}")


def _changed(manifest: Manifest, entries: Sequence[Entry]) -> Iterator[str]:
    """Says of each older version that goes up where it is, and where the newest one is."""
    last = newest(manifest.entries)
    now = {e.path: e.stored for e in entries if e.sha256 == last[e.path].sha256}
    for entry in entries:
        if entry.sha256 != last[entry.path].sha256 and entry.path in now:
            yield f"{shown(entry.stored)} is an older version of {shown(now[entry.path])}"


def _renamed(manifest: Manifest, entries: Sequence[Entry]) -> Iterator[str]:
    """Says of files whose names differ only by case, or by accents, which goes by another name."""
    last = newest(manifest.entries)
    twins = alike({below_storage(entry.path) for entry in entries})
    for entry in entries:
        name = below_storage(entry.path)
        if (
            rclone.QUOTE not in name
            and name in twins
            and name != entry.stored
            and entry.sha256 == last[entry.path].sha256
        ):
            yield f"{shown(entry.stored)} is {shown(name)} on the phone"


def _quoted(entries: Sequence[Entry]) -> Iterator[str]:
    """Says of files whose names hold what rclone writes names with by what other name each goes."""
    for entry in entries:
        if rclone.QUOTE in (name := below_storage(entry.path)):
            yield f"{shown(entry.stored)} is {shown(name)} on the phone"
