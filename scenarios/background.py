"""Photos left alone: does it go on backing up when it is no longer in front?

What binds in the background only cannot be seen at the counter, since looking at it brings Photos
to the front. The witnesses that need no screen are asked instead.
"""

from __future__ import annotations

import time

from drivers.errors import StablePhoneError
from drivers.photos.judgment import CHATTER_BYTES, judge
from drivers.photos.witnesses import ask_witnesses
from scenarios.events import Waiting
from scenarios.sentences import rate
from scenarios.steps import Bench

_LOOKS = 10


def judged_in_background(bench: Bench) -> str | None:
    """Leaves Photos by HOME and listens for one patience.

    Returns:
        What was heard of it going on, a clause; None where nothing was.

    Raises:
        PhoneLostError: the phone went away.
    """
    phone = bench.phone
    try:
        phone.key("home")
    except StablePhoneError:
        return None  # some vendors' phones take no keys from adb: nothing can be heard so
    before = ask_witnesses(phone, screen=False)
    began = time.monotonic()
    for _ in range(_LOOKS):
        # Android tells nobody on the cable what an app sends or notifies of: it has to be asked.
        # Evenly, and as often where asking is slow: what ends at a deadline would hear less then.
        time.sleep(bench.patience_s / _LOOKS)
        elapsed_s = time.monotonic() - began
        bench.announce(Waiting(elapsed_s, bench.patience_s, "Photos left by HOME"))
        heard = judge(before, ask_witnesses(phone, screen=False))
        if heard.advanced:
            return f"its notification went on by {heard.advanced} with Photos left by HOME"
        if heard.bytes_sent is not None and heard.bytes_sent >= CHATTER_BYTES:
            return f"it sent {rate(heard.bytes_sent, elapsed_s)}, with Photos left by HOME"
    return None
