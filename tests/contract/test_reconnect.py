"""Links that drop: what was asked is asked again, what was done is not done twice."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from drivers import connect
from drivers.errors import PhoneLostError, StablePhoneError, TransientPhoneError
from drivers.exchange import Exchange
from drivers.phone import Phone
from drivers.vocabulary import registry
from fixtures.launch import Launched, virtual_phone


@pytest.fixture
def launched():
    with virtual_phone() as phone:
        yield phone


def restart(launched: Launched) -> None:
    """Restarts the phone behind the back of whoever is connected, and waits until it is gone."""
    with connect(launched.serial, launched.client) as other:
        other.shell("(sleep 0.1; svc power reboot) >/dev/null 2>&1 &")
    await_gone(launched)


def await_gone(launched: Launched) -> None:
    """Waits until the link is down, and with it all that went over it.

    The server answers `disconnect` before it has carried it out; what it lists is without the
    phone only once its sockets are closed (`transport.cpp` in AOSP packages/modules/adb).
    """
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        seen = launched.client.find(launched.serial)
        if seen is None or seen.state != "device":
            return
    raise AssertionError("the link stays up")


@pytest.fixture
def dropped(launched: Launched):
    with connect(launched.serial, launched.client) as phone:
        phone.shell("true")
        launched.client.ask(f"host:disconnect:{launched.serial}")
        await_gone(launched)
        yield phone


def test_facts_are_asked_again_after_a_drop(dropped: Phone) -> None:
    heard: list[Exchange] = []
    dropped.listen(heard.append)
    assert dropped.facts(["battery.level"])["battery.level"] == 80
    connecting, back, again = [e.request for e in heard if e.kind == "link"]
    assert connecting == f"phone {dropped.serial} dropped: connecting again"
    assert back.startswith(f"phone {dropped.serial} is back after ")
    assert again.endswith("all of it is asked again")


def test_a_command_that_was_not_sent_yet_is_sent_after_a_drop(dropped: Phone) -> None:
    heard: list[Exchange] = []
    dropped.listen(heard.append)
    assert dropped.shell("echo once >> /data/local/tmp/once").exit_code == 0
    assert dropped.shell("cat /data/local/tmp/once").stdout == "once\n"
    assert any("nothing is lost, it is sent now" in e.request for e in heard)


def test_a_command_is_not_repeated_after_a_drop_in_the_middle(launched: Launched) -> None:
    with connect(launched.serial, launched.client) as phone:
        drop = threading.Timer(0.3, launched.client.ask, [f"host:disconnect:{launched.serial}"])
        drop.start()
        with pytest.raises(TransientPhoneError, match=r"\(1 of 3 commands were answered\)"):
            phone.batch(["true", "echo once >> /data/local/tmp/once; sleep 30", "true"])
        drop.join()
        assert phone.shell("cat /data/local/tmp/once").stdout == "once\n"


def test_a_screen_is_read_again_after_a_drop(launched: Launched) -> None:
    with connect(launched.serial, launched.client) as phone:
        phone.screen()
        launched.client.ask(f"host:disconnect:{launched.serial}")
        assert phone.screen().nodes


def test_a_dead_server_is_started_again_on_this_computer(launched: Launched) -> None:
    with connect(launched.serial, launched.client) as phone:
        phone.shell("true")
        launched.client.server_kill()
        heard: list[Exchange] = []
        phone.listen(heard.append)
        assert phone.facts(["battery.level"])["battery.level"] == 80
        assert any("does not answer: its guard starts it again" in e.request for e in heard)


def test_a_phone_that_is_gone_is_lost_within_its_time(
    launched: Launched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.line._REGAIN_TIMEOUTS_S", {"loopback": 0.5})
    with connect(launched.serial, launched.client) as phone:
        launched.process.kill()
        launched.process.wait()
        with pytest.raises(PhoneLostError, match=f"phone {launched.serial} is lost") as lost:
            phone.facts()
    assert lost.value.serial == launched.serial
    assert lost.value.waited_s >= 0.5


def test_a_phone_that_restarts_by_itself_is_waited_for_until_android_is_up(
    launched: Launched,
) -> None:
    with connect(launched.serial, launched.client) as phone:
        before = phone.facts()
        restart(launched)
        heard: list[Exchange] = []
        phone.listen(heard.append)
        # adbd answers long before Android does: facts read then would be absent by the dozen.
        assert phone.facts().keys() == before.keys()
        assert phone.restarts == 1
        assert any("has restarted" in e.request for e in heard if e.kind == "link")


def test_a_screen_is_read_after_a_restart_that_nobody_noticed(launched: Launched) -> None:
    with connect(launched.serial, launched.client) as phone:
        restart(launched)
        assert phone.screen().nodes


def test_another_phone_at_the_same_address_is_not_touched(launched: Launched) -> None:
    with connect(launched.serial, launched.client) as phone:
        assert phone._line.met is not None
        phone._line.met = replace(phone._line.met, serialno="another")
        launched.client.ask(f"host:disconnect:{launched.serial}")
        await_gone(launched)
        with pytest.raises(StablePhoneError, match="another phone answers"):
            phone.shell("echo never > /data/local/tmp/never")
    with connect(launched.serial, launched.client) as found:
        assert found.shell("ls /data/local/tmp/never").exit_code != 0


def test_after_a_reboot_the_phone_is_the_same(launched: Launched) -> None:
    with connect(launched.serial, launched.client) as phone:
        identity = phone.identity
        registry().operations["phone.reboot"].run(phone, {}, None)
        assert phone.facts(["battery.level"])["battery.level"] == 80
        with connect(launched.serial, launched.client) as again:
            assert again.identity == identity
