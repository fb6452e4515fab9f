"""Ways in which a phone, its link or its agent goes away, each done in an instant when asked.

A break is prepared beforehand, over a connection of its own, so that it comes at the moment that
is meant and not whenever its command has been carried. Nothing here knows what it interrupts.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil

from drivers.errors import TransientPhoneError
from drivers.shell import KeptShell
from fixtures.launch import Launched

_TIMEOUT_S = 5.0
_AGENT = "com[.]wetest[.]uia2[.]Main"

Snap = Callable[[], None]


@dataclass(frozen=True)
class Break:
    """One way.

    Attributes:
        name: what happens, for the table.
        prepare: makes everything ready, and returns the function that breaks.
        channels: the kinds of exchange that it interrupts.
    """

    name: str
    prepare: Callable[[Launched], Snap]
    channels: frozenset[str] = frozenset({"shell", "agent"})


def _kill_server(launched: Launched) -> Snap:
    own = f"tcp:localhost:{launched.client.address.port}"
    servers = [
        child.pid
        for child in psutil.Process().children(recursive=True)
        # Its guard carries the same words, behind the name of another program.
        if child.name().startswith("adb") and own in child.cmdline()
    ]

    def snap() -> None:
        for pid in servers:
            os.kill(pid, signal.SIGKILL)

    return snap


def _disconnect(launched: Launched) -> Snap:
    def snap() -> None:
        launched.client.ask(f"host:disconnect:{launched.serial}")

    return snap


def _signal_agent(launched: Launched, name: str) -> Snap:
    shell = KeptShell(launched.client, launched.serial)
    found = shell.run([f"pgrep -f '{_AGENT}'"], timeout_s=_TIMEOUT_S)[0].stdout.split()
    if len(found) != 1:
        raise RuntimeError(f"expected one agent on the phone, not {found}")
    return _sending(shell, f"kill -{name} {found[0]}")


def _reboot(launched: Launched) -> Snap:
    return _sending(KeptShell(launched.client, launched.serial), "reboot")


def _sending(shell: KeptShell, command: str) -> Snap:
    shell.run(["true"], timeout_s=_TIMEOUT_S)

    def snap() -> None:
        # It may take the link down with it before it is answered.
        with suppress(TransientPhoneError):
            shell.run([command], timeout_s=_TIMEOUT_S)
        shell.close()

    return snap


BREAKS = (
    Break("adb server killed", _kill_server),
    Break("phone disconnected", _disconnect),
    Break("agent killed", lambda launched: _signal_agent(launched, "KILL"), frozenset({"agent"})),
    Break("agent hung", lambda launched: _signal_agent(launched, "STOP"), frozenset({"agent"})),
    Break("phone restarted", _reboot),
)
