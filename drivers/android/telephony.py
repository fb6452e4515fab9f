"""Mobile data and roaming, as the telephony registry tells them, one block for each SIM.

Sources: `dumpsys telephony.registry` is TelephonyRegistry.dump (frameworks/base); recording
telephony_registry_dual_sim_connected_a16.txt. `svc data` is AOSP cmds/svc DataCommand, from API
29 a script around `cmd phone data`; it was not recorded from a phone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.android.dump import indent_of, lines_of
from drivers.android.send import send, send_all
from drivers.android.settings import MOBILE_DATA_KEYS, mobile_data, parse_list
from drivers.values import Value, ValueType
from drivers.vocabulary import Control, Effect, Fact, Facts, Reader, Reading

if TYPE_CHECKING:
    from drivers.phone import Phone

MOBILE_DATA = Fact(
    "network.mobile_data", ValueType("bool"), "Whether mobile data is switched on for the data SIM."
)
ROAMING = Fact(
    "network.roaming",
    ValueType("bool"),
    "Whether the SIM that carries data is in a foreign network.",
)

_PHONE = re.compile(r"\s*Phone Id=(\d+)\s*$")
_FIELD = re.compile(r"\s*(?P<key>mUserMobileDataState|mDataConnectionState)= ?(?P<value>\S+)\s*$")
# The log behind the blocks quotes such states too.
_STATE = re.compile(r"\s*mServiceState=")
# The registration of the data domain in ServiceState (API 29). UNKNOWN is roaming of a kind that
# is not known: only NOT_ROAMING is none (ServiceState.getDataRoaming).
_DATA_REGISTRATION = re.compile(
    r"domain=PS transportType=WWAN registrationState=.*?\broamingType=(?P<type>[A-Z_]+)"
)
# API 26 and 27 write `voice home data home`, API 28 `mDataRoamingType=home`
# (ServiceState.getRoamingLogString).
_OLD_ROAMING = re.compile(
    r"mServiceState=.*?(?:\bvoice (?:home|roaming|[A-Z]\w+ Roaming) data |\bmDataRoamingType=)"
    r"(?P<type>home|roaming|Domestic Roaming|International Roaming)\b"
)
# The same in one word, behind the registrations (API 30), which a modem may leave empty.
_FROM_REGISTRATION = re.compile(r"\bmIsDataRoamingFromRegistration=(true|false)\b")
# TelephonyDisplayInfo, from API 33.
_DISPLAY_ROAMING = re.compile(r"\s*mTelephonyDisplayInfo=.*\bisRoaming=(true|false)")
# TelephonyManager.DATA_CONNECTED
_CONNECTED = "2"


def has_sim(phone: Phone) -> bool:
    """Whether a SIM is in the phone and unlocked, so that mobile data could be had.

    `gsm.sim.state` has a word for each slot, with commas (AOSP TelephonyManager,
    setSimStateForPhone; `LOADED` once the records are read). A tablet without a modem
    has no such property.
    """
    states = phone.shell("getprop gsm.sim.state").stdout.strip().split(",")
    return any(state in {"READY", "LOADED"} for state in states)


def read_registry(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys telephony.registry`.

    The SIM that carries data is the one that is connected; where none is, the facts are given
    only if all SIMs agree. -1 and missing lines are unknown.

    Raises:
        ValueError: the phone refused to dump.
    """
    phones, has_end = _phones(lines_of(text))
    connected = [phone for phone in phones if phone.get("connection") == _CONNECTED][:1]
    # Without one that carries data all have to be known: phones hold two SIMs at most.
    all_known = has_end or len(phones) > 1
    if not connected and not (all_known and all("connection" in phone for phone in phones)):
        return {}
    facts: dict[str, Value] = {}
    for name, key in ((MOBILE_DATA.name, "data"), (ROAMING.name, "roaming")):
        words = {phone.get(key) for phone in connected or phones}
        if words == {"true"} or words == {"false"}:
            facts[name] = words == {"true"}
    return facts


def _phones(lines: list[str]) -> tuple[list[dict[str, str]], bool]:
    """Reads the block of each SIM, and whether the end of the last one was seen.

    Lines without a heading are one SIM's, and may have been picked out of several blocks. Before
    Android 8, and where somebody's editor moved it, a block stands no deeper than its heading.
    """
    if not any(_PHONE.match(line) for line in lines):
        single: dict[str, str] = {}
        for line in lines:
            _read_line(line, single)
        return ([single] if single else []), False
    phones: list[dict[str, str]] = []
    end = -1
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if _PHONE.match(line):
            phones.append({})
            # At this depth, or a lesser one, a line is no more the SIM's.
            end = min(indent_of(line), indent_of(below) - 1)
        elif phones and line.strip():
            if indent_of(line) <= end:
                return phones, True
            _read_line(line, phones[-1])
    return phones, False


def _read_line(line: str, phone: dict[str, str]) -> None:
    if found := _FIELD.match(line):
        key = "data" if found["key"] == "mUserMobileDataState" else "connection"
        phone.setdefault(key, found["value"])
    elif _STATE.match(line) and (found := _DATA_REGISTRATION.search(line)):
        phone.setdefault("roaming", "false" if found["type"] == "NOT_ROAMING" else "true")
    elif _STATE.match(line) and (found := _FROM_REGISTRATION.search(line)):
        phone.setdefault("roaming", found[1])
    elif found := _OLD_ROAMING.search(line):
        phone.setdefault("roaming", "false" if found["type"] == "home" else "true")
    elif found := _DISPLAY_ROAMING.match(line):
        phone.setdefault("roaming", found[1])


class MobileData(Control):
    """The mobile data switch of the data SIM, by `svc data`."""

    fact = MOBILE_DATA
    effects = frozenset({Effect.COSTS})

    def effects_of(self, value: Value) -> frozenset[Effect]:
        """Costs once it is on."""
        return self.effects if value else frozenset()

    def read(self, phone: Phone) -> Value | None:
        """Reads the registry first, which knows the data SIM, then the settings."""
        registry = send(phone, _REGISTRY).stdout
        known = read_registry(registry, Reading()).get(MOBILE_DATA.name)
        if known is not None:
            return known
        keys = "|".join(MOBILE_DATA_KEYS)
        listed = send(phone, f"settings list global | grep -E '^({keys})='").stdout
        return mobile_data(parse_list(listed), is_whole=True)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"svc data {'enable' if value else 'disable'}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Switches."""
        send_all(phone, list(self.commands(value)))


_REGISTRY = (
    "dumpsys telephony.registry | grep -E 'Phone Id=|mServiceState=|mUserMobileDataState="
    "|mDataConnectionState=|mTelephonyDisplayInfo=|mCarrierServiceState=|mPhoneCapability="
    "|mConnectedApns='"
)

FACTS = (MOBILE_DATA, ROAMING)
READERS = (Reader(_REGISTRY, (MOBILE_DATA.name, ROAMING.name), read_registry),)
CONTROLS = (MobileData(),)
