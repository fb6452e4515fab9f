"""The counter over a run as a picture: items left, and when something was done about them.

Plain data in, SVG out, without a script and readable in the dark. It must not know phones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 12, 32


@dataclass(frozen=True)
class Reading:
    """The counter at one moment.

    Attributes:
        at_s: seconds since the run began.
        left: items left.
    """

    at_s: float
    left: int


@dataclass(frozen=True)
class Deed:
    """Something that was done to the phone.

    Attributes:
        from_s: seconds since the run began.
        to_s: when it was done.
        number: what it is called in the picture.
        title: what it was, for who points at it.
        is_in_vain: whether it was put back.
    """

    from_s: float
    to_s: float
    number: int
    title: str
    is_in_vain: bool = False


def chart(readings: Sequence[Reading], deeds: Sequence[Deed] = ()) -> str:
    """Draws the counter as steps, and each deed as a band behind it.

    Args:
        readings: in order; the counter stands between two of them.
        deeds: in order.

    Returns:
        An `<svg>` element; empty where there are fewer than two readings.
    """
    if len(readings) < 2:
        return ""
    last_s = max(readings[-1].at_s, *(deed.to_s for deed in deeds), 1.0)
    most = max(reading.left for reading in readings)
    least = min(reading.left for reading in readings)
    # A counter that never moved is a line in the middle.
    low, high = (least, most) if most > least else (least - 1, most + 1)

    def across(at_s: float) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * at_s / last_s, 1)

    def down(left: int) -> float:
        share = (high - left) / (high - low)
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * share, 1)

    floor = HEIGHT - _BOTTOM
    bands = "".join(
        f'<g class="deed{" vain" if deed.is_in_vain else ""}">'
        f"<title>{deed.number}: {escape(deed.title)}</title>"
        f'<rect x="{across(deed.from_s)}" y="{_TOP}" height="{floor - _TOP}" '
        f'width="{max(2.0, across(deed.to_s) - across(deed.from_s)):.1f}"/>'
        f'<text x="{across(deed.from_s)}" y="{floor - 6}">{deed.number}</text></g>'
        for deed in deeds
    )
    steps = [f"M{across(readings[0].at_s)} {down(readings[0].left)}"]
    steps += [f"H{across(reading.at_s)} V{down(reading.left)}" for reading in readings[1:]]
    marks = "".join(
        f'<text class="scale" x="{_LEFT - 8}" y="{down(left) + 4}" text-anchor="end">{left:,}'
        "</text>"
        f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{down(left)}" y2="{down(left)}"/>'
        for left in dict.fromkeys((most, least))
    )
    times = "".join(
        f'<text class="scale" x="{across(at_s)}" y="{HEIGHT - 10}" text-anchor="{anchor}">'
        f"{_clock(at_s)}</text>"
        for at_s, anchor in ((0.0, "start"), (last_s / 2, "middle"), (last_s, "end"))
    )
    described = f"{readings[0].left:,} items left at first, {readings[-1].left:,} in the end"
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{described}">'
        f'{marks}{bands}<path d="{" ".join(steps)}"/>{times}</svg>'
    )


def _clock(seconds: float) -> str:
    """Seconds as a person reads them on a line: `14 s`, `2:30 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d} min"
