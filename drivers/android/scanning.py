"""Having Android look at files again: new ones get a row in the media store, gone ones lose it.

`scan_file` and `scan_volume` are MediaStore's own calls to its provider (AOSP MediaProvider, with
the path as their argument from API 30); before that every gallery app sent a broadcast for a
file. Neither was recorded from a phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from drivers.android.send import fill, send, send_all
from drivers.values import Json, Value
from drivers.vocabulary import Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

_CALLS_SINCE = 30
# A library of a hundred thousand files takes a slow phone a few minutes.
_VOLUME_TIMEOUT_S = 600.0
_CALL = "content call --user {user} --uri content://media --method"
_VOLUME = f"{_CALL} scan_volume --arg external_primary"
_FILE = f"{_CALL} scan_file --arg {{path}}"
_BROADCAST = "am broadcast --user {user} -a android.intent.action.MEDIA_SCANNER_SCAN_FILE -d {uri}"
# The folders that cameras and apps save to; before API 30 a file has to be named to be looked at.
_FOLDERS = ("DCIM", "Pictures", "Movies", "Download")
_MOST_FILES = 2000


def scan_commands(phone: Phone, paths: Sequence[str]) -> list[str]:
    """Says how this Android is told to look at files again."""
    if phone.sdk >= _CALLS_SINCE:
        return [fill(_FILE, phone, path=path) for path in paths]
    return [fill(_BROADCAST, phone, uri=f"file://{path}") for path in paths]


class Scan(Operation):
    """Has the media store look at the whole of the phone's storage again."""

    name = "media.scan"
    doc = "Has Android look for photos and videos that it has not noticed yet."
    base_risk = Risk.LOOK

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the one command; before Android 11 it is a broadcast for each file instead."""
        return [_VOLUME]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Scans.

        Raises:
            StablePhoneError: the phone refused.
        """
        if phone.sdk >= _CALLS_SINCE:
            send(phone, fill(_VOLUME, phone), timeout_s=_VOLUME_TIMEOUT_S)
            return {}
        folders = " ".join(f"/storage/emulated/{phone.user}/{name}" for name in _FOLDERS)
        listed = phone.shell(f"find {folders} -type f 2>/dev/null | head -n {_MOST_FILES}")
        paths = [path for path in listed.stdout.split("\n") if path]
        send_all(phone, scan_commands(phone, paths))
        return {}


OPERATIONS = (Scan(),)
