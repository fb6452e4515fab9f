"""One transfer by rclone, from the first look at its source to the proof that all of it arrived."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from drivers.cloud import google_photos, places, rclone, remotes
from drivers.cloud.diagnosis import diagnose
from drivers.cloud.following import follow
from drivers.cloud.listing import NO_SUCH_FOLDER, Listing, absent, alike, list_files, named
from drivers.cloud.outcome import Transferred
from drivers.cloud.rclone import Ran, Stats
from drivers.cloud.trouble import kind_of
from drivers.errors import HostError
from drivers.rescue.progress import Watcher, during

_DOING = {"copy": "copying", "sync": "syncing"}
_UNCHECKED = re.compile(r"(?P<count>\d+) hashes could not be checked")
# What `rclone check --combined` puts before a name that is not equal on both sides.
_MARKS = ("* ", "+ ", "- ", "! ")
# rclone's words for what a sync's dry run did not do (fs/operations, DeleteFileWithBackupDir).
_WOULD_REMOVE = {"move into backup dir", "delete"}


@dataclass(frozen=True)
class Options:
    """How to transfer.

    Attributes:
        is_dry: only find out what would be done.
        bytes_per_s: limit of bandwidth, above 0; None for none.
        compares_content: have everything read back where the two sides have no hash in common;
            it travels once more.
    """

    is_dry: bool = False
    bytes_per_s: int | None = None
    compares_content: bool = False

    def __post_init__(self) -> None:
        # To rclone, 0 is no limit at all.
        if self.bytes_per_s is not None and self.bytes_per_s < 1:
            raise HostError("the bandwidth has to be more than 0; without one there is no limit")

    @property
    def limit(self) -> list[str]:
        """Flags for rclone."""
        return [] if self.bytes_per_s is None else ["--bwlimit", f"{self.bytes_per_s}B"]


def require_fit(target: str) -> bool:
    """Refuses a target that can be none, before anything long begins.

    Returns:
        Whether it is in Google Photos.

    Raises:
        HostError: it is no place, or one that nothing can be verified in; or rclone is not
            installed, or what it is set to is wrong.
    """
    places.require_meant(target)
    photos = [end for end in remotes.ends(target) if end.kind == remotes.GOOGLE_PHOTOS]
    for end in photos:
        if end.through:
            raise HostError(
                f"{target} is kept in Google Photos ({end.place}) by way of {end.through[-1]}, "
                "which needs a cloud that takes any file: name an album itself"
            )
        google_photos.require_album(end.place)
    return bool(photos)


class Work:
    """One transfer, and its proof.

    Args:
        source: `remote:folder`, or a folder of this computer.
        target: likewise.
        options: how.
        watcher: told how far it is, and at once what the two clouds are like.
        shown: what a person knows the source as.
        origins: where in it each file lies that has another name there.
        ours: names of files that are no person's: they travel, and are not counted.

    Raises:
        HostError: a place cannot be meant so.
    """

    def __init__(
        self,
        source: str,
        target: str,
        options: Options,
        watcher: Watcher,
        *,
        shown: str = "",
        origins: Mapping[str, str] = MappingProxyType({}),
        ours: Collection[str] = (),
    ) -> None:
        places.require_meant(source)
        self._source, self._target = source, target
        self._shown = shown or source
        self._origins, self._ours = origins, ours
        self._options = options
        self._watcher = watcher
        self._rules: Sequence[str] = ()
        self._listing: Listing | None = None
        self._notes: list[str] = []
        self._left_out = 0
        self._is_to_photos = require_fit(target)
        is_from = remotes.is_google_photos(source)
        self._has_names_only = is_from or self._is_to_photos
        if is_from:
            watcher.announce(google_photos.SOURCE_NOTE)
        if self._is_to_photos:
            watcher.announce(google_photos.TARGET_NOTE)

    def note(self, line: str, *, left_out: int = 0) -> None:
        """Adds to what a person should know in the end.

        Args:
            line: in words.
            left_out: how many files are not in the target for this.
        """
        self._notes.append(line)
        self._left_out += left_out

    def survey(self) -> Listing:
        """What the source holds; it is looked at once.

        Raises:
            HostError: it cannot be listed.
        """
        if self._listing is None:
            with during(self._watcher, f"looking through {self._shown}"):
                listing = list_files(self._source)
            if listing.ran.exit_code:
                raise self._failed(listing.ran, of_source=True)
            self._listing = listing
        return self._listing

    def do(self, verb: str, *, aside: str) -> Transferred:
        """Transfers, then proves.

        Args:
            verb: `copy`, or `sync`, which removes what is not in the source.
            aside: where to put what is replaced or removed; where it is empty, nothing is.

        Raises:
            HostError: it failed, or not everything arrived.
        """
        listing = self.survey()
        wanted = self._wanted(listing)
        if not wanted and verb == "copy":
            return self._nothing(listing)
        flags = self._options.limit
        is_exact = self._needs_exact_names(verb, listing)
        if is_exact:
            flags.append("--no-unicode-normalization")
        ran = self._copy([verb, *flags], aside, listing)
        if self._options.is_dry and not ran.exit_code:
            copied = [name for what, name in ran.skipped if what == "copy"]
            removed = [name for what, name in ran.skipped if what in _WOULD_REMOVE]
            return self._told(listing, copied, removed)
        replaced = self._replaced(aside) if aside else {}
        gone = (
            [name for name in replaced if name not in listing.sizes]
            if is_exact
            else absent(replaced, listing.sizes)
        )
        try:
            self._require_copied(ran, wanted)
            words = ["check", *flags, *(["--one-way"] if verb == "copy" else [])]
            compared = self._check(words, listing)
            self._require_nothing_passed_over(listing)
        except HostError as error:
            if not replaced:
                raise
            told = f"removed were {named(gone)}; " if gone else ""
            told += f"what was replaced or removed is in {aside}"
            raise HostError(f"{error}; {told}") from error
        if replaced and not replaced.keys() - set(self._ours):
            self.note(f"the manifest that was there is in {aside}")
            aside = ""
        return self._told(
            listing,
            ran.copied,
            gone,
            compared="name" if self._has_names_only else compared,
            aside=aside if replaced else "",
        )

    def _nothing(self, listing: Listing) -> Transferred:
        """What a transfer of nothing comes to: nothing was compared, so nothing is verified.

        Raises:
            HostError: there is something after all, which rclone passes over.
        """
        self._require_nothing_passed_over(listing)
        kind = "photos or videos" if self._is_to_photos else "files"
        self.note(f"{self._shown} holds no {kind}: nothing is verified")
        return self._told(listing, (), ())

    def _needs_exact_names(self, verb: str, listing: Listing) -> bool:
        """Whether either side has names that rclone would take for one.

        What a copy does not name in the target is none of its business.
        """
        if listing.needs_exact_names:
            return True
        if verb == "copy" and not listing.has_composed_names:
            return False
        with during(self._watcher, f"looking through {self._target}"):
            return list_files(self._target).needs_exact_names

    def _require_copied(self, ran: Ran, wanted: Sequence[str]) -> None:
        """Holds a transfer to its end.

        Raises:
            HostError: it failed, or something is not in the target.
        """
        if not ran.exit_code:
            return self._require_all(wanted)
        if not any(kind_of(line) is not None for line in ran.problems):
            # A server may take names for one that rclone tells apart: it fails as "corrupted".
            self._require_all(sorted(alike(wanted)))
        raise self._failed(ran)

    def _replaced(self, aside: str) -> Mapping[str, int]:
        with during(self._watcher, f"looking through {aside}"):
            return list_files(aside).sizes

    def _told(
        self,
        listing: Listing,
        copied: Iterable[str],
        removed: Sequence[str],
        *,
        compared: str = "",
        aside: str = "",
    ) -> Transferred:
        # What was set aside by copying it is no transfer, although rclone counts it as one.
        counted = listing.sizes.keys() - set(self._ours)
        sizes = [listing.sizes[name] for name in copied if name in counted]
        return Transferred(
            files=len(sizes),
            size=sum(sizes),
            is_verified=True if compared else None,
            compared=compared,
            removed=tuple(removed),
            set_aside=aside,
            notes=tuple(self._notes),
            left_out=self._left_out,
            is_dry=self._options.is_dry,
        )

    def _wanted(self, listing: Listing) -> list[str]:
        """Names that have to be in the target; the rules are told what Google Photos takes."""
        if not self._is_to_photos:
            return list(listing.sizes)
        self._rules = google_photos.RULES
        left = set(google_photos.not_taken(listing.sizes))
        if theirs := sorted(left - set(self._ours)):
            self.note(
                f"left out, since Google Photos takes photos and videos only: {named(theirs)}",
                left_out=len(theirs),
            )
        return [name for name in listing.sizes if name not in left]

    def _copy(self, words: list[str], aside: str, listing: Listing) -> Ran:
        words += ["--backup-dir", aside] if aside else ["--immutable"]
        if self._options.is_dry:
            ran = rclone.run(
                [*words, "--dry-run", "--", self._source, self._target], rules=self._rules
            )
        else:
            told, retried = self._follow(listing)
            with during(self._watcher, f"{_DOING[words[0]]} to {self._target}", 0):
                ran = rclone.run(
                    [*words, "--", self._source, self._target], told, retried, self._rules
                )
        return ran

    def _check(self, words: list[str], listing: Listing) -> str:
        """Compares both sides; returns by what.

        Raises:
            HostError: they differ, or cannot be compared.
        """
        ran = self._compare(words, listing)
        is_by_size = any((u := _UNCHECKED.search(m)) and int(u["count"]) for m in ran.messages)
        if ran.exit_code == 0 and is_by_size and self._options.compares_content:
            ran = self._compare([*words, "--download"], listing)
        if ran.exit_code:
            # Not by `splitlines`: names hold U+2028 and U+0085, though no line feed in rclone's.
            lines = ran.stdout.split("\n")
            different = [line[2:] for line in lines if line.startswith(_MARKS)]
            if different:
                raise HostError(
                    f"{self._target} is not equal to {self._shown}: differ or are missing "
                    f"{named(different)}; run it again"
                )
            raise self._failed(ran)
        if not is_by_size:
            return "hash"
        return "content" if self._options.compares_content else "size"

    def _compare(self, words: list[str], listing: Listing) -> Ran:
        _, retried = self._follow(listing)
        seen = 0

        def told(stats: Stats) -> None:
            # Of a file that both sides have a hash of, nothing travels: its share is what it is.
            nonlocal seen
            share = min(1.0, stats.checks / max(1, len(listing.sizes)))
            self._watcher.advance(int(listing.size * share) - seen)
            seen = int(listing.size * share)

        with during(self._watcher, f"comparing with {self._target}", listing.size):
            places = [self._source, self._target]
            return rclone.run(
                [*words, "--combined", "-", "--", *places], told, retried, self._rules
            )

    def _require_all(self, wanted: Sequence[str]) -> None:
        """Counts what is in the target: `check` passes over what `copy` passed over.

        Raises:
            HostError: something is not there.
        """
        with during(self._watcher, f"looking through {self._target}"):
            there = list_files(self._target)
        if there.ran.exit_code not in {0, NO_SUCH_FOLDER}:
            raise self._failed(there.ran)
        if missing := absent(wanted, there.sizes):
            deed = (
                "it takes names for one that differ by case, or by how their letters are composed: "
                "give them names of their own"
                if alike(wanted) & set(missing)
                else "run it again"
            )
            raise HostError(f"{self._target} does not hold {named(missing)}; {deed}")

    def _require_nothing_passed_over(self, listing: Listing) -> None:
        if listing.twice:
            raise HostError(
                f"{self._shown} holds several files of one name, of which one was copied: "
                f"{named(listing.twice)}; rename them, or see `rclone dedupe`"
            )
        if listing.passed_over:
            raise HostError(
                f"{self._shown} holds links, or what is no file; all else was copied, but not "
                f"{named(listing.passed_over)} (RCLONE_COPY_LINKS=true has links followed)"
            )

    def _follow(self, listing: Listing) -> tuple[Callable[[Stats], None], Callable[[str], bool]]:
        return follow(self._watcher, listing.size, self._shown, self._target)

    def _failed(self, ran: Ran, *, of_source: bool = False) -> HostError:
        def origin(name: str) -> str:
            return places.below(self._shown, self._origins.get(name, name))

        # Where the source only stands for what a person named, its own path tells nothing.
        found = places.match_remote(self._source)
        hidden = f"{self._source[found.end() :]}/" if found and self._shown != self._source else ""
        with during(self._watcher, "looking what is wrong"):
            return diagnose(
                ran, self._shown, self._target, origin, hidden=hidden, of_source=of_source
            )
