"""The agent: one connection, real deadlines, started again when it died."""

from __future__ import annotations

import time

import pytest

from drivers.errors import TransientPhoneError
from drivers.exchange import Exchange
from drivers.phone import Phone

AGENT = "com[.]wetest[.]uia2[.]Main"


def pid_of_agent(phone: Phone) -> str:
    return phone.shell(f"pgrep -f '{AGENT}'").stdout.split()[0]


def test_a_screen_is_one_call(phone: Phone) -> None:
    phone.screen()
    heard: list[Exchange] = []
    stop = phone.listen(heard.append)
    assert phone.screen().nodes
    stop()
    assert [e.request.partition("[")[0] for e in heard] == ["dumpWindowHierarchy"]


def test_everything_of_uiautomator2_works_on_it(phone: Phone) -> None:
    assert phone.agent.info["sdkInt"] == phone.sdk
    assert not phone.agent(resourceId="no.such:id/there").exists


def test_a_picture_is_a_jpeg(phone: Phone) -> None:
    assert phone.screenshot()[:3] == b"\xff\xd8\xff"


def test_a_killed_agent_is_started_again(phone: Phone) -> None:
    phone.screen()
    killed = pid_of_agent(phone)
    phone.shell(f"kill -9 {killed}")
    assert phone.screen().nodes
    assert pid_of_agent(phone) != killed


def test_a_hung_agent_costs_its_deadline_and_is_replaced(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.screen()
    monkeypatch.setattr(phone.agent, "call_timeout_s", 0.5)
    hung = pid_of_agent(phone)
    phone.shell(f"kill -STOP {hung}")
    # Stock uiautomator2 would wait 600 s here.
    assert phone.screen().nodes
    assert pid_of_agent(phone) != hung


def test_a_tap_is_never_sent_twice(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    phone.screen()
    monkeypatch.setattr(phone.agent, "call_timeout_s", 0.5)
    phone.shell(f"kill -STOP {pid_of_agent(phone)}")
    with pytest.raises(TransientPhoneError, match="whether click was done is unknown"):
        phone.tap(1, 1)
    assert phone.screen().nodes


def test_a_connection_that_the_agent_closed_meanwhile_is_opened_again(phone: Phone) -> None:
    phone.screen()
    channel = phone.agent._channel
    assert channel is not None
    # What nanohttpd does after 5 s of silence, without the wait.
    channel._socket.shutdown(2)
    deadline = time.monotonic() + 5
    while not channel.is_stale() and time.monotonic() < deadline:
        pass
    assert phone.screen().nodes
