"""A run as lines for a person: which phone, what is wrong, what is done, `1 of 40 -> 4 of 40`.

Plain data in, text out; readable without color and at 80 columns. It must not know phones.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

WIDTH = 80
_NAME_WIDTH = 13
_BAR_WIDTH = 10
# The phase whose end is a table, told before it.
_TABLE = "diagnosis"
# A wait is shown from its second second on, on a terminal twice a second, else every ten.
_SILENT_S = 1.0
_LIVE_EVERY_S = 0.5
_LINE_EVERY_S = 10.0
# A watch tells how far it is at each look; one that tells nothing for so long does something else.
_BETWEEN_LOOKS_S = 3.0
# What a look may come to that is good news.
_WELL = {"moving", "done"}


@dataclass
class Lines:
    """Turns events into lines, one for each phase, as it ends.

    Attributes:
        is_healing: whether phases are told by their titles, each above what came of it, as a
            person follows a healing; else in one line that begins with the phase's name.
        is_brief: whether of a diagnosis only what was found is told.
        steps: titles of the phase's steps so far.
        counters: what the counter showed in this phase, in order, each once in a row.
        title: the last one that was told.
    """

    is_healing: bool = False
    is_brief: bool = False
    steps: list[str] = field(default_factory=list)
    counters: list[str] = field(default_factory=list)
    title: str = ""

    def hear(self, event: Mapping[str, object]) -> str:
        """Takes one event; returns the line that is due now, empty for most."""
        kind = event["event"]
        if kind == "phase began":
            self.steps.clear()
            self.counters.clear()
            return self._heading(str(event["title"]))
        if kind == "step began":
            self.steps.append(str(event["title"]))
        elif kind == "counter":
            shown = str(event["shown"])
            if self.counters[-1:] != [shown]:
                self.counters.append(shown)
        elif kind == "phase ended":
            return self._line(event)
        elif kind == "diagnosed":
            # What comes next is a chapter of its own, also where it has the title of before.
            self.title = ""
            return "\n".join(diagnosis_lines(event, is_brief=self.is_brief))
        elif kind == "planned" and not self.is_brief:
            return "\n".join(plan_lines(event))
        return ""

    def _heading(self, title: str) -> str:
        if not self.is_healing or title == self.title:
            return ""
        self.title = title
        return title

    def _line(self, event: Mapping[str, object]) -> str:
        if event["name"] == _TABLE and not event.get("is_cut"):
            return ""
        parts = ["; ".join(self.steps)] if self.steps else []
        found = str(event.get("found", ""))
        if because := str(event.get("because", "")):
            parts.append(f"{found}: {because}")
        elif self.counters:
            ends = " -> ".join(dict.fromkeys([self.counters[0], self.counters[-1]]))
            parts.append(f"{ends}: {found}" if found not in {"", ends} else ends)
        mark = "no" if event.get("problem") else "ok" if not found or found in _WELL else "--"
        if event.get("is_cut"):
            mark = "--"
            parts.append("cut off")
        told = " | ".join(parts)
        if self.is_healing:
            if mark == "no" and not told:
                return ""  # not even begun: what comes below says why
            return "\n".join(wrapped(told, f"  {mark} ")) if told else f"  {mark}"
        return shorten(f"  {mark} {event['name']!s:<{_NAME_WIDTH}} {told}".rstrip())


def diagnosis_lines(event: Mapping[str, object], *, is_brief: bool = False) -> Iterator[str]:
    """A diagnosis as a table for a person: a cause a block, none of its rows wider than 80.

    Args:
        event: `causes`, each with found, means, deeds, price and refusal, `has_plan` and `rest`.
        is_brief: whether what was found is told alone.
    """
    causes = cast("Sequence[Mapping[str, Any]]", event["causes"])
    has_plan = bool(event.get("has_plan"))
    if not causes:
        yield "     nothing that can be read holds it up"
    for number, cause in enumerate(causes, 1):
        yield from _block(number, _rows(cause, is_brief, has_plan))
    if not is_brief:
        for line in cast("Sequence[str]", event["rest"]):
            yield from wrapped(line, "     ")


def _rows(cause: Mapping[str, Any], is_brief: bool, has_plan: bool) -> Iterator[tuple[str, str]]:
    yield "found", cause["found"]
    if is_brief:
        return
    yield "means", cause["means"]
    if has_plan and cause["deeds"]:
        return
    refusal = cause["refusal"] or ("" if cause["deeds"] else "this is yours to do")
    done = "; ".join(cause["deeds"]) or "nothing"
    yield "will do", f"{done} ({refusal})" if refusal else done
    if cause["price"]:
        yield "risks", cause["price"]


def plan_lines(event: Mapping[str, object]) -> Iterator[str]:
    """What heal would do, step by step and numbered through, none of the lines wider than 80.

    Args:
        event: `steps`, `guesses` and `last`, each of them with kind, title, sends and price, and
            `rest`.
    """
    numbers = count(1)
    for heading, key in (
        ("what heal would do, in this order; what stands in <> the phone says by then", "steps"),
        ("if that does not help: one by one, each put back unless it moves then", "guesses"),
        ("in the end", "last"),
    ):
        steps = cast("Sequence[Mapping[str, Any]]", event[key])
        if steps:
            yield heading
        for step in steps:
            rows = [(step["kind"], step["title"]), *(("sends", line) for line in step["sends"])]
            rows += [("risks", step["price"])] if step["price"] else []
            yield from _block(next(numbers), rows)
    if rest := cast("Sequence[str]", event["rest"]):
        yield "what it would leave alone"
        for line in rest:
            yield from wrapped(line, "     ")


def _block(number: int, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Rows of a name and a text, the first of them numbered."""
    for place, (name, text) in enumerate(rows):
        yield from wrapped(text, f"  {'' if place else number:>2} {name:<8} ")


