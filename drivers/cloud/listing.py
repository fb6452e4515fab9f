"""What a place holds, by rclone's own listing, and whether another holds as much.

`rclone check` compares what `rclone copy` chose to see. A name that both of them pass over, such as
the second of two that a cloud takes for one, is found only by counting what is there.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from drivers.cloud import rclone
from drivers.cloud.rclone import Ran
from drivers.cloud.trouble import shortened

NO_SUCH_FOLDER = 3
# In rclone's log, of links and devices in a folder of this computer (backend/local/local.go).
_PASSED_OVER = re.compile(
    r"(?P<name>.*): (?:Can't follow symlink|Can't transfer non file/directory)", re.DOTALL
)


@dataclass(frozen=True)
class Listing:
    """What a place holds.

    Attributes:
        ran: the run that listed it; where it failed, the rest is empty.
        sizes: of each file, by its path; -1 where the cloud does not tell, as Google Photos.
        twice: paths that several files have, which Google Drive allows and rclone cannot copy.
        passed_over: what rclone does not copy, such as links to other files.
    """

    ran: Ran
    sizes: dict[str, int]
    twice: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all whose size is known."""
        return sum(max(0, size) for size in self.sizes.values())

    @property
    def needs_exact_names(self) -> bool:
        """Whether names differ only in how their letters are composed (NFC, NFD).

        rclone takes such names for one unless it is told otherwise, which is good elsewhere: HFS+
        and others compose names in their own way.
        """
        return len({unicodedata.normalize("NFC", name) for name in self.sizes}) < len(self.sizes)

    @property
    def has_composed_names(self) -> bool:
        """Whether a name has letters that can be composed in another way."""
        forms: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
        return any(not unicodedata.is_normalized(f, name) for name in self.sizes for f in forms)


def list_files(place: str) -> Listing:
    """Lists a place with all below it.

    Args:
        place: `remote:folder`, or a folder of this computer.

    Raises:
        HostError: rclone is not installed.
    """
    words = ["lsjson", "-R", "--files-only", "--no-modtime", "--no-mimetype", "--", place]
    ran = rclone.run(words)
    if ran.exit_code:
        return Listing(ran, {})
    found = [(str(entry["Path"]), int(entry["Size"])) for entry in json.loads(ran.stdout)]
    passed = [match["name"] for line in ran.messages if (match := _PASSED_OVER.match(line))]
    twice = [name for name, count in Counter(name for name, _ in found).items() if count > 1]
    return Listing(ran, dict(found), tuple(twice), tuple(passed))


def absent(wanted: Iterable[str], there: Iterable[str]) -> list[str]:
    """Which names have no file of their own in another place.

    Args:
        wanted: names.
        there: names of the other place; it may write them in other case, or compose their letters
            in another way, but not take two for one.

    >>> absent(["a.jpg", "A.jpg", "b.jpg"], ["A.JPG", "b.jpg"])
    ['A.jpg']
    """
    left = Counter(map(_folded, there))
    missing: list[str] = []
    for name in wanted:
        key = _folded(name)
        if left[key]:
            left[key] -= 1
        else:
            missing.append(name)
    return missing


def alike(names: Iterable[str]) -> set[str]:
    """Those of the names that some clouds and disks take for one with another of them.

    >>> sorted(alike(["a.jpg", "A.jpg", "b.jpg"]))
    ['A.jpg', 'a.jpg']
    """
    names = list(names)
    counts = Counter(map(_folded, names))
    return {name for name in names if counts[_folded(name)] > 1}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def files(count: int) -> str:
    """A number of files for a person.

    >>> files(1), files(2)
    ('1 file', '2 files')
    """
    return f"{count} file" if count == 1 else f"{count} files"


def named(names: Sequence[str]) -> str:
    """How many files, and the first three of them.

    >>> named(["a", "b", "c", "d"])
    '4 files: a, b, c, …'
    """
    first = ", ".join(names[:3])
    return f"{files(len(names))}: {shortened(first)}{', …' if len(names) > len(names[:3]) else ''}"
