"""What a phone holds that is worth rescuing: the media store's files and the camera's folders.

Two sources, because neither knows everything: the media store knows media in every folder and
misses what was not scanned; folders know files and not which of them are media. The file system
has the last word: what is listed here was looked at. Sources: MediaStore.Files (AOSP
packages/providers/MediaProvider), `_data` being the absolute path, readable for shell; folder
names from android.os.Environment.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.errors import StablePhoneError
from drivers.rescue.looking import Looking
from drivers.rescue.store import ask_store, look_behind
from drivers.rescue.sync import Stat, SyncConnection

if TYPE_CHECKING:
    from drivers.phone import Phone

# Everything in these is taken, whatever it is called: sidecars and motion parts belong to photos.
CAMERA_FOLDERS = ("DCIM", "Pictures", "Movies")
# Made by Android from what is rescued anyway, and made again when it is missing.
_THUMBNAILS = ".thumbnails"
# Says by being there that a folder is no gallery's; an empty one holds nothing to lose.
_MARKER = ".nomedia"
TAKEN_OUT = "the media store knows it on a card that is not in the phone: put it in, rescue again"
_UNCLEAR = "the media store may mean something in a folder whose name begins like this"
# What MediaProvider calls files in the trash, or not finished (FileUtils.PATTERN_EXPIRES_FILE).
_EXPIRES = re.compile(r"\.(trashed|pending)-\d+-")


@dataclass(frozen=True)
class Item:
    """One file on the phone.

    Attributes:
        path: absolute; bytes that are no UTF-8 are kept as surrogates.
        size: bytes.
        mtime: when it was last changed, seconds since 1970.
    """

    path: str
    size: int
    mtime: int

    @property
    def state(self) -> str:
        """`trashed`, `pending` (not finished by its app) or empty, as MediaProvider names files."""
        found = _EXPIRES.match(self.path.rpartition("/")[2])
        return found[1] if found else ""


@dataclass(frozen=True)
class Survey:
    """What there is.

    Attributes:
        items: every file to rescue, by path.
        storage: the folders of the phone's storages, the built-in one first.
        without_file: paths that the media store knows, and at which there is nothing any more.
        older: files that were left out because of `since`.
        since: ISO 8601; empty where everything was asked for.
        unread: what cannot be looked at, such as a file of a failing card, with the reason in
            words.
        taken_out: paths that the media store knows on a card that is not in the phone.
    """

    items: tuple[Item, ...]
    storage: tuple[str, ...]
    without_file: tuple[str, ...] = ()
    older: tuple[Item, ...] = ()
    since: str = ""
    unread: tuple[tuple[str, str], ...] = ()
    taken_out: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all items."""
        return sum(item.size for item in self.items)


def survey(phone: Phone, *, since: dt.datetime | None = None) -> Survey:
    """Looks for everything that is to be rescued. Changes nothing.

    Args:
        phone: where.
        since: files that were last changed before it are left out.

    Raises:
        StablePhoneError: the phone shows no storage: nobody unlocked it since it was started.
        TransientPhoneError: the link dropped.
    """
    with Looking(phone.client, phone.serial) as looking:
        known = ask_store(phone, looking)
        storage = _storages(looking, phone)
        there = _walk(looking, [f"{root}/{name}" for root in storage for name in CAMERA_FOLDERS])
        behind = look_behind(looking, known, there)
        taken_out = _taken_out(looking, behind.nothing)
    there |= behind.found
    unread = [(path, _unread(stat)) for path, stat in there.items() if stat.error]
    unread += [(path, _UNCLEAR) for path in behind.unclear]
    if known.trouble:
        unread.append(("what only the media store knows", f"it cannot be asked: {known.trouble}"))
    found = [Item(p, stat.size, stat.mtime) for p, stat in sorted(there.items()) if stat.is_file]
    earliest = since.timestamp() if since else float("-inf")
    items = [item for item in found if item.mtime >= earliest]
    older = [item for item in found if item.mtime < earliest]
    return Survey(
        items=tuple(items),
        storage=storage,
        without_file=tuple(path for path in behind.nothing if path not in taken_out),
        older=tuple(older),
        since=since.isoformat(timespec="seconds") if since else "",
        unread=tuple(unread),
        taken_out=tuple(sorted(taken_out)),
    )


def _unread(stat: Stat) -> str:
    return f"the phone cannot look at it (error {stat.error})"


def _taken_out(sync: SyncConnection, paths: Iterable[str]) -> set[str]:
    """Which paths lie on a card of which there is nothing: it is out, and they are not deleted."""
    cards: dict[str, list[str]] = {}
    for path in paths:
        card = re.match(r"/storage/(?!emulated/|self/)[^/]+(?=/)", path)
        if card:
            cards.setdefault(card[0], []).append(path)
    return {path for card, names in sync.list(list(cards)) if not names for path in cards[card]}


def _storages(sync: SyncConnection, phone: Phone) -> tuple[str, ...]:
    """The built-in storage of the user in front, then cards and drives.

    Raises:
        StablePhoneError: there is nothing in the built-in one, not even Android's own folders.
    """
    if not shows_storage(sync, phone.user):
        raise StablePhoneError(
            f"phone {phone.serial} shows none of its storage: unlock it, and try again",
            serial=phone.serial,
        )
    ((_, names),) = sync.list(["/storage"])
    others = [f"/storage/{name}" for name in sorted(set(names) - {"emulated", "self"})]
    # What is a link leads to a storage that has its own name here, such as sdcard0 to emulated/0.
    cards = [path for path, stat in sync.look(others) if stat and stat.is_directory]
    return (built_in(phone.user), *cards)


def built_in(user: int) -> str:
    """The folder of the storage that is built in, as far as it is that user's."""
    return f"/storage/emulated/{user}"


def shows_storage(sync: SyncConnection, user: int) -> bool:
    """Whether the storage is there: even an empty one holds Android's own folders."""
    return any(names for _, names in sync.list([built_in(user)]))


def _walk(sync: SyncConnection, folders: Iterable[str]) -> dict[str, Stat]:
    """Everything below the folders that is no folder; links are not followed."""
    found: dict[str, Stat] = {}
    level = list(folders)
    while level:
        inside = [f"{folder}/{name}" for folder, names in sync.list(level) for name in names]
        looked = [
            (path, stat)
            for path, stat in sync.look(inside)
            if stat is not None and not _is_passed_over(path, stat)
        ]
        level = [path for path, stat in looked if stat.is_directory]
        found |= {path: stat for path, stat in looked if not stat.is_directory}
    return found


def _is_passed_over(path: str, stat: Stat) -> bool:
    """By name and kind: a folder that somebody called as Android calls a file is a folder."""
    name = path.rpartition("/")[2]
    if name == _THUMBNAILS:
        return stat.is_directory
    return name == _MARKER and stat.is_file and not stat.size
