"""The battery and battery saver: level, plug, status, heat, saver; and faking them for a fault.

Sources: `dumpsys battery` is BatteryService.dumpInternal, `dumpsys power` is
PowerManagerService.dumpInternal with BatterySaverController and BatterySaverStateMachine
(frameworks/base, API 26 to 36); recordings battery_*.txt and power_*.txt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from drivers.android.dump import ended_lines_of, first_match, word_bool
from drivers.android.send import fill, send, send_all
from drivers.errors import StablePhoneError
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Control, Fact, Facts, Reader, Reading

if TYPE_CHECKING:
    from drivers.phone import Phone

LEVEL = Fact("battery.level", ValueType("percent"), "How full the battery is.")
PLUGGED = Fact(
    "battery.plugged",
    ValueType("enum", ("none", "ac", "usb", "wireless", "dock")),
    "What the phone is charged through; none when it runs on its battery.",
)
FAKED = Fact(
    "battery.faked",
    ValueType("bool"),
    "Whether somebody froze the battery's readings with `dumpsys battery set` or `unplug`.",
)
STATUS = Fact(
    "battery.status",
    ValueType("enum", ("unknown", "charging", "discharging", "not_charging", "full")),
    "What the battery is doing; not_charging means plugged in, yet not filling.",
)
TEMPERATURE = Fact(
    "battery.temperature", ValueType("celsius"), "How warm the battery is, as it reports itself."
)
SAVER = Fact(
    "battery.saver",
    ValueType("bool"),
    "Whether battery saver is on; Photos then waits for power.",
)

# BatteryManager.BATTERY_STATUS_*: 1 to 5, the same since API 1.
_STATUS_BY_NUMBER = {str(n + 1): word for n, word in enumerate(STATUS.type.words)}
# BatteryManager.BATTERY_PLUGGED_*: bits; dock came with API 33.
_PLUG_BY_BIT = {0: "none", 1: "ac", 2: "usb", 4: "wireless", 8: "dock"}
_PLUG_LINES = {
    "AC powered": "ac",
    "USB powered": "usb",
    "Wireless powered": "wireless",
    "Dock powered": "dock",
}
_HEADING = re.compile(r"\s*Current Battery Service state:\s*$")
_FIELD = re.compile(r"\s*(?P<key>[A-Za-z][A-Za-z ]*?)\s*: *(?P<value>\S+)\s*$")
_SAVER_LINE = re.compile(r"\s*Battery [sS]aver is currently: (ON|OFF)\b")
# API 26 and 27 have no such sentence; the flag there already respects external power.
_SAVER_FLAG_OLD = re.compile(r"\s*mLowPowerModeEnabled=(true|false)\s*$")
_PLUG_TYPE = re.compile(r"\s*mPlugType=(\d+)\b")
_POWER_LEVEL = re.compile(r"\s*mBatteryLevel=(\d+)\b")


def read_battery(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys battery`.

    Makers append lines of their own with similar names (Samsung: `mBatteryLevel:100`,
    `mPlugType:2`), so the first line of each of AOSP's own names counts, matched whole.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = ended_lines_of(text)
    fields: dict[str, str] = {}
    for line in lines:
        if found := _FIELD.match(line):
            fields.setdefault(found["key"], found["value"])
    facts: dict[str, Value] = {}
    level = _percent(fields.get("level", ""), fields.get("scale", "100"))
    if level is not None:
        facts[LEVEL.name] = level
    if (plugged := _plugged(fields)) is not None:
        facts[PLUGGED.name] = plugged
    if fields.get("status") in _STATUS_BY_NUMBER:
        facts[STATUS.name] = _STATUS_BY_NUMBER[fields["status"]]
    temperature = fields.get("temperature", "")
    if re.fullmatch(r"-?\d{1,4}", temperature):
        facts[TEMPERATURE.name] = int(temperature) / 10
    if any("UPDATES STOPPED" in line for line in lines):
        facts |= {FAKED.name: True} if facts else {}
    # It would stand between these two, which a part of the dump may lack.
    elif facts and "AC powered" in fields and first_match(_HEADING, lines):
        facts[FAKED.name] = False
    return facts


def _percent(level: str, scale: str) -> int | None:
    if not (level.isdecimal() and scale.isdecimal()) or int(scale) == 0:
        return None
    value = int(level) * 100 // int(scale)
    return value if 0 <= value <= 100 else None


def _plugged(fields: Mapping[str, str]) -> str | None:
    for line, word in _PLUG_LINES.items():
        if fields.get(line) == "true":
            return word
    # Every line of a source stands before the status, so a dump that reaches the status has shown
    # all that it has: the dock's is on newer phones only, and a phone without a coil may lack the
    # wireless one. A maker's own source (Samsung's pogo pins) is none that has a word.
    others = any(name.endswith(" powered") and word == "true" for name, word in fields.items())
    required = ("AC powered", "USB powered")
    if all(fields.get(line) == "false" for line in required) and "status" in fields and not others:
        return "none"
    return None


def read_power(text: str, reading: Reading) -> Facts:
    """Reads the battery's part of `dumpsys power`.

    vivo embeds a dump of its thermal service here, which is why every line is matched whole.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = ended_lines_of(text)
    facts: dict[str, Value] = {}
    if found := first_match(_SAVER_LINE, lines):
        facts[SAVER.name] = found[1] == "ON"
    elif found := first_match(_SAVER_FLAG_OLD, lines):
        saver = word_bool(found[1])
        assert saver is not None
        facts[SAVER.name] = saver
    if (found := first_match(_PLUG_TYPE, lines)) and int(found[1]) in _PLUG_BY_BIT:
        facts[PLUGGED.name] = _PLUG_BY_BIT[int(found[1])]
    if (found := first_match(_POWER_LEVEL, lines)) and int(found[1]) <= 100:
        facts[LEVEL.name] = int(found[1])
    return facts


