"""Setting the phone's clock by this computer's, where the network does not do it.

`cmd alarm set-time MILLIS` is AOSP AlarmManagerService.ShellCmd, there from API 28 on; shell holds
SET_TIME (packages/Shell/AndroidManifest.xml). It sets the clock whatever "set automatically" says,
and a time that the kernel does not take is dropped without a word, so the clock is read back. Not
recorded from a phone.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from drivers.android.device import CLOCK_SKEW
from drivers.android.send import send
from drivers.errors import HostError, LossError, StablePhoneError
from drivers.values import Json, Value
from drivers.vocabulary import Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

_SET = "cmd alarm set-time {millis}"
# When this Android was built, in seconds since 1970 (AOSP build/make, tools/buildinfo.sh; the
# recording getprop_xiaomi_pad6_a14.txt): no true clock is behind it.
_BUILT = "getprop ro.build.date.utc"
# How far two clocks may be apart that are called the same; a slow link takes some of it.
_SAME_S = 60.0
_DAY_S = 86_400.0


class SetClock(Operation):
    """Sets the clock to this computer's; undo lets it be as wrong again as it was."""

    name = "phone.set_clock"
    doc = "Sets the phone's clock to the time of this computer."
    base_risk = Risk.REVERSIBLE
    since = 28

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the one command; what stands for the time changes while one looks."""
        return ["cmd alarm set-time MILLIS (this computer's time, in milliseconds since 1970)"]

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Notes by how many seconds the phone's clock is ahead.

        Raises:
            StablePhoneError: the phone does not tell its time, so nothing could be put back.
            HostError: it is this computer's clock that is wrong.
        """
        built = phone.shell(_BUILT).stdout.strip()
        if built.isdecimal() and int(built) > time.time() + _DAY_S:
            raise HostError(
                "this computer's clock is behind the day on which the phone's Android was built: "
                "set this computer's clock first"
            )
        skew_s = _skew_s(phone)
        if skew_s is None:
            raise StablePhoneError(
                f"phone {phone.serial} does not tell its time, so its clock could not be put back",
                serial=phone.serial,
                command="date +%s",
            )
        return skew_s

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Sets it.

        Raises:
            StablePhoneError: the phone refused, or keeps its own time.
        """
        _set(phone, 0.0)
        return {}

    def leaves(self, prepared: Json) -> str:
        """Says how wrong the clock was."""
        skew_s = float(prepared) if isinstance(prepared, (int, float)) else 0.0
        amount, unit = abs(skew_s) / _DAY_S, "days"
        if amount < 1:
            amount, unit = abs(skew_s) / 60, "minutes"
        return f"the clock was {amount:.0f} {unit} {'behind' if skew_s < 0 else 'ahead'}"

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Sets it as far off as it was, to the second; a clock that somebody has set since stays.

        Raises:
            LossError: somebody has.
            StablePhoneError: the phone refused, or keeps its own time.
        """
        if not isinstance(prepared, (int, float)):
            return
        now_s = _skew_s(phone)
        if now_s is not None and abs(now_s - prepared) <= _SAME_S:
            return
        if now_s is not None and abs(now_s) > _SAME_S:
            raise LossError("somebody has set the phone's clock since; it is left as it is")
        _set(phone, float(prepared))


def _skew_s(phone: Phone) -> float | None:
    """How far the phone's clock is ahead of this computer's, in seconds."""
    seen = phone.facts([CLOCK_SKEW.name]).get(CLOCK_SKEW.name)
    return float(seen) if isinstance(seen, (int, float)) else None


def _set(phone: Phone, skew_s: float) -> None:
    """Sets the phone's clock so many seconds ahead of this computer's, and reads it back."""
    command = _SET.format(millis=round((time.time() + skew_s) * 1000))
    send(phone, command)
    now_s = _skew_s(phone)
    if now_s is None or abs(now_s - skew_s) > _SAME_S:
        raise StablePhoneError(
            f"phone {phone.serial} took `{command}` and keeps its own time: set its clock under "
            "Settings > System > Date and time",
            serial=phone.serial,
            command=command,
        )


OPERATIONS = (SetClock(),)
