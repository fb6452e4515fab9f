"""Asking again and again, ever more slowly, for what a phone offers no event for."""

from __future__ import annotations

import time
from collections.abc import Iterator

# The first look comes at once, the later ones ever more slowly.
_FIRST_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 1.0


def pauses(timeout_s: float, *, longest_s: float = _LONGEST_PAUSE_S) -> Iterator[None]:
    """Yields for each look there is to be: one at once, one when the time is up, others between.

    Args:
        timeout_s: seconds for all of it; a look that takes longer is the last one.
        longest_s: the longest pause between two looks, in seconds; the first ones are shorter.
    """
    deadline = time.monotonic() + timeout_s
    pause_s = min(_FIRST_PAUSE_S, longest_s)
    while True:
        yield
        remaining_s = deadline - time.monotonic()
        if remaining_s <= 0:
            return
        time.sleep(min(pause_s, remaining_s))
        pause_s = min(2 * pause_s, longest_s)
