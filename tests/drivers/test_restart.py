"""What a phone that is back may still lack, and how long it is waited for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from drivers import restart
from drivers.errors import PhoneLostError, StablePhoneError, TransientPhoneError
from drivers.restart import BOUNDS_S, Met, await_ready, seconds_up, started_at
from drivers.shell import TIMED_OUT, ShellResult

UNLOCKED, LOCKED = "RUNNING_UNLOCKED", "RUNNING_LOCKED"
HANGS = ("hangs",)
DENIED = "java.lang.SecurityException: Permission Denial"


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Answering:
    """A shell on a phone that answers as it is told to, the last time again and again."""

    def __init__(self, *states: Exception | tuple[str, ...]) -> None:
        self._states = list(states)
        self.sent: list[str] = []
        self.clock: Clock | None = None

    def close(self) -> None:
        self.sent.append("close")

    def run(self, commands: Sequence[str], *, timeout_s: float) -> list[ShellResult]:
        self.sent += commands
        if len(commands) == 1:
            return [ShellResult(commands[0], "", "", 0)]
        state = self._states.pop(0) if len(self._states) > 1 else self._states[0]
        assert self.clock is not None
        self.clock.now += 0.5
        if isinstance(state, Exception):
            raise state
        if state == HANGS:
            return [ShellResult(command, "", "", TIMED_OUT) for command in commands]
        return [
            ShellResult(command, f"{said}\n", "", 0)
            for command, said in zip(commands, state, strict=True)
        ]


def up(seconds: float, *, serialno: str = "0a1b", completed: str = "1", user: str = UNLOCKED):
    return (f"{seconds:.2f} 9.00", serialno, completed, user)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(restart, "time", clock)
    return clock


# Up for ten minutes when it was met.
MET = Met("0a1b", 0, 400.0)


def wait_for(clock: Clock, *states: Exception | tuple[str, ...]):
    shell, said, helped = Answering(*states), [], []
    shell.clock = clock
    now = await_ready(
        shell,
        "SERIAL",
        MET,
        regain=lambda: helped.append("regain"),
        reconnect=lambda: helped.append("reconnect"),
        log=said.append,
    )
    return now, shell, said, helped


def test_a_phone_that_only_dropped_is_ready_at_once(clock: Clock) -> None:
    now, shell, said, helped = wait_for(clock, up(600.0))
    assert not MET.has_restarted(now)
    assert (said, helped) == ([], [])
    # What was open before the drop is not believed; a lock is nobody's to open now.
    assert shell.sent[0] == "close"
    assert "wm dismiss-keyguard" not in shell.sent


def test_a_restart_is_waited_for_until_android_is_up_and_unlocked(clock: Clock) -> None:
    states = [up(3.0, completed="", user=""), up(5.0, user=LOCKED), up(6.0)]
    now, shell, said, _ = wait_for(clock, *states)
    assert MET.has_restarted(now)
    assert said == [
        "phone SERIAL has restarted: waiting for Android",
        "phone SERIAL has restarted and is locked: unlock it (nobody can do that from here)",
    ]
    assert shell.sent[-1] == "wm dismiss-keyguard"


def test_a_phone_that_refuses_to_say_who_is_unlocked_is_not_waited_for(clock: Clock) -> None:
    now, *_ = wait_for(clock, up(3.0, user=DENIED))
    assert MET.has_restarted(now)


def test_a_link_that_is_dead_although_adb_sees_it_is_opened_anew(clock: Clock) -> None:
    _, _, said, helped = wait_for(clock, TransientPhoneError("no answer"), up(600.0))
    assert helped == ["reconnect", "regain"]
    assert said == ["phone SERIAL does not answer, although adb sees it: opening its link anew"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (TransientPhoneError("no answer"), "it does not answer"),
        (HANGS, "it does not answer"),
        (up(3.0, completed=""), "Android is starting"),
        (up(3.0, user=LOCKED), "it is locked since then"),
    ],
)
def test_no_need_is_waited_for_without_end(state, words: str, clock: Clock) -> None:
    with pytest.raises(PhoneLostError, match=words) as lost:
        wait_for(clock, state)
    assert lost.value.waited_s == BOUNDS_S[words]


def test_another_phone_at_the_same_address_is_refused(clock: Clock) -> None:
    with pytest.raises(StablePhoneError, match="another phone answers as SERIAL"):
        wait_for(clock, up(600.0, serialno="ffff"))


@pytest.mark.parametrize("text", ["", "cat: /proc/uptime: Permission denied", "12:00 up 1 day"])
def test_an_uptime_that_is_not_told_is_never_a_restart(text: str) -> None:
    assert seconds_up(text) == float("inf")
    silent = Met("0a1b", 0, started_at(text))
    assert not MET.has_restarted(silent)
    assert not silent.has_restarted(MET)
