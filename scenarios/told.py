"""A verdict as it is told: one sentence, and below it what a person may do and want to know.

It must not know phones or pytest: words in, lines out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """What a run came to.

    Attributes:
        sentence: one, with its period; whoever reads a single line reads this one.
        notes: what belongs to it, each a label and a clause; empty clauses are left out.
    """

    sentence: str
    notes: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """The sentence, then a line for each note.

        >>> print(Told("The backup is stuck.", (("next", "charge the phone"), ("tried", ""))))
        The backup is stuck.
          next: charge the phone
        """
        lines = (f"  {label}: {clause}" for label, clause in self.notes if clause)
        return "\n".join([self.sentence, *lines])
