"""What became of one scenario, where it did not fail."""

from __future__ import annotations

from dataclasses import dataclass

PROVEN, TREATED, SKIPPED, IN_VAIN = "proven", "treated", "skipped", "in vain"
# How a fix that was in vain ended, as it is told.
PUT_BACK, IS_OVER, FOR_GOOD, NOT_DONE = (
    "put back, in vain",
    "done, in vain",
    "in vain, and not to be put back",
    "could not be done",
)


@dataclass(frozen=True)
class Outcome:
    """What became of it.

    Attributes:
        how: proven (regress), treated or in vain (heal), skipped.
        reason: the fact, the flag or the failure that decided, in one line; empty for a proof.
        fate: of a fix in vain: put back, over, not to be put back, or not done at all; else empty.
    """

    how: str
    reason: str = ""
    fate: str = ""

    @property
    def is_skipped(self) -> bool:
        """Whether nothing was done."""
        return self.how == SKIPPED

    @property
    def is_in_vain(self) -> bool:
        """Whether what was done did not help, or could not be done."""
        return self.how == IN_VAIN
