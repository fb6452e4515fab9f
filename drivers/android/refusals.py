"""Which makers' phones refuse which commands to adb, in what words, and what a person can do.

Each was recorded on a phone (the file is named) or reported publicly; a phone that is not named
here may refuse too, and what it says is told as it is (`drivers.android.send`). This module must
not know a phone: commands in, sentences out; docs/vocabulary.md shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """One way in which some phones refuse.

    Attributes:
        commands: what it concerns, matched at a command's beginning.
        who: the phones on which it was seen.
        how: what they answer.
        remedy: what lifts it, as an imperative; empty where nothing is known to.
        source: the recording, or where it was reported.
    """

    commands: str
    who: str
    how: str
    remedy: str
    source: str

    def describe(self) -> str:
        """Who refuses and how, and what to do, in a line."""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.who}: `{self.how}`{remedy}"


SECURITY_SETTINGS = "turn on 'USB debugging (Security settings)' in the developer options"
_MONITORING = "turn on 'Disable permission monitoring' in the developer options"

REFUSALS = (
    Refusal(
        r"pm (?:grant|revoke) ",
        "Xiaomi, Redmi and POCO",
        "SecurityException: … GRANT_RUNTIME_PERMISSIONS",
        SECURITY_SETTINGS,
        "pm_grant_denied_miui_a9_old_style.txt",
    ),
    Refusal(
        r"pm (?:grant|revoke) ",
        "OnePlus, OPPO and realme",
        "SecurityException: … GRANT_RUNTIME_PERMISSIONS",
        _MONITORING,
        "pm_grant_denied_oneplus9pro_a13.txt",
    ),
    Refusal(
        r"settings (?:put|delete) ",
        "some Huawei phones of Android 8, some phones of Android 11",
        "Permission denial: writing to settings requires:android.permission.WRITE_SECURE_SETTINGS",
        "",
        "settings_delete_denied_huawei_a8.txt, settings_put_denied_a11.txt",
    ),
    Refusal(
        r"input |screen: ",
        "Xiaomi, Redmi and POCO",
        "SecurityException: Injecting … INJECT_EVENTS",
        SECURITY_SETTINGS,
        "input_keyevent_denied_xiaomi_a10.txt, input_tap_denied_a12_wording.txt",
    ),
    Refusal(
        r"pm clear ",
        "OPPO (ColorOS 7)",
        "SecurityException: adb clearing user data is forbidden.",
        _MONITORING,
        "pm_clear_forbidden_oppo_a10.txt",
    ),
    Refusal(
        r"pm install-",
        "Xiaomi, Redmi and POCO",
        "INSTALL_FAILED_USER_RESTRICTED: Install canceled by user",
        "turn on 'Install via USB' there, and accept the question on the phone",
        "adb_install_user_restricted_xiaomi.stderr.txt",
    ),
    Refusal(
        r"pm uninstall ",
        "Samsung (Android 14)",
        "Failure [DELETE_FAILED_INTERNAL_ERROR]",
        "a part of the system goes for one user only",
        "pm_uninstall_internal_error.txt",
    ),
)


def refusals_of(commands: Iterable[str]) -> list[Refusal]:
    """Those that concern any of the commands, as a plan shows them."""
    lines = list(commands)
    return [
        refusal for refusal in REFUSALS if any(re.match(refusal.commands, line) for line in lines)
    ]
