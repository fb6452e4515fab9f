"""What Photos says about the backup: `photos.status` and `photos.counter`.

Reading is strict: a statement has to be, whole, one that the lexicon holds. "Backing up to
user@example.com" names an account and "3 of 5 stars" an album's rating; neither is a status.
This module must not know adb: texts and screens in, facts out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from drivers.nodes import Node, Screen
from drivers.photos.counter import FRACTION, PLACE, Counter, take_numbers
from drivers.photos.pages import backup_switch
from drivers.photos.statements import statements
from drivers.values import Json, ValueType
from drivers.vocabulary import PHOTOS_PACKAGE, Fact
from drivers.wording import plain, shown

# fmt: off
STATUSES = (
    "uploading", "getting_ready", "scanning", "cloud_sync", "compressing", "waiting_wifi",
    "waiting_network", "offline", "data_limit", "waiting_power", "battery_low", "too_hot",
    "cloud_full", "phone_full", "throttled", "paused", "off", "other_account", "signed_out",
    "skipped_items", "not_backed_up", "complete", "unknown",
)

# Where several are said at once, the one that names a reason holds, then the one that names what
# goes on; "Backup complete" is believed only where nothing else is said.
PRECEDENCE = (
    "cloud_full", "phone_full", "too_hot", "data_limit", "battery_low", "waiting_power",
    "other_account", "signed_out", "offline", "waiting_wifi", "waiting_network", "throttled",
    "off", "paused", "cloud_sync", "compressing", "scanning", "getting_ready", "uploading",
    "skipped_items", "not_backed_up", "complete",
)
# fmt: on

# Ids whose words are about the backup, most telling first: photos_autobackup_particle_* since
# 2020, og_bento_* since 2024, the disc since 2020 (AugusDogus/fairth, qhhonx/pixelbridge, 2026).
_TELLING_IDS = (
    "photos_autobackup_particle_status_title",
    "photos_autobackup_particle_status_description",
    "og_bento_card_title",
    "og_bento_card_subtitle",
    "selected_account_disc",
)
# What measures and does not count: a share, a size, a time of day, minutes and hours to go.
_UNIT = re.compile(
    r"[%٪@$€£]|# ?(?:[kmgt]?i?b|[kmgt]?o|[кмгт]?б|байт|ج\.ب|م\.ب|غ\.ب)\b|#:"
    r"|# ?(?:s|sec|min|m|h|hr|std|мин|ч|час|分|秒|时|時|小时|分钟|시간|분|초)\b"
    r"|# ?(?:second|minut|hour|stund|heure|hor[ao]|ora|ore|час|мин|day|tag|jour|d[ií]a)"
)
# The description's id is that of a public decompilation of the status card (2024).
_STATUS_LINE = _TELLING_IDS[:2]


@dataclass(frozen=True)
class Status:
    """What was said about the backup.

    Attributes:
        status: a word of `photos.status`; unknown where nothing was said that is understood.
        done: items backed up or under way, None where not shown.
        total: items in this round, None where not shown.
        left: items still to go, None where not shown.
        text: the words it was read from, as a person sees them; empty for unknown.
        confidence: A, B or D: of the least certain of the wordings; empty for unknown.
        is_inferred: whether only a counter was said, which Photos shows while it uploads.
    """

    status: str = "unknown"
    done: int | None = None
    total: int | None = None
    left: int | None = None
    text: str = ""
    confidence: str = ""
    is_inferred: bool = False

    @property
    def is_known(self) -> bool:
        """Whether anything was said about the backup."""
        return self.status != "unknown"

    @property
    def counter(self) -> Counter:
        """The numbers alone."""
        return Counter(self.done, self.total, self.left)

    def as_json(self) -> dict[str, Json]:
        """What reading aloud prints; a status that is unknown has nothing else to say."""
        if not self.is_known:
            return {"status": self.status}
        return {
            "status": self.status,
            "done": self.done,
            "total": self.total,
            "left": self.left,
            "text": self.text,
        }


UNKNOWN = Status()


# A watch reads the same few words again and again.
@lru_cache(maxsize=1024)
def read_status(text: str, locale: str = "") -> Status:
    """Reads a text that Photos showed: a status line, a notification, a content description.

    Args:
        text: one or several statements, with whatever marks the phone put round them.
        locale: BCP 47 tag of the phone, which decides only where two languages share words.

    Returns:
        The status and its numbers; `UNKNOWN` where no statement in it is about the backup.
    """
    said = shown(text)
    found, is_all = statements(said, locale)
    kinds = {hit.wording.kind for hit in found}
    if not kinds & {"status", "counter"}:
        return UNKNOWN
    named = [hit.wording.means for hit in found if hit.wording.kind == "status"]
    status = min(named, key=PRECEDENCE.index, default="uploading")
    counter = _merge(hit.counter for hit in found)
    # Who is signed in stands beside it in the disc's description, and is nobody's business.
    telling = [hit.text for hit in found if hit.wording.kind != "beside"]
    words = said if is_all else " • ".join(telling)
    confidence = max(hit.wording.confidence for hit in found)
    return Status(status, counter.done, counter.total, counter.left, words, confidence, not named)


def status_of(screen: Screen, locale: str = "", package: str | None = None) -> Status:
    """Reads the status off a screen of Photos.

    Args:
        screen: any screen; one without a window of Photos has no status.
        locale: BCP 47 tag of the phone.
        package: the Photos package; by default any that calls itself photos, since patched
            builds live under other names.

    Returns:
        The status of the most telling node that says one, with the numbers of that node or of
        another one that has some. Where none says one: off, if that is how the backup switch
        stands; else, in a language that the lexicon does not hold, the number on the status line
        is what is left, with status `unknown`; else `UNKNOWN`.
    """
    said = [
        (_rank(node), status)
        for node in screen.nodes
        if _is_photos(node, package)
        for text in dict.fromkeys((node.text, node.desc))
        if text and (status := read_status(text, locale)).is_known and screen.is_visible(node)
    ]
    if not any(status.counter for _, status in said):
        said += _said_together(screen, locale, package)
    if not said:
        return _switched_off(screen, package) or _counted(screen, package)
    best = min(rank for rank, _ in said)
    telling = [status for rank, status in said if rank == best]
    # Of a title and its counter, which stand in two nodes of equal rank, the title is the status.
    main = min(telling, key=lambda s: (s.is_inferred, PRECEDENCE.index(s.status), not s.counter))
    if main.status == "complete":
        return main
    numbers = main.counter or _merge(status.counter for _, status in said)
    texts = [main.text]
    if numbers and not main.counter:
        texts += [status.text for _, status in said if status.counter][:1]
    return replace(
        main,
        done=numbers.done,
        total=numbers.total,
        left=numbers.left,
        text=" • ".join(dict.fromkeys(texts)),
    )


def _said_together(screen: Screen, locale: str, package: str | None) -> list[tuple[int, Status]]:
    """What two views say that stand side by side: a status and "1 of 40", "12" and "items left".

    Both have to be understood to the last word, and together say a number.
    """
    found = []
    before: Node | None = None
    for node in screen.nodes:
        if not (_words(node) and _is_photos(node, package)):
            continue
        if before and before.parent == node.parent:
            pair = _words(before), _words(node)
            # A number belongs to the words behind it; two statements stand on lines of their own.
            text = (" " if any(map(_is_number, pair)) else "\n").join(pair)
            status = read_status(text, locale)
            is_all = status.counter and status.text == shown(text) and status.status != "complete"
            if is_all and screen.is_visible(before) and screen.is_visible(node):
                rank = min(_rank(before), _rank(node))
                found.append((rank, replace(status, text=" • ".join(status.text.split("\n")))))
        before = node
    return found


@lru_cache(maxsize=64)
def is_photos_package(package: str) -> bool:
    """Whether a package is Photos, under its own name or a patched build's.

    Patched builds put their own name in Google's place and leave the rest (ReVanced, Morphe);
    other makers' apps of that name back up elsewhere, and say so in the same words.

    >>> is_photos_package("app.revanced.android.apps.photos")
    True
    >>> is_photos_package("com.amazon.clouddrive.photos")
    False
    """
    return package == PHOTOS_PACKAGE or bool(_PATCHED.search(package))


_PATCHED = re.compile(r"(?:^|\.)(?:android|google|revanced|rvx|morphe)\.(?:\w+\.)?photos(?:\.|$)")


def _switched_off(screen: Screen, package: str | None) -> Status | None:
    """Off by the backup switch; on says nothing about how the backup goes."""
    switch = backup_switch(screen)
    if switch is None or switch.checked or not _is_photos(switch, package):
        return None
    return Status("off", text="the backup switch is off", confidence="B")


def _counted(screen: Screen, package: str | None) -> Status:
    """The counter of the status line by its id alone, for languages whose words are not known.

    The line under the title holds one number, the items left, in every wording of version 5.41
    (`photos_autobackup_particle_items_left_*`); two numbers, a fraction, or one with a unit are
    something else.
    """
    for node in screen.nodes:
        if node.id_name in _STATUS_LINE and _is_photos(node, package) and screen.is_visible(node):
            template, numbers = take_numbers(plain(node.text))
            if len(numbers) == 1 and FRACTION not in template and not _UNIT.search(template):
                return Status(left=numbers[0], text=shown(node.text), confidence="D")
    return UNKNOWN


def _is_photos(node: Node, package: str | None) -> bool:
    return node.package == package if package else is_photos_package(node.package)


def _is_number(words: str) -> bool:
    return take_numbers(plain(words))[0] == PLACE


def _words(node: Node) -> str:
    return node.text or node.desc


def _rank(node: Node) -> int:
    name = node.id_name
    return _TELLING_IDS.index(name) if name in _TELLING_IDS else len(_TELLING_IDS)


def _merge(counters: Iterable[Counter]) -> Counter:
    """All numbers that were said, the first of each role."""
    known: dict[str, int] = {}
    for counter in counters:
        for name, number in counter.as_value().items():
            known.setdefault(name, number)
    return Counter(**known)


FACTS = (
    Fact(
        "photos.status",
        ValueType("enum", STATUSES),
        "What Google Photos itself says about the backup.",
    ),
    Fact(
        "photos.counter",
        ValueType("counter"),
        "How many items are backed up and how many are left, as Google Photos shows it.",
    ),
)
