"""First contact: what a person should know, or do, before a phone is worked on; a line each.

Which phone it is and whether adb may use it is settled before (drivers.fleet). Nothing here is
changed on the phone, and no lock screen is ever tried: a person is asked to unlock it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from drivers.android.refusals import SECURITY_SETTINGS
from drivers.android.send import refusal_of
from drivers.pauses import pauses

if TYPE_CHECKING:
    from drivers.phone import Phone

UNLOCK_TIMEOUT_S = 60.0
# So often a person is told that they are still waited for.
_REMIND_S = 15.0
UNTOUCHABLE = "this phone lets adb neither tap nor grant"
# Brands whose phones keep taps from adb until a switch is on (facts: recordings of MIUI).
_XIAOMI = frozenset({"xiaomi", "redmi", "poco"})
# KEYCODE_UNKNOWN: no app and no window takes it, and injecting it needs the same permission as a
# tap (AOSP frameworks/base/core/java/android/view/KeyEvent.java, services InputManagerService).
_PROBE = "input keyevent 0"
_FACTS = ("phone.accessibility", "phone.user", "phone.vendor", "accounts.google")


def remarks(phone: Phone) -> Iterator[str]:
    """What stands in the way of reading or moving this phone's screen, and what to do about it.

    Raises:
        PhoneError: the phone could not be asked.
    """
    facts = phone.facts(_FACTS)
    services = facts.get("phone.accessibility")
    if isinstance(services, tuple) and services:
        names = ", ".join(str(name).partition("/")[0] for name in services)
        yield (
            f"accessibility services are on ({names}): they fall silent while the screen is read, "
            "and go on afterwards"
        )
    if facts.get("phone.user", 0) != 0:
        yield (
            f"user {facts['phone.user']} is in front, not the phone's owner: it is that user's "
            "Photos that is looked at; switch users on the phone if another one's is meant"
        )
    accounts = facts.get("accounts.google")
    if isinstance(accounts, int) and accounts > 1:
        yield (
            f"{accounts} Google accounts are on this phone, and Photos backs up to one: the "
            "picture at its top right shows to which"
        )
    if str(facts.get("phone.vendor", "")).lower() in _XIAOMI and (until := untouched_until(phone)):
        yield f"{UNTOUCHABLE}: {until}; until then little can be read and hardly anything set"


def untouched_until(phone: Phone) -> str:
    """What a person has to turn on before adb may tap, as an imperative; empty where it may.

    Raises:
        PhoneError: the phone could not be asked.
    """
    if not refusal_of(phone.shell(_PROBE)):
        return ""
    vendor = str(phone.facts(["phone.vendor"]).get("phone.vendor", ""))
    if vendor.lower() in _XIAOMI:
        return f"{SECURITY_SETTINGS} (it asks for a Mi account and a SIM)"
    return "turn on, in the developer options, what this maker has put before that"


def await_unlocked(
    phone: Phone, *, announce: Callable[[str], None], timeout_s: float = UNLOCK_TIMEOUT_S
) -> bool:
    """Asks a person to unlock a phone whose lock screen wants a PIN, and waits for that.

    Args:
        phone: which one.
        announce: told what is waited for and now and then how long still; nothing if it is open.
        timeout_s: seconds.

    Returns:
        Whether it is unlocked.

    Raises:
        PhoneError: the phone could not be asked.
    """
    began = told_at = time.monotonic()
    asked = False
    for _ in pauses(timeout_s):
        facts = phone.facts(("phone.locked", "phone.secure_lock"))
        if not (facts.get("phone.locked") is True and facts.get("phone.secure_lock") is True):
            return True
        now = time.monotonic()
        left_s = max(0.0, began + timeout_s - now)
        if not asked:
            asked, told_at = True, now
            announce(
                f"phone {phone.serial} is locked: unlock it; no PIN is ever tried from here "
                f"(waiting up to {timeout_s:g} s)"
            )
        elif now - told_at >= _REMIND_S:
            told_at = now
            announce(f"phone {phone.serial} is still locked: waiting {left_s:.0f} s more")
    return False
