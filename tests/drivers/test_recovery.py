"""The ladder: each rung bounded, said once, and none of them the end of it."""

from __future__ import annotations

import pytest

from drivers.attached import Address, Attached
from drivers.errors import PhoneLostError, StablePhoneError, TransientPhoneError
from drivers.recovery import reconnect, regain

HERE, ELSEWHERE = Address("127.0.0.1", 5999), Address("192.0.2.7", 5037)


class Server:
    """An adb server that has the phone again at the given look, and hears what it is asked."""

    def __init__(
        self,
        *,
        address: Address = HERE,
        back_at: int | None = None,
        is_dead: bool = False,
        is_guarded: bool = False,
        refusal: StablePhoneError | None = None,
    ) -> None:
        self.address = address
        self.is_guarded = is_guarded
        self.asked: list[str] = []
        self._back_at = back_at
        self._is_dead = is_dead
        self._refusal = refusal
        self._looks = 0

    def device(self, serial: str) -> object:
        self._looks += 1
        if self._refusal is not None and self._looks > 1:
            raise self._refusal
        if self._back_at is None or self._looks < self._back_at:
            raise TransientPhoneError("not attached")
        return object()

    def find(self, serial: str) -> Attached | None:
        return Attached(serial, "offline", "offline", {})

    def ask(self, request: str, *, timeout_s: float = 1.0) -> str:
        if self._is_dead:
            raise TransientPhoneError("no adb server")
        self.asked.append(request)
        return ""


def climb(server: Server, serial: str = "0a1b", timeout_s: float = 2.0) -> list[str]:
    said: list[str] = []
    regain(server, serial, timeout_s=timeout_s, log=said.append)
    return said


def lost(server: Server, serial: str = "0a1b") -> tuple[list[str], PhoneLostError]:
    said: list[str] = []
    with pytest.raises(PhoneLostError) as error:
        regain(server, serial, timeout_s=0.35, log=said.append)
    return said, error.value


def test_a_phone_that_is_there_needs_no_rung() -> None:
    server = Server(back_at=1)
    assert climb(server) == []
    assert server.asked == []


def test_a_phone_on_a_cable_is_waited_for_and_nothing_is_done_to_it() -> None:
    server = Server(back_at=3)
    assert climb(server) == ["phone 0a1b dropped: waiting for it to come back"]
    assert set(server.asked) == {"host:version"}


def test_a_phone_on_the_network_is_connected_again_even_where_it_is_listed_as_offline() -> None:
    server = Server(back_at=2)
    assert climb(server, "192.0.2.9:5555") == ["phone 192.0.2.9:5555 dropped: connecting again"]
    assert server.asked[1:] == ["host:disconnect:192.0.2.9:5555", "host:connect:192.0.2.9:5555"]


def test_a_phone_that_came_back_and_may_not_be_used_is_refused_at_once() -> None:
    with pytest.raises(StablePhoneError, match="tap Allow"):
        climb(Server(refusal=StablePhoneError("unauthorized: tap Allow")))


def test_a_server_on_another_computer_is_waited_for_and_never_started() -> None:
    said, error = lost(Server(address=ELSEWHERE, is_dead=True))
    assert said == [
        "the adb server at 192.0.2.7:5037 does not answer: it is on another computer, "
        "waiting for it"
    ]
    assert error.waited_s >= 0.35


def test_a_server_that_does_not_start_is_said_where_the_phone_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def start(address: Address) -> None:
        raise StablePhoneError(f"the adb server at {address} does not start: no HOME")

    monkeypatch.setattr("drivers.server.start_server", start)
    said, error = lost(Server(is_dead=True))
    assert said == ["the adb server at 127.0.0.1:5999 does not answer: starting it again"]
    assert "no HOME" in str(error)


def test_a_server_of_our_own_is_left_to_its_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(address: Address) -> None:
        raise AssertionError("two would start it")

    monkeypatch.setattr("drivers.server.start_server", start)
    said, _ = lost(Server(is_dead=True, is_guarded=True))
    assert said == ["the adb server at 127.0.0.1:5999 does not answer: its guard starts it again"]


@pytest.mark.parametrize(
    ("serial", "asked"),
    [
        ("0a1b", ["host-serial:0a1b:reconnect"]),
        ("emulator-5554", ["host-serial:emulator-5554:reconnect"]),
        ("192.0.2.9:5555", ["host:disconnect:192.0.2.9:5555", "host:connect:192.0.2.9:5555"]),
    ],
)
def test_a_dead_link_that_adb_believes_in_is_opened_anew(serial: str, asked: list[str]) -> None:
    server = Server()
    reconnect(server, serial)
    assert server.asked == asked
