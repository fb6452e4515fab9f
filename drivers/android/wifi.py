"""Wi-Fi: the switch, whether it is connected, and to what; airplane mode as Wi-Fi sees it.

Sources: `dumpsys wifi` is WifiServiceImpl.dump with ClientModeImpl (frameworks/opt/net/wifi to
API 29, packages/modules/Wifi from 30); `cmd wifi status` is WifiShellCommand (API 30); recordings
wifi_*.txt and cmd_wifi_status_not_connected_a15.txt. `svc wifi` itself was not recorded from a
phone: AOSP frameworks/base cmds/svc WifiCommand is the reference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.android.dump import first_match, lines_of
from drivers.android.send import send
from drivers.errors import StablePhoneError
from drivers.values import Value, ValueType
from drivers.vocabulary import Control, Fact, Facts, Reader, Reading

if TYPE_CHECKING:
    from drivers.phone import Phone

WIFI = Fact("network.wifi", ValueType("bool"), "Whether Wi-Fi is switched on.")
CONNECTED = Fact(
    "network.wifi_connected", ValueType("bool"), "Whether the phone is in a Wi-Fi network."
)
SSID = Fact("network.ssid", ValueType("text", personal=True), "The name of the Wi-Fi network.")

# "enabling" and "disabling" are passing states, in which the switch cannot be told.
_SWITCH = re.compile(r"\s*Wi-?[Ff]i is (enabled|disabled)\s*$")
_AIRPLANE = re.compile(r"\s*m?AirplaneModeOn (true|false)\s*$")
# The name stands in quotes from Android 11; it may hold anything, commas included, so it ends
# only where a hardware address follows. <none>, null and 00:… are written where there is none.
_INFO = re.compile(
    r"\s*m?WifiInfo:? SSID: (?P<ssid>.*?), "
    r"BSSID: (?:[0-9a-fA-F:*xX]{17}|<\w+>|\*+|null|any),"
    r".*?Supplicant state: (?P<state>[A-Z_0-9]+)"
)
_ADDRESS = re.compile(r", IP: /(?P<address>[0-9a-fA-F.:]+)")
_NETWORK_INFO = re.compile(r"\s*mNetworkInfo \[.*?state: (?P<state>[A-Z]+)/")
_RADIOS = re.compile(r"\s*NumActiveModeManagers: (\d+)\s*$")
_LAYER_3 = re.compile(r"\s*curState=(?:L3)?ConnectedState\s*$")
_UNKNOWN_SSIDS = {"", "<unknown ssid>", "0x", "<none>", "null"}
_STATUS_CONNECTED = re.compile(r'\s*Wifi is connected to (?P<ssid>".*"|\S.*?)\s*$')
_STATUS_NOT_CONNECTED = re.compile(r"\s*Wifi is not connected\s*$")
_STATUS_CAPABILITIES = re.compile(
    r"\s*NetworkCapabilities: \[.*Capabilities: (?P<words>[A-Z_&0-9]+)"
)


def read_wifi(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys wifi`.

    The switch is line 1 on Android 10 and line 20 to 30 later. With several radios in use
    (Android 12) there is one `mWifiInfo` for each: the first that is associated counts.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    facts: dict[str, Value] = {}
    switch = first_match(_SWITCH, lines)
    if switch:
        facts[WIFI.name] = switch[1] == "enabled"
    if airplane := first_match(_AIRPLANE, lines):
        facts["network.airplane_mode"] = airplane[1] == "true"
    if switch and switch[1] == "disabled":
        facts[CONNECTED.name] = False
        return facts
    found = [info for line in lines if (info := _INFO.match(line))]
    associated = [info for info in found if info["state"] == "COMPLETED"]
    if associated:
        info = associated[0]
        if (has_address := _has_address(info.string, lines)) is not None:
            facts[CONNECTED.name] = has_address
        ssid = _unquote(info["ssid"])
        if ssid not in _UNKNOWN_SSIDS:
            facts[SSID.name] = ssid
    elif found:
        # Another radio, whose part comes later, may be the connected one (Android 12).
        radios = first_match(_RADIOS, lines)
        if radios is None or len(found) >= int(radios[1]):
            facts[CONNECTED.name] = False
    return facts


def _has_address(info: str, lines: list[str]) -> bool | None:
    """Whether an associated phone has an IP address: written into the line from Android 12.

    None where neither that line nor one after it tells.
    """
    if _ADDRESS.search(info):
        return True
    if network := first_match(_NETWORK_INFO, lines):
        return network["state"] == "CONNECTED"
    return True if first_match(_LAYER_3, lines) else None


def read_wifi_status(text: str, reading: Reading) -> Facts:
    """Reads `cmd wifi status` (API 30).

    Raises:
        ValueError: the phone refused, or has no such command.
    """
    lines = lines_of(text)
    facts: dict[str, Value] = {}
    switch = first_match(_SWITCH, lines)
    if switch:
        facts[WIFI.name] = switch[1] == "enabled"
    if connected := first_match(_STATUS_CONNECTED, lines):
        facts[CONNECTED.name] = True
        ssid = _unquote(connected["ssid"])
        if ssid not in _UNKNOWN_SSIDS:
            facts[SSID.name] = ssid
        if capabilities := first_match(_STATUS_CAPABILITIES, lines):
            words = capabilities["words"].split("&")
            facts["network.validated"] = "VALIDATED" in words
            if "VALIDATED" in words:  # only then is it what apps get, and not mobile data
                facts["network.metered"] = "NOT_METERED" not in words
    elif first_match(_STATUS_NOT_CONNECTED, lines) or (switch and switch[1] == "disabled"):
        facts[CONNECTED.name] = False
    return facts


def _unquote(ssid: str) -> str:
    return ssid[1:-1] if len(ssid) >= 2 and ssid[0] == ssid[-1] == '"' else ssid


def read_either(text: str, reading: Reading) -> Facts:
    """Reads whichever of the two a phone answered: the status, or the dump in its place.

    Raises:
        ValueError: the phone refused.
    """
    facts = {**read_wifi(text, reading), **read_wifi_status(text, reading)}
    # Whether it is metered is for the default network to say, which a diagnosis asks as well.
    facts.pop("network.metered", None)
    return facts


# The dump takes a real phone up to a second, for megabytes of connection history; it is asked for
# only where the command of Android 11 is missing, and `grep` ends it early.
_STATUS = "cmd wifi status 2>/dev/null | grep -E '^Wifi is |^WifiInfo: |NetworkCapabilities: '"
_DUMP = (
    "dumpsys wifi | grep -m 16 -E '^Wi-Fi is |irplaneModeOn |NumActiveModeManagers|mWifiInfo SSID"
    "|mNetworkInfo |^curState=(L3)?ConnectedState'"
)
_EITHER = f"{_STATUS} || {_DUMP}"


def read_ssid(phone: Phone) -> str | None:
    """Asks the phone for the name of the Wi-Fi network that it is in; None where it is in none.

    Raises:
        StablePhoneError: the phone refuses to say.
        TransientPhoneError: the link failed.
    """
    ssid = read_either(send(phone, _EITHER).stdout, Reading()).get(SSID.name)
    return ssid if isinstance(ssid, str) else None


class Wifi(Control):
    """The Wi-Fi switch, by `svc wifi` (every supported Android; runs `cmd wifi` from API 30)."""

    fact = WIFI

    def cuts_link(self, value: Value) -> bool:
        """Off, it takes wireless debugging with it (AdbDebuggingManager, API 34)."""
        return value is False

    def read(self, phone: Phone) -> Value | None:
        """Reads the switch; None while it is changing."""
        return read_either(send(phone, _EITHER).stdout, Reading()).get(WIFI.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"svc wifi {'enable' if value else 'disable'}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Switches Wi-Fi, which takes seconds to come up: the engine reads until it has.

        Raises:
            StablePhoneError: the phone refused (a policy may forbid it, or airplane mode with a
                maker's own rule).
        """
        command = self.commands(value)[0]
        result = send(phone, command)
        if "failed" in result.stdout.lower():
            raise StablePhoneError(
                f"phone {phone.serial} did not switch Wi-Fi: {result.stdout.strip()[:200]}",
                serial=phone.serial,
                command=command,
                exit_code=result.exit_code,
                output=result.stdout[:4096],
            )


FACTS = (WIFI, CONNECTED, SSID)
_ALL = (WIFI.name, CONNECTED.name, SSID.name, "network.validated", "network.airplane_mode")
READERS = (
    Reader(_EITHER, _ALL, read_either),
    Reader(
        "cmd wifi status",
        (*_ALL[:4], "network.metered"),
        read_wifi_status,
        in_diagnosis=False,
        since=30,
    ),
    Reader(_DUMP, (*_ALL[:3], _ALL[4]), read_wifi, in_diagnosis=False),
)
CONTROLS = (Wifi(),)
