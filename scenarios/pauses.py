"""Asking again and again, ever more slowly, for what a phone offers no event for."""

from __future__ import annotations

import time
from collections.abc import Iterator

# The first look comes at once, the later ones ever more slowly.
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 1.0


def pauses(timeout_s: float) -> Iterator[None]:
    """Yields again and again until the time is up, pausing longer each time.

    For what a phone offers no event for: a value is asked for until it is there.
    """
    deadline = time.monotonic() + timeout_s
    pause_s = _FIRST_PAUSE_S
    while (remaining := deadline - time.monotonic()) > 0:
        yield
        time.sleep(min(pause_s, remaining))
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
