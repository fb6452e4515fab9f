"""The line to one phone: a kept-open shell that is brought back where it drops, and all said on it.

What merely looks is asked again after a drop; what changes something is sent again only if it was
not sent before. Everything is told to whoever listens: each exchange, each rung of the ladder, and
what was lost. This module must not know what the commands mean, or the agent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from drivers import recovery, restart
from drivers.attached import Attached
from drivers.errors import PhoneLostError, TransientPhoneError, UnsentError
from drivers.exchange import Exchange
from drivers.shell import KeptShell, ShellResult

if TYPE_CHECKING:
    from drivers.adb import Client

# How long a phone may be gone in mid-run. The slowest ones take a minute from the start of a
# restart to the first answer of adbd; what is on this computer comes back at once or not at all.
_REGAIN_TIMEOUTS_S = {"loopback": 10.0}
_REGAIN_TIMEOUT_S = 90.0
# How often something is asked that merely looks, where the link drops each time.
_MOST_ASKED = 3

_Answer = TypeVar("_Answer")


class Line:
    """One line. Not for several threads at once.

    Args:
        client: the adb server.
        serial: the phone.
        label: who holds it, for others that look at the phone's processes.

    Attributes:
        met: who answers on it and since when, once somebody asked; where it is None a restart goes
            unnoticed.
        restarts: how often the phone was seen to have restarted.
    """

    def __init__(self, client: Client, serial: str, label: str) -> None:
        self._client = client
        self._serial = serial
        self._shell = KeptShell(client, serial, label)
        self._listeners: list[Callable[[Exchange], None]] = []
        self.met: restart.Met | None = None
        self.restarts = 0

    @property
    def link(self) -> str:
        """What it runs over: usb, network, loopback or emulator."""
        return Attached(self._serial, "device", "", {}).link

    def listen(self, listener: Callable[[Exchange], None]) -> Callable[[], None]:
        """Hears every exchange from now on. Returns the function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, exchange: Exchange) -> None:
        """Tells all who listen."""
        for listener in tuple(self._listeners):
            listener(exchange)

    def close(self) -> None:
        """Ends the shell. It opens itself again when something is sent."""
        self._shell.close()

    def send(self, commands: Sequence[str], timeout_s: float) -> list[ShellResult]:
        """Runs commands that may change something: never twice.

        Raises:
            TransientPhoneError: the link dropped; the phone is there again, whether the command
                in flight was carried out is unknown.
            PhoneLostError: it did not come back.
            StablePhoneError: it may not be used.
        """
        try:
            try:
                return self._run(commands, timeout_s)
            except UnsentError as error:
                self.regain()
                self._say(f"{error}; nothing is lost, it is sent now", time.monotonic())
                return self._run(commands, timeout_s)
        except PhoneLostError:
            raise
        except TransientPhoneError as error:
            self.regain()
            raise TransientPhoneError(
                f"{error}; the phone is there again, whether the command was carried out is "
                "unknown, and those behind it were not",
                serial=self._serial,
                command=error.command,
            ) from error

    def ask(self, commands: Sequence[str], timeout_s: float) -> list[ShellResult]:
        """Runs commands that merely look; after a drop all of them again.

        All, because a phone that restarted in between would otherwise have answered half of them
        before it and half after it.

        Raises:
            The same as `send`, but only after three drops.
        """
        return self.look(lambda: self._run(commands, timeout_s), "all of it")

    def look(self, ask: Callable[[], _Answer], what: str) -> _Answer:
        """Asks, and after a drop asks again, for looking changes nothing.

        Args:
            ask: what is asked, over this line or beside it.
            what: how it is called where it is said that it is asked again.
        """
        for _ in range(_MOST_ASKED - 1):
            try:
                return ask()
            except PhoneLostError:
                raise
            except TransientPhoneError as error:
                self.regain()
                self._say(f"{error}; {what} is asked again", time.monotonic())
        return ask()

    def regain(self) -> None:
        """Waits until the phone can be used again, and says what had to be done for it.

        Raises:
            PhoneLostError: it did not come back.
            StablePhoneError: it came back, and may not be used.
        """
        started = time.monotonic()
        said: list[str] = []

        def log(line: str) -> None:
            said.append(line)
            self._say(line, started)

        def climb() -> None:
            bound_s = _REGAIN_TIMEOUTS_S.get(self.link, _REGAIN_TIMEOUT_S)
            recovery.regain(self._client, self._serial, timeout_s=bound_s, log=log)

        climb()
        if self.met is None:
            return
        before = self.met
        self.met = restart.await_ready(
            self._shell,
            self._serial,
            before,
            regain=climb,
            reconnect=lambda: recovery.reconnect(self._client, self._serial),
            log=log,
        )
        if before.has_restarted(self.met):
            self.restarts += 1
            log(
                f"phone {self._serial} has restarted: what ran on it, what its screen showed and "
                "what a restart forgets (battery saver, forced states) is lost"
            )
        if said:
            log(f"phone {self._serial} is back after {time.monotonic() - started:.1f}s")

    def _run(self, commands: Sequence[str], timeout_s: float) -> list[ShellResult]:
        started = time.monotonic()
        try:
            results = self._shell.run(commands, timeout_s=timeout_s)
        except TransientPhoneError as error:
            took_s = time.monotonic() - started
            asked = error.command or commands[0]
            self.tell(Exchange("shell", asked, "", str(error), None, started, took_s))
            raise
        for result in results if self._listeners else ():
            self.tell(
                Exchange(
                    "shell",
                    result.command,
                    result.stdout,
                    result.stderr,
                    result.exit_code,
                    started,
                    result.elapsed_s,
                    result.waited_s,
                    self._shell.wire_s,
                )
            )
            started += result.elapsed_s
        return results

    def _say(self, line: str, started: float) -> None:
        self.tell(Exchange("link", line, "", "", None, started, time.monotonic() - started))
