"""Ways to make a virtual phone ill by ordinary adb commands and `virtual fault`.

Nothing here knows a scenario: a phone is broken as a person, an app or a bad day would break it.
What no command reaches, since it stands on Photos' own pages, is set there by its control.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from drivers.values import Value
from drivers.vocabulary import Risk
from scenarios.model import VIRTUAL_STANDSTILLS

_PHOTOS = "com.google.android.apps.photos"


_Settings: TypeAlias = tuple[tuple[str, Value], ...]


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
        ends_at_of_several: the same on a phone with several Google accounts, where that differs.
        sets: controls and what to set them to before, for what no command reaches.
    """

    name: str
    commands: tuple[str, ...] = ()
    group: str = ""
    opens: bool = False
    since: int = 26
    ends_at: Risk | None = Risk.REVERSIBLE
    sets: _Settings = ()
    ends_at_of_several: Risk | None = None

    def among(self, accounts: int) -> Ailment:
        """The same on a phone with so many Google accounts."""
        if accounts < 2 or self.ends_at_of_several is None:
            return self
        return replace(self, ends_at=self.ends_at_of_several)


def _fault(name: str, ends_at: Risk | None = None, *, opens: bool = False) -> Ailment:
    return Ailment(name, (f"virtual fault add {name}",), opens=opens, ends_at=ends_at)


def _beyond(
    name: str, *commands: str, group: str = "", since: int = 26, sets: _Settings = ()
) -> Ailment:
    return Ailment(name, commands, group, since=since, ends_at=None, sets=sets)


