"""A run as lines for a person: which phone, what is wrong, what is done, `1 of 40 -> 4 of 40`.

Plain data in, text out; readable without color and at 80 columns. It must not know phones.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

_WIDTH = 80
_NAME_WIDTH = 13
_BAR_WIDTH = 20


@dataclass
class Lines:
    """Turns events into lines, one for each phase, as it ends.

    Attributes:
        steps: titles of the phase's steps so far.
        counters: what the counter showed in this phase, in order, each once in a row.
    """

    steps: list[str] = field(default_factory=list)
    counters: list[str] = field(default_factory=list)

    def hear(self, event: Mapping[str, object]) -> str:
        """Takes one event; returns the line that is due now, empty for most."""
        kind = event["event"]
        if kind == "phase began":
            self.steps.clear()
            self.counters.clear()
        elif kind == "step began":
            self.steps.append(str(event["title"]))
        elif kind == "counter":
            shown = str(event["shown"])
            if self.counters[-1:] != [shown]:
                self.counters.append(shown)
        elif kind == "phase ended":
            return self._line(str(event["name"]), str(event.get("problem", "")))
        elif kind == "diagnosed":
            return "\n".join(diagnosis_lines(event))
        return ""

    def _line(self, name: str, problem: str) -> str:
        parts = ["; ".join(self.steps)] if self.steps else []
        if self.counters:
            ends = dict.fromkeys([self.counters[0], self.counters[-1]])
            parts.append(" -> ".join(ends))
        mark = "no" if problem else "ok"
        return shorten(f"  {mark} {name:<{_NAME_WIDTH}} {' | '.join(parts)}".rstrip())


def diagnosis_lines(event: Mapping[str, object]) -> Iterator[str]:
    """A diagnosis as a table for a person: a cause a block, four rows, none wider than 80.

    Args:
        event: `causes`, each with found, means, deeds, price and refusal, and `rest`.
    """
    causes = cast("Sequence[Mapping[str, Any]]", event["causes"])
    yield "  what was found" if causes else "  nothing that can be read holds it up"
    for number, cause in enumerate(causes, 1):
        done = "; ".join(cause["deeds"]) or "nothing"
        deed = f"{done} ({cause['refusal']})" if cause["refusal"] else done
        rows = {
            "found": cause["found"],
            "means": cause["means"],
            "will do": deed,
            "risks": cause["price"],
        }
        for name, text in rows.items():
            head = f"  {number if name == 'found' else '':>2} {name:<8} "
            yield from textwrap.wrap(
                text, _WIDTH, initial_indent=head, subsequent_indent=" " * len(head)
            )
    for line in cast("Sequence[str]", event["rest"]):
        yield from textwrap.wrap(line, _WIDTH, initial_indent="     ", subsequent_indent="     ")


def waiting_line(elapsed_s: float, patience_s: float, shown: str) -> str:
    """How far a wait is: a bar, the seconds, and the counter as it stands.

    >>> waiting_line(30, 120, "39 left")
    '  .. [#####---------------]  30 of 120 s  39 left'
    """
    done = min(_BAR_WIDTH, int(_BAR_WIDTH * elapsed_s / max(patience_s, 1e-9)))
    bar = "#" * done + "-" * (_BAR_WIDTH - done)
    return shorten(f"  .. [{bar}] {elapsed_s:3.0f} of {patience_s:.0f} s  {shown}")


def shorten(line: str) -> str:
    """Cuts a line to the width of a terminal, with an ellipsis where something is cut."""
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
