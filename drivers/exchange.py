"""One message to a phone and its answer: what evidence shows and recordings keep.

Plain data; it must not know who listens.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exchange:
    """One message to the phone and its answer.

    Attributes:
        kind: shell, agent or link.
        request: the command, the agent's method with its arguments, or what the ladder tried.
        answer: all that came back; of a command, its standard output.
        error: a command's standard error; of anything else, why no answer came.
        exit_code: of a command that was answered, None for everything else.
        started: monotonic seconds.
        elapsed_s: seconds from sending to the answer's end: all of it.
        waited_s: of these, seconds in which this computer did nothing but wait.
        wire_s: the shortest wait there ever was on this channel: what the way there and back
            takes when the phone answers at once. 0.0 where nothing was waited for.
    """

    kind: str
    request: str
    answer: str
    error: str
    exit_code: int | None
    started: float
    elapsed_s: float
    waited_s: float = 0.0
    wire_s: float = 0.0

    @property
    def computer_s(self) -> float:
        """Seconds spent on this computer, by us and by the libraries."""
        return max(0.0, self.elapsed_s - self.waited_s)

    @property
    def phone_s(self) -> float:
        """Seconds that the phone took to find the answer."""
        return max(0.0, self.waited_s - self.wire_s)
