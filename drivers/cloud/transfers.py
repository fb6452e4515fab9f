"""Transfer and sync: done by rclone, then proven by `rclone check` and by counting.

Each goes on where an earlier one stopped: what is there already does not travel again. Nothing is
lost in a target: what would be replaced or removed is set aside in a folder beside it, and where
that cannot be, it is not replaced, and said so.
"""

from __future__ import annotations

import datetime as dt

from drivers.cloud import google_photos, places, remotes
from drivers.cloud.apart import require_apart
from drivers.cloud.diagnosis import require_open
from drivers.cloud.outcome import Transferred
from drivers.cloud.work import Options, Work
from drivers.errors import HostError
from drivers.rescue.progress import Silent, Watcher, during


def transfer(
    source: str, target: str, options: Options | None = None, watcher: Watcher | None = None
) -> Transferred:
    """Copies a folder into another; what else is in the target stays.

    A file of the same name and other content is set aside; where it cannot be, it stays.

    Args:
        source: `remote:folder`, or a folder of this computer.
        target: likewise.
        options: how.
        watcher: told how far it is.

    Raises:
        HostError: in one line, what a person can mend: full, wrong password, not reachable; or
            both sides are not equal afterwards; or the target is a rescue.
    """
    watcher = watcher or Silent()
    work = Work(source, target, options or Options(), watcher)
    require_apart(source, target)
    return work.do("copy", aside=place_aside(target, watcher))


def sync(
    source: str, target: str, options: Options | None = None, watcher: Watcher | None = None
) -> Transferred:
    """Makes a target equal to a source; what it replaces or removes is set aside beside it.

    Raises:
        HostError: as `transfer`; or the source is empty, or Google Photos, whose missing items
            would be taken for deleted ones; or there is no place beside the target.
    """
    if remotes.is_google_photos(source):
        raise HostError(f"{source} cannot be the source of a sync. {google_photos.SOURCE_NOTE}")
    watcher = watcher or Silent()
    work = Work(source, target, options or Options(), watcher)
    require_apart(source, target)
    aside = place_aside(target, watcher)
    if not aside:
        raise HostError(
            f"{target} cannot set aside what a sync replaces: it is a whole remote, of which a "
            "folder has to be named, or its cloud cannot move files"
        )
    if not work.survey().sizes:
        raise HostError(f"{source} is empty: a sync would empty {target} as well")
    return work.do("sync", aside=aside)


def place_aside(target: str, watcher: Watcher) -> str:
    """Where to put what would be replaced; empty where there is no such place.

    Beside a bucket there are other buckets only: that one of them will be made is said.

    Raises:
        HostError: the target refuses us, which its cloud may call by another name later.
    """
    stamp = dt.datetime.now(dt.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    aside = places.beside(target, f".replaced/{stamp}")
    with during(watcher, f"asking {target}"):
        is_used = require_open(target)
        if not aside or not places.can_set_aside(target):
            return ""
        plain = [end.place for end in remotes.ends(target) if not end.through]
        is_bucket = is_used and any(map(places.is_bucket, plain))
    if is_bucket:
        watcher.announce(
            f"{target} is a whole bucket: should anything in it have to be set aside, that goes to "
            f"a bucket of its own, {places.beside(target, '.replaced')}, made for it"
        )
    return aside
