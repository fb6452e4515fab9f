"""Which phone is meant."""

from __future__ import annotations

import pytest

from drivers.attached import Attached
from drivers.fleet import Pick, PickError, pick


def attached(*serials: str, state: str = "device") -> tuple[Attached, ...]:
    return tuple(Attached(serial, state, state, {}) for serial in serials)


def never() -> tuple[Attached, ...]:
    raise AssertionError("adb was asked although the phone was named")


def test_a_named_phone_needs_no_list() -> None:
    assert pick(["0a1b"], {"ANDROID_SERIAL": "other"}, never) == Pick(serial="0a1b")


def test_the_environment_names_it_where_the_command_line_does_not() -> None:
    assert pick([], {"ANDROID_SERIAL": "0a1b"}, never) == Pick(serial="0a1b")


@pytest.mark.parametrize("state", ["device", "offline", "unauthorized", "no permissions"])
def test_a_phone_in_any_state_counts_as_attached(state: str) -> None:
    assert pick([], {}, lambda: attached("0a1b", state=state)) == Pick(serial="0a1b")


def test_without_any_it_is_the_virtual_phone_by_default() -> None:
    assert pick([], {}, tuple) == Pick(virtual="", by_default=True)


@pytest.mark.parametrize(
    ("name", "virtual"),
    [("virtual", ""), ("virtual:pixel-xl/assistant/de", "pixel-xl/assistant/de")],
)
def test_a_virtual_phone_can_be_named(name: str, virtual: str) -> None:
    assert pick([name], {}, never) == Pick(virtual=virtual)


def test_several_and_none_named_are_refused_and_listed() -> None:
    with pytest.raises(PickError, match=r"2 phones are attached .*a1 .*b2.*--phone=a1"):
        pick([], {}, lambda: attached("a1", "b2"))


@pytest.mark.parametrize("environ", [{}, {"ANDROID_SERIAL": "a\udcff"}])
def test_what_is_no_text_is_no_serial(environ: dict[str, str]) -> None:
    with pytest.raises(PickError, match=r"--phone='a\\udcff' is no text"):
        pick([] if environ else ["a\udcff"], environ, never)


def test_two_named_are_refused() -> None:
    with pytest.raises(PickError, match="one phone a run"):
        pick(["a1", "b2"], {}, never)


def test_a_glob_has_to_fit_exactly_one() -> None:
    phones = attached("a1", "a2", "b3")
    assert pick(["b*"], {}, lambda: phones) == Pick(serial="b3")
    with pytest.raises(PickError, match=r"fits 2 phones \(a1, a2\)"):
        pick(["a*"], {}, lambda: phones)
    with pytest.raises(PickError, match="fits no attached phone"):
        pick(["c*"], {}, lambda: phones)
