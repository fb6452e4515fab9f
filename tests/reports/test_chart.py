"""The picture of a counter shows where it stood and when something was done."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from reports.chart import HEIGHT, WIDTH, Deed, Reading, chart

READINGS = st.lists(
    st.builds(Reading, st.floats(0, 1e6), st.integers(0, 10**7)), min_size=2, max_size=30
).map(lambda readings: sorted(readings, key=lambda reading: reading.at_s))


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def test_it_goes_down_in_steps_as_the_items_do() -> None:
    svg = drawn(chart([Reading(0, 40), Reading(10, 40), Reading(20, 39), Reading(30, 30)]))
    words = svg.find("path").get("d").split()
    downs = [float(word[1:]) for word in words if word.startswith("V")]
    assert downs == sorted(downs)
    assert downs[0] < downs[1] < downs[2]


def test_a_deed_stands_where_it_was_done() -> None:
    deed = Deed(10, 20, 1, "Battery saver <pauses> it", is_in_vain=True)
    svg = drawn(chart([Reading(0, 40), Reading(40, 30)], [deed]))
    [band] = svg.findall("g")
    assert band.find("title").text == "1: Battery saver <pauses> it"
    begin, wide = (float(band.find("rect").get(name)) for name in ("x", "width"))
    line = [float(word[1:]) for word in svg.find("path").get("d").split() if word[0] == "H"]
    assert begin + wide < line[0] - 1  # it was over before the counter moved
    assert band.get("class") == "deed vain"


def test_one_reading_is_no_picture() -> None:
    assert chart([Reading(0, 40)]) == ""


@given(READINGS)
def test_whatever_was_read_lies_within_the_picture(readings: list[Reading]) -> None:
    svg = drawn(chart(readings))
    for word in svg.find("path").get("d").replace("M", "H", 1).split():
        far = float(word.lstrip("HV"))
        assert 0 <= far <= (WIDTH if word[0] == "H" else HEIGHT)
