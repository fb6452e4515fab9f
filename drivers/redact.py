"""What may not leave the computer: addresses, network names, serials and file names.

Replaces them by neutral words, the same word for the same thing throughout a run, so that what is
left can still be compared. It knows words only; who shows a picture covers what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# Each begins where a word does: a try at every letter of a screen costs more than reading it.
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_MAC = re.compile(r"\b(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\b")
# `SSID: "Home 5G"`, `ssid=Home`, `mWifiSsid: Home`: quoted, or up to a comma or the line's end;
# netstats says networkId="Home 5G" (to Android 12), wifiNetworkKey="Home 5G"wpa2-psk (since 13).
_SSID = re.compile(
    r"(?P<key>\b(?:(?!\w*bssid)\w*ssid\w*|networkId|wifiNetworkKey)[:=] ?)"
    r"(?P<name>\"[^\"\n]*\"|[^\s,\"<][^,\n]*)",
    re.IGNORECASE,
)
# Without one of these there is no network's name, and no need to look at every word for it.
_SSID_KEYS = ("ssid", "networkid", "wifinetworkkey")
# Words that Android prints in the place of a name.
_NO_SSID = re.compile(r"<unknown ssid>|<none>|null|0x|none\b", re.IGNORECASE)
_MEDIA_NAME = re.compile(
    r"(?<![^\s/\"'=,;:<>|])[^\s/\"'=,;:<>|]+\.(?:jpe?g|png|heic|heif|webp|gif|avif|dng|mp4|mov|m4v|3gp|mkv|avi|webm)\b",
    re.IGNORECASE,
)
# A file that is named as one, whatever its type: `file "Holiday 2026.psd"`.
_NAMED_FILE = re.compile(r"(?<=\bfile \")[^\"\n<][^\"\n]*")
_SUFFIX = re.compile(r"\.\w{1,5}\Z")

# From this length on a text is worth remembering: a screen, not a command.
_LONG = 1000


class Redactor:
    """Hides what is personal, with memory: one thing, one word.

    Args:
        serials: what names this phone: `ro.serialno`, android_id, an adb serial that is one.
    """

    def __init__(self, *serials: str) -> None:
        self._words: dict[tuple[str, str], str] = {}
        self._names: set[str] = set()
        self._serials = [serial for serial in serials if len(serial) > 3]
        self._last = ("", 0, "")

    def __call__(self, text: str) -> str:
        """The text with neutral words for what is personal."""
        # A screen that is watched is the same most of the time.
        last, names, hidden = self._last
        if text == last and names == len(self._names):
            return hidden
        hidden = self._hide_all(text)
        if len(text) >= _LONG:
            self._last = (text, len(self._names), hidden)
        return hidden

    def _hide_all(self, text: str) -> str:
        for serial in self._serials:
            text = text.replace(serial, self._word("serial", serial))
        text = _EMAIL.sub(self._hide("email"), text)
        text = _MAC.sub(self._hide("mac"), text)
        lower = text.lower()
        if any(key in lower for key in _SSID_KEYS):
            text = _SSID.sub(self._hide_ssid, text)
        # A network's name that was seen once is hidden wherever it stands alone as well.
        for name in self._names:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", self._word("ssid", name), text)
        text = _NAMED_FILE.sub(self._hide("file", keep_suffix=True), text)
        return _MEDIA_NAME.sub(self._hide("file", keep_suffix=True), text)

    def _hide(self, kind: str, *, keep_suffix: bool = False) -> Callable[[re.Match[str]], str]:
        def hide(found: re.Match[str]) -> str:
            suffix = _SUFFIX.search(found[0]) if keep_suffix else None
            return self._word(kind, found[0]) + (suffix[0] if suffix else "")

        return hide

    def _hide_ssid(self, found: re.Match[str]) -> str:
        name = found["name"].strip().strip('"')
        if not name or _NO_SSID.match(name):
            return found[0]
        if len(name) > 2:
            self._names.add(name)
        return found["key"] + self._word("ssid", name)

    def _word(self, kind: str, thing: str) -> str:
        known = self._words.get((kind, thing))
        if known is None:
            number = sum(k == kind for k, _ in self._words) + 1
            known = self._words[(kind, thing)] = f"<{kind}-{number}>"
        return known
