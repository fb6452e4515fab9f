"""Ways to make a virtual phone ill by ordinary adb commands and `virtual fault`.

Nothing here knows a scenario: a phone is broken as a person, an app or a bad day would break it.
What no command reaches, since it stands on Photos' own pages, is set there by its control.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.values import Value
from drivers.vocabulary import Risk

_PHOTOS = "com.google.android.apps.photos"


@dataclass(frozen=True)
class Ailment:
    """One way.

    Attributes:
        name: for the table.
        commands: sent in order.
        group: those of one group cannot be had together.
        opens: whether Photos has to be open before, so that what breaks is something that runs.
        since: the first API level with these commands.
        ends_at: the gentlest risk of what ends it; None where nothing from here does.
        sets: a control and the value to set it to, for what no command reaches.
    """

    name: str
    commands: tuple[str, ...] = ()
    group: str = ""
    opens: bool = False
    since: int = 26
    ends_at: Risk | None = Risk.REVERSIBLE
    sets: tuple[str, Value] | None = None


def _fault(name: str, ends_at: Risk | None = None, *, opens: bool = False) -> Ailment:
    return Ailment(name, (f"virtual fault add {name}",), opens=opens, ends_at=ends_at)


def _beyond(name: str, *commands: str, group: str = "", since: int = 26) -> Ailment:
    return Ailment(name, commands, group, since=since, ends_at=None)


_UNPLUG = "dumpsys battery unplug"
_METERED = (
    'cmd netpolicy set metered-network "$(cmd netpolicy list wifi-networks | head -n 1 | '
    "cut -d';' -f1)\" true"
)
_PERMISSIONS = ("READ_MEDIA_IMAGES", "READ_MEDIA_VIDEO", "READ_EXTERNAL_STORAGE")
# In MiB, since a shell's numbers have 32 bits.
_FILL = (
    "set -- $(df -k /data | tail -n 1); fallocate -l $(( $4 / 1024 - 300 ))M"
    " /data/local/tmp/somebodys.file"
)
# Each with a solution that ends it, in the order of the article and of what stands beside it.
CURABLE = (
    Ailment("backup off", sets=("photos.backup", False)),
    Ailment(
        "airplane mode",
        ("svc wifi disable", "cmd connectivity airplane-mode enable"),
        "net",
        since=30,
    ),
    Ailment("Wi-Fi off", ("svc wifi disable",), "net"),
    Ailment("Wi-Fi metered", (_METERED,), "net", since=27),
    Ailment(
        "data saver, Wi-Fi metered",
        (_METERED, "cmd netpolicy set restrict-background true"),
        "net",
        since=27,
    ),
    _fault("hung-app", Risk.DISRUPTIVE, opens=True),
    Ailment("phone full", (_FILL,), ends_at=Risk.DISRUPTIVE),
    Ailment("battery saver", (_UNPLUG, "cmd power set-mode 1"), "power"),
    Ailment(
        "battery saver, sticky, on the cable",
        (_UNPLUG, "cmd power set-mode 1", "dumpsys battery reset"),
        "power",
        since=28,
    ),
    Ailment("doze", (_UNPLUG, "dumpsys deviceidle force-idle"), "power"),
    Ailment(
        "background restricted",
        (f"cmd appops set {_PHOTOS} RUN_ANY_IN_BACKGROUND ignore",),
        since=28,
    ),
    Ailment(
        "no access to photos",
        tuple(f"pm revoke {_PHOTOS} android.permission.{name}" for name in _PERMISSIONS),
    ),
    Ailment("Photos disabled", (f"pm disable-user {_PHOTOS}",), "app"),
    _fault("corrupt-cache", Risk.DISRUPTIVE),
    _fault("bad-version", Risk.DISRUPTIVE),
    _fault("duplicate-prompt", Risk.REVERSIBLE),
    _fault("poison-item", Risk.REVERSIBLE),
)
# Curable as well, and made alone only: the random pairs and triples stay those of their seed.
ALONE = (Ailment("Photos paused by an adb command", (f"pm suspend {_PHOTOS}",), "app"),)
# Only what loses Photos' own data ends these.
COSTLY = tuple(_fault(name, Risk.APP_DATA) for name in ("expired-session", "corrupt-database"))
# Nothing that the phone can be told ends these.
INCURABLE = (
    *map(_fault, ("cloud-full", "service-down", "throttled", "too-hot")),
    _beyond(
        "Photos paused by Digital Wellbeing",
        "virtual circumstance add paused-by-wellbeing",
        group="app",
    ),
    _beyond("battery low", _UNPLUG, "dumpsys battery set level 4", group="power"),
    _beyond("Wi-Fi asks for a sign-in", "virtual circumstance add captive-portal", group="net"),
    _beyond("Wi-Fi leads nowhere", "virtual circumstance add no-internet", group="net"),
)
SLOW = Ailment("slow-item", ("virtual fault add slow-item",), ends_at=None)
HEALTHY = Ailment("none: never stuck")
