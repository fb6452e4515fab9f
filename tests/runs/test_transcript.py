"""The README shows a healing as it is: one that is run anew has the same lines."""

from __future__ import annotations

from benchmarks.transcript import in_readme, shape, transcript


def test_the_readme_shows_a_healing_as_it_is_told_today(tmp_path) -> None:
    quick = ("--media", "60", "--rate", "8")
    assert shape(in_readme()) == shape(transcript("2s", tmp_path / "allure", quick))


def test_a_shape_has_no_number_bar_or_waiting_line() -> None:
    text = "  .. [##--]  3 of 120 s  39 left\n=== 2 passed in 31.02s (0:00:31) ===\n"
    text += "phone: 127.0.0.1:5\n  to go: 39 left, about a minute at this rate\n"
    assert shape(text) == [
        "=== # passed in",
        "phone: #",
        "  to go: # left, about # at this rate",
    ]
