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
        root = places.root_of(place)
        asked = rclone.run(["lsf", "--max-depth", "1", *_IMPATIENT, "--", root])
        if asked.exit_code not in {0, NO_SUCH_FOLDER}:
            problems = [*asked.problems, *asked.messages]
            # Its own trouble, or none that is known: then the words of the transfer say more.
            if any(kind_of(line) is not None for line in problems):
                return HostError(explain(problems, place, places.name_of(place)))
    is_source = ran.exit_code == NO_SUCH_FOLDER
    place = source if is_source else target
    words = [word for word in words if word]
    if not is_source and _is_full(target, ran):
        words.append(FULL)
    told = explain(words, place, places.name_of(place))
    if is_source and places.backends(source) == [places.GOOGLE_PHOTOS]:
        told += f". {google_photos.SOURCE_NOTE}"
    return HostError(told)


def _is_full(target: str, ran: Ran) -> bool:
    """Whether the target has less room than was still to come; not every cloud tells."""
    asked = rclone.run(["about", "--json", "--", target])
    try:
        free = json.loads(asked.stdout).get("free")
    except (ValueError, AttributeError):
        return False
    return isinstance(free, int) and free < ran.stats.total - ran.stats.done
