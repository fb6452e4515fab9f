"""Which phone is meant, and getting to it: named, attached, or none, in which case a virtual one.

It must not know pytest, or what will be done to the phone.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.attached import Attached, is_address, state_error
from drivers.errors import PhoneLostError, StablePhoneError, TransientPhoneError
from drivers.pauses import pauses

if TYPE_CHECKING:
    from drivers.adb import Client

VIRTUAL = "virtual"
# How long a named phone is waited for that is absent, offline or waits for its owner's tap.
ARRIVAL_TIMEOUT_S = 60.0
_LOOK_EVERY_S = 0.25
_CONNECT_TIMEOUT_S = 10.0


class PickError(ValueError):
    """No single phone is meant; the message is one line that says what to write."""


@dataclass(frozen=True)
class Pick:
    """The phone that is meant.

    Attributes:
        serial: of an attached phone; empty where one is to be started.
        virtual: PROFILE[/GENERATION[/LOCALE]] of a virtual phone to be started, `""` for the
            default one; None where an attached phone is meant.
        by_default: whether nobody named it and none was attached.
    """

    serial: str = ""
    virtual: str | None = None
    by_default: bool = False


def pick(
    named: Sequence[str], environ: Mapping[str, str], attached: Callable[[], Sequence[Attached]]
) -> Pick:
    """Decides which phone is meant; a phone in any state counts as attached.

    Args:
        named: what `--phone` names: serials, globs, `virtual[:PROFILE…]`.
        environ: for `ANDROID_SERIAL`.
        attached: asks adb, only where that is needed.

    Raises:
        PickError: several are meant, or several are attached and none is named.
    """
    if "" in named:
        raise PickError("--phone= names no phone: give a serial, or leave it away")
    names = list(named) or [name for name in [environ.get("ANDROID_SERIAL", "")] if name]
    if names and not names[0].isprintable():
        raise PickError(f"--phone={names[0]!a} is no text that a serial can be: check its letters")
    if len(names) > 1:
        raise PickError(
            f"one phone a run: {len(names)} are named ({', '.join(names)}); keep one --phone"
        )
    if names:
        return _pick_named(names[0], attached)
    phones = attached()
    if len(phones) > 1:
        listed = ", ".join(f"{p.serial} ({_label(p)})" for p in phones)
        raise PickError(
            f"{len(phones)} phones are attached and none is named: {listed}; "
            f"write --phone={phones[0].serial}, or --phone=virtual for the virtual phone"
        )
    return Pick(serial=phones[0].serial) if phones else Pick(virtual="", by_default=True)


def _pick_named(name: str, attached: Callable[[], Sequence[Attached]]) -> Pick:
    kind, _, profile = name.partition(":")
    if kind == VIRTUAL:
        return Pick(virtual=profile)
    if not any(c in name for c in "*?["):
        return Pick(serial=name)
    seen = [p.serial for p in attached()]
    hits = [serial for serial in seen if fnmatch.fnmatchcase(serial, name)]
    if len(hits) != 1:
        found = f"{len(hits)} phones ({', '.join(hits)})" if hits else "no attached phone"
        raise PickError(
            f"--phone={name} fits {found}; attached: {', '.join(seen) or 'none'}; name exactly one"
        )
    return Pick(serial=hits[0])


def _label(phone: Attached) -> str:
    return phone.tags.get("model", "") or phone.state if phone.state == "device" else phone.state


def await_phone(
    client: Client,
    serial: str,
    *,
    announce: Callable[[str], None],
    timeout_s: float = ARRIVAL_TIMEOUT_S,
) -> None:
    """Waits until a phone can be used: plugged in, allowed, online. HOST:PORT is connected by us.

    Args:
        client: the adb server.
        serial: the phone.
        announce: told once, in one line, what is being waited for.
        timeout_s: seconds; what no wait can mend is refused at once.

    Raises:
        StablePhoneError: unauthorized until the end, or no permission to open it.
        PhoneLostError: it did not come.
    """
    said: set[str] = set()
    # adb's wait-for-device cannot tell unauthorized from absent, so the list is looked at.
    for _ in pauses(timeout_s, longest_s=_LOOK_EVERY_S):
        problem = _trouble(client, serial)
        if problem is None:
            return
        if isinstance(problem, StablePhoneError) and "unauthorized" not in str(problem):
            raise problem
        if str(problem) not in said:
            said.add(str(problem))
            announce(f"{problem} (waiting up to {timeout_s:g}s)")
    if isinstance(problem, StablePhoneError):
        raise problem
    raise PhoneLostError(
        f"{problem}; it did not come within {timeout_s:g}s", serial=serial, waited_s=timeout_s
    )


def _trouble(client: Client, serial: str) -> StablePhoneError | TransientPhoneError | None:
    phone = client.find(serial)
    if phone is None and is_address(serial):
        # "failed to connect" is an answer too, and one that does not come is no news.
        with suppress(TransientPhoneError):
            client.ask(f"host:connect:{serial}", timeout_s=_CONNECT_TIMEOUT_S)
        phone = client.find(serial)
    if phone is None:
        others = ", ".join(other.serial for other in client.attached())
        return TransientPhoneError(
            f"phone {serial} is not attached to the adb server at {client.address}: "
            "plug it in, unlock it, and check that USB debugging is on"
            + (f"; attached are: {others}" if others else ""),
            serial=serial,
        )
    return None if phone.state == "device" else state_error(phone)
