"""Addresses of adb servers, and the phones that one sees: pure data, read from adb's own words.

Nothing here talks to a server, so that collecting scenarios costs no import of adbutils.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from drivers.errors import StablePhoneError, TransientPhoneError

DEFAULT_PORT = 5037


@dataclass(frozen=True)
class Address:
    """Where an adb server listens."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether the server runs on this computer, so that it may be started again from here."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Reads `HOST:PORT`, `PORT` or adb's own `tcp:HOST:PORT`.

        Raises:
            ValueError: no port number from 1 to 65535.
        """
        spec = text.removeprefix("tcp:")
        parts = urlsplit(f"//{spec}" if ":" in spec else f"//127.0.0.1:{spec}")
        try:
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or not port:
            raise ValueError(f"expected HOST:PORT of an adb server, not {text!r}")
        return cls(host, port)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Address:
        """The owner's server: as adb itself looks for it, else 127.0.0.1:5037.

        `ADB_SERVER_SOCKET` wins in adb's `main.cpp`; adbutils knows ANDROID_ADB_SERVER_* only.
        """
        env = os.environ if environ is None else environ
        host, port = env.get("ANDROID_ADB_SERVER_HOST"), env.get("ANDROID_ADB_SERVER_PORT")
        if host or port:
            host = f"[{host}]" if host and ":" in host else host or "127.0.0.1"
            return cls.parse(f"{host}:{port or DEFAULT_PORT}")
        if named := env.get("ADB_SERVER_SOCKET"):
            return cls.parse(named)
        return cls("127.0.0.1", DEFAULT_PORT)


@dataclass(frozen=True)
class Attached:
    """One line of `adb devices -l`.

    Attributes:
        serial: what adb calls it; an address for phones on the network.
        state: device, unauthorized, authorizing, offline, recovery, …; `no permissions` is
            followed by adb's long explanation, which is in `detail`.
        detail: the rest of adb's words for the state.
        tags: usb, product, model, device, transport_id, as far as they are told.
    """

    serial: str
    state: str
    detail: str
    tags: Mapping[str, str]

    @property
    def link(self) -> str:
        """What we stand on: usb, network, loopback or emulator (`phone.link`)."""
        if self.serial.startswith("emulator-"):
            return "emulator"
        if ":" in self.serial or "._adb-tls-" in self.serial:
            return "loopback" if self.serial.startswith(("127.", "localhost:")) else "network"
        return "usb"


def parse_devices(text: str) -> tuple[Attached, ...]:
    """Reads the body of `adb devices -l` (or without `-l`), whatever stands before its header.

    Recorded: recordings/adb_devices*.txt. The state `no permissions` is the only one of two
    words; adb prints `usb:1-2` before the tags, and a product or model may hold blanks.
    """
    found = []
    for line in text.splitlines():
        if not line.strip() or line.startswith(("List of devices", "* ", "adb server")):
            continue
        serial, _, rest = line.strip().partition("\t" if "\t" in line else " ")
        rest = rest.strip()
        if rest.startswith("no permissions"):
            found.append(Attached(serial, "no permissions", rest, _tags(rest.rpartition(")")[2])))
            continue
        state, _, tags = rest.partition(" ")
        if state:
            found.append(Attached(serial, state, state, _tags(tags)))
    return tuple(found)


def _tags(text: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    last = ""
    for word in text.split():
        key, colon, value = word.partition(":")
        if colon:
            tags[key] = value
            last = key
        elif last:
            tags[last] += f" {word}"
    return tags


def is_address(serial: str) -> bool:
    """Whether a serial is HOST:PORT, which adb can be told to connect to.

    >>> is_address("192.168.1.7:5555"), is_address("0a1b2c3d")
    (True, False)
    """
    host, colon, port = serial.rpartition(":")
    return bool(host and colon and port.isdigit())


_ADVICE = {
    "unauthorized": "unlock it and tap Allow in the dialog 'Allow USB debugging?'",
    "authorizing": "unlock it and tap Allow in the dialog 'Allow USB debugging?'",
    "offline": "unplug it and plug it in again, or switch USB debugging off and on",
    "no permissions": "this computer may not open it: add a udev rule for its vendor "
    "(Debian: apt install android-sdk-platform-tools-common), then plug it in again",
    "recovery": "it is in recovery mode: restart it",
    "bootloader": "it is in the bootloader: restart it",
    "sideload": "it is in sideload mode: restart it",
}


def state_error(phone: Attached) -> StablePhoneError | TransientPhoneError:
    """One line for a phone that adb sees and cannot use, with what to do about it."""
    advice = _ADVICE.get(phone.state, "see what its screen says")
    kind = TransientPhoneError if phone.state in {"offline", "authorizing"} else StablePhoneError
    return kind(
        f"phone {phone.serial} is {phone.state}: {advice}",
        serial=phone.serial,
        output=phone.detail,
    )
