"""Which apps take most room: the largest caches, and apps that nobody opens.

Sources: DiskStatsService.reportCachedValues of AOSP (API 26 to 34) prints three JSON arrays that
belong together, of a file that a job writes about once a day while the phone charges; before the
first time they are missing. AppIdleHistory.dumpUser (API 26 to 34, and recording
usagestats_photos_xiaomi_pad6_a14.txt) has a line for each app with the time since it was used.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from drivers.android.send import fill
from drivers.values import Value, ValueType

if TYPE_CHECKING:
    from drivers.phone import Phone

DISKSTATS = "dumpsys diskstats"
USAGE = "dumpsys usagestats | grep 'usedByUser='"
# What came with the phone is not for its owner to remove.
OWN_APPS = "pm list packages -3 --user {user}"
_TIMEOUT_S = 60.0
# As many as a person reads, none of them too small to matter.
_NAMED = 5
_LEAST_CACHE_BYTES = 10**7
_UNUSED_DAYS = 90
_ARRAY = re.compile(r"(?P<name>Package Names|Cache Sizes): (?P<values>\[.*\])\s*$")
_USED = re.compile(
    r"\s*package=(?P<package>[\w.]+) u=(?P<user>\d+) .*?"
    r"usedByUser=\+?(?:(?P<days>\d+)d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?(?= |$)"
)


def name_bulky(phone: Phone) -> dict[str, Value]:
    """The largest caches and the unused apps, under `largest` and `unused`.

    Returns:
        A tuple of texts each; what this phone does not tell is left out.

    Raises:
        TransientPhoneError: the link failed.
    """
    commands = [DISKSTATS, USAGE, fill(OWN_APPS, phone)]
    disk, usage, listed = phone.ask(commands, timeout_s=_TIMEOUT_S)
    own = {line.removeprefix("package:").strip() for line in listed.stdout.splitlines()}
    found: dict[str, Value] = {}
    if caches := largest_caches(disk.stdout):
        found["largest"] = caches
    if unused := tuple(app for app in unused_apps(usage.stdout, user=phone.user) if app in own):
        found["unused"] = unused[:_NAMED]
    return found


def largest_caches(text: str) -> tuple[str, ...]:
    r"""Packages with the largest caches and their sizes, largest first, off `dumpsys diskstats`.

    >>> largest_caches('Package Names: ["a.b","c.d"]\nCache Sizes: [20000000,900000000]')
    ('c.d 900 MB', 'a.b 20 MB')
    """
    arrays: dict[str, list[object]] = {}
    for line in text.splitlines():
        if found := _ARRAY.match(line.strip()):
            try:
                arrays[found["name"]] = json.loads(found["values"])
            except ValueError:
                return ()  # cut off in the middle: what belongs together cannot be told
    names, sizes = arrays.get("Package Names", []), arrays.get("Cache Sizes", [])
    if len(names) != len(sizes):
        return ()
    pairs = [
        (size, str(name))
        for name, size in zip(names, sizes, strict=True)
        if isinstance(size, int) and size >= _LEAST_CACHE_BYTES
    ]
    shown = ValueType("bytes")
    return tuple(
        f"{name} {shown.format(size)}"
        for size, name in sorted(pairs, key=lambda pair: (-pair[0], pair[1]))[:_NAMED]
    )


def unused_apps(text: str, *, user: int) -> tuple[str, ...]:
    """Packages that this user did not open for three months, longest first.

    Args:
        text: lines of `dumpsys usagestats`.
        user: the Android user in front.

    >>> unused_apps("  package=a.b u=0 bucket=40 used=+1h usedByUser=+120d3h1m2s9ms idle=y", user=0)
    ('a.b',)
    """
    found = [
        (int(match["days"]), match["package"])
        for line in text.splitlines()
        if (match := _USED.match(line))
        and int(match["user"]) == user
        and int(match["days"] or 0) >= _UNUSED_DAYS
    ]
    return tuple(package for _, package in sorted(found, reverse=True))
