"""Ways to make a virtual phone ill by ordinary adb commands and `virtual fault`.

Nothing here knows a scenario: a phone is broken as a person, an app or a bad day would break it.
"""

from __future__ import annotations

from dataclasses import dataclass

_PHOTOS = "com.google.android.apps.photos"


@dataclass(frozen=True)
class Ailment:
    """One way.

    Attributes:
        name: for the table.
        commands: sent in order.
        group: those of one group cannot be had together.
        opens: whether Photos has to be open before, so that what breaks is something that runs.
    """

    name: str
    commands: tuple[str, ...]
    group: str = ""
    opens: bool = False


def _fault(name: str, *, opens: bool = False) -> Ailment:
    return Ailment(name, (f"virtual fault add {name}",), opens=opens)


_UNPLUG = "dumpsys battery unplug"
# Each with a solution that ends it, in the order of the article and of what stands beside it.
CURABLE = (
    Ailment("airplane mode", ("svc wifi disable", "cmd connectivity airplane-mode enable"), "net"),
    Ailment("Wi-Fi off", ("svc wifi disable",), "net"),
    Ailment("Wi-Fi metered", ("cmd netpolicy set metered-network 'Home 5G' true",), "net"),
    _fault("hung-app", opens=True),
    Ailment("battery saver", (_UNPLUG, "cmd power set-mode 1"), "power"),
    Ailment(
        "battery saver, sticky, on the cable",
        ("settings put global low_power_sticky 1",),
        "power",
    ),
    Ailment(
        "no access to photos",
        tuple(
            f"pm revoke {_PHOTOS} android.permission.{name}"
            for name in ("READ_MEDIA_IMAGES", "READ_MEDIA_VIDEO")
        ),
    ),
    Ailment("Photos disabled", (f"pm disable-user {_PHOTOS}",)),
    _fault("corrupt-cache"),
    _fault("bad-version"),
    _fault("duplicate-prompt"),
    _fault("poison-item"),
)
# Only what loses Photos' own data ends these.
COSTLY = tuple(map(_fault, ("expired-session", "corrupt-database")))
# Nothing that the phone can be told ends these.
INCURABLE = tuple(map(_fault, ("cloud-full", "service-down", "throttled", "too-hot")))
SLOW = _fault("slow-item")
HEALTHY = Ailment("none: never stuck", ())
