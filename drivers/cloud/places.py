"""Places as rclone writes them: `remote:folder`, or a folder of this computer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from drivers.cloud import rclone
from drivers.cloud.trouble import explain, kind_of
from drivers.errors import HostError

GOOGLE_PHOTOS = "google photos"
# `name:path`, and `:backend,option=value:path` for a remote that stands in no configuration.
# One letter and a colon is a drive of Windows'.
_REMOTE = re.compile(r"(?P<name>[\w.+@-][\w.+@ -]+|:(?P<backend>[\w ]+)[^:]*(?:\"[^\"]*\")*):")


def name_of(place: str) -> str:
    """The remote's name as a person knows it; empty for a folder of this computer.

    >>> name_of("drive:Camera"), name_of("/home/me"), name_of("C:/Users")
    ('drive', '', '')
    """
    found = _REMOTE.match(place)
    return found["name"] if found else ""


def root_of(place: str) -> str:
    """The remote with the first folder of its path: what has to answer if anything does.

    >>> root_of("s3:bucket/a/b")
    's3:bucket'
    """
    found = _REMOTE.match(place)
    if not found:
        return place
    return place[: found.end()] + place[found.end() :].lstrip("/").split("/")[0]


def beside(place: str, ending: str) -> str:
    """A folder beside that one, on the same remote; empty where there can be none.

    >>> beside("drive:a/b/", ".old"), beside("drive:", ".old")
    ('drive:a/b.old', '')
    """
    trimmed = place.rstrip("/")
    return "" if not trimmed or trimmed.endswith(":") else trimmed + ending


def require_meant(place: str) -> None:
    """Refuses a word that may be a remote whose colon was forgotten.

    Raises:
        HostError: it names neither a remote nor, plainly, a folder; or rclone is not installed.
    """
    if name_of(place) or Path(place).is_absolute() or place.startswith("."):
        return
    first = place.split("/")[0]
    rest = place.partition("/")[2]
    if first in remotes():
        raise HostError(
            f"{place} means a folder of this computer, and {first} is a remote: write "
            f"`{first}:{rest}` for the remote, `./{place}` for the folder"
        )
    if not Path(place).exists():
        raise HostError(
            f"{place} is no remote, which has a colon (`drive:Photos`), and no folder here; write "
            f"`./{place}` should it become one"
        )


def remotes() -> dict[str, str]:
    """The remotes of rclone's configuration: each name with the kind of its cloud.

    Raises:
        HostError: rclone is not installed.
    """
    listed = rclone.run(["listremotes", "--json"])
    try:
        return {remote["name"]: remote["type"] for remote in json.loads(listed.stdout)}
    except (ValueError, KeyError, TypeError):
        return {}


def backends(*places: str) -> list[str]:
    """What kind of cloud each place is on, in rclone's words (`drive`, `google photos`, `s3`, …).

    Returns:
        Empty for a folder of this computer, and for a remote that rclone does not know.

    Raises:
        HostError: rclone is not installed.
    """
    found = [_REMOTE.match(place) for place in places]
    known = remotes() if any(one and not one["backend"] for one in found) else {}
    return [_backend(one, known) if one else "" for one in found]


def _backend(found: re.Match[str], known: Mapping[str, str]) -> str:
    if not found["backend"]:
        return known.get(found["name"], "")
    # What stands before a colon on its own is the name of the backend's flags.
    return GOOGLE_PHOTOS if found["backend"] == "gphotos" else found["backend"]


def can_set_aside(place: str) -> bool:
    """Whether a cloud can move a file on its own, which is what setting aside takes.

    Raises:
        HostError: rclone is not installed, or knows no such remote, or the cloud lets nobody in.
    """
    features = _features(place)
    return bool(features.get("Move") or features.get("Copy"))


def is_blind_to_case(place: str) -> bool:
    """Whether a cloud takes names for one that differ by case only.

    Raises:
        HostError: as `can_set_aside`.
    """
    return bool(_features(place).get("CaseInsensitive"))


def _features(place: str) -> Mapping[str, object]:
    asked = rclone.run(["backend", "features", "--", place])
    words = [*asked.problems, *asked.messages]
    if asked.exit_code and any(kind_of(line) is not None for line in words):
        raise HostError(explain(words, place, name_of(place)))
    try:
        return dict(json.loads(asked.stdout)["Features"])
    except (ValueError, KeyError, TypeError):
        return {}
