"""The network that apps get by default: what it is made of, validated, metered, behind a portal.

Sources: `dumpsys connectivity` is ConnectivityService.dump (frameworks/base to API 30,
packages/modules/Connectivity from 31) with NetworkAgentInfo and NetworkCapabilities in text;
`cmd netpolicy` is NetworkPolicyManagerShellCommand (API 26 and 34 read); recordings
connectivity_*.txt and netstats_xiaomi_pad6_a14.txt. A metered Wi-Fi and a captive portal were not
recorded: NetworkCapabilities.toString of AOSP is the reference for their words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.android.dump import indent_of, lines_of, word_bool
from drivers.android.send import fill, send
from drivers.android.wifi import read_ssid
from drivers.errors import StablePhoneError
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Control, Effect, Fact, Facts, Reader, Reading

if TYPE_CHECKING:
    from drivers.phone import Phone

TRANSPORT = Fact(
    "network.transport",
    ValueType("enum", ("none", "wifi", "cellular", "ethernet", "bluetooth", "vpn")),
    "What the phone's default network runs over.",
)
VPN = Fact("network.vpn", ValueType("bool"), "Whether a VPN is up, beside or as the default.")
VALIDATED = Fact(
    "network.validated",
    ValueType("bool"),
    "Whether Android reached the internet through the default network.",
)
METERED = Fact(
    "network.metered",
    ValueType("bool"),
    "Whether the default network counts as one that costs by the byte.",
)
CAPTIVE_PORTAL = Fact(
    "network.captive_portal",
    ValueType("bool"),
    "Whether the default network wants somebody to sign in on a web page first.",
)

_ACTIVE = re.compile(r"\s*Active default network: (none|\d+)\s*$")
_AGENT = re.compile(r"\s*NetworkAgentInfo ?[{\[].*?\bnetwork\{(?P<id>\d+)\}")
_CAPABILITIES = re.compile(
    r"nc\{\[ ?Transports: (?P<transports>[A-Z_|]*) +Capabilities: (?P<words>[A-Z_0-9&]*)"
)
# NetworkInfo.toString: `ni{[type: MOBILE[LTE], …, roaming: false]}` to API 28, later
# `ni{MOBILE[LTE] CONNECTED ROAMING extra: …}` (Pixel Fold, Android 17).
_AT_HOME = re.compile(r"\bni\{\[type: [^{}]*\broaming: false\b")
_ABROAD = re.compile(r"\bni\{(?:\[type: [^{}]*\broaming: true\b|MOBILE\S* [A-Z_]+ ROAMING\b)")
_SECTION = re.compile(r"\s*Current Networks:\s*$")
# What stands below a network: its requests, and the times of those that it outlived.
_WITHIN = re.compile(r"\s*(?:NetworkRequest |Requests: |Lingered:|Inactivity )")
_RESTRICT = re.compile(r"\s*Restrict background: (true|false)\s*$")
_TRANSPORT_WORDS = {
    "WIFI": "wifi",
    "CELLULAR": "cellular",
    "ETHERNET": "ethernet",
    "BLUETOOTH": "bluetooth",
}


def read_connectivity(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys connectivity`.

    Only the agent that "Active default network" names tells of the default network; another may
    stand beside it (a VPN prints as `WIFI|VPN`).

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    facts: dict[str, Value] = {}
    default = next((found[1] for line in lines if (found := _ACTIVE.match(line))), None)
    agents = _agents(lines)
    if restrict := next((found for line in lines if (found := _RESTRICT.match(line))), None):
        facts["network.data_saver"] = restrict[1] == "true"
    if any("VPN" in transports for transports, _ in agents.values()):
        facts[VPN.name] = True
    elif _agents_are_complete(lines):
        facts[VPN.name] = False
    if default == "none":
        facts[TRANSPORT.name] = "none"
        facts[VALIDATED.name] = False
    elif default in agents:
        transports, words = agents[default]
        if transport := _transport(transports):
            facts[TRANSPORT.name] = transport
        facts[VALIDATED.name] = "VALIDATED" in words
        facts[METERED.name] = "NOT_METERED" not in words
        facts[CAPTIVE_PORTAL.name] = "CAPTIVE_PORTAL" in words
        if transports == {"CELLULAR"} and (roams := _roams(lines, default, words)) is not None:
            facts["network.roaming"] = roams
    return facts


def _roams(lines: list[str], default: str, words: set[str]) -> bool | None:
    """Whether mobile data roams: a word of its network from API 28, and of its older ni{…} before.

    Neither is proven by the other's absence.
    """
    agent = next(line for line in lines if (a := _AGENT.match(line)) and a["id"] == default)
    if "NOT_ROAMING" in words or _AT_HOME.search(agent):
        return False
    return True if _ABROAD.search(agent) else None


def _agents(lines: list[str]) -> dict[str, tuple[set[str], set[str]]]:
    """Transports and capabilities of each connected network, by its number."""
    agents: dict[str, tuple[set[str], set[str]]] = {}
    for line in lines:
        agent = _AGENT.match(line)
        if agent and (found := _CAPABILITIES.search(line)):
            sets = set(found["transports"].split("|")), set(found["words"].split("&"))
            agents.setdefault(agent["id"], sets)
    return agents


def _agents_are_complete(lines: list[str]) -> bool:
    """Whether the section of connected networks was seen to its end, each with what it can.

    Lines that somebody's editor broke or moved to the left are no end, and no network either.
    """
    start = next((i for i, line in enumerate(lines) if _SECTION.match(line)), None)
    if start is None:
        return False
    depth = indent_of(lines[start])
    for line in lines[start + 1 :]:
        if line.strip().startswith("NetworkAgentInfo"):
            if not (_AGENT.match(line) and _CAPABILITIES.search(line)):
                return False
        elif line.strip() and indent_of(line) <= depth and not _WITHIN.match(line):
            return True
    return False


def _transport(transports: set[str]) -> str | None:
    if "VPN" in transports:
        return "vpn"
    known = [word for name, word in _TRANSPORT_WORDS.items() if name in transports]
    return known[0] if len(known) == 1 else None


def read_airplane_mode(text: str, reading: Reading) -> Facts:
    """Reads `cmd connectivity airplane-mode` (ConnectivityShellCommand, API 28): one word.

    Raises:
        ValueError: the phone refused, or has no such command.
    """
    word = "\n".join(lines_of(text)).strip()
    return {"network.airplane_mode": word == "enabled"} if word in {"enabled", "disabled"} else {}


_INTERFACES = re.compile(r"\s*Active interfaces:\s*$")
_IDENT = re.compile(r"\s*iface=\S+ ident=\[(?P<ident>.*)\]\s*$")
_METERED_WORD = re.compile(r"\bmetered=(true|false)\b")


def read_netstats_interfaces(text: str, reading: Reading) -> Facts:
    """Reads whether the default network is metered off the head of `dumpsys netstats`.

    Below a VPN both its interface and the one under it are marked as default; only where they
    agree is there an answer.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    start = next((i for i, line in enumerate(lines) if _INTERFACES.match(line)), None)
    if start is None:
        return {}
    answers: set[str] = set()
    for line in lines[start + 1 :]:
        ident = _IDENT.match(line)
        if not ident:
            break
        if "defaultNetwork=true" in ident["ident"]:
            answers.update(_METERED_WORD.findall(ident["ident"]))
    else:
        return {}  # cut within the section: one that disagrees may be missing
    metered = word_bool(answers.pop()) if len(answers) == 1 else None
    return {} if metered is None else {METERED.name: metered}


