"""One page about one phone: what was found, what was done, how the counter stood, the verdict.

It is one file without a script or anything from elsewhere, so that it can be mailed as it is.
Plain data in, HTML out; it must not know phones.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, cast

from reports.chart import Deed, Reading, chart

_WORDS = {"moving": "well", "done": "well", "slow": "", "off": "held", "stuck": "held"}
_STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --dim: #6b6b70; --line: #d9d9de; --well: #157347;
  --held: #b3261e; --deed: #2b6cb0; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececee; --dim: #a0a0a6; --line: #3a3a3e;
  --well: #63c78f; --held: #ff8a80; --deed: #7fb2e5; --paper: #17171a; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; line-height: 1.3; padding-left: .8rem;
  border-left: .4rem solid var(--dim); }
h1.well { border-color: var(--well); } h1.held { border-color: var(--held); }
h2 { font-size: 1.05rem; margin-top: 2rem; }
p.dim, td.dim, figcaption { color: var(--dim); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
  border-top: 1px solid var(--line); }
th { font-weight: 600; } td.number { color: var(--deed); white-space: nowrap; }
.well { color: var(--well); } .held { color: var(--held); } h1.well, h1.held { color: inherit; }
figure { display: inline-block; margin: 0 1rem 1rem 0; }
figure img { max-width: 16rem; border: 1px solid var(--line); }
svg.chart { width: 100%; height: auto; }
svg.chart path { fill: none; stroke: var(--ink); stroke-width: 2; }
svg.chart line { stroke: var(--line); }
svg.chart text { font-size: 12px; fill: var(--deed); } svg.chart text.scale { fill: var(--dim); }
svg.chart rect { fill: var(--deed); opacity: .25; } svg.chart .vain rect { fill: var(--dim); }
"""


@dataclass(frozen=True)
class _Row:
    """A line of what was done.

    Attributes:
        at_s: seconds since the run began.
        number: of what changed something; 0 for a look.
        title: what it was.
        what: the steps of it, or what the counter showed.
        outcome: what it came to.
        tone: well, held or nothing.
    """

    at_s: float
    number: int
    title: str
    what: str
    outcome: str
    tone: str


