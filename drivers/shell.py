"""One shell on the phone, kept open: many commands for one round trip.

A new `shell:` stream costs several connections and a process on the phone; a line written to a
shell that is already there costs one message each way. Every probe is run as
`( … ) </dev/null` between random markers, because mksh reads its standard input byte by byte
and hands the same descriptor to its children: a command that reads stdin would eat the rest of
the batch. Standard output, standard error and the exit code come back apart (shell protocol v2,
in every Android from API 24; `shell_protocol.h` in AOSP packages/modules/adb).

This module must not know what the commands mean.
"""

from __future__ import annotations

import secrets
import shlex
import socket
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivers.errors import PhoneError, TransientPhoneError, UnsentError
from drivers.printed import Printed, descendants
from drivers.sockets import acknowledge_at_once

if TYPE_CHECKING:
    from drivers.adb import Client

# shell_protocol.h
_STDIN, _STDOUT, _STDERR, _EXIT = 0, 1, 2, 3
_HEADER = struct.Struct("<BI")
# One packet of the shell protocol stays below adbd's smallest payload.
_CHUNK = 4000
_OPEN_TIMEOUT_S = 10.0
# The phone's own `timeout` stands behind ours: it ends a command only where the link dropped and
# nobody is left to do it. It knows no process tree, so a pipeline would survive it in part.
_BACKSTOP_S = 5.0
# The exit code that `timeout` gives when it had to end a command (toybox, GNU); ours as well.
TIMED_OUT = 124
# Of a command, as much as a message shows.
_SHOWN = 80
# What a labeled shell's arguments begin with; a command that does nothing.
LABEL = ": unstuck"


@dataclass(frozen=True)
class ShellResult:
    """What one command did.

    Attributes:
        command: as it was given.
        stdout: decoded as UTF-8, undecodable bytes replaced.
        stderr: likewise.
        exit_code: the command's own; 124 where it was ended because its time was up.
        elapsed_s: seconds from the end of the command before it to its own end, seen from here.
        waited_s: of these, seconds in which nothing was done here but waiting.
    """

    command: str
    stdout: str
    stderr: str
    exit_code: int
    elapsed_s: float = field(compare=False, default=0.0)
    waited_s: float = field(compare=False, default=0.0)

    @property
    def timed_out(self) -> bool:
        """Whether the command was ended because its time was up."""
        return self.exit_code == TIMED_OUT

    @property
    def output(self) -> str:
        """Both streams, for messages."""
        return "\n".join(part for part in (self.stdout.strip(), self.stderr.strip()) if part)


