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

from drivers.android.content import parse_rows
from drivers.android.send import fill
from drivers.errors import StablePhoneError
from drivers.rescue.looking import Looking
from drivers.rescue.sync import Stat, SyncConnection

if TYPE_CHECKING:
    from drivers.phone import Phone

# Everything in these is taken, whatever it is called: sidecars and motion parts belong to photos.
CAMERA_FOLDERS = ("DCIM", "Pictures", "Movies")
# Made by Android from what is rescued anyway, and made again when it is missing.
_PASSED_OVER = {".thumbnails", ".nomedia", ".database_uuid"}
_STORE = (
    "content query --user {user} --uri content://media/external/file "
    "--projection _id:_data --where 'media_type=1 OR media_type=3'"
)
# A store of 100,000 rows takes a slow phone half a minute to print.
_STORE_TIMEOUT_S = 180.0
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
        without_file: how many rows of the media store have no file behind them.
        older: files that were left out because of `since`.
        since: ISO 8601; empty where everything was asked for.
        unread: what cannot be looked at, such as a file of a failing card, with the reason.
    """

    items: tuple[Item, ...]
    storage: tuple[str, ...]
    without_file: int
    older: tuple[Item, ...] = ()
    since: str = ""
    unread: tuple[tuple[str, str], ...] = ()

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
    unread: list[tuple[str, str]] = []
    known: set[str] = set()
    try:
        known = _ask_store(phone)
    except ValueError as error:
        unread.append(("what only the media store knows", str(error)))
    with Looking(phone.client, phone.serial) as sync:
        storage = _storages(sync, phone)
        there = _walk(sync, [f"{root}/{name}" for root in storage for name in CAMERA_FOLDERS])
        looked = dict(sync.look(sorted(known - there.keys())))
    there |= {path: stat for path, stat in looked.items() if stat is not None}
    unread += [(path, f"error {stat.error}") for path, stat in there.items() if stat.error]
    found = [Item(p, stat.size, stat.mtime) for p, stat in sorted(there.items()) if stat.is_file]
    earliest = since.timestamp() if since else float("-inf")
    items = [item for item in found if item.mtime >= earliest]
    older = [item for item in found if item.mtime < earliest]
    return Survey(
        items=tuple(items),
        storage=storage,
        without_file=sum(stat is None for stat in looked.values()),
        older=tuple(older),
        since=since.isoformat(timespec="seconds") if since else "",
        unread=tuple(unread),
    )


def _ask_store(phone: Phone) -> set[str]:
    """The paths that the media store knows.

    Raises:
        ValueError: it does not tell; the message is its own.
    """
    listing = phone.shell(fill(_STORE, phone), timeout_s=_STORE_TIMEOUT_S)
    rows = parse_rows(listing.stdout, ("_id", "_data"))
    if listing.exit_code or not (rows or "No result found" in listing.stdout):
        raise ValueError(listing.stderr.strip().partition("\n")[0] or "it gives no answer")
    return {row["_data"] for row in rows if row.get("_data", "").startswith("/")}


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
        inside = [
            f"{folder}/{name}"
            for folder, names in sync.list(level)
            for name in names
            if name not in _PASSED_OVER
        ]
        looked = [(path, stat) for path, stat in sync.look(inside) if stat is not None]
        level = [path for path, stat in looked if stat.is_directory]
        found |= {path: stat for path, stat in looked if not stat.is_directory}
    return found
