"""Transfer, sync and upload: done by rclone, then proven by `rclone check`.

Each goes on where an earlier one stopped: what is there already does not travel again. Nothing is
lost in a target: what would be replaced or removed is set aside in a folder beside it, and where
that cannot be, it is not replaced, and said so.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from drivers.cloud import places, rclone
from drivers.cloud.rclone import Ran, Stats
from drivers.cloud.trouble import FULL, explain, kind_of, shortened
from drivers.errors import HostError
from drivers.rescue.manifest import NAME as MANIFEST
from drivers.rescue.progress import Silent, Watcher
from drivers.rescue.verification import stored, verify

SOURCE_NOTE = (
    "Google Photos as a source gives only what rclone itself uploaded: since March 2025 its API "
    "shows an app nothing else. For the rest there is Google Takeout, https://takeout.google.com"
)
TARGET_NOTE = (
    "Google Photos as a target: items can be added, not replaced, and it tells neither size nor "
    "hash: only that each name is there was verified"
)
_DOING = {"copy": "copying", "sync": "syncing"}
_NO_SUCH_FOLDER = 3
_UNCHECKED = re.compile(r"(?P<count>\d+) hashes could not be checked")


@dataclass(frozen=True)
class Options:
    """How to transfer.

    Attributes:
        is_dry: only find out what would be done.
        bytes_per_s: limit of bandwidth; None for none.
        compares_content: have everything read back where the two sides have no hash in common;
            it travels once more.
    """

    is_dry: bool = False
    bytes_per_s: int | None = None
    compares_content: bool = False


@dataclass(frozen=True)
class Transferred:
    """What a transfer came to.

    Attributes:
        files: how many travelled; in a dry run, would have.
        size: their bytes.
        is_verified: whether `rclone check` found both sides equal; None after a dry run.
        compared: what it compared: hash, content, size or name.
        set_aside: where what was replaced or removed is; empty where nothing was.
        notes: what a person should know about these two clouds.
    """

    files: int
    size: int
    is_verified: bool | None
    compared: str
    set_aside: str = ""
    notes: tuple[str, ...] = ()


def transfer(
    source: str, target: str, options: Options | None = None, watcher: Watcher | None = None
) -> Transferred:
    """Copies a folder into another; what else is in the target stays.

    A file of the same name and other content is set aside; where it cannot be, it stays.

    Args:
        source: `remote:folder`, or a folder of this computer.
        target: likewise.
        options: how.
        watcher: told how far it is.

    Raises:
        HostError: in one line, what a person can mend: full, wrong password, not reachable; or
            both sides are not equal afterwards.
    """
    work = _Work(source, target, options or Options(), watcher or Silent())
    return work.do("copy", one_way=True, aside=_aside(target))


def sync(
    source: str, target: str, options: Options | None = None, watcher: Watcher | None = None
) -> Transferred:
    """Makes a target equal to a source; what it replaces or removes is set aside beside it.

    Raises:
        HostError: as `transfer`; or the source is empty, or Google Photos, whose missing items
            would be taken for deleted ones; or there is no place beside the target.
    """
    options = options or Options()
    if places.backend_of(source) == places.GOOGLE_PHOTOS:
        raise HostError(f"{source} cannot be the source of a sync. {SOURCE_NOTE}")
    aside = _aside(target)
    if not aside:
        raise HostError(
            f"{target} cannot set aside what a sync replaces: it is a whole remote, of which a "
            "folder has to be named, or its cloud cannot move files"
        )
    work = _Work(source, target, options, watcher or Silent())
    work.require_something()
    return work.do("sync", one_way=False, aside=aside)


def upload(
    folder: Path, target: str, options: Options | None = None, watcher: Watcher | None = None
) -> Transferred:
    """Copies a finished rescue to a cloud, after it was checked against its manifest.

    The manifest goes along, but not to Google Photos, which takes photos and videos only.

    Raises:
        HostError: as `transfer`; or the rescue is not whole.
    """
    watcher = watcher or Silent()
    if entries := stored(folder):
        watcher.begin("checking the rescue", sum(entry.size for entry in entries))
    findings = verify(folder, watcher.advance)
    watcher.end()
    if findings:
        raise HostError(
            f"{folder} is no whole rescue ({findings[0].describe()}): rescue into it first"
        )
    filters = [f"- /{MANIFEST}"] if places.backend_of(target) == places.GOOGLE_PHOTOS else []
    work = _Work(str(folder.resolve()), target, options or Options(), watcher, filters)
    return work.do("copy", one_way=True, aside=_aside(target))


def _aside(target: str) -> str:
    """Where to put what would be replaced; empty where there is no such place."""
    stamp = dt.datetime.now(dt.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    aside = places.beside(target, f".replaced/{stamp}")
    return aside if aside and places.can_set_aside(target) else ""


class _Work:
    """One transfer, and its check."""

    def __init__(
        self,
        source: str,
        target: str,
        options: Options,
        watcher: Watcher,
        filters: Sequence[str] = (),
    ) -> None:
        self._places = [source, target]
        self._options = options
        self._watcher = watcher
        self._filters = [word for rule in filters for word in ("--filter", rule)]

    def require_something(self) -> None:
        """Refuses an empty source.

        Raises:
            HostError: it is empty, or cannot be listed.
        """
        ran = rclone.run(["size", "--json", "--", self._places[0]])
        if ran.exit_code:
            raise self._failed(ran)
        if not json.loads(ran.stdout)["count"]:
            raise HostError(
                f"{self._places[0]} is empty: a sync would empty {self._places[1]} as well"
            )

    def do(self, verb: str, *, one_way: bool, aside: str) -> Transferred:
        """Transfers, then checks."""
        arguments = [verb, *self._filters]
        if self._options.is_dry:
            arguments.append("--dry-run")
        if self._options.bytes_per_s is not None:
            arguments += ["--bwlimit", f"{self._options.bytes_per_s}B"]
        arguments += ["--backup-dir", aside] if aside else ["--immutable"]
        if not self._options.is_dry:
            self._watcher.begin(f"{_DOING[verb]} to {self._places[1]}", 0)
        try:
            ran = rclone.run([*arguments, "--", *self._places], _follow(self._watcher))
        finally:
            self._watcher.end()
        if ran.exit_code:
            raise self._failed(ran)
        notes, is_photos = self._notes()
        verified, compared = None, "size"
        if not self._options.is_dry:
            compared = self._check(one_way=one_way)
            verified = True
        return Transferred(
            files=ran.stats.files,
            size=ran.stats.done,
            is_verified=verified,
            compared="name" if is_photos else compared,
            set_aside=aside if verified and aside and places.holds_something(aside) else "",
            notes=notes,
        )

    def _notes(self) -> tuple[tuple[str, ...], bool]:
        source, target = (places.backend_of(p) == places.GOOGLE_PHOTOS for p in self._places)
        notes = ((source, SOURCE_NOTE), (target, TARGET_NOTE))
        return tuple(note for is_so, note in notes if is_so), source or target

    def _check(self, *, one_way: bool) -> str:
        """Compares both sides; returns by what.

        Raises:
            HostError: they differ, or cannot be compared.
        """
        arguments = ["check", *self._filters, "--combined", "-"]
        arguments += ["--one-way"] if one_way else []
        ran = rclone.run([*arguments, "--", *self._places])
        is_by_size = any((u := _UNCHECKED.search(m)) and int(u["count"]) for m in ran.messages)
        if ran.exit_code == 0 and is_by_size and self._options.compares_content:
            ran = rclone.run([*arguments, "--download", "--", *self._places])
        different = [line for line in ran.stdout.splitlines() if not line.startswith("= ")]
        if different:
            shown = ", ".join(line[2:] for line in different[:3])
            raise HostError(
                f"{self._places[1]} is not equal to {self._places[0]}: {len(different)} files "
                f"differ or are missing ({shortened(shown)}); run it again"
            )
        if ran.exit_code:
            raise self._failed(ran)
        if not is_by_size:
            return "hash"
        return "content" if self._options.compares_content else "size"

    def _failed(self, ran: Ran) -> HostError:
        """What to tell of a run that failed.

        Which side failed, rclone does not always say, and an S3 that refuses the key, or is gone,
        is said to be "a file not a directory". So both are asked for a list of their first folder.
        """
        words = [*ran.problems, ran.stats.last_error, *ran.messages]
        for place in self._places:
            root = places.root_of(place)
            asked = rclone.run(
                [
                    "lsf",
                    "--max-depth",
                    "1",
                    "--retries",
                    "1",
                    "--low-level-retries",
                    "1",
                    "--",
                    root,
                ]
            )
            if asked.exit_code not in {0, _NO_SUCH_FOLDER}:
                problems = [*asked.problems, *asked.messages]
                # Its own trouble, or none that is known: then the words of the transfer say more.
                if any(kind_of(line) is not None for line in problems):
                    return HostError(explain(problems, place, places.name_of(place)))
        is_source = ran.exit_code == _NO_SUCH_FOLDER
        place = self._places[0 if is_source else 1]
        words = [word for word in words if word]
        if not is_source and self._is_full(ran):
            words.append(FULL)
        return HostError(explain(words, place, places.name_of(place)))

    def _is_full(self, ran: Ran) -> bool:
        """Whether the target has less room than was still to come; not every cloud tells."""
        asked = rclone.run(["about", "--json", "--", self._places[1]])
        try:
            free = json.loads(asked.stdout).get("free")
        except (ValueError, AttributeError):
            return False
        return isinstance(free, int) and free < ran.stats.total - ran.stats.done


def _follow(watcher: Watcher) -> Callable[[Stats], None]:
    """Turns rclone's totals into steps."""
    seen = 0

    def told(stats: Stats) -> None:
        nonlocal seen
        watcher.expect(stats.total)
        watcher.advance(stats.done - seen)
        seen = stats.done

    return told
