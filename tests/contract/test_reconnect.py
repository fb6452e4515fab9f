"""Links that drop: what was asked is asked again, what was done is not done twice."""

from __future__ import annotations

import pytest

from drivers import connect
from drivers.errors import PhoneLostError, TransientPhoneError
from drivers.exchange import Exchange
from drivers.phone import Phone
from drivers.vocabulary import registry
from fixtures.launch import Launched, virtual_phone


@pytest.fixture
def launched():
    with virtual_phone() as phone:
        yield phone


@pytest.fixture
def dropped(launched: Launched):
    with connect(launched.serial, launched.client) as phone:
        phone.shell("true")
        launched.client.ask(f"host:disconnect:{launched.serial}")
        yield phone


def test_facts_are_asked_again_after_a_drop(dropped: Phone) -> None:
    heard: list[Exchange] = []
    dropped.listen(heard.append)
    assert dropped.facts(["battery.level"])["battery.level"] == 80
    assert [e.request for e in heard if e.kind == "link"] == [
        f"phone {dropped.serial} dropped: connecting again"
    ]


def test_a_command_is_not_repeated_and_the_phone_is_back(dropped: Phone) -> None:
    with pytest.raises(TransientPhoneError):
        dropped.shell("echo once >> /data/local/tmp/once")
    assert dropped.shell("echo twice >> /data/local/tmp/once").exit_code == 0
    assert dropped.shell("cat /data/local/tmp/once").stdout == "twice\n"


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
        assert any("starting it again" in e.request for e in heard)


def test_a_phone_that_is_gone_is_lost_within_its_time(
    launched: Launched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.phone._REGAIN_TIMEOUT_S", 0.5)
    with connect(launched.serial, launched.client) as phone:
        launched.process.kill()
        launched.process.wait()
        with pytest.raises(PhoneLostError, match=f"phone {launched.serial} is lost") as lost:
            phone.facts()
    assert lost.value.serial == launched.serial
    assert lost.value.waited_s >= 0.5


def test_after_a_reboot_the_phone_is_the_same(launched: Launched) -> None:
    with connect(launched.serial, launched.client) as phone:
        identity = phone.identity
        registry().operations["phone.reboot"].run(phone, {}, None)
        assert phone.facts(["battery.level"])["battery.level"] == 80
        with connect(launched.serial, launched.client) as again:
            assert again.identity == identity
