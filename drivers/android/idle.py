"""Doze: how deep the phone sleeps, and whether Photos is spared.

Sources: DeviceIdleController of AOSP frameworks/base (API 26 and 34 read); recordings
deviceidle_*.txt. Deep idle was not recorded from a phone: DeviceIdleController.stateToString is
the reference for its words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from drivers.android.dump import block_after, first_match, lines_of
from drivers.android.send import fill, send
from drivers.errors import StablePhoneError
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Control, Fact, Facts, Reader, Reading

if TYPE_CHECKING:
    from drivers.phone import Phone

IDLE = Fact(
    "power.idle_state",
    ValueType(
        "enum",
        (
            "active",
            "inactive",
            "idle_pending",
            "sensing",
            "locating",
            "idle",
            "idle_maintenance",
            "quick_doze_delay",
        ),
    ),
    "How far the phone has gone into doze; idle stops all work of apps that are not exempt.",
)
LIGHT_IDLE = Fact(
    "power.light_idle_state",
    ValueType(
        "enum",
        (
            "active",
            "inactive",
            "pre_idle",
            "idle",
            "waiting_for_network",
            "idle_maintenance",
            "override",
        ),
    ),
    "How far the phone has gone into the lighter doze, which also happens in a pocket.",
)
IDLE_EXEMPT = Fact(
    "photos.idle_exempt",
    ValueType("bool"),
    "Whether Photos is exempt from battery optimization, so that doze spares it.",
)

_IDLE = re.compile(r"\s*mState=(?P<word>[A-Z_]+)(?:\s|$)")
_LIGHT = re.compile(r"\s*(?:mState=[A-Z_]+\s+)?mLightState=(?P<word>[A-Z_]+)\s*$")
# One of the settings, with which a dump begins: `    light_idle_to=+5m0s0ms`.
_SETTING = re.compile(r"\s+(?:light_)?idle_to=")
_LIST_LINE = re.compile(r"(?P<kind>user|system|system-excidle),(?P<name>[\w.]+),\d+\s*$")


def read_idle(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys deviceidle`: both states, and whether Photos is exempt.

    A phone without exempt apps prints no list at all, so "not exempt" follows only from a dump
    that was seen from its settings or its first list up to the states behind the lists. Doze may
    be switched off while the state still reads active: that is what the state is then.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    facts: dict[str, Value] = {}
    states = first_match(_IDLE, lines)
    light = first_match(_LIGHT, lines)
    for fact, found in ((IDLE, states), (LIGHT_IDLE, light)):
        if found and found["word"].lower() in fact.type.words:
            facts[fact.name] = found["word"].lower()
    # The lists stand in this order, before the states, so that what was cut off shows.
    system = _list(lines, "Whitelist system apps:")
    removed = _list(lines, "Removed from whitelist system apps:")
    if reading.package in _list(lines, "Whitelist user apps:"):
        facts[IDLE_EXEMPT.name] = True
    elif states and (system or any(_SETTING.match(line) for line in lines)):
        facts[IDLE_EXEMPT.name] = reading.package in system - removed
    return facts


def _list(lines: list[str], heading: str) -> set[str]:
    start = next((i for i, line in enumerate(lines) if line.strip() == heading), None)
    if start is None:
        return set()
    return {line.strip() for line in block_after(lines, start)[0]}


def read_exempt(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys deviceidle whitelist`: `user,PACKAGE,APPID` a line, the user's own last.

    Raises:
        ValueError: the phone refused.
    """
    found = [line for raw in lines_of(text) if (line := _LIST_LINE.match(raw.strip()))]
    if not found:
        return {}
    # system-excidle spares an app from app standby only, not from doze.
    exempt = {line["name"] for line in found if line["kind"] != "system-excidle"}
    return {IDLE_EXEMPT.name: True} if reading.package in exempt else {}


def read_word(text: str, reading: Reading, *, fact: Fact) -> Facts:
    """Reads `cmd deviceidle get deep|light`: the state alone.

    Raises:
        ValueError: the phone refused.
    """
    word = "\n".join(lines_of(text)).strip().lower()
    return {fact.name: word} if word in fact.type.words else {}


class IdleState(Control):
    """Deep idle, forced for a fault only; putting back is `unforce`, which leaves it to the phone.

    `force-idle` ends deeper than it can where doze is switched off: that is refused.
    """

    fact = IDLE
    fault_only = True
    shown_only = tuple(word for word in IDLE.type.words if word not in {"idle", "active"})

    def read(self, phone: Phone) -> Value | None:
        """Reads the controller's state."""
        dump = send(phone, "dumpsys deviceidle | grep -E 'mState='")
        return read_idle(dump.stdout, Reading()).get(IDLE.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command.

        Raises:
            StablePhoneError: a state that cannot be forced.
        """
        if value in self.shown_only:
            raise StablePhoneError(f"power.idle_state can be forced to idle or active, not {value}")
        return [f"dumpsys deviceidle {'force-idle deep' if value == 'idle' else 'unforce'}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Forces it.

        Raises:
            StablePhoneError: doze is switched off, or the phone would not go that deep.
        """
        command = self.commands(value)[0]
        result = send(phone, command)
        # DeviceIdleController.Shell: "Unable to go deep idle; stopped at …", "… not enabled".
        if "Unable to" in result.stdout or "not enabled" in result.stdout:
            raise StablePhoneError(
                f"phone {phone.serial} did not go idle: {result.stdout.strip()[:200]}",
                serial=phone.serial,
                command=command,
                exit_code=result.exit_code,
                output=result.stdout[:4096],
            )

    def snapshot(self, phone: Phone, was: Value | None) -> Json:
        """Only that it is to be left to the phone again."""
        return {"unforce": True}

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Ends the forcing; harmless where nothing is forced."""
        if snapshot is not None:
            send(phone, "dumpsys deviceidle unforce")


class IdleExempt(Control):
    """Photos' exemption from battery optimization, by `dumpsys deviceidle whitelist`."""

    fact = IDLE_EXEMPT

    def read(self, phone: Phone) -> Value | None:
        """Reads the lists of the dump."""
        dump = send(phone, _IDLE_DUMP).stdout
        reading = Reading(package=phone.package, user=phone.user)
        return read_idle(dump, reading).get(IDLE_EXEMPT.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"dumpsys deviceidle whitelist {'+' if value else '-'}{{package}}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Puts Photos on the list, or takes it off."""
        send(phone, fill(self.commands(value)[0], phone))


_IDLE_DUMP = "dumpsys deviceidle"

FACTS = (IDLE, LIGHT_IDLE, IDLE_EXEMPT)
READERS = (
    Reader(_IDLE_DUMP, (IDLE.name, LIGHT_IDLE.name, IDLE_EXEMPT.name), read_idle),
    *(
        Reader(
            f"cmd deviceidle get {what}",
            (fact.name,),
            partial(read_word, fact=fact),
            in_diagnosis=False,
        )
        for what, fact in (("deep", IDLE), ("light", LIGHT_IDLE))
    ),
    Reader("dumpsys deviceidle whitelist", (IDLE_EXEMPT.name,), read_exempt, in_diagnosis=False),
)
CONTROLS = (IdleState(), IdleExempt())
