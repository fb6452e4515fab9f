"""Phone: the one object that everything above the drivers holds.

It joins the kept-open shell, the agent and the facts of one phone, and comes back by itself
after a dropped link where asking again is harmless. Code above never asks whether the phone is
real, emulated or virtual. It must not know scenarios, pytest or reports.
"""

from __future__ import annotations

import base64
import os
import re
import shlex
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, cast

from drivers import restart
from drivers.attached import Address, is_address
from drivers.errors import StablePhoneError, TransientPhoneError
from drivers.exchange import Exchange
from drivers.identity import QUESTIONS, About, Identity, read_about
from drivers.line import Line
from drivers.pauses import pauses
from drivers.shell import LABEL, ShellResult
from drivers.values import Value
from drivers.vocabulary import PHOTOS_PACKAGE, Facts, Reader, Reading, registry

if TYPE_CHECKING:
    from drivers.adb import Client
    from drivers.agent import Agent
    from drivers.screen import Screen

SHELL_TIMEOUT_S = 10.0
# Far longer than one window takes to give way to the next.
_NO_WINDOW_S = 1.0


class Phone:
    """One Android phone reached over adb. Not for several threads at once.

    Args:
        client: the adb server it is attached to.
        serial: what adb calls it.
        package: the Photos package.
    """

    def __init__(self, client: Client, serial: str, *, package: str = PHOTOS_PACKAGE) -> None:
        self.client = client
        self.serial = serial
        self.package = package
        self._label = f"{socket.gethostname()}:{os.getpid()}"
        self._line = Line(client, serial, self._label)
        self._agent: Agent | None = None

    def __repr__(self) -> str:
        return f"<Phone {self.serial}>"

    def __enter__(self) -> Phone:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def listen(self, listener: Callable[[Exchange], None]) -> Callable[[], None]:
        """Hears every exchange from now on. Returns the function that ends it."""
        return self._line.listen(listener)

    # -- the shell

    def shell(self, command: str, *, timeout_s: float = SHELL_TIMEOUT_S) -> ShellResult:
        """Runs one command on the phone, with an empty standard input.

        A command's own failure is an exit code, not an error.

        Raises:
            TransientPhoneError: the link dropped; the phone is back, whether the command ran is
                unknown.
            PhoneLostError: the link dropped and the phone did not come back.
            StablePhoneError: the phone cannot be used (unauthorized).
        """
        return self.batch([command], timeout_s=timeout_s)[0]

    def batch(
        self, commands: Sequence[str], *, timeout_s: float = SHELL_TIMEOUT_S
    ) -> list[ShellResult]:
        """Runs several commands for one round trip; each has `timeout_s` to itself.

        Returns:
            One result for each command, in order; 124 as exit code where the time was up.

        Raises:
            The same as `shell`.
        """
        return self._line.send(commands, timeout_s)

    def ask(
        self, commands: Sequence[str], *, timeout_s: float = SHELL_TIMEOUT_S
    ) -> list[ShellResult]:
        """Runs commands that merely look, as `batch`; where the link drops, all are asked again.

        All, because a phone that restarted in between would otherwise have answered half before
        and half after it.

        Raises:
            The same as `shell`, but only after three drops.
        """
        return self._line.ask(commands, timeout_s)

    # -- what the phone is

    @cached_property
    def about(self) -> About:
        """Model, version, locale and identity, in one round trip, once.

        Raises:
            StablePhoneError: older than Android 8, or it answers nothing of the kind.
        """
        *answers, uptime = self.ask([*QUESTIONS, restart.UPTIME])
        about = read_about([answer.stdout.strip() for answer in answers], self.serial)
        started_at = restart.started_at(uptime.stdout)
        self._line.met = restart.Met(about.identity.serialno, about.user, started_at)
        return about

    @property
    def identity(self) -> Identity:
        """Serial number and android_id: who it is, whatever adb calls it."""
        return self.about.identity

    @property
    def sdk(self) -> int:
        """API level, 26 or above."""
        return self.about.sdk

    @property
    def user(self) -> int:
        """The Android user in front when the phone was first met."""
        return self.about.user

    @property
    def met(self) -> restart.Met:
        """Who it is and since when it is up: what one is held to that comes back after a drop."""
        self.about  # noqa: B018 - meets it
        assert self._line.met is not None
        return self._line.met

    @property
    def link(self) -> str:
        """What we stand on: usb, network, loopback or emulator."""
        return self._line.link

    @property
    def restarts(self) -> int:
        """How often it was seen to have restarted since it was met.

        What was on its screen, and what a restart forgets (battery saver, forced states), is not
        what it was before.
        """
        return self._line.restarts

    def other_harness(self) -> str:
        """Another Unstuck that works on this phone now, as HOST:PID; empty where there is none.

        Two at once would undo each other's changes. Each holds a labeled shell open, which is
        gone from the phone's processes with the connection, however its harness ended.
        """
        listed = self.ask(["ps -A -o ARGS"])[0].stdout
        labels = re.findall(rf"{re.escape(LABEL)} '?([^';\n]+)", listed)
        return next((label for label in labels if label != self._label), "")

    def facts(self, names: Sequence[str] | None = None) -> Facts:
        """Reads the shell facts, in one round trip; never the screen, netstats or the media store.

        Args:
            names: only the commands that these facts need are sent; None for all.

        Returns:
            Facts by name; absent is absent.

        Raises:
            The same as `ask`.
        """
        wanted = _wanted(names, self.sdk)
        package = shlex.quote(self.package)  # named by a person, with --photos
        commands = [r.command.format(package=package, user=self.user) for r in wanted]
        results = self.ask(commands)
        reading = Reading(package=self.package, user=self.user, now=time.time())
        found: dict[str, Value] = {}
        for reader, result in zip(wanted, results, strict=True):
            for name, value in _read_facts(reader, result, reading).items():
                found.setdefault(name, value)
        found.setdefault("phone.link", self.link)
        return found if names is None else {n: found[n] for n in names if n in found}

    # -- the screen

    @property
    def agent(self) -> Agent:
        """The uiautomator2 device, started when it is first needed (`phone.agent.info`, …)."""
        if self._agent is None:
            # 281 ms of imports that a run without a screen never pays.
            from drivers.agent import Agent

            # A phone that restarted unnoticed has no Android yet to start an agent in.
            self.ask(["true"])
            line = self._line
            self._agent = line.look(
                lambda: Agent(self.client, self.serial, line.tell, line.regain), "the agent"
            )
        return self._agent

    def screen(self) -> Screen:
        """What is on the screen now, by one call of the agent.

        Between two windows the agent may find none, and answers with nothing or with a hierarchy
        that holds nothing (uiautomator2's `HierarchyEmptyError`): it is asked again.

        Raises:
            TransientPhoneError: the agent died or the link dropped again and again, or it found
                nothing on the screen for a second.
            PhoneLostError: the phone did not come back.
        """
        from drivers.screen import parse  # lxml, only where a screen is read

        reason: ValueError | None = None
        for _ in pauses(_NO_WINDOW_S):
            try:
                return parse(self.hierarchy())
            except ValueError as error:
                reason = error
        raise TransientPhoneError(
            f"phone {self.serial} shows nothing that can be read: {reason}; wake its screen",
            serial=self.serial,
            command="dumpWindowHierarchy",
            waited_s=_NO_WINDOW_S,
        ) from reason

    def hierarchy(self) -> str:
        """The screen's hierarchy as the agent writes it: XML, or nothing where it finds none."""
        return cast("str | None", self._call("dumpWindowHierarchy", False, 50)) or ""

    def screenshot(self) -> bytes:
        """A picture of the screen, JPEG, as the agent takes it.

        Raises:
            StablePhoneError: the agent has none: the screen is off, or an app forbids pictures.
        """
        encoded = self._call("takeScreenshot", 1, 80)
        if not encoded:
            raise StablePhoneError(
                f"phone {self.serial} gives no picture of its screen: it is off, or the app in "
                "front forbids it",
                serial=self.serial,
                command="takeScreenshot",
            )
        return base64.b64decode(str(encoded))

    def tap(self, x: int, y: int) -> None:
        """Taps one point, in pixels of the screen as it is turned now."""
        self._do("click", x, y)

    def swipe(self, x1: int, y1: int, x2: int, y2: int, *, steps: int = 20) -> None:
        """Swipes from one point to another; a step takes 5 ms on the phone."""
        self._do("swipe", x1, y1, x2, y2, steps)

    def key(self, name: str) -> None:
        """Presses a key by the agent's name: home, back, recent, enter, power and so on."""
        self._do("pressKey", name)

    def type(self, text: str) -> None:
        """Types into the field that has the focus, through the agent's clipboard and paste."""
        self.agent.send_keys(text)

    # -- the end

    def close(self) -> None:
        """Ends the agent if we started it, and the shell. Idempotent."""
        agent, self._agent = self._agent, None
        if agent is not None:
            agent.close()
        self._line.close()

    # -- how calls are made

    def _call(self, method: str, *params: object) -> object:
        return self._line.look(lambda: self.agent.jsonrpc_call(method, params), method)

    def _do(self, method: str, *params: object) -> None:
        # The agent has the phone regained by itself, and never does anything twice.
        self.agent.jsonrpc_call(method, params)


