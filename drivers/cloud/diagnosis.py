"""Which side of a transfer failed, and why: asked of both, since rclone does not always say."""

from __future__ import annotations

import json

from drivers.cloud import google_photos, places, rclone
from drivers.cloud.listing import NO_SUCH_FOLDER
from drivers.cloud.rclone import Ran
from drivers.cloud.trouble import FULL, explain, kind_of
from drivers.errors import HostError

_IMPATIENT = ("--retries", "1", "--low-level-retries", "1")


def diagnose(ran: Ran, source: str, target: str) -> HostError:
    """What to tell of a run that failed.

    An S3 that refuses the key, or is gone, is said to be "a file not a directory". So both sides
    are asked for a list of their first folder.

    Args:
        ran: the run.
        source: where it copied from.
        target: where to.
    """
    words = [*ran.problems, ran.stats.last_error, *ran.messages]
    for place in (source, target):
        if told := _trouble_with(place):
            return HostError(told)
    is_source = ran.exit_code == NO_SUCH_FOLDER
    place = source if is_source else target
    words = [word for word in words if word]
    if not is_source and _is_full(target, ran):
        words.append(FULL)
    told = explain(words, place, places.name_of(place))
    if is_source and places.backends(source) == [places.GOOGLE_PHOTOS]:
        told += f". {google_photos.SOURCE_NOTE}"
    return HostError(told)


def require_open(place: str) -> None:
    """Refuses a place that refuses us, before anything long begins.

    Raises:
        HostError: it refuses the sign-in, cannot be reached, or the like.
    """
    if told := _trouble_with(place):
        raise HostError(told)


def _trouble_with(place: str) -> str:
    """What is wrong with a place, if that is known; else the words of a transfer say more."""
    root = places.root_of(place)
    asked = rclone.run(["lsf", "--max-depth", "1", *_IMPATIENT, "--", root])
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
