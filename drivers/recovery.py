"""The ladder back to a phone whose link dropped: each rung small, bounded and logged.

It must not know what was being done when the link dropped, and never repeats it: whether a
change was made is the caller's question, to be answered by reading the phone. What a phone that
is back may still lack is `drivers.restart`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from drivers.attached import is_address
from drivers.errors import PhoneError, PhoneLostError, StablePhoneError, TransientPhoneError
from drivers.pauses import pauses

if TYPE_CHECKING:
    from drivers.adb import Client

# Each rung looks this often; adb itself notices a dead TCP link at once, a dead cable within 1 s.
_LOOK_EVERY_S = 0.1
_CONNECT_TIMEOUT_S = 10.0

Log = Callable[[str], None]


def regain(client: Client, serial: str, *, timeout_s: float, log: Log) -> None:
    """Waits until adb calls the phone usable again, helping where that is possible.

    The rungs, in order, each logged once: the server is started again (on this computer only),
    a phone on the network is connected again, then adb is watched until the phone is there.

    Args:
        client: the adb server.
        serial: the phone.
        timeout_s: for the whole ladder.
        log: told in one line what is tried.

    Raises:
        PhoneLostError: the phone did not come back in time; the message says what was seen last.
        StablePhoneError: it came back, and may not be used (unauthorized).
    """
    last: PhoneError | None = None
    tried: set[str] = set()

    def say(line: str) -> None:
        if line not in tried:
            tried.add(line)
            log(line)

    # adb offers no event that survives the server's own death.
    for _ in pauses(timeout_s, longest_s=_LOOK_EVERY_S):
        try:
            client.device(serial)
        except StablePhoneError:
            raise
        except TransientPhoneError as error:
            last = error
        else:
            return
        try:
            _help(client, serial, say)
        except PhoneError as error:
            # A rung that breaks is no reason to leave the ladder: the next look tells.
            last = error
    raise PhoneLostError(
        f"phone {serial} is lost: it did not come back within {timeout_s:g}s; last: {last}",
        serial=serial,
        waited_s=timeout_s,
    ) from last


def reconnect(client: Client, serial: str) -> None:
    """Makes the server open its link to the phone anew, where one that it takes for good is dead.

    A phone on the network is disconnected and connected; any other is kicked, which is what
    `adb reconnect` does (`services.cpp` in AOSP packages/modules/adb).

    Raises:
        TransientPhoneError: the server did not carry it out.
    """
    if not is_address(serial):
        client.ask(f"host-serial:{serial}:reconnect")
        return
    if client.find(serial) is not None:
        # An offline transport answers `connect` with "already connected", and stays offline.
        client.ask(f"host:disconnect:{serial}")
    # "failed to connect" is an answer too; the next look tells whether it worked.
    client.ask(f"host:connect:{serial}", timeout_s=_CONNECT_TIMEOUT_S)


def _help(client: Client, serial: str, say: Log) -> None:
    try:
        client.ask("host:version")
    except TransientPhoneError:
        _start_server(client, say)
        return
    if is_address(serial):
        say(f"phone {serial} dropped: connecting again")
        reconnect(client, serial)
    else:
        say(f"phone {serial} dropped: waiting for it to come back")


def _start_server(client: Client, say: Log) -> None:
    where = f"the adb server at {client.address} does not answer"
    if not client.address.is_loopback:
        say(f"{where}: it is on another computer, waiting for it")
    elif client.is_guarded:
        say(f"{where}: its guard starts it again")
    else:
        say(f"{where}: starting it again")
        from drivers.server import start_server  # needed on this rung alone

        start_server(client.address)
