"""Where the time to a verdict goes: the phone, the patience, ourselves.

Ours is the processor time of the thread that heals.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.ailments import Ailment
from benchmarks.healing import heal
from drivers.vocabulary import Risk
from scenarios.events import CounterRead, Event, PhaseBegan, PhaseEnded
from scenarios.model import Scenario

_LOOKS = {"baseline", "watch"}


@dataclass(frozen=True)
class Shares:
    """One healing's time.

    Attributes:
        ailment: what the phone had.
        sentence: the verdict.
        took_s: seconds from the first look to the verdict.
        patience_s: of these, waiting whether the counter moves.
        computer_s: of these, this computer computing.
    """

    ailment: Ailment
    sentence: str
    took_s: float
    patience_s: float
    computer_s: float

    @property
    def phone_s(self) -> float:
        """What is left: the phone and the way to it."""
        return max(0.0, self.took_s - self.patience_s - self.computer_s)


class _Patience:
    """Sums up how long counters were watched."""

    def __init__(self) -> None:
        self.spent_s = 0.0
        self._since: float | None = None
        self._is_look = False

    def hear(self, event: Event) -> None:
        if isinstance(event, PhaseBegan):
            self._is_look, self._since = event.name in _LOOKS, None
        elif isinstance(event, CounterRead) and self._is_look and self._since is None:
            # The first reading: what came before it was the phone bringing Photos to the front.
            self._since = time.monotonic()
        elif isinstance(event, PhaseEnded) and self._since is not None:
            self.spent_s += time.monotonic() - self._since
            self._since = None


def shares(ailment: Ailment, scenarios: Sequence[Scenario], *, latency: str) -> Shares:
    """Heals one phone with one ailment, and says where the time went.

    Args:
        ailment: what it is given.
        scenarios: in heal's order.
        latency: of `virtual-phone`: how far away the phone is.
    """
    patience = _Patience()
    began = time.thread_time()
    healing = heal(
        [ailment], scenarios, risk=Risk.DISRUPTIVE, latency=latency, listener=patience.hear
    )
    computer_s = time.thread_time() - began
    return Shares(ailment, healing.sentence, healing.took_s, patience.spent_s, computer_s)
