"""Where a place ends: behind rclone's remotes that only lead to others.

What holds for Google Photos holds by whatever name it is reached, and what holds for a folder of
this computer likewise.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from drivers.cloud import rclone
from drivers.cloud.places import below, match_remote, options_of

GOOGLE_PHOTOS = "google photos"
_ALIAS, _COMBINE, _UNION = "alias", "combine", "union"
# The backends of rclone that keep nothing themselves, each with the option that says where (their
# pages in its documentation); what they do to names and contents is their own.
_LEADS_TO = {
    _ALIAS: "remote",
    "archive": "remote",
    "cache": "remote",
    "chunker": "remote",
    "compress": "remote",
    "crypt": "remote",
    "hasher": "remote",
    _COMBINE: "upstreams",
    _UNION: "upstreams",
}
# What a union's part may have behind it, of how it is used.
_MODES = (":ro", ":nc", ":writeback")
# Remotes that lead to each other in a circle are rclone's to refuse.
_DEEPEST = 10


@dataclass(frozen=True)
class End:
    """Where a place ends.

    Attributes:
        kind: of the cloud, in rclone's words (`drive`, `google photos`, `s3`, …); `local` for a
            folder of this computer, empty for a remote that rclone does not know.
        place: as it is called there; where it was led through something, the folder that all of
            that remote is kept in.
        through: what kinds of remotes lead there, such as `crypt`, but those that change nothing.
    """

    kind: str
    place: str
    through: tuple[str, ...] = ()


def ends(place: str) -> list[End]:
    """Where a place ends: several where a union or a combination leads there.

    Raises:
        HostError: rclone is not installed, or what it is set to is wrong.
    """
    if not match_remote(place):
        return [End("local", place)]
    return list(_ends(place, sections()))


def sections() -> dict[str, dict[str, str]]:
    """What rclone's configuration says of each remote.

    Raises:
        HostError: as `ends`.
    """
    found: dict[str, dict[str, str]] = json.loads(rclone.answer(["config", "dump"]))
    return found


def is_google_photos(place: str) -> bool:
    """Whether any of a place is in Google Photos.

    Raises:
        HostError: as `ends`.
    """
    return any(end.kind == GOOGLE_PHOTOS for end in ends(place))


def _ends(
    place: str,
    known: Mapping[str, Mapping[str, str]],
    through: tuple[str, ...] = (),
    left: int = _DEEPEST,
) -> Iterator[End]:
    found = match_remote(place)
    if not found:
        yield End("local", place, through)
        return
    if found["backend"]:
        kind, section = found["backend"], options_of(found)
        # What stands before a colon on its own is the name of the backend's flags.
        kind = GOOGLE_PHOTOS if kind == "gphotos" else kind
    else:
        name = found["name"]
        section = {**known.get(name, {}), **_from_environ(name), **options_of(found)}
        kind = section.get("type", "")
    leads = section.get(_LEADS_TO.get(kind, ""), "")
    if not leads or not left:
        yield End(kind, place, through)
        return
    path = place[found.end() :].strip("/")
    is_plain = kind == _ALIAS or (kind == _COMBINE and path)
    for inner in _inner(kind, leads, path):
        yield from _ends(inner, known, through if is_plain else (*through, kind), left - 1)


def _inner(kind: str, leads: str, path: str) -> Iterator[str]:
    """The places that a remote leads to, for a path of its own."""
    if kind == _ALIAS:
        yield below(leads, path) if path else leads
    elif kind in {_COMBINE, _UNION}:
        # Blanks part them, and quotes hold together what has a blank in it.
        for part in next(csv.reader([leads], delimiter=" ", skipinitialspace=True), []):
            name, _, inner = part.partition("=")
            if kind == _UNION:
                mode = next((mode for mode in _MODES if part.endswith(mode)), "")
                yield part.removesuffix(mode)
            elif not path:
                yield inner
            elif path.split("/")[0] == name:
                rest = path.partition("/")[2]
                yield below(inner, rest) if rest else inner
    else:
        yield leads


def _from_environ(name: str) -> dict[str, str]:
    """What the environment says of a remote (rclone's docs, "Environment variables")."""
    prefix = f"RCLONE_CONFIG_{name.upper()}_"
    return {
        variable.removeprefix(prefix).lower(): value
        for variable, value in os.environ.items()
        if variable.startswith(prefix)
    }
