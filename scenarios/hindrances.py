"""What holds a backup up that no fix from here can end, and what a person can do about it.

It must not know phones: facts and the screen's word in, a sentence and the next step out.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.contact import UNTOUCHABLE
from drivers.photos.question import OTHER
from drivers.vocabulary import Facts

# What keeps the photos safe where nobody can say when a backup will move again.
RESCUE = "docs/rescue.md copies the photos to this computer, whatever holds Photos up"

# Photos' words that no setting of the phone answers.
_BY_STATUS = {
    "cloud_full": (
        "the account's storage is full",
        "make room at one.google.com/storage, or sign in to another account in Photos",
    ),
    "throttled": (
        "Google's service makes this account wait",
        "leave the phone on Wi-Fi and on its charger, and look again tomorrow",
    ),
    "too_hot": (
        "the phone says that it is too hot",
        "take it out of the sun and out of its case, and run again when it is cool",
    ),
    "battery_low": ("the battery is low", "plug the phone into a charger, and run again"),
}
# Of these, what the phone itself shows as well.
_SHOWN_BY = {"too_hot": "power.thermal_status", "battery_low": "battery.level"}
# Of these, what no person at the phone can end today, or only for money.
_LASTING = frozenset({"cloud_full", "throttled"})
_SEVERE = frozenset({"severe", "critical", "emergency", "shutdown"})
# A shell may lift what a shell has paused, and nothing else: beside-suspended-by-adb.yaml.
_SHELL = "com.android.shell"
# By the package that paused Photos. A device policy pauses in Android's own name
# (AOSP DevicePolicyManagerService.setPackagesSuspended, SuspendPackageHelper).
_SUSPENDERS = {
    "com.google.android.apps.wellbeing": (
        "Digital Wellbeing",
        "end its app timer or its focus mode for Photos under Settings > Digital Wellbeing",
    ),
    "com.google.android.apps.kids.familylinkhelper": (
        "Family Link",
        "ask the parent who manages this phone to allow Photos in Family Link",
    ),
    "android": (
        "an administrator of this phone",
        "ask whoever manages it, at work or at school, to let Photos go on",
    ),
}
# Percent below which Photos waits for a charger; Google's help names no number, 09-low-battery.yaml
# has the same one.
_LOW_LEVEL = 15
# Certificates and sign-ins are not believed by a clock that is a day off.
_MOST_SKEW_S = 86_400.0
# The word of `photos.account` for Photos without one. Which of several it is to be is their owner's
# to choose; the only one is taken by 02-account.yaml.
_NOBODY = "none"
_NO_ACCOUNT = frozenset({"signed_out", "off", "other_account", "unknown", ""})


@dataclass(frozen=True)
class Hindrance:
    """One thing that holds a backup up, and that is not ours to end.

    Attributes:
        says: what it is, as a clause.
        deed: what a person can do, as a clause.
        is_certain: whether the phone or Photos says so; else it is what is left to think of.
        is_borne_out: whether the phone at least bears it out, where it is not certain.
        is_mere: whether nothing speaks for it but that nothing speaks for anything else.
        otherwise: what keeps the photos safe meanwhile; empty where the deed is soon done.
        fact: the fact that shows it, where one alone does: a cause that asks for it is the same.
        is_final: whether no fix can matter while it lasts. Others are certain too, and may go
            with a fix for what causes them: no network with Wi-Fi switched on.
    """

    says: str
    deed: str
    is_certain: bool = True
    is_borne_out: bool = False
    is_mere: bool = False
    otherwise: str = ""
    fact: str = ""
    is_final: bool = False

    def describe(self) -> str:
        """Both in a line."""
        return f"{self.says}; next: {self.deed}"


def hindrance(facts: Facts, status: str, untouched_until: str = "") -> Hindrance | None:
    """What is not curable from here; None where nothing of the kind shows.

    Args:
        facts: those of the diagnosis.
        status: what Photos said last, a word of `photos.status`; `unknown` where it said nothing.
        untouched_until: what a person has to do before anything can be tapped; empty where it can.
    """
    if facts.get("photos.suspended") is True:
        by = str(facts.get("photos.suspended_by", ""))
        if by != _SHELL:
            who, deed = _SUSPENDERS.get(by, _another(by))
            says = f"{who} has paused Photos"
            return Hindrance(says, deed, fact="photos.suspended", is_final=True)
    if facts.get("phone.unlocked_since_boot") is False:
        return Hindrance(
            "nobody has unlocked the phone since it was started",
            "enter its PIN once, and run again",
            is_final=True,
        )
    if facts.get("phone.locked") is True and facts.get("phone.secure_lock") is True:
        return Hindrance(
            "the lock screen wants a PIN or a finger",
            "unlock the phone, and run again",
            is_final=True,
        )
    if status in _BY_STATUS:
        otherwise, fact = RESCUE if status in _LASTING else "", _SHOWN_BY.get(status, "")
        return Hindrance(*_BY_STATUS[status], otherwise=otherwise, fact=fact, is_final=True)
    if facts.get("power.thermal_status") in _SEVERE:
        return Hindrance(*_BY_STATUS["too_hot"], fact=_SHOWN_BY["too_hot"], is_final=True)
    if facts.get("accounts.google") == 0 and status in _NO_ACCOUNT:
        return Hindrance(
            "the phone has no Google account",
            "add one under Settings > Passwords and accounts, and turn backup on in Photos",
            is_final=True,
        )
    if facts.get("photos.account") == _NOBODY and facts.get("accounts.google") != 1:
        return Hindrance(
            "Photos is not signed in, and the phone has several accounts",
            "open Photos, tap the picture at its top right, choose the account that is to have the "
            "photos, and turn its backup on",
            fact="photos.account",
            is_final=True,
        )
    level = facts.get("battery.level")
    if isinstance(level, int) and level < _LOW_LEVEL and facts.get("battery.plugged") == "none":
        return Hindrance(*_BY_STATUS["battery_low"], fact=_SHOWN_BY["battery_low"])
    skew_s = facts.get("phone.clock_skew")
    if isinstance(skew_s, (int, float)) and abs(skew_s) > _MOST_SKEW_S:
        return Hindrance(
            f"the phone's clock is wrong by {abs(skew_s) / _MOST_SKEW_S:.0f} days, so that no "
            "server believes it",
            "set it under Settings > System > Date and time",
            fact="phone.clock_skew",
        )
    if facts.get("network.captive_portal") is True:
        return Hindrance(
            "this Wi-Fi wants somebody to sign in on a web page first",
            "open the browser on the phone and sign in there",
            fact="network.captive_portal",
            is_final=True,
        )
    if facts.get("sync.automatic") is False and status == "cloud_sync":
        return Hindrance(
            "apps may not synchronize by themselves, and Photos waits for sync",
            "turn on 'Automatically sync app data' under Settings > Passwords and accounts",
            fact="sync.automatic",
            is_final=True,
        )
    guess = _guess(facts, status)
    if untouched_until and not (guess is not None and guess.is_certain):
        return Hindrance(
            f"{UNTOUCHABLE}, so that its pages could not be read, nor tried what needs a tap",
            f"{untouched_until}, and run again",
            is_certain=False,
            is_borne_out=True,
        )
    return guess


def _another(package: str) -> tuple[str, str]:
    """Who paused Photos, where it is none of those that are known; and what to do about it."""
    if not package:
        return (
            "an administrator, Family Link or Digital Wellbeing",
            "let Photos go on there: Settings > Digital Wellbeing shows a timer or focus mode",
        )
    return f"another app ({package})", "open that app, and let Photos go on there"


def _guess(facts: Facts, status: str) -> Hindrance | None:
    """What is left to think of when nothing that could be tried is left."""
    if facts.get("photos.question") == OTHER:
        return Hindrance(
            "Photos asks something on its screen",
            "open Photos and answer it, and run again",
            is_certain=False,
            is_borne_out=True,
            fact="photos.question",
        )
    if status == "signed_out":
        return Hindrance(
            "Photos wants somebody to sign in again",
            "open Photos, tap the account's picture and enter the password: we never do",
            is_certain=False,
            is_borne_out=True,
        )
    if status in {"offline", "waiting_network"} and facts.get("network.vpn") is True:
        return Hindrance(
            "everything goes through a VPN, and Photos waits for a connection behind it",
            "switch the VPN off for a moment, or except Photos in it, and run again",
            is_certain=False,
            is_borne_out=True,
            fact="network.vpn",
        )
    is_online = facts.get("network.validated") is True
    if status in {"offline", "waiting_network"} and is_online:
        return Hindrance(
            "Photos waits for a connection although Android reaches the internet, so Google's "
            "service may be down",
            "look at www.google.com/appsstatus, and run again later",
            is_certain=False,
        )
    if status == "paused" and is_online:
        return Hindrance(
            "Photos waits, and nothing that the phone shows makes it, so Google's service may "
            "make this account wait",
            "leave the phone on Wi-Fi and on its charger, and look again tomorrow",
            is_certain=False,
            is_mere=True,
            otherwise=RESCUE,
        )
    # Of a phone in such a Wi-Fi these words are old ones, or not the reason.
    is_in_free_wifi = is_online and facts.get("network.metered") is False
    if status in {"offline", "waiting_network", "waiting_wifi"} and not is_in_free_wifi:
        return Hindrance(
            "no network that Photos may use is in reach",
            "bring the phone into a Wi-Fi network that reaches the internet",
            # Android has asked a server of Google's itself, and got no answer.
            is_certain=facts.get("network.validated") is False,
            fact="network.validated",
            is_borne_out=True,
        )
    return None


def left_out(status: str, text: str) -> str:
    """What Photos passes over for good, and is on the phone alone; empty where it says of none."""
    if status != "skipped_items":
        return ""
    return f"what Photos calls {' '.join(text.split())!r}; {RESCUE}"
