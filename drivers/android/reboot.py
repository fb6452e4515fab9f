"""Restarting the phone, and the page from which a person resets it.

Sources: `svc power` is AOSP cmds/svc PowerCommand, `am get-started-user-state`
ActivityManagerShellCommand (API 26 and 34 read), the actions behind "Erase all data" are AOSP
Settings' own. What the reset page says is never touched: `wipe` is a person's to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.android.send import fill, refusal_of, send
from drivers.android.window import LOCKED, SECURE
from drivers.attached import is_address
from drivers.errors import StablePhoneError, TransientPhoneError
from drivers.pauses import pauses
from drivers.restart import UPTIME, Met, questions, read, started_at
from drivers.values import Json, Value
from drivers.vocabulary import Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

# In the background, so that it is answered before the link drops.
_RESTART = "(sleep 0.2; svc power reboot) >/dev/null 2>&1 &"
_OPEN_LOCK = "wm dismiss-keyguard"
# The slowest phones take three minutes, and longer after an update.
_TIMEOUT_S = 300.0
_LOOK_EVERY_S = 0.5


class Reboot(Operation):
    """Restarts the phone and waits until its user is unlocked again."""

    name = "phone.reboot"
    doc = "Restarts the phone, and waits until it is unlocked again."
    base_risk = Risk.DISRUPTIVE

    def cuts_link(self) -> bool:
        """`adb tcpip` does not survive a reboot, and wireless debugging may not."""
        return True

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows both commands; a lock that a swipe opens stands there after every start."""
        return ["svc power reboot", _OPEN_LOCK]

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Refuses a phone that nobody could unlock afterwards.

        Raises:
            StablePhoneError: the phone has a secure lock, and it is locked: nobody is there.
        """
        facts = phone.facts([LOCKED.name, SECURE.name])
        if facts.get(SECURE.name) and facts.get(LOCKED.name):
            raise StablePhoneError(
                f"phone {phone.serial} is locked with a PIN, pattern or password: restarted, it "
                "would stay shut until somebody unlocks it. Unlock it and stay with it",
                serial=phone.serial,
            )
        return None

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Restarts, and waits for another boot with the user unlocked.

        Raises:
            StablePhoneError: the phone refused, or did not come back unlocked in five minutes.
        """
        met = replace(phone.met, started_at=started_at(send(phone, UPTIME).stdout))
        send(phone, _RESTART)
        for _ in pauses(_TIMEOUT_S, longest_s=_LOOK_EVERY_S):
            seen = _missing(phone, met)
            if seen is None:
                # A lock that a swipe opens stands there after every start; it opens no other
                # (AOSP WindowManagerShellCommand, `wm dismiss-keyguard`).
                send(phone, _OPEN_LOCK)
                return {}
        raise StablePhoneError(
            f"phone {phone.serial} did not come back within {_TIMEOUT_S:g} s of restarting: {seen}",
            serial=phone.serial,
            command="svc power reboot",
            waited_s=_TIMEOUT_S,
        )


def _missing(phone: Phone, met: Met) -> str | None:
    """Says what is still missing after a restart; None where nothing is."""
    # Only looked at, not helped: adb itself reconnects what it lost, and a connection that is
    # made while the phone goes down would hang.
    attached = phone.client.find(phone.serial)
    if attached is None:
        _connect(phone)
        return "adb does not see it"
    if attached.state != "device":
        return f"adb calls it {attached.state}"
    try:
        now, need = read(phone.ask(questions(phone.user)), phone.serial, met)
    except TransientPhoneError as error:
        return str(error)
    return need if met.has_restarted(now) else "it still runs as before"


def _connect(phone: Phone) -> None:
    """Asks the adb server to connect again; only phones on the network have an address."""
    if is_address(phone.serial):
        # "failed to connect" is an answer too, and one that does not come is no news.
        with suppress(TransientPhoneError):
            phone.client.ask(f"host:connect:{phone.serial}")


class FactoryReset(Operation):
    """Opens the page on which a person can erase the phone, and stops there.

    Which page a phone opens for anybody but itself differs by maker, so the actions are tried
    from the page itself to the settings' front, where a person finds it by hand.
    """

    name = "phone.factory_reset"
    doc = "Opens the page that erases the phone and hands over: a person has to confirm it."
    base_risk = Risk.WIPE

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the commands, of which the first that opens a page is the last one sent."""
        return [f"am start --user {{user}} -a {action}" for action in _RESET_PAGES]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Opens the page, and touches nothing on it.

        Raises:
            StablePhoneError: this phone opens none of them.
        """
        *nearer, last = self.commands(arguments)
        for command in nearer:
            if refusal_of(phone.shell(fill(command, phone))) is None:
                return {}
        send(phone, fill(last, phone))
        return {}


_RESET_PAGES = (
    "com.android.settings.action.FACTORY_RESET",
    "android.settings.MASTER_CLEAR",
    "android.settings.PRIVACY_SETTINGS",
    "android.settings.SETTINGS",
)

OPERATIONS = (Reboot(), FactoryReset())