_UNPLUG = "dumpsys battery unplug"
_OLD_OP = "RUN_IN_BACKGROUND"
_METERED = (
    'cmd netpolicy set metered-network "$(cmd netpolicy list wifi-networks | head -n 1 | '
    "cut -d';' -f1)\" true"
)
_PERMISSIONS = ("READ_MEDIA_IMAGES", "READ_MEDIA_VIDEO", "READ_EXTERNAL_STORAGE")
_NO_BACKUP: _Settings = (("photos.backup", False),)
# In MiB, since a shell's numbers have 32 bits.
_FILL = (
    "set -- $(df -k /data | tail -n 1); fallocate -l $(( $4 / 1024 - {leave} ))M"
    " /data/local/tmp/somebodys.file"
)
# Each with a solution that ends it, in the order of the article and of what stands beside it.
CURABLE = (
    # Whose backup was off cannot be seen: the others are looked at first, which Photos starts anew.
    Ailment("backup off", sets=_NO_BACKUP, ends_at_of_several=Risk.APP_DATA),
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
    Ailment("phone full", (_FILL.format(leave=300),), ends_at=Risk.DISRUPTIVE),
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
_UID = f'"$(pm list packages -U {_PHOTOS} | cut -d: -f3)"'
_ANY_NETWORK = ("photos.cellular", "unlimited")
# Curable as well, and made alone only: the random pairs and triples stay those of their seed.
ALONE = (
    Ailment("Photos paused by an adb command", (f"pm suspend {_PHOTOS}",), "app"),
    Ailment(
        "no app may use a network", ("cmd netpolicy set restricted-mode true",), "net", since=31
    ),
    Ailment("no network at all", ("svc data disable", "svc wifi disable"), "net"),
    Ailment(
        "private DNS that does not answer",
        (
            "settings put global private_dns_specifier dns.unstuck.invalid",
            "settings put global private_dns_mode hostname",
        ),
        "net",
        since=28,
    ),
    Ailment(
        "mobile data spent for today, Wi-Fi off",
        ("svc wifi disable",),
        "net",
        opens=True,
        sets=(("photos.cellular", 5_000_000),),
    ),
    Ailment(
        "roaming, Wi-Fi off",
        ("virtual circumstance add roaming", "svc wifi disable"),
        "net",
        sets=(_ANY_NETWORK, ("photos.roaming", False)),
    ),
    Ailment(
        "videos alone left, Wi-Fi metered",
        ("virtual circumstance add videos-waiting", _METERED),
        "net",
        since=27,
        sets=(_ANY_NETWORK, ("photos.cellular_videos", False)),
    ),
    Ailment(
        "data saver, Wi-Fi metered, mobile data allowed",
        (_METERED, "cmd netpolicy set restrict-background true"),
        "net",
        since=27,
        sets=(_ANY_NETWORK,),
    ),
    Ailment(
        "no background data, Wi-Fi metered, mobile data allowed",
        (_METERED, f"cmd netpolicy add restrict-background-blacklist {_UID}"),
        "net",
        since=27,
        sets=(_ANY_NETWORK,),
    ),
    Ailment(
        "battery saver from 75 % on",
        (
            _UNPLUG,
            "dumpsys battery set level 40",
            "settings put global low_power_trigger_level 75",
            "cmd power set-mode 1",
        ),
        "power",
    ),
    Ailment(
        "battery saver from 75 % on, on the cable",
        ("settings put global low_power_trigger_level 75",),
        "power",
    ),
    Ailment(
        "adaptive battery saver",
        (_UNPLUG, "cmd power set-adaptive-power-saver-enabled true", "cmd power set-mode 1"),
        "power",
        since=29,
    ),
    Ailment("rarely used", (_UNPLUG, f"am set-standby-bucket {_PHOTOS} rare"), "power", since=28),
    Ailment(
        "restricted by its bucket",
        (_UNPLUG, f"am set-standby-bucket {_PHOTOS} restricted"),
        "power",
        since=31,
    ),
    Ailment("hibernated", (f"cmd app_hibernation set-state {_PHOTOS} true",), "app", since=31),
    Ailment("force-stopped", (f"am force-stop {_PHOTOS}",), "app"),
    Ailment(
        "access to selected photos only",
        (
            *(f"pm revoke {_PHOTOS} android.permission.{name}" for name in _PERMISSIONS),
            f"pm grant {_PHOTOS} android.permission.READ_MEDIA_VISUAL_USER_SELECTED",
        ),
        since=34,
    ),
    Ailment(
        "access to pictures only",
        (f"pm revoke {_PHOTOS} android.permission.READ_MEDIA_VIDEO",),
        since=33,
    ),
    Ailment(
        "a clock that is a year behind",
        ("settings put global auto_time 0", "virtual circumstance add wrong-clock"),
    ),
    Ailment(
        "a clock that is a year behind, set automatically",
        ("virtual circumstance add wrong-clock",),
        since=28,
    ),
    Ailment(
        "no room for the copy of a large video",
        ("virtual circumstance add large-video", _FILL.format(leave=3150)),
        ends_at=Risk.DISRUPTIVE,
        sets=(("photos.quality", "saver"),),
    ),
    *(
        Ailment(
            name.replace("-", " "), (f"virtual circumstance add {name}",), ends_at=Risk.DISRUPTIVE
        )
        for name in VIRTUAL_STANDSTILLS
    ),
    Ailment(
        "backup off for the account in view, which is another",
        ("virtual circumstance add second-account",),
        ends_at=Risk.APP_DATA,
        sets=(("photos.backup", False),),
    ),
    Ailment("signed out", ends_at=Risk.APP_DATA, sets=(("photos.account", "none"),)),
    Ailment(
        "expired-session, and another account",
        ("virtual circumstance add second-account", "virtual fault add expired-session"),
        ends_at=Risk.APP_DATA,
    ),
)
# Nothing that holds a backup up, though it looks like it: nothing may be done about these.
HARMLESS = (
    Ailment("data saver, Wi-Fi as usual", ("cmd netpolicy set restrict-background true",)),
    Ailment(
        "notifications of Photos blocked",
        (f"pm revoke {_PHOTOS} android.permission.POST_NOTIFICATIONS",),
        since=33,
    ),
    # An op that is asked of apps for Android 7 and older only.
    Ailment("an old op against the background", (f"cmd appops set {_PHOTOS} {_OLD_OP} ignore",)),
    Ailment("all in the cloud, a folder aside", ("virtual circumstance add screenshots-waiting",)),
    Ailment("all in the cloud but what is refused", ("virtual circumstance add refused-files",)),
    Ailment("files that nobody has noticed", ("virtual circumstance add unnoticed-files",)),
    Ailment("a large file that is stored", ("virtual circumstance add stored-video",)),
)
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
# Beyond what can be told as well, and made alone only.
BEYOND = (
    _beyond("a VPN in the way", "virtual circumstance add vpn", group="net"),
    _beyond("synchronization off", "virtual circumstance add sync-off"),
    _beyond("backup off, taps refused", "virtual usb-security off", sets=_NO_BACKUP),
    _beyond(
        "locked with a PIN", "locksettings set-pin 1234", "input keyevent KEYCODE_SLEEP", since=29
    ),
)
SLOW = Ailment("slow-item", ("virtual fault add slow-item",), ends_at=None)
# Behind a Photos that hangs, whatever else ends how a healing ends: with every honest end once.
_HUNG = next(one for one in CURABLE if one.name == "hung-app")
BEHIND_A_HANG = tuple(
    (other, _HUNG)
    for other in (*CURABLE, *ALONE, *HARMLESS, *COSTLY, *INCURABLE, *BEYOND, SLOW)
    if other.name
    in {
        "battery saver",
        "poison-item",
        "bad-version",
        "files that nobody has noticed",
        "backup off",
        "expired-session",
        "corrupt-database",
        "cloud-full",
        "service-down",
        "throttled",
        "too-hot",
        "Photos paused by Digital Wellbeing",
        "battery low",
        "Wi-Fi asks for a sign-in",
        "Wi-Fi leads nowhere",
        "a VPN in the way",
        "synchronization off",
        "slow-item",
    }
)
HEALTHY = Ailment("none: never stuck")
