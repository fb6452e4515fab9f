"""First contact: each state of a phone is one line that says what to do."""

from __future__ import annotations

import pytest

from drivers import connect
from drivers.adb import Client
from drivers.attached import Address, Attached
from drivers.contact import await_unlocked, remarks
from drivers.errors import PhoneError, PhoneLostError, StablePhoneError
from drivers.fleet import await_phone
from drivers.pauses import pauses
from drivers.phone import Phone
from drivers.server import ensure_server
from fixtures.launch import Launched, virtual_phone

# Far above what a phone takes here to start again: it bounds a hang.
TIMEOUT_S = 30.0


@pytest.fixture(scope="module")
def launched():
    with virtual_phone() as phone:
        yield phone


def contact(client: Client, serial: str) -> tuple[list[str], PhoneError]:
    said: list[str] = []
    with pytest.raises(PhoneError) as refused:
        await_phone(client, serial, announce=said.append, timeout_s=1.0)
    assert "\n" not in str(refused.value)
    return said, refused.value


def test_unauthorized_is_waited_for_and_says_to_tap_allow(launched: Launched) -> None:
    with virtual_phone(["--state", "unauthorized"], wait=False) as phone:
        said, error = contact(phone.client, phone.serial)
    assert isinstance(error, StablePhoneError)
    assert "unlock it and tap Allow" in str(error)
    assert said == [f"{error} (waiting up to 1s)"]


def test_offline_is_waited_for_and_says_to_plug_it_in_again(launched: Launched) -> None:
    with virtual_phone(["--state", "offline"], wait=False) as phone:
        # It answers once before it goes: the server calls it a device for a moment.
        phone.client.ask(f"host:connect:{phone.serial}")
        for _ in pauses(TIMEOUT_S):
            found = phone.client.find(phone.serial)
            if found is not None and found.state == "offline":
                break
        said, error = contact(phone.client, phone.serial)
    assert isinstance(error, PhoneLostError)
    assert "unplug it and plug it in again" in str(error)
    assert len(said) == 1


def test_absent_is_waited_for_and_says_what_to_check(launched: Launched) -> None:
    said, error = contact(launched.client, "0a1b2c3d")
    assert isinstance(error, PhoneLostError)
    assert "plug it in, unlock it, and check that USB debugging is on" in str(error)
    assert f"attached are: {launched.serial}" in str(error)
    assert len(said) == 1


def test_no_permissions_is_refused_at_once(
    launched: Launched, monkeypatch: pytest.MonkeyPatch
) -> None:
    # adb says this of phones on USB alone, of which there is none here: its words are recorded.
    phone = Attached("0a1b2c3d", "no permissions", "no permissions (missing udev rules?)", {})
    monkeypatch.setattr(launched.client, "attached", lambda: (phone,))
    said, error = contact(launched.client, "0a1b2c3d")
    assert isinstance(error, StablePhoneError)
    assert "udev rule" in str(error)
    assert said == []


def test_a_phone_that_is_there_is_not_waited_for(launched: Launched) -> None:
    said: list[str] = []
    await_phone(launched.client, launched.serial, announce=said.append)
    assert said == []


def test_a_phone_that_is_starting_is_waited_for(launched: Launched) -> None:
    with connect(launched.serial, launched.client) as before:
        identity = before.identity
    with Phone(launched.client, launched.serial) as unmet:  # one that was met would be waited for
        unmet.shell("(sleep 0.1; svc power reboot) >/dev/null 2>&1 &")
        for _ in pauses(TIMEOUT_S, longest_s=0.01):
            if unmet.ask(["getprop sys.boot_completed"])[0].stdout.strip() != "1":
                break
    said: list[str] = []
    with connect(launched.serial, launched.client, announce=said.append) as phone:
        assert phone.identity == identity
    assert set(said) <= {f"phone {launched.serial} is starting: waiting for Android"}


def test_an_address_is_connected_by_us(launched: Launched) -> None:
    launched.client.ask(f"host:disconnect:{launched.serial}")
    await_phone(launched.client, launched.serial, announce=lambda _line: None)
    assert launched.client.find(launched.serial) is not None


def test_a_server_that_answers_is_not_started(launched: Launched) -> None:
    said: list[str] = []
    assert ensure_server(launched.client.address, said.append).attached()
    assert said == []


def test_a_server_on_another_computer_is_never_started() -> None:
    with pytest.raises(StablePhoneError, match="it is on another computer"):
        # TEST-NET-1 (RFC 5737) would be a time-out; a name that cannot be is refused at once.
        ensure_server(Address("no-such-host.invalid", 5037), lambda _line: None)


def test_without_a_home_adb_says_what_it_wants(
    monkeypatch: pytest.MonkeyPatch, launched: Launched
) -> None:
    monkeypatch.setenv("HOME", "/proc/nowhere")
    free = launched.client.address.port + 1
    with pytest.raises(StablePhoneError, match=r"Cannot mkdir .* needs a HOME that it can write"):
        ensure_server(Address("127.0.0.1", free), lambda _line: None)


@pytest.fixture(scope="module")
def xiaomi():
    with (
        virtual_phone(["--profile", "xiaomi-pad-6"]) as launched,
        connect(launched.serial, launched.client) as phone,
    ):
        yield phone


def test_what_a_person_should_know_is_named_before_it_starts(xiaomi: Phone) -> None:
    xiaomi.shell(
        "settings put secure enabled_accessibility_services "
        "com.google.android.marvin.talkback/.TalkBackService"
    )
    said = list(remarks(xiaomi))
    assert any(
        "accessibility services are on (com.google.android.marvin.talkback)" in s for s in said
    )
    assert any("turn on 'USB debugging (Security settings)'" in line for line in said)

    xiaomi.shell("settings delete secure enabled_accessibility_services; virtual usb-security on")
    assert [
        line for line in remarks(xiaomi) if "Google accounts are on this phone" not in line
    ] == []


def test_a_locked_phone_is_asked_for_and_waited_for(
    xiaomi: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    assert await_unlocked(xiaomi, announce=said.append)
    assert said == []

    xiaomi.shell("virtual usb-security on")
    xiaomi.shell("locksettings set-pin 1234; input keyevent KEYCODE_SLEEP")
    xiaomi.shell("input keyevent KEYCODE_WAKEUP")
    assert not await_unlocked(xiaomi, announce=said.append, timeout_s=0.2)
    assert len(said) == 1
    assert "unlock it; no PIN is ever tried" in said[0]

    monkeypatch.setattr("drivers.contact._REMIND_S", 0.0)
    assert not await_unlocked(xiaomi, announce=said.append, timeout_s=0.2)
    assert said[-1] == f"phone {xiaomi.serial} is still locked: waiting 0 s more"

    def unlock(line: str) -> None:
        xiaomi.shell("locksettings clear --old 1234; wm dismiss-keyguard")

    assert await_unlocked(xiaomi, announce=unlock, timeout_s=10.0)
