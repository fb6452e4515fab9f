"""How far rclone is, told to whoever watches, and what it tries again."""

from __future__ import annotations

from collections.abc import Callable

from drivers.cloud import places
from drivers.cloud.rclone import Stats
from drivers.cloud.trouble import describe_retry, is_refusal
from drivers.rescue.progress import Watcher

# So often something is refused before it is given up; rclone tries 10 times, each file 3 times.
_MOST_REFUSALS = 10


def follow(
    watcher: Watcher, size: int, source: str, target: str
) -> tuple[Callable[[Stats], None], Callable[[str], bool]]:
    """Turns rclone's totals into steps, and its retries into one line for each standstill.

    Args:
        watcher: is told.
        size: bytes of all that could travel.
        source: where from, as a person knows it.
        target: where to.

    Returns:
        What `rclone.run` calls with statistics, and what it calls with each retry.
    """
    seen = most = refusals = 0
    said: set[str] = set()
    remote = [place for place in (source, target) if places.name_of(place)]
    place = " or ".join(remote) or target

    def told(stats: Stats) -> None:
        nonlocal seen, most, refusals
        if stats.arrived > most:
            most, refusals = stats.arrived, 0
            said.clear()
        watcher.expect(min(stats.total, size))
        watcher.advance(stats.arrived - seen)
        seen = stats.arrived

    def retried(words: str) -> bool:
        nonlocal refusals
        refusals += is_refusal(words)
        trouble = describe_retry(words, place)
        if (kind := trouble.partition(" (")[0]) not in said:
            said.add(kind)
            watcher.announce(trouble)
        return refusals > _MOST_REFUSALS

    return told, retried