class KeptShell:
    """A shell that stays open between commands. Not for several threads at once.

    Args:
        client: the adb server.
        serial: the phone.
        label: who holds it, seen by others in the phone's table of processes as long as it is
            open; empty for none.

    Attributes:
        wire_s: the shortest wait for an answer so far; infinite before the first.
    """

    def __init__(self, client: Client, serial: str, label: str = "") -> None:
        self._label = label
        self._client = client
        self._serial = serial
        self._socket: socket.socket | None = None
        self._pending = bytearray()
        self._marker = ""
        self._shell_pid = 0
        self._has_timeout = False
        self._waited_s = 0.0
        self.wire_s = float("inf")

    def run(self, commands: Sequence[str], *, timeout_s: float) -> list[ShellResult]:
        """Runs the commands one after the other, for one write and one read.

        Args:
            commands: as one would type them on the phone; each gets an empty standard input.
            timeout_s: for each command by itself. One that does not end in time is ended, gets
                the exit code 124 and costs only itself: the others run all the same.

        Returns:
            One result for each command, in order.

        Raises:
            UnsentError: the link had dropped before the first command was sent.
            TransientPhoneError: the link dropped. Whether the command in flight ran is unknown.
            StablePhoneError: the phone cannot be used, see `Client.device`.
        """
        results: list[ShellResult] = []
        while len(results) < len(commands):
            rest = commands[len(results) :]
            try:
                self._open_for(commands, answered=len(results))
                results += self._run_batch(rest, timeout_s)
            except _HungError as hung:
                results += hung.results
                self._end_children()
                self.close()
            except _BrokenError as broken:
                self.close()
                results += broken.results
                raise self._dropped(commands, len(results), broken.reason) from broken.reason
            except (OSError, EOFError) as error:
                self.close()
                raise self._dropped(commands, len(results), error) from error
        return results

    def close(self) -> None:
        """Ends the shell on the phone by closing its standard input with the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._pending.clear()

    def _open_for(self, commands: Sequence[str], *, answered: int) -> None:
        try:
            self._check_open()
            self._open()
        except (OSError, EOFError, TransientPhoneError) as error:
            self.close()
            if answered:
                raise self._dropped(commands, answered, error) from error
            raise UnsentError(
                f"phone {self._serial}: the link had dropped before {_shown(commands[0])!r} was "
                f"sent: {error}",
                serial=self._serial,
                command=commands[0],
            ) from error

    def _check_open(self) -> None:
        """Notices a link that dropped since the last command, before anything is sent into it.

        Raises:
            EOFError, OSError: it did.
        """
        if self._socket is None:
            return
        self._socket.setblocking(False)
        with suppress(BlockingIOError):
            if not self._socket.recv(1, socket.MSG_PEEK):
                raise EOFError("the connection closed")

    def _dropped(
        self, commands: Sequence[str], answered: int, reason: Exception
    ) -> TransientPhoneError:
        command = commands[answered]
        before = f" ({answered} of {len(commands)} commands were answered)" if answered else ""
        return TransientPhoneError(
            f"phone {self._serial}: the link dropped during {_shown(command)!r}{before}: "
            f"{reason or type(reason).__name__}",
            serial=self._serial,
            command=command,
        )

    def _open(self) -> None:
        if self._socket is not None:
            return
        # The outer shell only carries the label in its arguments; it goes when the inner one does.
        script = f"{LABEL} {shlex.quote(self._label)}; sh; exit $?" if self._label else ""
        self._socket = self._client.open_service(
            self._serial, f"shell,v2,raw:{script}", timeout_s=_OPEN_TIMEOUT_S
        )
        # New with each shell, not with each batch: no command gets to see it, since it is only
        # in the shell's own input.
        self._marker = secrets.token_hex(8)
        # Under `timeout` the opening would ask a shell of its own for its pid.
        self._has_timeout = False
        # Both facts about this shell are learnt before the first batch, in one round trip.
        try:
            opening = self._run_batch(["echo $$", "command -v timeout"], _OPEN_TIMEOUT_S)
        except (_HungError, _BrokenError) as error:
            # What these carry are no results of the caller's commands.
            raise EOFError("a new shell does not answer") from error
        pid = opening[0].stdout.strip()
        self._shell_pid = int(pid) if pid.isdigit() else 0
        self._has_timeout = opening[1].exit_code == 0

    def _run_batch(self, commands: Sequence[str], timeout_s: float) -> list[ShellResult]:
        script = "".join(self._probe(command, timeout_s) for command in commands)
        self._write(script.encode())
        results: list[ShellResult] = []
        out, err = Printed(self._marker), Printed(self._marker)
        started = time.monotonic()
        self._waited_s = 0.0
        while len(results) < len(commands):
            if out.is_complete() and err.is_complete():
                now = time.monotonic()
                stdout, code = out.take()
                stderr, _ = err.take()
                command, elapsed_s = commands[len(results)], now - started
                waited_s, self._waited_s = self._waited_s, 0.0
                results.append(ShellResult(command, stdout, stderr, int(code), elapsed_s, waited_s))
                # What came in one packet with the one before it was not waited for.
                self.wire_s = min(self.wire_s, waited_s or self.wire_s)
                started = now
                continue
            deadline = started + timeout_s
            try:
                stream, data = self._read_packet(deadline)
                if stream == _EXIT:
                    raise EOFError("the shell on the phone ended")
            except TimeoutError:
                hung = ShellResult(
                    commands[len(results)],
                    out.so_far(),
                    f"no answer within {timeout_s:g}s",
                    TIMED_OUT,
                    time.monotonic() - started,
                )
                raise _HungError([*results, hung]) from None
            except (OSError, EOFError) as error:
                raise _BrokenError(results, error) from error
            (out if stream == _STDOUT else err).feed(data)
        return results

    def _probe(self, command: str, timeout_s: float) -> str:
        # Quoted as one word, so that a command's syntax errors stay its own.
        quoted = shlex.quote(command)
        limit = f"timeout {timeout_s + _BACKSTOP_S:g} sh -c"
        return (
            f"( {limit if self._has_timeout else 'eval'} {quoted} ) </dev/null\n"
            f"printf '{self._marker}:%d\\n' $?; printf '{self._marker}:\\n' >&2\n"
        )

    def _write(self, script: bytes) -> None:
        sock = self._require()
        sock.settimeout(_OPEN_TIMEOUT_S)
        packets = (
            _HEADER.pack(_STDIN, len(chunk)) + chunk
            for chunk in (script[i : i + _CHUNK] for i in range(0, len(script), _CHUNK))
        )
        sock.sendall(b"".join(packets))

    def _read_packet(self, deadline: float) -> tuple[int, bytes]:
        while True:
            if len(self._pending) >= _HEADER.size:
                stream, length = _HEADER.unpack_from(self._pending)
                if len(self._pending) >= _HEADER.size + length:
                    data = bytes(self._pending[_HEADER.size : _HEADER.size + length])
                    del self._pending[: _HEADER.size + length]
                    return stream, data
            sock = self._require()
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            sock.settimeout(remaining)
            acknowledge_at_once(sock)
            before = time.monotonic()
            received = sock.recv(65536)
            self._waited_s += time.monotonic() - before
            if not received:
                raise EOFError("the connection closed")
            self._pending += received

    def _require(self) -> socket.socket:
        if self._socket is None:
            raise EOFError("the shell is closed")
        return self._socket

    def _end_children(self) -> None:
        """Ends what a hung command left running: closing a channel leaves children behind."""
        if not self._shell_pid:
            return
        helper = KeptShell(self._client, self._serial)
        try:
            helper._open()
            table = helper._run_batch(["ps -A -o PID,PPID"], _OPEN_TIMEOUT_S)[0].stdout
            doomed = " ".join(map(str, [*descendants(table, self._shell_pid), self._shell_pid]))
            helper._run_batch([f"kill -KILL {doomed}"], _OPEN_TIMEOUT_S)
        except (OSError, EOFError, _HungError, _BrokenError, PhoneError):
            # The phone is worse off than one hung command: the caller's next call will tell.
            return
        finally:
            helper.close()


def _shown(command: str) -> str:
    return command if len(command) <= _SHOWN else f"{command[:_SHOWN]}…"


class _HungError(Exception):
    """A command did not end in time; carries the results up to and including it."""

    def __init__(self, results: list[ShellResult]) -> None:
        super().__init__(results[-1].command)
        self.results = results


class _BrokenError(Exception):
    """The link dropped; carries the results that had come before."""

    def __init__(self, results: list[ShellResult], reason: Exception) -> None:
        super().__init__(str(reason))
        self.results = results
        self.reason = reason
