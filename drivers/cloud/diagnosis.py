"""Which side of a transfer failed, and why: asked of both, since rclone does not always say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from drivers.cloud import google_photos, places, rclone, remotes
from drivers.cloud.listing import NO_SUCH_FOLDER
from drivers.cloud.rclone import Ran
from drivers.cloud.trouble import FULL, TOO_LONG, explain, kind_of, shortened
from drivers.errors import HostError
from drivers.rescue.verification import shown

_IMPATIENT = ("--retries", "1", "--low-level-retries", "1")
# What rclone says of a file that it was to send (operations.copy, backend/local).
_UNREAD = re.compile(
    r"failed to open source object|source file is being updated|symlink: stat", re.IGNORECASE
)
# An encrypted name is longer by its padding and its spelling: of 255 bytes it leaves so many
# (rclone's docs of crypt, "Name encryption").
_ENCRYPTED_BYTES = 143


def diagnose(
    ran: Ran,
    source: str,
    target: str,
    origin: Callable[[str], str],
    *,
    hidden: str = "",
    of_source: bool = False,
) -> HostError:
    """What to tell of a run that failed.

    An S3 that refuses the key, or is gone, is said to be "a file not a directory". So both sides
    are asked for a list of their first folder.

    Args:
        ran: the run.
        source: where it copied from, as a person knows it.
        target: where to.
        origin: the file of the source that a name of rclone's means, as a person knows it.
        hidden: what of rclone's words to leave out.
        of_source: whether it asked the source alone.
    """
    for place in (source, target):
        if told := _trouble_with(place, _first_folder(place)):
            return HostError(told)
    # What arrived when it was tried again did not fail.
    failed = {
        name: words.replace(hidden, "") if hidden else words
        for name, words in ran.failed.items()
        if name not in ran.copied
    }
    unread = [name for name, words in failed.items() if _UNREAD.search(words)]
    if unread and all(kind_of(failed[name]) is None for name in failed.keys() - unread):
        return HostError(_unread(unread, failed, origin))
    words = [*failed.values(), *ran.problems, ran.stats.last_error, *ran.messages]
    words = [word.replace(hidden, "") if hidden else word for word in words if word]
    is_missing = ran.exit_code == NO_SUCH_FOLDER
    is_source = of_source or is_missing
    place = source if is_source else target
    if not is_source and _is_full(target, ran):
        words.append(FULL)
    if not is_source and _has_long_names(failed, target):
        words.insert(0, f"{TOO_LONG}; {next(iter(failed.values()))}")
    told = explain(words, place, places.name_of(place), _first_of(failed))
    if is_missing and remotes.is_google_photos(source):
        told += f". {google_photos.SOURCE_NOTE}"
    return HostError(told)


def require_open(place: str) -> bool:
    """Refuses a place that refuses us, before anything long begins.

    Returns:
        Whether anything is in the first folder of its path.

    Raises:
        HostError: it refuses the sign-in, cannot be reached, or the like.
    """
    asked = _first_folder(place)
    if told := _trouble_with(place, asked):
        raise HostError(told)
    return bool(asked.stdout)


def _first_folder(place: str) -> Ran:
    root = places.root_of(place)
    return rclone.run(["lsf", "--max-depth", "1", *_IMPATIENT, "--", root])


def _trouble_with(place: str, asked: Ran) -> str:
    """What is wrong with a place, if that is known; else the words of a transfer say more."""
    problems = [*asked.problems, *asked.messages]
    if asked.exit_code in {0, NO_SUCH_FOLDER} or all(kind_of(line) is None for line in problems):
        return ""
    return explain(problems, place, places.name_of(place))


def _is_full(target: str, ran: Ran) -> bool:
    """Whether the target has less room than was still to come; not every cloud tells."""
    asked = rclone.run(["about", "--json", "--", target])
    try:
        free = json.loads(asked.stdout).get("free")
    except (ValueError, AttributeError):
        return False
    return isinstance(free, int) and free < ran.stats.total - ran.stats.done


def _has_long_names(failed: Mapping[str, str], target: str) -> bool:
    """Whether all that failed has names that are too long once they are encrypted.

    WebDAV says "not allowed" to such a name as to others.
    """
    if any(TOO_LONG.split(",")[0] in words for words in failed.values()):
        return False
    parts = [max(map(_length, name.split("/"))) for name in failed]
    if not parts or min(parts) <= _ENCRYPTED_BYTES:
        return False
    return any("crypt" in end.through for end in remotes.ends(target))


def _length(part: str) -> int:
    return len(part.encode(errors="replace"))


def _unread(unread: list[str], failed: Mapping[str, str], origin: Callable[[str], str]) -> str:
    quoted = next((name for name in unread if rclone.QUOTE in name), "")
    name = quoted or unread[0]
    more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
    reason = (
        f"rclone cannot open a name with its own sign {rclone.QUOTE}: rename it"
        if quoted
        else "it is gone, or changed on the way: run it again"
    )
    return f"{origin(name)}{more} cannot be read: {reason} (rclone: {shortened(failed[name])})"


def _first_of(failed: Mapping[str, str]) -> str:
    """The file at which it failed, of those whose words tell most."""
    kinds = {name: kind_of(said) for name, said in failed.items()}
    known = [kind for kind in kinds.values() if kind is not None]
    told = [name for name, kind in kinds.items() if kind == min(known)] if known else list(failed)
    if not told:
        return "a file"
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    return f"{shown(told[0])}{more}"
