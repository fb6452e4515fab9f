"""What a shell step's words may do to a phone, whatever the file says of it.

A word list cannot know every command; it knows those by which a phone is changed from a shell,
and errs on the side of care: what only looks like one of them counts as one. This module must not
know the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from drivers.vocabulary import Effect, Risk

# `sh -c 'pm clear x'`, `/system/bin/pm`, `cmd -w package`: the words count, not their places.
_SPLIT = re.compile(r"[^A-Za-z0-9_.-]+")
_PACKAGE_MANAGERS = {"pm", "package"}
# AOSP frameworks/base PackageManagerShellCommand: each takes an app's data with it.
_LOSES_DATA = {"clear", "uninstall", "uninstall-system-updates"}
# Files and rows are gone, or something is interrupted, whatever a file names as the way back.
_DISRUPTS = {
    *("rm", "rmdir", "unlink", "shred", "mv", "dd", "truncate", "-delete", "delete"),
    *("reboot", "force-stop", "kill", "killall", "pkill", "revoke", "trim-caches"),
}
_RESETS = ("MASTER_CLEAR", "FACTORY_RESET", "wipe_data", "wipe-data")
# Each set of words together may use mobile data, or cut a network link.
_COSTS = (
    {"svc", "data", "enable"},
    {"phone", "data", "enable"},
    {"put", "mobile_data"},
    {"put", "data_roaming"},
    {"metered-network"},
)
_CUTS = (
    {"svc", "wifi", "disable"},
    {"svc", "shutdown"},
    {"set-wifi-enabled", "disabled"},
    {"connect-network"},
    {"forget-network"},
    {"airplane-mode", "enable"},
    {"put", "airplane_mode_on"},
    {"put", "wifi_on"},
    {"put", "adb_enabled"},
    {"put", "adb_wifi_enabled"},
    {"ip", "link"},
    {"ifconfig"},
    {"reboot"},
)


def risk_of_words(words: Sequence[str]) -> Risk:
    """The least that a command may cost.

    >>> risk_of_words(["sh", "-c", "pm clear com.example.app"]).word
    'app-data'
    """
    said = _said(words)
    if any(reset in word for word in said for reset in _RESETS):
        return Risk.WIPE
    if said & _PACKAGE_MANAGERS and said & _LOSES_DATA:
        return Risk.APP_DATA
    return Risk.DISRUPTIVE if said & _DISRUPTS else Risk.REVERSIBLE


def effects_of_words(words: Sequence[str]) -> frozenset[Effect]:
    """What a command may do that nothing can undo.

    >>> effects_of_words(["svc", "data", "enable"])
    frozenset({<Effect.COSTS: 'costs'>})
    """
    return frozenset({Effect.COSTS}) if _holds_any(words, _COSTS) else frozenset()


def may_cut_link(words: Sequence[str]) -> bool:
    """Whether a command may end the network connection that adb itself stands on.

    >>> may_cut_link(["/system/bin/svc", "wifi", "disable"])
    True
    """
    return _holds_any(words, _CUTS)


def _said(words: Iterable[str]) -> set[str]:
    return {part for word in words for part in _SPLIT.split(word) if part}


def _holds_any(words: Sequence[str], known: Iterable[set[str]]) -> bool:
    said = _said(words)
    return any(one <= said for one in known)
