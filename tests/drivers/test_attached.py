"""Reading adb's own words: addresses, and the phones that a server sees."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from drivers.attached import Address, Attached, parse_devices, state_error
from drivers.errors import StablePhoneError, TransientPhoneError

# Written by hand after adb 36's `transport.cpp` (atransport list): blanks pad the serial with -l.
LISTED = """\
* daemon not running; starting now at tcp:5037
* daemon started successfully
List of devices attached
0a1b2c3d4e5f           device usb:1-2 product:sweet model:M2101K6G device:sweet transport_id:1
127.0.0.1:40313        device product:shiba model:Pixel 8 device:shiba transport_id:7
emulator-5554          offline transport_id:3
ZY22                   no permissions (missing udev rules?) usb:1-3 transport_id:4
R32                    unauthorized usb:1-4 transport_id:5

"""


def test_every_phone_is_listed_with_its_state_and_tags() -> None:
    phones = {phone.serial: phone for phone in parse_devices(LISTED)}
    assert [p.state for p in phones.values()] == [
        "device", "device", "offline", "no permissions", "unauthorized",
    ]  # fmt: skip
    assert phones["127.0.0.1:40313"].tags["model"] == "Pixel 8"
    assert phones["ZY22"].tags["transport_id"] == "4"
    assert phones["ZY22"].detail.startswith("no permissions (missing udev rules?")


@pytest.mark.parametrize(
    ("serial", "link"),
    [
        ("0a1b2c3d", "usb"),
        ("emulator-5554", "emulator"),
        ("127.0.0.1:40313", "loopback"),
        ("192.0.2.7:5555", "network"),
        ("adb-0a1b2c3d-XyZ._adb-tls-connect._tcp", "network"),
    ],
)
def test_the_link_follows_from_the_serial(serial: str, link: str) -> None:
    assert Attached(serial, "device", "", {}).link == link


@pytest.mark.parametrize("state", ["unauthorized", "no permissions", "recovery"])
def test_a_state_that_no_wait_mends_is_stable_and_says_what_to_do(state: str) -> None:
    error = state_error(Attached("R32", state, state, {}))
    assert isinstance(error, StablePhoneError)
    assert str(error).startswith(f"phone R32 is {state}: ")


def test_offline_may_pass() -> None:
    assert isinstance(state_error(Attached("R32", "offline", "", {})), TransientPhoneError)


def test_recorded_lists_are_read(shared: Path) -> None:
    index = yaml.safe_load((shared / "recordings" / "INDEX.yaml").read_text(encoding="utf-8"))
    samples = [s for s in index["samples"] if s["command"].startswith("adb devices")]
    assert samples
    for sample in samples:
        text = (shared / "recordings" / sample["file"]).read_text(encoding="utf-8")
        states = {phone.serial: phone.state for phone in parse_devices(text)}
        assert states == sample["facts"]["states"], sample["file"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:5038", Address("127.0.0.1", 5038)),
        ("5038", Address("127.0.0.1", 5038)),
        ("tcp:lab.example:5037", Address("lab.example", 5037)),
        ("tcp:5039", Address("127.0.0.1", 5039)),
        ("[::1]:5037", Address("::1", 5037)),
    ],
)
def test_addresses_are_read_as_adb_writes_them(text: str, address: Address) -> None:
    assert Address.parse(text) == address
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize("text", ["", "lab.example", "lab:", "lab:port", ":5037", "lab:70000"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected HOST:PORT"):
        Address.parse(text)


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({}, Address("127.0.0.1", 5037)),
        ({"ANDROID_ADB_SERVER_PORT": "5040"}, Address("127.0.0.1", 5040)),
        ({"ANDROID_ADB_SERVER_HOST": "lab"}, Address("lab", 5037)),
        ({"ANDROID_ADB_SERVER_HOST": "::1"}, Address("::1", 5037)),
        ({"ADB_SERVER_SOCKET": "tcp:lab:5041"}, Address("lab", 5041)),
        ({"ANDROID_ADB_SERVER_PORT": "5040", "ADB_SERVER_SOCKET": "tcp:lab:5041"},
         Address("127.0.0.1", 5040)),
    ],
)  # fmt: skip
def test_the_owners_server_is_looked_for_as_the_design_says(
    environ: dict[str, str], address: Address
) -> None:
    assert Address.from_environment(environ) == address
