"""A text that must not be shown: it comes from the environment only and prints as stars."""

from __future__ import annotations

from dataclasses import dataclass, field

MASK = "***"


@dataclass(frozen=True)
class Secret:
    """A secret's text behind a wall that printing, formatting and logging do not pass.

    Attributes:
        name: the environment variable that it came from, which may be shown.
    """

    name: str
    _text: str = field(repr=False)

    def reveal(self) -> str:
        """The text itself: for the one call that needs it, never for a message."""
        return self._text

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({self.name})"

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)
