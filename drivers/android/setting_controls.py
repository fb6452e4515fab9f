"""Facts that are keys of the settings tables, and are set by writing them.

Sources: `settings` is SettingsService of AOSP frameworks/base, `cmd connectivity` is
ConnectivityService.ShellCmd (API 28). What each key means is in `drivers.android.settings`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.android.send import fill, send
from drivers.android.settings import (
    AIRPLANE_MODE,
    AUTO_TIME,
    NO_HOST,
    PLUG_BITS,
    PRIVATE_DNS,
    PRIVATE_DNS_HOST,
    PRIVATE_DNS_SERVER,
    SAVER_STICKY,
    SAVER_TRIGGER,
    SCREEN_TIMEOUT,
    SETTINGS,
    STAY_ON,
)
from drivers.errors import StablePhoneError
from drivers.values import Json, Value
from drivers.vocabulary import Control

if TYPE_CHECKING:
    from drivers.phone import Phone


class SettingControl(Control):
    """A fact that is one key of a settings table, written with `settings put`.

    The snapshot is the text as it was written, so that an unset key is deleted again.
    """

    namespace: str
    key: str

    def encode(self, value: Value) -> str:
        """Writes the value as the table holds it: 1 or 0 unless a control says otherwise."""
        return str(int(bool(value)))

    def decode(self, text: str) -> Value | None:
        """Reads the table's text."""
        return next(s for s in SETTINGS if s.fact == self.fact.name).decode(text)

    def read(self, phone: Phone) -> Value | None:
        """Reads the key; None where it is not set."""
        return self.decode(self._written(phone))

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"settings put --user {{user}} {self.namespace} {self.key} {self.encode(value)}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Writes the key."""
        self._write(phone, self.encode(value))

    def snapshot(self, phone: Phone, was: Value | None) -> Json:
        """Keeps the text as it was written, `null` included."""
        return {"written": self._written(phone)}

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Writes the text back, or deletes the key where it was not set."""
        if not isinstance(snapshot, dict):
            return
        written = str(snapshot["written"])
        if written == "null":
            send(phone, fill(self._deletion(), phone))
        else:
            self._write(phone, written)

    def _written(self, phone: Phone) -> str:
        command = fill(f"settings get --user {{user}} {self.namespace} {self.key}", phone)
        return send(phone, command).stdout.strip()

    def _deletion(self) -> str:
        return f"settings delete --user {{user}} {self.namespace} {self.key}"

    def _write(self, phone: Phone, text: str) -> None:
        template = f"settings put --user {{user}} {self.namespace} {self.key} {{text}}"
        send(phone, fill(template, phone, text=text))


class SaverSticky(SettingControl):
    """Whether battery saver comes back after a charge (API 28)."""

    fact, namespace, key, since = SAVER_STICKY, "global", "low_power_sticky", 28


class SaverTrigger(SettingControl):
    """The level at which battery saver comes on by itself."""

    fact, namespace, key = SAVER_TRIGGER, "global", "low_power_trigger_level"

    def encode(self, value: Value) -> str:
        """Writes the whole number of percent."""
        return str(value)


class StayOn(SettingControl):
    """The chargers on which the screen stays on."""

    fact, namespace, key = STAY_ON, "global", "stay_on_while_plugged_in"

    def encode(self, value: Value) -> str:
        """Writes the sum of the chargers' bits."""
        words = (value,) if isinstance(value, str) else value
        assert isinstance(words, tuple)
        return str(sum(PLUG_BITS[word] for word in set(words)))


class ScreenTimeout(SettingControl):
    """How long the screen stays on untouched."""

    fact, namespace, key = SCREEN_TIMEOUT, "system", "screen_off_timeout"

    def encode(self, value: Value) -> str:
        """Writes milliseconds."""
        assert isinstance(value, (int, float))
        return str(round(value * 1000))


class AutoTime(SettingControl):
    """The clock's switch "set automatically"."""

    fact, namespace, key = AUTO_TIME, "global", "auto_time"


class PrivateDns(SettingControl):
    """Private DNS: off, by whichever server offers it, or by the one whose name was entered."""

    fact, namespace, key, since = PRIVATE_DNS, "global", "private_dns_mode", 28

    def encode(self, value: Value) -> str:
        """Writes the word."""
        return str(value)

    def apply(self, phone: Phone, value: Value) -> None:
        """Writes the mode.

        Raises:
            StablePhoneError: `hostname` on a phone that has no host name to use.
        """
        if value == "hostname":
            host = PrivateDnsHost().read(phone)
            if host == NO_HOST:
                raise StablePhoneError(
                    f"phone {phone.serial} has no private DNS host name, without which the mode "
                    "'hostname' would cut it off: enter one in its network settings first",
                    serial=phone.serial,
                    command="settings get global private_dns_specifier",
                    output=NO_HOST,
                )
        super().apply(phone, value)


class PrivateDnsHost(SettingControl):
    """The private DNS server by its name (Settings > Network > Private DNS).

    Under `fault:` alone: which server looks names up is for the phone's owner to choose.
    """

    fact, namespace, key, since = PRIVATE_DNS_HOST, "global", "private_dns_specifier", 28
    fault_only = True

    def encode(self, value: Value) -> str:
        """Writes the name."""
        return str(value)

    def decode(self, text: str) -> Value | None:
        """Reads the name, `none` where the key is not set."""
        return PRIVATE_DNS_SERVER.decode(text)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return super().commands(value) if value != NO_HOST else [self._deletion()]

    def apply(self, phone: Phone, value: Value) -> None:
        """Enters the name, or takes it out."""
        if value != NO_HOST:
            super().apply(phone, value)
        else:
            send(phone, fill(self._deletion(), phone))


class AirplaneMode(SettingControl):
    """Airplane mode, by `cmd connectivity airplane-mode` (API 28): a bare setting changes nothing.

    Not recorded from a phone; AOSP ConnectivityService.ShellCmd is the reference.
    """

    fact, namespace, key, since = AIRPLANE_MODE, "global", "airplane_mode_on", 28

    def cuts_link(self, value: Value) -> bool:
        """On, it ends every radio."""
        return value is True

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"cmd connectivity airplane-mode {'enable' if value else 'disable'}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Switches."""
        send(phone, self.commands(value)[0])

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Switches back; an unset key is the same as off."""
        if isinstance(snapshot, dict):
            self.apply(phone, snapshot["written"] == "1")


CONTROLS = (
    SaverSticky(),
    SaverTrigger(),
    StayOn(),
    ScreenTimeout(),
    AutoTime(),
    PrivateDns(),
    PrivateDnsHost(),
    AirplaneMode(),
)