_CONNECTIVITY = (
    "dumpsys connectivity | grep -E '^ *(Active default network:|NetworkAgentInfo"
    "|Restrict background:|Current Networks:|Status for known UIDs:|Network Requests:)'"
)


class MeteredNetwork(Control):
    """Whether the Wi-Fi network in use counts as metered, by `cmd netpolicy set metered-network`.

    The command's exit status is a failure even when it worked (NetworkPolicyManagerShellCommand
    ends in `return -1`, API 26 to 34), so nothing but reading back tells. Its answer `undefined`,
    which gives the decision back to the network itself, came with API 27; before that a network
    without a policy was always set to metered first, which is why this starts at 27.
    """

    fact = METERED
    since = 27
    effects = frozenset({Effect.COSTS})

    def effects_of(self, value: Value) -> frozenset[Effect]:
        """Costs where a network that may cost is called unmetered, not the other way."""
        return frozenset() if value else self.effects

    def read(self, phone: Phone) -> Value | None:
        """Reads it off the default network's agent."""
        return read_connectivity(send(phone, _CONNECTIVITY).stdout, Reading()).get(METERED.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the command; `<ssid>` is the network the phone is in then."""
        return [f"cmd netpolicy set metered-network <ssid> {'true' if value else 'false'}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Sets the override for the network that the phone is in.

        Raises:
            StablePhoneError: the phone is in no Wi-Fi network, the only kind that can be set.
        """
        _set_override(phone, _need_ssid(phone), "true" if value else "false")

    def snapshot(self, phone: Phone, was: Value | None) -> Json:
        """Keeps the network's name and its override: true, false or none."""
        ssid = _need_ssid(phone)
        listed = send(phone, "cmd netpolicy list wifi-networks").stdout
        return {"ssid": ssid, "override": read_override(listed, ssid)}

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Puts the same network's override back, whichever network the phone is in now."""
        if isinstance(snapshot, dict):
            override = snapshot["override"]
            word = "undefined" if override == "none" else str(override)
            _set_override(phone, str(snapshot["ssid"]), word)


def read_override(text: str, ssid: str) -> str:
    """Finds a network in `cmd netpolicy list wifi-networks`: `SSID;true|false|none` a line.

    Returns:
        true, false, or none, which is also what a network without a line has.
    """
    for line in lines_of(text):
        name, separator, override = line.strip().rpartition(";")
        if separator and name == ssid and override in {"true", "false", "none"}:
            return override
    return "none"


def _need_ssid(phone: Phone) -> str:
    ssid = read_ssid(phone)
    if ssid is None:
        raise StablePhoneError(
            f"phone {phone.serial} is in no Wi-Fi network, and only those can be called metered "
            "or unmetered",
            serial=phone.serial,
        )
    return ssid


def _set_override(phone: Phone, ssid: str, word: str) -> None:
    send(
        phone, fill("cmd netpolicy set metered-network {ssid} {word}", phone, ssid=ssid, word=word)
    )


FACTS = (TRANSPORT, VPN, VALIDATED, METERED, CAPTIVE_PORTAL)
READERS = (
    Reader(
        _CONNECTIVITY,
        (*(fact.name for fact in FACTS), "network.data_saver", "network.roaming"),
        read_connectivity,
    ),
    Reader("dumpsys netstats", (METERED.name,), read_netstats_interfaces, in_diagnosis=False),
    Reader(
        "cmd connectivity airplane-mode",
        ("network.airplane_mode",),
        read_airplane_mode,
        in_diagnosis=False,
        since=28,
    ),
)
CONTROLS = (MeteredNetwork(),)