def wrapped(text: str, head: str = "", width: int = WIDTH) -> list[str]:
    """A text in lines of a terminal's width, those after the first indented as far as `head`."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
        break_long_words=False,
    )


@dataclass
class Progress:
    """How far a wait is: the patience, the counter, how fast it goes.

    Attributes:
        most: the most items that were left in this run; what the counter's bar is a part of.
        left: items left now; None where the phone does not say.
        says: what Photos says, in words.
    """

    most: int = 0
    left: int | None = None
    says: str = ""
    _first: int | None = None

    def hear(self, event: Mapping[str, object]) -> None:
        """Takes in a phase's beginning and a counter's reading; anything else is not for it."""
        if event["event"] == "phase began":
            self._first = self.left = None
        elif event["event"] == "counter":
            done, total, left = (cast("int | None", event[k]) for k in ("done", "total", "left"))
            if left is None and done is not None and total is not None:
                left = max(0, total - done)
            self.says, self.left = str(event["says"]), left
            if left is not None:
                self.most = max(self.most, left)
                self._first = left if self._first is None else self._first

    def line(self, elapsed_s: float, patience_s: float | None, shown: str) -> str:
        """One line, no wider than 80.

        Args:
            elapsed_s: seconds waited.
            patience_s: seconds after which it ends; None where nobody knows.
            shown: the counter in a few characters, or how far else it is.
        """
        if patience_s is None:
            return _open_end(elapsed_s, shown)
        told = [f"  .. {_bar(elapsed_s / max(patience_s, 1e-9))}"]
        told.append(f"{elapsed_s:3.0f} of {patience_s:.0f} s  {shown}")
        if self.left is not None and self.most:
            told.append(_bar(1 - self.left / self.most))
            if self._first is not None and elapsed_s > 0:
                told.append(f"{max(0, self._first - self.left) / elapsed_s:.2g}/s")
        if self.says not in {"", shown}:
            told.append(f" {self.says}")
        return shorten(" ".join(told))


@dataclass
class Pace:
    """When a person is to see that something goes on: from its second second on, and not too often.

    Times are in seconds of one monotonic clock.

    Attributes:
        is_live: whether a line is written over, and so may come twice a second; else every ten.
        doing: what takes its time, in a few words; empty where whatever comes next will say it.
        since: when that began.
    """

    is_live: bool = False
    doing: str = ""
    since: float = 0.0
    _shown_at: float = -_LINE_EVERY_S
    _looked_at: float = -_LINE_EVERY_S

    def turn_to(self, doing: str, now: float) -> None:
        """Something else begins."""
        self.doing, self.since = doing, now

    def is_due(self, elapsed_s: float, now: float) -> bool:
        """Whether how far a watch is, which has taken `elapsed_s`, is to be shown now."""
        self._looked_at = now
        return self._may_show(elapsed_s, now)

    def busy_line(self, now: float) -> str:
        """That something goes on, where nobody knows how long it takes; empty where none is due."""
        if not self.doing or now - self._looked_at < _BETWEEN_LOOKS_S:
            return ""
        elapsed_s = now - self.since
        if not self._may_show(elapsed_s, now):
            return ""
        return _open_end(elapsed_s, self.doing)

    def _may_show(self, elapsed_s: float, now: float) -> bool:
        if now - self._shown_at < (_LIVE_EVERY_S if self.is_live else _LINE_EVERY_S):
            return False
        if elapsed_s < (_SILENT_S if self.is_live else _LINE_EVERY_S):
            return False
        self._shown_at = now
        return True


def _open_end(elapsed_s: float, shown: str) -> str:
    return shorten(f"  .. {elapsed_s:3.0f} s  {shown}")


def _bar(share: float) -> str:
    """A part of a whole, from 0 to 1.

    >>> _bar(0.25)
    '[##--------]'
    """
    done = min(_BAR_WIDTH, max(0, int(_BAR_WIDTH * share)))
    return f"[{'#' * done}{'-' * (_BAR_WIDTH - done)}]"


def shorten(line: str) -> str:
    """Cuts a line to the width of a terminal, with an ellipsis where something is cut."""
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
