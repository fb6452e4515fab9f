"""Where something stands in a file, what is wrong with it there, and how that is shown.

A message names the place as `path:line:column`, shows the line with a caret below it and, where a
name was meant, the nearest one. This module must not know YAML or the vocabulary.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from drivers.errors import ScenarioError
from scenarios.other_words import meant

# As much of a long line as fits a terminal beside its number.
_EXCERPT_WIDTH = 88
_LONGEST_MESSAGE = 400
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Mark:
    """A place in a scenario file.

    Attributes:
        path: the file as it was named.
        line: 1-based line; 0 where the whole file is meant.
        column: 1-based column; 0 where the whole line is meant.
        length: how many characters are meant, at least 1; the caret's width.
    """

    path: str
    line: int = 0
    column: int = 0
    length: int = 1

    def __str__(self) -> str:
        """`path:line:column`, as terminals and editors make a link of it."""
        return ":".join([self.path, *(str(n) for n in (self.line, self.column) if n)])


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in one place.

    Attributes:
        mark: where.
        message: what, what was expected, and what to write instead; one line.
        excerpt: the line with its caret; empty where there is none to show.
    """

    mark: Mark
    message: str
    excerpt: str = ""

    def __str__(self) -> str:
        """The whole message, as a person reads it."""
        return f"{self.mark}: {self.message}" + (f"\n{self.excerpt}" if self.excerpt else "")


class ScenarioProblems(ScenarioError):  # noqa: N818 - it is many errors, and reads so
    """Every problem of every file that was read, sorted by file and line.

    Attributes:
        problems: at least one; the error's own path, line and column are those of the first.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        # Two scenarios that include one broken file say the same thing twice.
        self.problems: tuple[Problem, ...] = tuple(
            sorted(
                dict.fromkeys(problems),
                key=lambda p: (p.mark.path, p.mark.line, p.mark.column, p.message),
            )
        )
        count = len(self.problems)
        summary = f"{count} problems" if count > 1 else "1 problem"
        super().__init__("\n".join([*(str(problem) for problem in self.problems), summary]))
        first = self.problems[0].mark
        self.path, self.line, self.column = first.path, first.line, first.column


def excerpt(lines: Sequence[str], mark: Mark) -> str:
    """Shows the marked line with a caret below it.

    Args:
        lines: the file's lines.
        mark: the place; one without a line, or beyond the file's end, has no excerpt.
    """
    if not 1 <= mark.line <= len(lines):
        return ""
    line = lines[mark.line - 1]
    start = mark.column - 1
    shift = max(0, start - _EXCERPT_WIDTH // 2) if len(line) > _EXCERPT_WIDTH else 0
    shown = _printable(line[shift : shift + _EXCERPT_WIDTH])
    number = f"{mark.line:>5} | "
    if mark.column < 1:
        return number + shown
    before = _columns(line[shift:start])
    under = max(1, _columns(line[start : start + mark.length]))
    under = min(under, max(1, _EXCERPT_WIDTH - before))
    return f"{number}{shown}\n{'| ':>8}{' ' * before}{'^' * under}"


def excerpt_of(mark: Mark) -> str:
    """Shows the marked line of a file that is read now: for failures at run time.

    A file that is gone or changed since it was loaded costs the excerpt, not the report.
    """
    try:
        text = Path(mark.path).read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""
    return excerpt(lines_of(text), mark)


def lines_of(text: str) -> list[str]:
    """A text's lines as marks count them: YAML 1.1, section 5.4, ends lines unlike Python."""
    return re.split(r"\r\n|[\r\n\x85\u2028\u2029]", text)


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a message: `; did you mean 'battery.saver'?`, or nothing where nothing is near."""
    names = list(known)
    if len(name) > _LONGEST_NAME:  # comparing takes time by the length, and nothing is so long
        return ""
    found = [meant(name, names)] if meant(name, names) else []
    found = found or get_close_matches(name, names, n=1, cutoff=0.6)
    if not found:  # `saver` is far from `battery.saver` by letters, and near by meaning
        found = [known_name for known_name in names if known_name.split(".")[-1] == name][:1]
    return f"; did you mean {found[0]!r}?" if found else ""


def message_of(text: str) -> str:
    """A message made fit to be shown: on one line, and not as long as a file's longest text."""
    shown = _printable(text)
    return shown if len(shown) <= _LONGEST_MESSAGE else f"{shown[: _LONGEST_MESSAGE - 1]}…"


def _printable(text: str) -> str:
    # A scenario may come from anyone: an escape sequence must not reach the reader's terminal.
    return "".join(
        " " if c == "\t" else c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def _columns(text: str) -> int:
    """How many terminal columns the text takes: wide letters take two, joined marks none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
