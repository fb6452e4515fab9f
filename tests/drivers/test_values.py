"""Values as a person writes them: what is read is what is shown, and nothing else is taken."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.values import Value, ValueType, format_size, parse_duration, parse_size

WORDS = ("none", "ac", "usb")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("bool", "on", True),
        ("bool", "False", False),
        ("int", "-3", -3),
        ("count", " 20 ", 20),
        ("percent", "15%", 15),
        ("percent", "15 %", 15),
        ("celsius", "41.5 °C", 41.5),
        ("celsius", "-3 C", -3.0),
        ("seconds", "250ms", 0.25),
        ("seconds", "1.5 h", 5400.0),
        ("bytes", "1 GB", 10**9),
        ("bytes", "1GiB", 2**30),
        ("bytes", "1.5 kB", 1500),
        ("text", " no ", " no "),
        ("text", "", ""),
        ("enum", "usb", "usb"),
        ("set", "ac", "ac"),
        ("list", " any thing ", " any thing "),
        ("daily_limit", "off", "off"),
        ("daily_limit", "10 MB", 10_000_000),
    ],
)
def test_a_value(kind: str, text: str, value: Value) -> None:
    value_type = ValueType(kind, WORDS if kind in {"enum", "set"} else ())
    assert value_type.parse(text) == value
    assert type(value_type.parse(text)) is type(value)


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("bool", "yes", "expected on or off, not 'yes'"),
        ("int", "1.5", "expected a whole number, not '1.5'"),
        ("count", "5 items", "expected a whole number, not '5 items'"),
        ("percent", "15", "a unit is missing"),
        ("percent", "101%", "from 0% to 100%"),
        ("percent", "1.5%", "expected a percentage"),
        ("celsius", "41 F", "unknown unit 'F'; known are C, °C"),
        ("seconds", "60", "a unit is missing"),
        ("seconds", "1min 30s", "expected a duration"),
        ("bytes", "1 gb", "unknown unit 'gb'; known are B, kB, MB"),
        ("bytes", "1,5 GB", "expected a size"),
        ("bytes", "GB", "expected a size"),
        ("bytes", "-1 GB", "0 or more"),
        ("count", "-1", "0 or more"),
        ("int", "9" * 5000, "expected a whole number"),
        ("bytes", "٣ GB", "expected a size"),
        ("enum", "USB", "expected one of none, ac, usb, not 'USB'"),
        ("daily_limit", "on", "expected a size"),
    ],
)
def test_what_is_none(kind: str, text: str, message: str) -> None:
    value_type = ValueType(kind, WORDS if kind == "enum" else ())
    with pytest.raises(ValueError, match="expected") as raised:
        value_type.parse(text)
    assert message in str(raised.value)


EXACT = {
    "bool": st.booleans(),
    "int": st.integers(-(10**18) + 1, 10**18 - 1),
    "count": st.integers(0, 10**18 - 1),
    "percent": st.integers(0, 100),
    "celsius": st.integers(-400, 1000).map(lambda tenths: tenths / 10),
    "seconds": st.integers(0, 10**6).map(float),
    "text": st.text(),
}


@pytest.mark.parametrize("kind", EXACT)
def test_what_is_shown_is_read_again(kind: str) -> None:
    value_type = ValueType(kind)

    @given(value=EXACT[kind])
    def check(value: Value) -> None:
        assert value_type.parse(value_type.format(value)) == value

    check()


@given(size=st.integers(0, 10**16))
def test_a_size_is_shown_to_four_digits(size: int) -> None:
    assert parse_size(format_size(size)) == pytest.approx(size, rel=1e-3)


@given(text=st.text())
def test_any_text_is_a_value_or_a_reason(text: str) -> None:
    for parse in (parse_size, parse_duration, ValueType("percent").parse, ValueType("int").parse):
        with suppress(ValueError):
            assert isinstance(parse(text), (int, float))


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("bool", None, "(absent)"),
        ("set", ("ac", "usb"), "[ac, usb]"),
        ("map", {"Camera": True, "left": 3}, "{Camera: on, left: 3}"),
        ("counter", {"done": 1, "total": 40}, "{done: 1, total: 40}"),
        ("bytes", 999, "999 B"),
        ("bytes", 1_234_567, "1.235 MB"),
        ("daily_limit", "unlimited", "unlimited"),
        ("seconds", 0.25, "0.25s"),
    ],
)
def test_how_a_value_is_shown(kind: str, value: Value | None, shown: str) -> None:
    assert ValueType(kind).format(value) == shown


def test_the_parts_of_a_value() -> None:
    assert ValueType("map").entry("Camera").kind == "bool"
    assert ValueType("counter").entry("left").kind == "count"
    with pytest.raises(ValueError, match="expected done, total, left, not 'right'"):
        ValueType("counter").entry("right")
    with pytest.raises(ValueError, match="expected on or off"):
        ValueType("bool").entry("x")
