"""What a phone whose link is back may still lack: it restarted, is starting, waits to be unlocked.

A link comes back long before Android does: in between every command answers at once, and says
that there is no such service. Facts that are read then are absent without being absent. So a
phone that was away is asked three things before anything else: whether it is the same one, how
long it has been up, and whether its user is unlocked. This module must not know adb servers.

Sources: sys.boot_completed is set by ActivityManagerService.finishBooting, /proc/uptime is proc(5),
`am get-started-user-state` is in drivers.android.users, `wm dismiss-keyguard` opens the lock that a
swipe opens and no other (AOSP WindowManagerShellCommand).
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from drivers.android.users import UNLOCKED, read_state
from drivers.errors import PhoneLostError, StablePhoneError, TransientPhoneError
from drivers.pauses import pauses
from drivers.vocabulary import Reading

if TYPE_CHECKING:
    from drivers.shell import KeptShell, ShellResult

UPTIME = "cat /proc/uptime"
_SERIALNO = "getprop ro.serialno"
_COMPLETED = "getprop sys.boot_completed"
_OPEN_LOCK = "wm dismiss-keyguard"
_LOOK_EVERY_S = 0.2
_PROBE_TIMEOUT_S = 5.0
# What reading the uptime may be off by: one answer's way back.
_TOLERANCE_S = 1.0

# How long each need may take to be met, in seconds. The slowest phones take three minutes to
# start; a person who is there takes less than one to unlock.
_ANSWER, _START, _UNLOCK = "it does not answer", "Android is starting", "it is locked since then"
BOUNDS_S = {_ANSWER: 30.0, _START: 240.0, _UNLOCK: 120.0}


@dataclass(frozen=True)
class Met:
    """What is known of a phone before its link drops.

    Attributes:
        serialno: `ro.serialno`, empty where the phone hides it.
        user: the Android user in front.
        started_at: when it started, on this computer's monotonic clock; not a number where the
            phone does not say, which is never a restart.
    """

    serialno: str
    user: int
    started_at: float

    def has_restarted(self, now: Met) -> bool:
        """Whether `now` is a later start than this one."""
        return now.started_at > self.started_at + _TOLERANCE_S


def started_at(uptime: str) -> float:
    """The moment at which a phone started, by what `cat /proc/uptime` has just printed."""
    seconds = seconds_up(uptime)
    return math.nan if math.isinf(seconds) else time.monotonic() - seconds


def seconds_up(uptime: str) -> float:
    """Reads /proc/uptime; infinity where it does not say, which is never a restart.

    >>> seconds_up("350735.47 234388.90")
    350735.47
    """
    first = uptime.strip().split(" ")[0]
    return float(first) if re.fullmatch(r"\d+(\.\d+)?", first) else math.inf


def await_started(
    ask: Callable[[Sequence[str]], list[ShellResult]], serial: str, *, log: Callable[[str], None]
) -> None:
    """Waits until Android is there on a phone that is met for the first time.

    Args:
        ask: sends commands that merely look.
        serial: the phone, for messages.
        log: told in one line, once, what is waited for.

    Raises:
        PhoneLostError: it took longer than `BOUNDS_S` allows.
        What `ask` raises.
    """
    said = ""
    for _ in pauses(BOUNDS_S[_START], longest_s=_LOOK_EVERY_S):
        if ask([_COMPLETED])[0].stdout.strip() == "1":
            return
        if not said:
            said = f"phone {serial} {_said(_START, is_restarted=False)}"
            log(said)
    raise PhoneLostError(
        f"phone {serial} is starting, and was not done after {BOUNDS_S[_START]:g}s",
        serial=serial,
        waited_s=BOUNDS_S[_START],
    )


def await_ready(
    shell: KeptShell,
    serial: str,
    met: Met,
    *,
    regain: Callable[[], None],
    reconnect: Callable[[], None],
    log: Callable[[str], None],
) -> Met:
    """Waits until a phone answers again and, where it restarted, is started and unlocked.

    Args:
        shell: to the phone; it opens itself again.
        serial: the phone, for messages.
        met: what was known of it.
        regain: waits for the link, should it drop again meanwhile.
        reconnect: has the link opened anew where adb takes a dead one for good.
        log: told in one line, once each, what is waited for.

    Returns:
        What is known of it now.

    Raises:
        PhoneLostError: it took longer than `BOUNDS_S` allows.
        StablePhoneError: another phone answers at its address.
    """
    shell.close()  # what is open since before the drop says nothing about the phone now
    deadlines: dict[str, float] = {}
    while True:
        try:
            now, need = _look(shell, serial, met)
        except PhoneLostError:
            raise
        except TransientPhoneError:
            now, need = met, _ANSWER
        if need is None:
            if met.has_restarted(now):
                shell.run([_OPEN_LOCK], timeout_s=_PROBE_TIMEOUT_S)
            return now
        if need not in deadlines:
            deadlines[need] = time.monotonic() + BOUNDS_S[need]
            log(f"phone {serial} {_said(need, is_restarted=met.has_restarted(now))}")
        if time.monotonic() >= deadlines[need]:
            raise PhoneLostError(
                f"phone {serial} is lost: its link is back, but {need}, "
                f"for more than {BOUNDS_S[need]:g}s",
                serial=serial,
                waited_s=BOUNDS_S[need],
            )
        if need == _ANSWER:
            reconnect()
            regain()
        else:
            time.sleep(_LOOK_EVERY_S)  # Android offers no event before it has started


def _said(need: str, *, is_restarted: bool) -> str:
    if need == _UNLOCK:
        return "has restarted and is locked: unlock it (nobody can do that from here)"
    if need == _START:
        return f"{'has restarted' if is_restarted else 'is starting'}: waiting for Android"
    return "does not answer, although adb sees it: opening its link anew"


def _look(shell: KeptShell, serial: str, met: Met) -> tuple[Met, str | None]:
    return read(shell.run(questions(met.user), timeout_s=_PROBE_TIMEOUT_S), serial, met)


def questions(user: int) -> list[str]:
    """The commands whose answers `read` reads."""
    return [UPTIME, _SERIALNO, _COMPLETED, f"am get-started-user-state {user}"]


def read(answers: Sequence[ShellResult], serial: str, met: Met) -> tuple[Met, str | None]:
    """Reads what a phone says of itself, and what it still lacks, in words; None for nothing.

    Raises:
        StablePhoneError: another phone answers.
    """
    uptime, serialno, completed, user = answers
    name = serialno.stdout.strip() if serialno.exit_code == 0 else ""
    if met.serialno and name and name != met.serialno:
        raise StablePhoneError(
            f"another phone answers as {serial} now: its serial number is not the one that this "
            "run began with, so nothing is done to it; attach the first one and run again",
            serial=serial,
        )
    now = replace(met, started_at=started_at(uptime.stdout))
    if uptime.timed_out:
        return now, _ANSWER
    if completed.stdout.strip() != "1":
        return now, _START
    if not met.has_restarted(now):
        return now, None
    try:
        is_unlocked = read_state(user.stdout, Reading()).get(UNLOCKED.name)
    except ValueError:
        # It refuses to say: what waits for a phone's data will tell.
        return now, None
    return now, None if is_unlocked else _UNLOCK
