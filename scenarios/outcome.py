"""What became of one scenario in heal or check, where it did not fail."""

from __future__ import annotations

from dataclasses import dataclass

TREATED, SKIPPED, IN_VAIN = "treated", "skipped", "in vain"


@dataclass(frozen=True)
class Outcome:
    """What became of it.

    Attributes:
        how: treated, skipped or in vain.
        reason: the fact, the flag or the failure that decided, in one line.
    """

    how: str
    reason: str
