"""Names of the phone's files on a file system that may not hold them.

What the file system can hold stays as it is: whether it can is tried in the folder itself, for a
Linux computer may well write to a stick of Windows'. Pure but for `probe`.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# What Windows, and the file systems that come from there, keep for themselves.
_SUSPECTS = '<>:"|?*\\' + "".join(map(chr, range(1, 32))) + "\x7f"
# Devices, with the digits and superscripts that number them, and the console's two ends: Microsoft,
# "Naming Files, Paths, and Namespaces" and "Console Handles".
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{device}{digit}" for device in ("com", "lpt") for digit in "123456789¹²³"
}
_LONG = 255
# Of the storage that is built in, with its user, and of all (android.os.Environment).
_STORAGE = re.compile(r"/storage/(?:emulated/\d+/)?")


@dataclass(frozen=True)
class Rules:
    """What a file system cannot hold.

    Attributes:
        forbidden: characters that no name may hold.
        folds: whether names that differ by case, or by the way an accent is written, are one.
        composes: whether those that differ by the way an accent is written are one, if not by case.
        is_windows: whether CON, NUL and the like are devices, and a dot at the end is dropped.
        takes_any_bytes: whether a name may be something else than UTF-8.
        counts_bytes: whether the limit of 255 is of bytes in UTF-8, else of UTF-16's units.
    """

    forbidden: frozenset[str] = frozenset()
    folds: bool = False
    composes: bool = False
    is_windows: bool = False
    takes_any_bytes: bool = True
    counts_bytes: bool = True


def probe(folder: Path) -> Rules:
    """Tries what a folder's file system can hold.

    Args:
        folder: exists, and nobody else writes to it; it is as before afterwards.

    Raises:
        OSError: nothing can be written there at all.
    """
    folds = _are_one(folder, "probe", "PROBE") or _are_one(folder, "prob\u00e9", "probe\u0301")
    forbidden = {c for c in _SUSPECTS if not _holds(folder, f"probe{c}probe")}
    return Rules(
        forbidden=frozenset(forbidden),
        folds=folds,
        is_windows=os.name == "nt" or not _holds(folder, "probe."),
        takes_any_bytes=_holds(folder, "probe\udcff"),
        # 200 letters are 400 bytes: only a limit of units lets them through.
        counts_bytes=not _holds(folder, "é" * 200),
    )


def _are_one(folder: Path, name: str, other: str) -> bool:
    """Whether two names mean one file.

    Raises:
        OSError: nothing can be written there at all.
    """
    path = folder / name
    path.touch()
    found = (folder / other).exists()
    path.unlink()
    return found


def _holds(folder: Path, name: str) -> bool:
    path = folder / name
    try:
        path.touch()
        held = name in os.listdir(folder)  # noqa: PTH208 - names as they are, not as paths
        path.unlink()
    except OSError:
        return False
    except ValueError:  # a surrogate, on a system whose names are UTF-16
        return False
    return held


class Names:
    """Gives each file of the phone a place of its own below a folder.

    Args:
        rules: of the file system.
        taken: places that are given already, relative, with `/` between their parts.
    """

    def __init__(self, rules: Rules, taken: Iterable[str] = ()) -> None:
        self._rules = rules
        self._taken: set[str] = set()
        # The folder that a wanted one became, and every folder that holds something.
        self._folders: dict[str, str] = {}
        self._used: set[str] = set()
        for place in taken:
            self._take(place)

    def place(self, relative: str) -> str:
        """Gives a place to a path, which no later call gives again.

        Args:
            relative: path on the phone below its storage.

        Returns:
            A relative path with `/` between its parts; the phone's own where that can be.
        """
        *folders, name = (portable(part, self._rules) for part in relative.split("/"))
        folder = self._folder(folders)
        number = 1
        while True:
            candidate = folder + (name if number == 1 else numbered(name, number, self._rules))
            if self._key(candidate) not in self._taken and self._key(candidate) not in self._used:
                self._take(candidate)
                return candidate
            number += 1

    def _folder(self, parts: list[str]) -> str:
        """One folder on the phone is one here, and folders that differ by case share theirs."""
        folder = ""
        for part in parts:
            wanted = f"{folder}{part}"
            known = self._folders.get(self._key(wanted))
            number = 1
            while known is None:
                name = part if number == 1 else numbered(part, number, self._rules)
                if self._key(folder + name) not in self._taken:
                    known = self._folders[self._key(wanted)] = folder + name
                number += 1
            folder = f"{known}/"
        return folder

    def _take(self, place: str) -> None:
        self._taken.add(self._key(place))
        parts = place.split("/")
        for count in range(1, len(parts)):
            folder = "/".join(parts[:count])
            self._folders.setdefault(self._key(folder), folder)
            self._used.add(self._key(folder))

    def _key(self, place: str) -> str:
        if self._rules.folds or self._rules.composes:
            place = unicodedata.normalize("NFC", place)
        return unicodedata.normalize("NFC", place.casefold()) if self._rules.folds else place


def below_storage(path: str) -> str:
    """The path of a file below its storage; a card's begins with the card's name.

    >>> below_storage("/storage/emulated/0/DCIM/a.jpg"), below_storage("/storage/1A-2B/DCIM/a.jpg")
    ('DCIM/a.jpg', '1A-2B/DCIM/a.jpg')
    """
    found = _STORAGE.match(path)
    return path[found.end() :] if found else path.lstrip("/")


def portable(name: str, rules: Rules) -> str:
    r"""Changes a name as little as its file system demands.

    Forbidden characters become `_`, bytes that are no UTF-8 `%XX`; a reserved word gets a `_`.

    >>> portable("a:b\n.jpg", Rules(forbidden=frozenset(":\n")))
    'a_b_.jpg'
    >>> portable("con.jpg", Rules(is_windows=True))
    'con_.jpg'
    """
    # The media store of Android 9 and older holds any path that an app gave it, `..` included.
    if name in {"", ".", ".."}:
        return "_"
    if not rules.takes_any_bytes:
        name = "".join(f"%{ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff" else c for c in name)
    name = "".join("_" if c in rules.forbidden else c for c in name)
    if rules.is_windows:
        stem, dot, rest = name.partition(".")
        if stem.rstrip(" ").lower() in _RESERVED:
            name = f"{stem.rstrip(' ')}_{dot}{rest}"
        if name.endswith((".", " ")):
            name = f"{name[:-1]}_"
    return _shortened(name, "", rules)


def numbered(name: str, number: int, rules: Rules) -> str:
    """Puts a number before the extension, within the limit of length.

    >>> numbered("IMG.jpg", 2, Rules())
    'IMG~2.jpg'
    """
    stem, dot, extension = name.rpartition(".")
    if not stem:
        stem, dot, extension = name, "", ""
    return _shortened(stem, f"~{number}{dot}{extension}", rules)


def _shortened(stem: str, ending: str, rules: Rules) -> str:
    if not ending and _length(stem, rules) > _LONG:
        head, dot, extension = stem.rpartition(".")
        if head and _length(extension, rules) < _LONG // 2:
            stem, ending = head, dot + extension
    while _length(stem + ending, rules) > _LONG:
        stem = stem[:-1]
    return stem + ending


def _length(name: str, rules: Rules) -> int:
    if rules.counts_bytes:
        return len(name.encode("utf-8", "surrogateescape"))
    return len(name.encode("utf-16-le", "surrogatepass")) // 2
