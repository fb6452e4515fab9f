"""Numbers in the words that Photos shows, and what they say about progress.

A count is whole; it may be grouped by commas, points, blanks, apostrophes or the Arabic marks, in
threes or as in India, in digits of any script. What is not whole (`124.88`) never counts items.
This module must not know languages: it turns numbers into places, the lexicon gives them roles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# What a number leaves behind in its text, and what a number that counts nothing leaves.
PLACE = "#"
FRACTION = "#.#"

_RUN = re.compile(r"\d(?:[\d.,'٬٫، ]*\d)?")
_GROUPED = re.compile(r"(?:\d{1,3}(?:([.,'٬، ])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})*,\d{3})\Z")


@dataclass(frozen=True)
class Counter:
    """How far a backup is; what was not shown is None, never calculated.

    Attributes:
        done: items backed up, or the number of the item under way ("1 of 40").
        total: items in this round.
        left: items still to be backed up.
    """

    done: int | None = None
    total: int | None = None
    left: int | None = None

    def __bool__(self) -> bool:
        return any(n is not None for n in (self.done, self.total, self.left))

    def __str__(self) -> str:
        if self.done is not None and self.total is not None:
            return f"{self.done} of {self.total}"
        if self.left is not None:
            return f"{self.left} left"
        return "no counter" if not self else f"{self.done or self.total} items"

    def as_value(self) -> Mapping[str, int]:
        """The value of the fact `photos.counter`: what is known, by name."""
        named = {"done": self.done, "total": self.total, "left": self.left}
        return {name: number for name, number in named.items() if number is not None}


def advance(before: Counter, after: Counter) -> int | None:
    """Items that were certainly backed up between two readings.

    New photographs raise `total` and `left`, so a rise of `left` hides progress and says nothing;
    `done` begins anew with each round, so a fall of it says nothing either.

    Returns:
        Items, 0 or more; None where the readings have nothing in common to compare.

    >>> advance(Counter(done=1, total=40), Counter(done=4, total=40))
    3
    >>> advance(Counter(left=12), Counter(left=9))
    3
    """
    steps = []
    if before.done is not None and after.done is not None:
        steps.append(after.done - before.done)
    if before.left is not None and after.left is not None:
        steps.append(before.left - after.left)
    return max(0, *steps) if steps else None


def take_numbers(text: str) -> tuple[str, tuple[int, ...]]:
    """Takes the counts out of a text.

    Args:
        text: reduced by `wording.plain`, so that all digits are ASCII.

    Returns:
        The text with `#` in each count's place (`#.#` where a number counts nothing), and the
        counts in order.

    >>> take_numbers("backing up 1 of 1,234 photos")
    ('backing up # of # photos', (1, 1234))
    """
    numbers: list[int] = []

    def place(run: re.Match[str]) -> str:
        if (number := _whole(run[0])) is not None:
            numbers.append(number)
            return PLACE
        # "5 10" is two numbers, "1 234" is one: blanks join only where the groups are right.
        return " ".join(place_one(part) for part in run[0].split(" ") if part)

    def place_one(part: str) -> str:
        if (number := _whole(part)) is None:
            return FRACTION
        numbers.append(number)
        return PLACE

    return _RUN.sub(place, text), tuple(numbers)


def _whole(text: str) -> int | None:
    if text.isdecimal() or _GROUPED.match(text):
        return int(re.sub(r"\D", "", text))
    return None
