"""The uiautomator2 agent on the phone, over one kept-open connection with real deadlines.

Owns uiautomator2. Stock 3.7.1 opens two connections for every call (56 ms on the computer,
whatever the phone) and ignores its own time-outs: `AdbHTTPConnection.connect` replaces the
socket and never applies `timeout`, so a hung agent blocks for 600 s. Here one HTTP connection
through the adb server stays open, needs no forwarded port, and every call has a deadline that
covers all of it. This module must not know what is on the screen.
"""

from __future__ import annotations

import atexit
import hashlib
import http.client
import json
import socket
import time
from collections.abc import Callable
from typing import cast

import adbutils
import uiautomator2
from uiautomator2._proto import HTTP_TIMEOUT
from uiautomator2.core import DEFAULT_SERVER_PORT, MockAdbProcess
from uiautomator2.utils import with_package_resource

from drivers.adb import Client
from drivers.channel import Channel
from drivers.errors import PhoneError, StablePhoneError, TransientPhoneError, UnsentError
from drivers.exchange import Exchange
from drivers.shell import KeptShell
from drivers.values import Json

CALL_TIMEOUT_S = 10.0
_START_TIMEOUT_S = 30.0
# A ping needs nothing but the agent's own thread for it: no answer means that it hangs.
_PING_TIMEOUT_S = 2.0
_JAR = "/data/local/tmp/u2.jar"

# Calls that only look: the only ones that are sent a second time after a broken connection.
_READ_ONLY = frozenset(
    {"deviceInfo", "dumpWindowHierarchy", "takeScreenshot", "isScreenOn", "ping"}
)

# What the agent answers while its connection to the accessibility service is broken:
# AutomatorServiceImpl and android.app.UiAutomation; only a restart of the agent helps.
_DEAD_WORDS = (
    "UiAutomation not connected",
    "android.os.DeadObjectException",
    "android.os.DeadSystemRuntimeException",
)