@dataclass
class Page:
    """Hears the events of a run, then is written.

    Attributes:
        phone: which one, in a line; empty until it is known.
    """

    phone: str = ""
    _began: tuple[float, str, str] = (0.0, "", "")
    _steps: list[str] = field(default_factory=list)
    _shown: list[str] = field(default_factory=list)
    _rows: list[_Row] = field(default_factory=list)
    _readings: list[Reading] = field(default_factory=list)
    _deeds: list[Deed] = field(default_factory=list)
    _causes: list[Mapping[str, Any]] = field(default_factory=list)
    _plan: Mapping[str, Any] = field(default_factory=dict)
    _notes: list[str] = field(default_factory=list)
    _pictures: list[tuple[str, bytes]] = field(default_factory=list)

    def hear(self, event: Mapping[str, Any]) -> None:
        """Takes one event; times in it are seconds since the run began, at `at`."""
        kind = event["event"]
        if kind == "phase began":
            self._began = (event["at"], event["name"], event["title"])
            self._steps, self._shown = [], []
        elif kind == "step began":
            self._steps.append(event["title"])
        elif kind == "counter":
            self._read(event)
        elif kind == "phase ended":
            self._end(event)
        elif kind == "diagnosed":
            self._causes.extend(cast("Sequence[Mapping[str, Any]]", event["causes"]))
        elif kind == "planned":
            self._plan = event
        elif kind == "captured" and event["screenshot"]:
            self._pictures.append((event["title"], event["screenshot"]))
        elif kind == "note":
            if self.phone:
                self._notes.append(event["text"])
            else:  # the first thing that is said of a run is which phone it has
                self.phone = event["text"]

    def _read(self, event: Mapping[str, Any]) -> None:
        if self._shown[-1:] != [event["shown"]]:
            self._shown.append(event["shown"])
        done, total, left = event["done"], event["total"], event["left"]
        if left is None and done is not None and total is not None:
            left = max(0, total - done)
        if left is not None:
            self._readings.append(Reading(event["at"], left))

    def _end(self, event: Mapping[str, Any]) -> None:
        at_s, name, title = self._began
        if self._shown and self._readings:
            # It stood until then: a counter is told only where it has changed.
            self._readings.append(Reading(event["at"], self._readings[-1].left))
        problem, found = event.get("problem", ""), event.get("found", "")
        number = 0
        if self._steps and name == "fix":
            number = len(self._deeds) + 1
            self._deeds.append(Deed(at_s, event["at"], number, title, bool(problem)))
        ends = " → ".join(dict.fromkeys([*self._shown[:1], *self._shown[-1:]]))
        outcome = problem or " ".join(filter(None, (found, event.get("because", "")))) or "done"
        tone = "held" if problem else _WORDS.get(found, "")
        if event.get("is_cut"):
            outcome, tone = "cut off", ""
        what = "; ".join(self._steps) or ends
        self._rows.append(_Row(at_s, number, title, what, outcome, tone))

    def was_in_vain(self, reason: str) -> None:
        """Takes in that the last deed did not help; what came of it is told below it."""
        if not self._deeds:
            return
        last = self._deeds[-1]
        self._deeds[-1] = replace(last, is_in_vain=True)
        for place, row in enumerate(self._rows):
            if row.number == last.number:
                self._rows[place] = replace(row, outcome=f"in vain: {reason}", tone="held")

    def html(self, verdict: str, *, is_well: bool, standing: Sequence[str] = ()) -> str:
        """The page.

        Args:
            verdict: the run's last word, its first line the sentence itself.
            is_well: whether the sentence is good news.
            standing: what stands changed on the phone, a line each.
        """
        sentence, *notes = verdict.splitlines() or [""]
        title = escape(sentence or "Nothing was judged")
        return "\n".join(
            [
                '<!doctype html><html lang="en"><head><meta charset="utf-8">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                f"<title>{title}</title><style>{_STYLE}</style></head><body>",
                f'<p class="dim">{escape(self.phone)}</p>',
                f'<h1 class="{"well" if is_well else "held"}">{title}</h1>',
                *(f"<p>{escape(note.strip())}</p>" for note in notes),
                *_left_changed(standing),
                *self._charted(),
                *self._found(),
                *self._planned(),
                *self._done(),
                *self._seen(),
                "</body></html>\n",
            ]
        )

    def _charted(self) -> Iterator[str]:
        if picture := chart(self._readings, self._deeds):
            yield "<h2>Items left</h2>"
            yield picture

    def _found(self) -> Iterator[str]:
        if not self._causes:
            return
        yield "<h2>What was found</h2><table><tr><th>found<th>means<th>to be done<th>risks</tr>"
        for cause in self._causes:
            deeds = "; ".join(cause["deeds"]) or "nothing"
            plan = f"{deeds} ({cause['refusal']})" if cause["refusal"] else deeds
            cells = (cause["found"], cause["means"], plan, cause["price"])
            yield f"<tr>{''.join(f'<td>{escape(cell)}' for cell in cells)}</tr>"
        yield "</table>"

    def _planned(self) -> Iterator[str]:
        parts = (
            ("What heal would do, in this order", "steps"),
            ("If that does not help, one by one", "guesses"),
            ("In the end", "last"),
        )
        for heading, key in parts if self._plan else ():
            steps = cast("Sequence[Mapping[str, Any]]", self._plan[key])
            if not steps:
                continue
            yield f"<h2>{heading}</h2><table><tr><th>what<th>sends<th>risks</tr>"
            for step in steps:
                sends = "<br>".join(escape(line) for line in step["sends"])
                yield f"<tr><td>{escape(step['title'])}<td>{sends}<td>{escape(step['price'])}</tr>"
            yield "</table>"

    def _done(self) -> Iterator[str]:
        if not self._rows:
            return
        yield "<h2>What was done</h2><table><tr><th>at<th>what<th>seen or sent<th>came to</tr>"
        for row in self._rows:
            number = f"{row.number}: " if row.number else ""
            yield (
                f'<tr><td class="number">{row.at_s:.0f} s<td>{escape(number + row.title)}'
                f"<td>{escape(row.what)}"
                f'<td class="{row.tone}">{escape(row.outcome)}</tr>'
            )
        yield "</table>"
        for note in self._notes:
            yield f'<p class="dim">{escape(note)}</p>'

    def _seen(self) -> Iterator[str]:
        if not self._pictures:
            return
        yield "<h2>What the phone showed</h2>"
        for title, picture in self._pictures:
            data = base64.b64encode(picture).decode()
            yield (
                f'<figure><img alt="{escape(title)}" src="data:image/jpeg;base64,{data}">'
                f"<figcaption>{escape(title)}</figcaption></figure>"
            )


def _left_changed(standing: Sequence[str]) -> Iterator[str]:
    if standing:
        lines = "".join(f"<li>{escape(line)}</li>" for line in standing)
        yield f"<h2>What stands changed on the phone</h2><ul>{lines}</ul>"
        way = "takes back what can be, with this phone plugged in."
        yield f"<p><code>pytest --restore-only</code> {way}</p>"
