"""Awake or asleep, saving battery, too hot: what the power services tell every app.

Sources: PowerManagerService, DisplayManagerService and ThermalManagerService (API 29) of AOSP
frameworks/base (API 26 and 34 read); recordings power_*.txt, display_*.txt and
thermalservice_*.txt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.android.battery import read_power as read_battery_in_power
from drivers.android.dump import ended_lines_of, first_match, lines_of, word_bool
from drivers.android.send import send, send_all
from drivers.android.settings import (
    SAVER_STICKY,
    SAVER_TRIGGER,
    SCREEN_TIMEOUT,
    STAY_ON,
    milliseconds,
    percent,
    plugs,
)
from drivers.values import Value, ValueType
from drivers.vocabulary import Control, Fact, Facts, Reader, Reading

if TYPE_CHECKING:
    from drivers.phone import Phone

AWAKE = Fact("power.awake", ValueType("bool"), "Whether the phone is awake and its screen on.")
ADAPTIVE = Fact(
    "battery.saver_adaptive",
    ValueType("bool"),
    "Whether Android may save battery step by step before battery saver itself comes on.",
    since=29,
)
THERMAL = Fact(
    "power.thermal_status",
    ValueType("enum", ("none", "light", "moderate", "severe", "critical", "emergency", "shutdown")),
    "How hot the phone tells its apps that it is.",
    since=29,
)
# Android 12 prints the call in the field's place (first seen on Samsung).
_WAKEFULNESS = re.compile(r"\s*(?:mWakefulness|getWakefulnessLocked\(\))=(\w+)\s*$")
_AWAKE = {"Awake": True, "Dreaming": True, "Dozing": False, "Asleep": False}
# Above the wake locks in every release; for lines that were picked out of a dump.
_DISPLAY_POWER = re.compile(r"\s*Display Power: state=(\w+)\s*$")
# The first of these is the default display's in every recorded dump.
_SCREEN = re.compile(r"\s*(?:mGlobalDisplayState|Display State|mScreenState)=(\w+)\s*$")
_SCREEN_ON = {"ON": True, "OFF": False, "DOZE": False, "DOZE_SUSPEND": False}
_THERMAL = re.compile(r"\s*Thermal Status: (\d)\s*$")
# BatterySaverStateMachine.dump, API 29: `full=` and `adaptive=` below "Enabled=".
_SAVER_MACHINE = re.compile(r"\s*Battery saver state machine:\s*$")
# While on, `(advertise=…)` follows.
_ADAPTIVE = re.compile(r"\s*adaptive=(true|false)\b")
# For images without the statistics that tell of the saver in a sentence.
_FULL = re.compile(r"\s*full=(true|false)\s*$")
# What the service took from the settings tables, under their meaning there.
_SETTINGS = (
    (
        re.compile(r"\s*mSettingBatterySaverEnabledSticky=(\w+)\s*$"),
        SAVER_STICKY.name,
        word_bool,
    ),
    (re.compile(r"\s*mSettingBatterySaverTriggerThreshold=(\d+)\s*$"), SAVER_TRIGGER.name, percent),
    (re.compile(r"\s*mStayOnWhilePluggedInSetting=(\d+)\s*$"), STAY_ON.name, plugs),
    (re.compile(r"\s*mScreenOffTimeoutSetting=(\d+)\b"), SCREEN_TIMEOUT.name, milliseconds),
)


def read_power(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys power`: awake, adaptive saver, and what the battery's own reader finds in it.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = ended_lines_of(text)
    facts: dict[str, Value] = dict(read_battery_in_power(text, reading))
    if (found := first_match(_WAKEFULNESS, lines)) and found[1] in _AWAKE:
        facts[AWAKE.name] = _AWAKE[found[1]]
    elif not found and (display := first_match(_DISPLAY_POWER, lines)):
        facts |= {AWAKE.name: _SCREEN_ON[display[1]]} if display[1] in _SCREEN_ON else {}
    for pattern, fact, decode in _SETTINGS:
        if (found := first_match(pattern, lines)) and (value := decode(found[1])) is not None:
            facts[fact] = value
    machine = next((i for i, line in enumerate(lines) if _SAVER_MACHINE.match(line)), None)
    for pattern, fact in ((_ADAPTIVE, ADAPTIVE.name), (_FULL, "battery.saver")):
        if machine is not None and (found := first_match(pattern, lines[machine:])):
            facts.setdefault(fact, found[1] == "true")
    return facts


def read_display(text: str, reading: Reading) -> Facts:
    """Reads whether the screen is on off `dumpsys display`; ambient display counts as off.

    Raises:
        ValueError: the phone refused to dump.
    """
    found = first_match(_SCREEN, lines_of(text))
    return {AWAKE.name: _SCREEN_ON[found[1]]} if found and found[1] in _SCREEN_ON else {}


def read_thermal(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys thermalservice` (API 29).

    Raises:
        ValueError: the phone refused, or has no such service.
    """
    found = first_match(_THERMAL, lines_of(text))
    if not found or int(found[1]) >= len(THERMAL.type.words):
        return {}
    return {THERMAL.name: THERMAL.type.words[int(found[1])]}


class Awake(Control):
    """The screen, by the power keys that only wake and only sleep."""

    fact = AWAKE

    def read(self, phone: Phone) -> Value | None:
        """Reads the power service's own word."""
        return read_power(send(phone, _POWER).stdout, Reading()).get(AWAKE.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"input keyevent {'KEYCODE_WAKEUP' if value else 'KEYCODE_SLEEP'}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Presses the key; MIUI and Honor may refuse input without a developer option."""
        send_all(phone, list(self.commands(value)))


class AdaptiveSaver(Control):
    """Adaptive battery saver, by `cmd power set-adaptive-power-saver-enabled` (API 29)."""

    fact = ADAPTIVE
    since = 29

    def read(self, phone: Phone) -> Value | None:
        """Reads it off the power service's dump."""
        return read_power(send(phone, _POWER).stdout, Reading()).get(ADAPTIVE.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"cmd power set-adaptive-power-saver-enabled {'true' if value else 'false'}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Switches."""
        send_all(phone, list(self.commands(value)))


# The whole dump is half a megabyte on some phones; these are all the lines that are read.
_POWER = (
    "dumpsys power | grep -E 'Battery [sS]aver is currently|mLowPowerModeEnabled=|mPlugType="
    "|mBatteryLevel=|[wW]akefulness(Locked\\(\\))?=|Battery saver state machine"
    "|^ +(full|adaptive)='"
)

FACTS = (AWAKE, ADAPTIVE, THERMAL)
READERS = (
    Reader(
        _POWER,
        (
            AWAKE.name,
            ADAPTIVE.name,
            "battery.saver",
            "battery.plugged",
            "battery.level",
            *(fact for _, fact, _ in _SETTINGS),
        ),
        read_power,
    ),
    Reader("dumpsys display", (AWAKE.name,), read_display, in_diagnosis=False),
    Reader(
        "dumpsys thermalservice | grep 'Thermal Status:'", (THERMAL.name,), read_thermal, since=29
    ),
)
CONTROLS = (Awake(), AdaptiveSaver())