_BATTERY = "dumpsys battery"
_POWER = "dumpsys power"
# Half an hour, the longest that every phone's own settings offer.
_LONG_TIMEOUT_MS = 1_800_000


class BatterySaver(Control):
    """Battery saver's switch, by `cmd power set-mode` (PowerManagerShellCommand, API 26).

    On external power the system ignores the command silently and exits with 0
    (BatterySaverStateMachine.doEnableBatterySaverLocked / PowerManagerService.setLowPowerMode),
    so the value is read back, and the refusal is named. Switching by hand also sets the sticky
    setting, which turns the saver on again after a charge; the snapshot therefore holds it.
    """

    fact = SAVER

    def read(self, phone: Phone) -> Value | None:
        """Reads the switch from the power service's dump."""
        return read_power(send(phone, _POWER).stdout, Reading()).get(SAVER.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"cmd power set-mode {int(bool(value))}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Switches, reads back, and names external power where that is why nothing happened."""
        command = self.commands(value)[0]
        _, dump = send_all(phone, [command, _POWER])
        now = read_power(dump.stdout, Reading())
        if now.get(SAVER.name) == value or now.get(PLUGGED.name, "none") == "none":
            return  # done, or still settling on battery: the engine goes on reading
        raise StablePhoneError(
            f"phone {phone.serial} is on external power ({now[PLUGGED.name]}), where Android "
            f"ignores switching battery saver {'on' if value else 'off'} and says nothing: "
            "unplug it, or use a network link, and try again",
            serial=phone.serial,
            command=command,
            exit_code=0,
            output=f"battery saver still reads {'on' if now.get(SAVER.name) else 'off'}",
        )

    def snapshot(self, phone: Phone, was: Value | None) -> Json:
        """Keeps the switch and the sticky setting as it is written, null included."""
        dump, sticky = send_all(phone, [_POWER, "settings get global low_power_sticky"])
        saver = read_power(dump.stdout, Reading()).get(SAVER.name)
        return (
            {"saver": bool(saver), "sticky": sticky.stdout.strip()} if saver is not None else None
        )

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Puts back the switch first, then the sticky setting that switching wrote."""
        if not isinstance(snapshot, dict):
            return
        if self.read(phone) != snapshot["saver"]:
            self.apply(phone, bool(snapshot["saver"]))
        if snapshot["sticky"] in {"0", "1"}:
            send(phone, f"settings put global low_power_sticky {snapshot['sticky']}")
        else:
            send(phone, "settings delete global low_power_sticky")


class FakedBattery(Control):
    """A battery reading that is faked for the whole phone, for a fault only.

    BatteryService stops all updates at the first `set` or `unplug` and starts them again at
    `reset` (API 26 to 34), so faked readings share one undo: the first one's snapshot says
    `reset`, and those after it are faked back to what they were until that comes. A phone whose
    readings somebody else froze is refused, since resetting would take away what they set; a
    crashed run of ours cannot be that somebody, because its journal is undone first.

    Args:
        frozen: serials of the phones whose readings this process froze; one set for all fakes.
    """

    fault_only = True

    def __init__(self, frozen: set[str]) -> None:
        self._frozen = frozen

    def read(self, phone: Phone) -> Value | None:
        """Reads what every app on the phone is told."""
        return read_battery(send(phone, _BATTERY).stdout, Reading()).get(self.fact.name)

    def apply(self, phone: Phone, value: Value) -> None:
        """Fakes the reading."""
        send_all(phone, [fill(command, phone) for command in self.commands(value)])

    def snapshot(self, phone: Phone, was: Value | None) -> Json:
        """Says that there will be something to reset, once.

        Raises:
            StablePhoneError: the readings are frozen already, and not by this run.
        """
        if not read_battery(send(phone, _BATTERY).stdout, Reading()).get(FAKED.name):
            self._frozen.add(phone.serial)
            return {"reset": True}
        if phone.serial in self._frozen:
            value = self.read(phone)
            return None if isinstance(value, (tuple, Mapping)) else {"reset": False, "was": value}
        raise StablePhoneError(
            f"the battery of phone {phone.serial} is faked already, and not by us: "
            "`adb shell dumpsys battery reset` lets it read its battery again",
            serial=phone.serial,
            command=_BATTERY,
            output="UPDATES STOPPED",
        )

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Lets the phone read its battery again, if this fake was the first; harmless twice."""
        if not isinstance(snapshot, dict):
            return
        if snapshot["reset"]:
            send(phone, "dumpsys battery reset")
            self._frozen.discard(phone.serial)
        elif read_battery(send(phone, _BATTERY).stdout, Reading()).get(FAKED.name):
            # Only while the first one's freeze still stands: after it, this would freeze again.
            self.apply(phone, cast("Value", snapshot["was"]))


class FakedLevel(FakedBattery):
    """The level as apps see it. Level 0 is refused: the phone would switch itself off."""

    fact = LEVEL

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command.

        Raises:
            StablePhoneError: a level below 1.
        """
        if not isinstance(value, int) or value < 1:
            raise StablePhoneError(f"battery.level can be faked from 1% up, not {value!r}")
        return [f"dumpsys battery set level {value}"]


class FakedPlug(FakedBattery):
    """What the phone seems to be charged through.

    A phone that believes itself unplugged no longer stays awake for its stay-awake setting, and a
    screen that goes off ends what the engine looks at, so the screen's timeout is lengthened
    while `none` is faked, and put back.
    """

    fact = PLUGGED

    def commands(self, value: Value) -> Sequence[str]:
        """Unplugs first, since `set` adds a source and takes none away."""
        if value == "none":
            return [
                "dumpsys battery unplug",
                f"settings put --user {{user}} system screen_off_timeout {_LONG_TIMEOUT_MS}",
            ]
        return ["dumpsys battery unplug", f"dumpsys battery set {value} 1"]

    def snapshot(self, phone: Phone, was: Value | None) -> Json:
        """Adds the screen's timeout to what the fake needs."""
        shared = super().snapshot(phone, was)
        command = fill("settings get --user {user} system screen_off_timeout", phone)
        timeout = send(phone, command).stdout.strip()
        return {**shared, "screen_off_timeout": timeout} if isinstance(shared, dict) else None

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Resets or fakes back, then puts the timeout back, which faking `none` sets again."""
        if not isinstance(snapshot, dict):
            return
        super().restore(phone, snapshot)
        timeout = snapshot["screen_off_timeout"]
        if isinstance(timeout, str) and timeout.isdecimal():
            template = "settings put --user {user} system screen_off_timeout {timeout}"
            send(phone, fill(template, phone, timeout=timeout))


_FROZEN: set[str] = set()

FACTS = (LEVEL, PLUGGED, FAKED, STATUS, TEMPERATURE, SAVER)
READERS = (Reader(_BATTERY, tuple(fact.name for fact in FACTS[:5]), read_battery),)
CONTROLS = (BatterySaver(), FakedLevel(_FROZEN), FakedPlug(_FROZEN))
