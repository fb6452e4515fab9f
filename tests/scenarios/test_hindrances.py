"""What is not curable from here, by what the phone shows and Photos says."""

from __future__ import annotations

import pytest

from scenarios.hindrances import hindrance

FREE_WIFI = {"network.validated": True, "network.metered": False}


def test_words_that_the_network_contradicts_are_no_want_of_one() -> None:
    assert hindrance(FREE_WIFI, "waiting_wifi") is None


@pytest.mark.parametrize(
    "facts",
    [{**FREE_WIFI, "network.metered": True}, {**FREE_WIFI, "network.validated": False}, {}],
)
def test_a_network_that_photos_may_not_use_is_as_good_as_none(facts) -> None:
    held = hindrance(facts, "waiting_wifi")
    assert held is not None
    assert held.says == "no network that Photos may use is in reach"
