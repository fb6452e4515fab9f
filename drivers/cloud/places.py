"""Places as rclone writes them: `remote:folder`, or a folder of this computer."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from drivers.cloud import rclone
from drivers.cloud.trouble import explain, kind_of
from drivers.errors import HostError

# rclone's own grammar (fs/fspath): `name:path`, `:backend:path` for a remote that stands in no
# configuration, and behind either options of its own, `name,option=value,option="a:b":path`.
_NAME = r"[\w.+@](?:[\w.+@ -]*[\w.+@-])?"
_OPTION = (
    r",(?P<key>\w+)(?:=(?P<value>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|(?:[^,:'\"][^,:]*)?))?(?=[,:])"
)
_OPTIONS = re.sub(r"\?P<\w+>", "?:", _OPTION)
_REMOTE = re.compile(
    rf"(?P<name>:(?P<backend>[\w ]+)|{_NAME})(?P<options>(?:{_OPTIONS})*):", re.DOTALL
)
_EACH_OPTION = re.compile(_OPTION, re.DOTALL)


def match_remote(place: str) -> re.Match[str] | None:
    """The part of a place that names its remote; None for a folder of this computer.

    On Windows one letter and a colon is a drive, as to rclone.
    """
    found = _REMOTE.match(place)
    return None if found and os.name == "nt" and len(found[0]) == len("C:") else found


def options_of(found: re.Match[str]) -> dict[str, str]:
    """The options that a place sets for its remote.

    >>> options_of(match_remote("dav,vendor=other,url='http://h':a"))
    {'vendor': 'other', 'url': 'http://h'}
    """
    told = {}
    for option in _EACH_OPTION.finditer(found["options"] + ":"):
        text = option["value"] if option["value"] is not None else "true"
        quote = text[:1]
        if quote and quote in "'\"":
            text = text[1:-1].replace(quote * 2, quote)
        told[option["key"]] = text
    return told


def name_of(place: str) -> str:
    """The remote's name as a person knows it; empty for a folder of this computer.

    >>> name_of("drive:Camera"), name_of("d,vendor=other:a"), name_of("/home/me")
    ('drive', 'd', '')
    """
    found = match_remote(place)
    return found["name"] if found else ""


def root_of(place: str) -> str:
    """The remote with the first folder of its path: what has to answer if anything does.

    >>> root_of("s3:bucket/a/b")
    's3:bucket'
    """
    found = match_remote(place)
    if not found:
        return place
    return place[: found.end()] + place[found.end() :].lstrip("/").split("/")[0]


def below(place: str, name: str) -> str:
    """A file or folder in a place.

    >>> below("drive:", "a"), below("drive:b", "a")
    ('drive:a', 'drive:b/a')
    """
    return f"{place}{name}" if place.endswith((":", "/")) else f"{place}/{name}"


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


def remotes() -> list[str]:
    """The names of the remotes of rclone's configuration.

    Raises:
        HostError: rclone is not installed, or what it is set to is wrong.
    """
    return [line[:-1] for line in rclone.answer(["listremotes"]).splitlines()]


def can_set_aside(place: str) -> bool:
    """Whether a cloud can move a file on its own, which is what setting aside takes.

    Raises:
        HostError: rclone is not installed, or knows no such remote, or the cloud lets nobody in.
    """
    features = _features(place)
    return bool(features.get("Move") or features.get("Copy"))


def is_bucket(place: str) -> bool:
    """Whether a place is a whole bucket: what is beside it can only be another one.

    Raises:
        HostError: as `can_set_aside`.
    """
    is_first = root_of(place).rstrip("/") == place.rstrip("/")
    return is_first and bool(_features(place).get("BucketBased"))


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
