"""What a person is told that their phone is: the name on its box, and the maker's own beside it."""

from __future__ import annotations

import pytest

from drivers.identity import About, Identity, read_about

NO_NAMES = "\n\n\n"


def about(model: str, names: str) -> About:
    return read_about(
        ["1", model, "brand", "14", "34", "en-US", "en-US", "a1b2", "0", names], "0a1b"
    )


@pytest.mark.parametrize(
    ("model", "names", "told"),
    [
        ("Pixel 8", NO_NAMES, "Pixel 8"),
        ("23043RP34G", "Xiaomi Pad 6\n\n\n", "Xiaomi Pad 6 (23043RP34G)"),
        ("CPH2451", "\nOnePlus 11 5G\n\n", "OnePlus 11 5G (CPH2451)"),
        ("SM-G973F", NO_NAMES, "SM-G973F"),
        ("P30", "\n\n\nP30", "P30"),
        ("sdk_gphone64_x86_64", NO_NAMES, "Android emulator (sdk_gphone64_x86_64)"),
    ],
)
def test_a_phone_has_the_name_that_it_was_sold_under(model: str, names: str, told: str) -> None:
    assert about(model, names).name == told


def test_an_android_id_that_is_not_set_is_none() -> None:
    answers = ["1", "Pixel", "google", "8.0.0", "26", "", "de-DE", "null", "x", NO_NAMES]
    read = read_about(answers, "0a1b")
    assert (read.identity, read.locale, read.user) == (Identity("1", ""), "de-DE", 0)
