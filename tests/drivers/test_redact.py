"""What may not leave the computer does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.redact import Redactor


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Signed in as Ada ada.l@example.com", "Signed in as Ada <email-1>"),
        ("BSSID: 02:00:5e:10:00:ff, RSSI: -50", "BSSID: <mac-1>, RSSI: -50"),
        ('mWifiInfo SSID: "Home 5G", BSSID: x', "mWifiInfo SSID: <ssid-1>, BSSID: x"),
        ('wifiNetworkKey="Home"wpa2-psk, x', "wifiNetworkKey=<ssid-1>wpa2-psk, x"),
        ("SSID: <unknown ssid>, x", "SSID: <unknown ssid>, x"),
        ("Serial 0a1b2c3d4e", "Serial <serial-1>"),
        ("/storage/emulated/0/DCIM/Camera/PXL_2026.jpg 3 kB",
         "/storage/emulated/0/DCIM/Camera/<file-1>.jpg 3 kB"),
        ('file "Ada at home.psd", 3 kB', 'file "<file-1>.psd", 3 kB'),
        ('file "1000021", 3 kB; the file is large', 'file "<file-1>", 3 kB; the file is large'),
        ("level: 80, 1 of 40 items", "level: 80, 1 of 40 items"),
    ],
)  # fmt: skip
def test_what_is_personal_is_hidden_and_nothing_else(text: str, shown: str) -> None:
    assert Redactor("0a1b2c3d4e")(text) == shown


def test_one_thing_has_one_word() -> None:
    redact = Redactor()
    shown = redact("a@example.com b@example.com a@example.com")
    assert shown == "<email-1> <email-2> <email-1>"


def test_a_networks_name_is_hidden_wherever_it_stands_afterwards() -> None:
    redact = Redactor()
    redact('SSID: "Home 5G", x')
    assert redact("metered-network Home 5G false") == "metered-network <ssid-1> false"


@given(
    name=st.from_regex(r"[a-z][a-z0-9.]{0,12}[a-z0-9]", fullmatch=True),
    before=st.text(alphabet=" \n\t:;(<>\"'", max_size=5),
    after=st.text(alphabet=" \n\t:;)<>\"'", max_size=5),
)
def test_an_address_is_hidden_in_any_surroundings(name: str, before: str, after: str) -> None:
    assert name not in Redactor()(f"{before}{name}@example.com{after}").replace("email", "")


def test_hiding_twice_hides_the_same() -> None:
    redact = Redactor("0a1b2c3d4e")
    once = redact('a@example.com SSID: "Home", 0a1b2c3d4e x.jpg')
    assert redact(once) == once