def connect(
    serial: str,
    adb: str | Address | Client | None = None,
    *,
    package: str = PHOTOS_PACKAGE,
    announce: Callable[[str], None] = lambda _line: None,
) -> Phone:
    """Connects to one phone; one that is just starting is waited for.

    Its link is there long before its Android: what it is would be read without its android_id,
    and an earlier run's journal would not be found.

    Args:
        serial: what `adb devices` calls it, or HOST:PORT, which is connected first.
        adb: the adb server, HOST:PORT; else the owner's, as adb itself looks for it.
        package: the Photos package, where it is not Google's own.
        announce: told in one line what is waited for.

    Returns:
        The phone, met: its model, version and identity are known.

    Raises:
        StablePhoneError: unauthorized, no permissions, too old; the message says what to do.
        TransientPhoneError: not attached, offline, or no adb server answers.
        PhoneLostError: it does not come to the end of its start.
    """
    from drivers.adb import Client  # adbutils, only where a phone is used

    if isinstance(adb, Client):
        client = adb
    else:
        address = Address.parse(adb) if isinstance(adb, str) else adb
        client = Client(address or Address.from_environment())
    if is_address(serial) and client.find(serial) is None:
        client.ask(f"host:connect:{serial}", timeout_s=10.0)
    client.device(serial)  # refuses a phone that is there and cannot be used
    phone = Phone(client, serial, package=package)
    try:
        restart.await_started(phone.ask, serial, log=announce)
        phone.about  # noqa: B018 - refuses a phone that is too old before anything is done
    except BaseException:
        phone.close()
        raise
    return phone


def _wanted(names: Sequence[str] | None, sdk: int) -> list[Reader]:
    """The readers to send: the diagnosis', and others only for facts that it does not tell."""
    known = [reader for reader in registry().readers if reader.since <= sdk]
    diagnosis = [reader for reader in known if reader.in_diagnosis]
    if names is None:
        return diagnosis
    told = {fact for reader in diagnosis for fact in reader.facts}
    return [
        reader
        for reader in known
        if any(n in reader.facts and (reader.in_diagnosis or n not in told) for n in names)
    ]


def _read_facts(reader: Reader, result: ShellResult, reading: Reading) -> Mapping[str, Value]:
    try:
        return reader.read(result.stdout, reading)
    except ValueError:
        # Not such an output at all (a permission refused, a service missing): absent is absent.
        return {}