class Agent(uiautomator2.Device):  # type: ignore[misc] # uiautomator2 ships no types
    """A `uiautomator2.Device` whose calls share one connection and keep their deadlines.

    Everything that uiautomator2 offers works on it unchanged; only the transport is ours.

    Args:
        client: the adb server.
        serial: the phone.
        tell: hears every call, whoever made it, and what the agent was started again for.
        regain: waits for the phone itself, before a dead agent is started again.

    Raises:
        StablePhoneError: another UiAutomation is running (it is never stopped by us), or the
            agent does not start; the message carries what it printed.
        TransientPhoneError: the link failed.
    """

    # Set by stock's `__init__`; None while no agent of ours runs.
    _process: MockAdbProcess | None

    def __init__(
        self,
        client: Client,
        serial: str,
        tell: Callable[[Exchange], None] | None = None,
        regain: Callable[[], None] | None = None,
    ) -> None:
        self._tell = tell
        self._regain = regain
        self._waited_s = 0.0
        self._wire_s = float("inf")
        self._client = client
        self._phone_serial = serial
        self._channel: Channel | None = None
        self.call_timeout_s = CALL_TIMEOUT_S
        try:
            super().__init__(client.device(serial))
        except (uiautomator2.BaseException, adbutils.AdbError, OSError) as error:
            raise self._start_error(error) from error
        finally:
            # Stock registers this for every instance; `close` is ours to call, and calling it
            # twice would wait for a phone that may be gone.
            atexit.unregister(self.stop_uiautomator)

    def jsonrpc_call(
        self, method: str, params: object = None, timeout: float | None = None
    ) -> Json:
        """Calls one method of the agent.

        A broken connection is opened again, a dead agent started again, once; the call is then
        repeated only if it merely looks or was not sent yet: a tap is never sent twice.

        Args:
            method: as in u2.jar's AutomatorService.
            params: a sequence of positional arguments, or an empty mapping.
            timeout: seconds for the whole call, the answer's last byte included.

        Raises:
            TransientPhoneError: no answer in time, or the agent died; it has been started again
                where that was possible.
            StablePhoneError: the agent refused the call; the message carries its words.
        """
        # Stock passes 300 s wherever nobody asked for anything; a wait's own limit is kept.
        limit = self.call_timeout_s if timeout in {None, HTTP_TIMEOUT} else timeout
        try:
            return self._call(method, params, limit)
        except TransientPhoneError as error:
            is_repeated = method in _READ_ONLY or isinstance(error, UnsentError)
            self._revive(error, f"{method} is sent again" if is_repeated else "")
            if is_repeated:
                return self._call(method, params, limit)
            raise TransientPhoneError(
                f"{error}; the agent runs again, whether {method} was done is unknown",
                serial=self._phone_serial,
                command=method,
                waited_s=error.waited_s,
            ) from error

    def _revive(self, error: TransientPhoneError, then: str) -> None:
        """Brings the phone and its agent back after a call that was not answered.

        Raises:
            The same as `start_uiautomator`, and what `regain` raises.
        """
        self._disconnect()
        if self._regain is not None:
            self._regain()
        started = time.monotonic()
        process = self._process
        self.start_uiautomator()
        if self._tell is not None:
            is_new = self._process is not process
            did = f"the agent was {'started' if is_new else 'connected to'} again"
            line = ", ".join(filter(None, (f"{error}; {did}", then)))
            took_s = time.monotonic() - started
            self._tell(Exchange("link", line, "", "", None, started, took_s))

    def start_uiautomator(self) -> None:
        """Starts the agent if it does not answer. Overrides stock: it polls with deadlines.

        Raises:
            StablePhoneError: see the class.
            TransientPhoneError: the link failed.
        """
        self._dev = self._client.device(self._phone_serial)
        if self._check_alive():
            return
        try:
            if self._process is not None:
                self._process.kill()  # closes the stream of the one that died
            self._prepare_phone()
            self._process = self._launch()
        except (adbutils.AdbError, OSError) as error:
            raise TransientPhoneError(
                f"phone {self._phone_serial}: the agent cannot be started: {error}",
                serial=self._phone_serial,
                command="start the uiautomator2 agent",
            ) from error
        self._wait_ready(_START_TIMEOUT_S)

    def _prepare_phone(self) -> None:
        """Ends a hung agent, and pushes the jar where it is not there; stock has no deadlines."""
        shell = KeptShell(self._client, self._phone_serial)
        try:
            # A hung agent holds its port and the accessibility connection. The pattern's brackets
            # keep pkill from matching its own command line.
            _, summed = shell.run(
                ["pkill -9 -f 'com[.]wetest[.]uia2[.]Main'", f"md5sum {_JAR}"],
                timeout_s=_PING_TIMEOUT_S,
            )
        finally:
            shell.close()
        with with_package_resource("assets/u2.jar") as jar:
            local = hashlib.md5(jar.read_bytes(), usedforsecurity=False).hexdigest()
            if local not in summed.stdout:
                self._dev.sync.push(jar, _JAR, check=True)

    def _launch(self) -> MockAdbProcess:
        """Starts the agent in a stream that stays open as long as it runs."""
        stream = self._dev.open_shell(
            f"CLASSPATH={_JAR} app_process / com.wetest.uia2.Main -p {DEFAULT_SERVER_PORT}"
        )
        # It says nothing for as long as all is well.
        stream.conn.settimeout(None)
        return MockAdbProcess(stream)

    def stop_uiautomator(self, wait: bool = True) -> None:
        """Ends the agent if we started it, by closing the stream that it runs in."""
        self._disconnect()
        process, self._process = self._process, None
        if process is not None:
            process.kill()

    def close(self) -> None:
        """Ends the connection, and the agent if we started it."""
        self.stop_uiautomator()

    def _wait_ready(self, launch_timeout: float = _START_TIMEOUT_S) -> None:
        deadline = time.monotonic() + launch_timeout
        process = self._process
        assert process is not None, "waited for before it was launched"
        while time.monotonic() < deadline:
            printed = bytes(process.output).decode(errors="replace")
            if "already registered" in printed:
                raise StablePhoneError(
                    f"phone {self._phone_serial}: another UiAutomation is running (another test "
                    "tool, or `uiautomator`); end it and run again: we never stop it",
                    serial=self._phone_serial,
                    output=printed[-2000:],
                )
            if self._check_alive():
                return
            # The stream's end wakes us at once; until then this is the interval of the pings.
            if process._event.wait(0.05):
                raise StablePhoneError(
                    f"phone {self._phone_serial}: the uiautomator2 agent ended while starting: "
                    f"{printed.strip()[-300:] or 'it printed nothing'}",
                    serial=self._phone_serial,
                    output=printed[-2000:],
                )
        raise StablePhoneError(
            f"phone {self._phone_serial}: the uiautomator2 agent was not ready within "
            f"{launch_timeout:g}s; unlock the phone, or restart it",
            serial=self._phone_serial,
            waited_s=launch_timeout,
        )

    def _check_alive(self) -> bool:
        try:
            return self._exchange("GET", "/ping", b"", _PING_TIMEOUT_S) == b"pong"
        except TransientPhoneError:
            self._disconnect()
            return False

    def _call(self, method: str, params: object, timeout_s: float) -> Json:
        started = time.monotonic()
        self._waited_s = 0.0
        try:
            answer = self._ask(method, params, timeout_s)
        except PhoneError as error:
            self._hear(method, params, "", str(error), started)
            raise
        words = answer if isinstance(answer, str) else json.dumps(answer)
        self._hear(method, params, words, "", started)
        return answer

    def _hear(self, method: str, params: object, answer: str, error: str, started: float) -> None:
        if self._tell is not None:
            request = f"{method}{json.dumps(params)}"
            times = (started, time.monotonic() - started, self._waited_s)
            # Infinite until a first answer came.
            wire_s = min(self._wire_s, self._waited_s)
            self._tell(Exchange("agent", request, answer, error, None, *times, wire_s))

    def _ask(self, method: str, params: object, timeout_s: float) -> Json:
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        answer = self._exchange("POST", "/jsonrpc/0", json.dumps(request).encode(), timeout_s)
        try:
            reply = json.loads(answer)
        except ValueError as error:
            raise self._broken(method, f"its answer is not JSON: {answer[:200]!r}") from error
        problem = reply.get("error") if isinstance(reply, dict) else f"unexpected {reply!r}"
        if problem is None and "result" in reply:
            return cast("Json", reply["result"])
        words = json.dumps(problem, ensure_ascii=False)
        if any(word in words for word in _DEAD_WORDS):
            raise self._broken(method, words[:300])
        raise StablePhoneError(
            f"phone {self._phone_serial}: the agent refused {method}: {words[:300]}",
            serial=self._phone_serial,
            command=method,
            output=words[:4000],
        )

    def _exchange(self, verb: str, path: str, body: bytes, timeout_s: float) -> bytes:
        started = time.monotonic()
        deadline = started + timeout_s
        try:
            if self._channel is None or self._channel.is_stale():
                self._disconnect()
                self._channel = Channel(self._open(timeout_s))
            answer = self._channel.exchange(verb, path, body, deadline)
            self._waited_s = self._channel.waited_s
            self._wire_s = min(self._wire_s, self._waited_s)
            return answer
        except (OSError, EOFError, http.client.HTTPException) as error:
            self._disconnect()
            waited = time.monotonic() - started
            reason = (
                f"no answer within {timeout_s:g}s"
                if isinstance(error, TimeoutError)
                else f"the connection broke: {error or type(error).__name__}"
            )
            raise self._broken(path, reason, waited) from error

    def _open(self, timeout_s: float) -> socket.socket:
        service = f"tcp:{DEFAULT_SERVER_PORT}"
        try:
            return self._client.open_service(self._phone_serial, service, timeout_s=timeout_s)
        except TransientPhoneError as error:
            # Any other command in it failed before the phone was asked: the link, not the agent.
            reason = "does not run" if error.command == service else "cannot be reached"
            raise UnsentError(
                f"phone {self._phone_serial}: the uiautomator2 agent {reason}",
                serial=self._phone_serial,
                command=service,
            ) from error

    def _broken(self, command: str, reason: str, waited_s: float = 0.0) -> TransientPhoneError:
        return TransientPhoneError(
            f"phone {self._phone_serial}: the uiautomator2 agent: {reason}",
            serial=self._phone_serial,
            command=command,
            waited_s=waited_s,
        )

    def _disconnect(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _start_error(self, error: Exception) -> PhoneError:
        return StablePhoneError(
            f"phone {self._phone_serial}: the uiautomator2 agent does not start: {error}",
            serial=self._phone_serial,
            output=str(error),
        )
