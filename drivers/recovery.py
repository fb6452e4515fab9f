"""The ladder back to a phone whose link dropped: each rung small, bounded and logged.

It must not know what was being done when the link dropped, and never repeats it: whether a
change was made is the caller's question, to be answered by reading the phone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from drivers.errors import PhoneError, PhoneLostError, StablePhoneError, TransientPhoneError

if TYPE_CHECKING:
    from drivers.adb import Client

# Each rung looks this often; adb itself notices a dead TCP link at once, a dead cable within 1 s.
_LOOK_EVERY_S = 0.1

Log = Callable[[str], None]


def regain(client: Client, serial: str, *, timeout_s: float, log: Log) -> None:
    """Waits until the phone is usable again, helping where that is possible.

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
    started = time.monotonic()
    deadline = started + timeout_s
    last: PhoneError | None = None
    tried: set[str] = set()
    while time.monotonic() < deadline:
        try:
            client.device(serial)
        except StablePhoneError:
            raise
        except TransientPhoneError as error:
            last = error
        else:
            return
        _help(client, serial, tried, log)
        _pause(deadline)
    raise PhoneLostError(
        f"phone {serial} is lost: it did not come back within {timeout_s:g}s; last: {last}",
        serial=serial,
        waited_s=time.monotonic() - started,
    )


def _help(client: Client, serial: str, tried: set[str], log: Log) -> None:
    try:
        client.ask("host:version")
    except TransientPhoneError:
        if client.address.is_loopback and "server" not in tried:
            tried.add("server")
            log(f"the adb server at {client.address} is gone: starting it again")
            if client.is_guarded:
                return
            from drivers.server import start_server  # needed on this rung alone

            start_server(client.address)
        return
    if _is_address(serial):
        if "connect" not in tried:
            log(f"phone {serial} dropped: connecting again")
            tried.add("connect")
        if client.find(serial) is not None:
            # An offline transport answers `connect` with "already connected", and stays offline.
            client.ask(f"host:disconnect:{serial}")
        # "failed to connect" is an answer too; the next look tells whether it worked.
        client.ask(f"host:connect:{serial}", timeout_s=10.0)
    elif "wait" not in tried:
        tried.add("wait")
        log(f"phone {serial} dropped: waiting for it to come back")


def _is_address(serial: str) -> bool:
    host, colon, port = serial.rpartition(":")
    return bool(host and colon and port.isdigit())


def _pause(deadline: float) -> None:
    """Waits for the next look: adb offers no event that survives the server's own death."""
    time.sleep(max(0.0, min(_LOOK_EVERY_S, deadline - time.monotonic())))
