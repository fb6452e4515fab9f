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
from typing import TYPE_CHECKING, TypeVar, cast

from drivers import recovery, restart
from drivers.attached import Address, Attached, is_address
from drivers.errors import PhoneLostError, StablePhoneError, TransientPhoneError, UnsentError
from drivers.exchange import Exchange
from drivers.identity import About, Identity
from drivers.shell import LABEL, KeptShell, ShellResult
from drivers.values import Value
from drivers.vocabulary import PHOTOS_PACKAGE, Facts, Reader, Reading, registry

if TYPE_CHECKING:
    from drivers.adb import Client
    from drivers.agent import Agent
    from drivers.screen import Screen

SHELL_TIMEOUT_S = 10.0
# How long a phone may be gone in mid-run. The slowest ones take a minute from the start of a
# restart to the first answer of adbd; what is on this computer comes back at once or not at all.
_REGAIN_TIMEOUTS_S = {"loopback": 10.0}
_REGAIN_TIMEOUT_S = 90.0
# How often something is asked that merely looks, where the link drops each time.
_MOST_ASKED = 3
_FIRST_API = 26

_Answer = TypeVar("_Answer")


class Phone:
    """One Android phone reached over adb. Not for several threads at once.

    Args:
        client: the adb server it is attached to.
        serial: what adb calls it.
        package: the Photos package.

    Attributes:
        restarts: how often it was seen to have restarted. What was on its screen, and what a
            restart forgets (battery saver, forced states), is not what it was before.
    """

    def __init__(self, client: Client, serial: str, *, package: str = PHOTOS_PACKAGE) -> None:
        self.client = client
        self.serial = serial
        self.package = package
        self.restarts = 0
        self._label = f"{socket.gethostname()}:{os.getpid()}"
        self._shell = KeptShell(client, serial, self._label)
        self._agent: Agent | None = None
        self._listeners: list[Callable[[Exchange], None]] = []
        self._met: restart.Met | None = None

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
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

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
        try:
            try:
                return self._run(commands, timeout_s)
            except UnsentError as error:
                self._regain()
                self._log(f"{error}; nothing is lost, it is sent now", time.monotonic())
                return self._run(commands, timeout_s)
        except PhoneLostError:
            raise
        except TransientPhoneError as error:
            self._regain()
            raise TransientPhoneError(
                f"{error}; the phone is there again, whether the command was carried out is "
                "unknown, and those behind it were not",
                serial=self.serial,
                command=error.command,
            ) from error

    def ask(
        self, commands: Sequence[str], *, timeout_s: float = SHELL_TIMEOUT_S
    ) -> list[ShellResult]:
        """Runs commands that merely look, as `batch`; where the link drops, all are asked again.

        All, because a phone that restarted in between would otherwise have answered half before
        and half after it.

        Raises:
            The same as `shell`, but only after three drops.
        """
        return self._look(lambda: self._run(commands, timeout_s), "all of it")

    # -- what the phone is

    @cached_property
    def about(self) -> About:
        """Model, version, locale and identity, in one round trip, once.

        Raises:
            StablePhoneError: older than Android 8, or it answers nothing of the kind.
        """
        names = (
            "ro.serialno", "ro.product.model", "ro.product.brand", "ro.build.version.release",
            "ro.build.version.sdk", "persist.sys.locale", "ro.product.locale",
        )  # fmt: skip
        commands = [f"getprop {name}" for name in names]
        commands += ["settings get secure android_id", "am get-current-user", restart.UPTIME]
        answers = [result.stdout.strip() for result in self.ask(commands)]
        serialno, model, vendor, android, sdk, locale, factory_locale, android_id = answers[:8]
        user, uptime = answers[8:]
        if not sdk.isdigit() or int(sdk) < _FIRST_API:
            raise StablePhoneError(
                f"phone {self.serial} runs Android {android or '?'} (API {sdk or '?'}); "
                "Unstuck needs Android 8 (API 26) or newer",
                serial=self.serial,
            )
        number = int(user) if user.isdigit() else 0
        self._met = restart.Met(serialno, number, restart.started_at(uptime))
        return About(
            identity=Identity(serialno, "" if android_id == "null" else android_id),
            model=model,
            vendor=vendor,
            android=android,
            sdk=int(sdk),
            locale=locale or factory_locale,
            user=number,
        )

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
    def link(self) -> str:
        """What we stand on: usb, network, loopback or emulator."""
        return Attached(self.serial, "device", "", {}).link

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
            self._agent = self._look(
                lambda: Agent(self.client, self.serial, self._tell, self._regain), "the agent"
            )
        return self._agent

    def screen(self) -> Screen:
        """What is on the screen now, by one call of the agent.

        Raises:
            TransientPhoneError: the agent died or the link dropped again and again.
            PhoneLostError: the phone did not come back.
            ValueError: the agent's answer is no hierarchy.
        """
        from drivers.screen import parse  # lxml, only where a screen is read

        return parse(self.hierarchy())

    def hierarchy(self) -> str:
        """The screen's hierarchy as the agent writes it: XML."""
        return cast("str", self._call("dumpWindowHierarchy", False, 50))

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
        self._shell.close()

    # -- how calls are made

    def _call(self, method: str, *params: object) -> object:
        return self._look(lambda: self.agent.jsonrpc_call(method, params), method)

    def _do(self, method: str, *params: object) -> None:
        # The agent has the phone regained by itself, and never does anything twice.
        self.agent.jsonrpc_call(method, params)

    def _run(self, commands: Sequence[str], timeout_s: float) -> list[ShellResult]:
        started = time.monotonic()
        try:
            results = self._shell.run(commands, timeout_s=timeout_s)
        except TransientPhoneError as error:
            took_s = time.monotonic() - started
            asked = error.command or commands[0]
            self._tell(Exchange("shell", asked, "", str(error), None, started, took_s))
            raise
        for result in results if self._listeners else ():
            self._tell(
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

    def _look(self, ask: Callable[[], _Answer], what: str) -> _Answer:
        """Asks, and after a dropped link asks again, for looking changes nothing."""
        for _ in range(_MOST_ASKED - 1):
            try:
                return ask()
            except PhoneLostError:
                raise
            except TransientPhoneError as error:
                self._regain()
                self._log(f"{error}; {what} is asked again", time.monotonic())
        return ask()

    def _regain(self) -> None:
        """Waits until the phone can be used again, and says what had to be done for it.

        Raises:
            PhoneLostError: it did not come back.
            StablePhoneError: it came back, and may not be used.
        """
        started = time.monotonic()
        said: list[str] = []

        def log(line: str) -> None:
            said.append(line)
            self._log(line, started)

        def regain() -> None:
            bound_s = _REGAIN_TIMEOUTS_S.get(self.link, _REGAIN_TIMEOUT_S)
            recovery.regain(self.client, self.serial, timeout_s=bound_s, log=log)

        regain()
        if self._met is None:
            return
        before = self._met
        self._met = restart.await_ready(
            self._shell,
            self.serial,
            before,
            regain=regain,
            reconnect=lambda: recovery.reconnect(self.client, self.serial),
            log=log,
        )
        if before.has_restarted(self._met):
            self.restarts += 1
            log(
                f"phone {self.serial} has restarted: what ran on it, what its screen showed and "
                "what a restart forgets (battery saver, forced states) is lost"
            )
        if said:
            log(f"phone {self.serial} is back after {time.monotonic() - started:.1f}s")

    def _log(self, line: str, started: float) -> None:
        self._tell(Exchange("link", line, "", "", None, started, time.monotonic() - started))

    def _tell(self, exchange: Exchange) -> None:
        for listener in tuple(self._listeners):
            listener(exchange)


def connect(
    serial: str, adb: str | Address | Client | None = None, *, package: str = PHOTOS_PACKAGE
) -> Phone:
    """Connects to one phone.

    Args:
        serial: what `adb devices` calls it, or HOST:PORT, which is connected first.
        adb: the adb server, HOST:PORT; else the owner's, as adb itself looks for it.
        package: the Photos package, where it is not Google's own.

    Returns:
        The phone, met: its model, version and identity are known.

    Raises:
        StablePhoneError: unauthorized, no permissions, too old; the message says what to do.
        TransientPhoneError: not attached, offline, or no adb server answers.
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
