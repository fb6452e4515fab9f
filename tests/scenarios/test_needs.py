"""Which phones a scenario is for, and what is said to the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.values import Value
from scenarios.model import Scenario
from scenarios.needs import version_is


@pytest.mark.parametrize(
    ("needs", "phone", "root", "reason"),
    [
        ('{android: ">= 13"}', {"phone.android": "14"}, False, None),
        (
            '{android: ">= 13"}',
            {"phone.android": "12"},
            False,
            "needs Android >= 13, and this is 12",
        ),
        (
            '{android: ">= 13"}',
            {"phone.android": "Baklava"},
            False,
            "needs Android >= 13, and this is Baklava",
        ),
        ("{android: 8}", {"phone.android": "8.1.0"}, False, None),
        (
            "{android: 8.1}",
            {"phone.android": "8.0.0"},
            False,
            "needs Android 8.1, and this is 8.0.0",
        ),
        ('{android: "< 9"}', {"phone.android": "8.1.0"}, False, None),
        ("{vendor: [samsung, Xiaomi]}", {"phone.vendor": "xiaomi"}, False, None),
        (
            "{vendor: samsung}",
            {"phone.vendor": "google"},
            False,
            "needs a phone by samsung, and this is by google",
        ),
        ("{root: on}", {}, True, None),
        ("{root: on}", {}, False, "needs root"),
        ("{root: off}", {}, True, "needs a phone without root"),
        ('{phone.sdk: ">= 33"}', {"phone.sdk": 34}, False, None),
        ('{phone.sdk: ">= 33"}', {"phone.sdk": 30}, False, "needs phone.sdk >= 33"),
        ('{phone.sdk: ">= 33"}', {}, False, "needs phone.sdk >= 33"),
    ],
)
def test_why_a_phone_is_not_the_one(
    load_fix: Callable[..., Scenario],
    needs: str,
    phone: dict[str, Value],
    root: bool,
    reason: str | None,
) -> None:
    found = load_fix(more=f"needs: {needs}").needs
    assert found is not None
    assert found.unmet(phone, root=root) == reason


@pytest.mark.parametrize(
    ("needs", "sim", "reason"),
    [
        ("{sim: on}", True, None),
        ("{sim: on}", False, "needs a SIM card"),
        ("{sim: off}", True, "needs a phone without a SIM card"),
    ],
)
def test_a_sim(
    load_fix: Callable[..., Scenario], needs: str, sim: bool, reason: str | None
) -> None:
    found = load_fix(more=f"needs: {needs}").needs
    assert found is not None
    assert found.unmet({}, root=False, sim=sim) == reason


@pytest.mark.parametrize(
    ("release", "comparison", "wanted", "is_so"),
    [
        ("9", "<", (10,), True),
        ("10", "<", (9,), False),
        ("13", "==", (13,), True),
        ("8.1.0", "==", (8, 1), True),
        ("8", ">=", (8, 1), False),
        ("", ">=", (8,), False),
    ],
)
def test_versions_are_numbers(
    release: str, comparison: str, wanted: tuple[int, ...], is_so: bool
) -> None:
    assert version_is(release, comparison, wanted) is is_so
