"""Nodes that keep their places: whoever reads one says what it has to be.

If it is not, a `Mistake` points at it; it ends the part that it is in, and the rest is read on,
so that all problems of a file are found at once. This module must not know what a scenario is.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from scenarios.marks import Mark, Problem, excerpt, lines_of, message_of, nearest

# Larger than any file that a person writes; a guard against a mistaken path, not a limit to meet.
MAX_BYTES = 1_000_000
# YAML 1.1's own words for nothing. Elsewhere its words are texts here; whoever writes one of these
# means that there is nothing, and would get a text that says so.
_NULLS = ("null", "Null", "NULL", "~")


class Mistake(Exception):  # noqa: N818 - never leaves the loader; ScenarioProblems does
    """One problem that ends the reading of the part it is in, and of no other part."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass
class Sheet:
    """One file while it is read.

    Attributes:
        path: as it was named; every mark has it.
        text: what stands in it.
        problems: where problems are gathered; shared by all files of one load.
    """

    path: str
    text: str
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._gathering = _Gathering(self.problems)

    def gathering(self) -> _Gathering:
        """A `with` block: a mistake in it is noted, and the reading goes on behind it."""
        return self._gathering

    @property
    def lines(self) -> list[str]:
        """The lines as the parser counts them."""
        return lines_of(self.text)

    def mark(self, node: Node) -> Mark:
        """The place of a node; its length is the scalar's own on its first line."""
        start, end = node.start_mark, node.end_mark
        is_one_line = isinstance(node, ScalarNode) and start.line == end.line
        length = end.column - start.column if is_one_line else 1
        return Mark(self.path, start.line + 1, start.column + 1, length or 1)

    def mistake(self, place: Node | Mark, message: str) -> Mistake:
        """What to raise about a node."""
        mark = place if isinstance(place, Mark) else self.mark(place)
        return Mistake(Problem(mark, message_of(message), excerpt(self.lines, mark)))

    def report(self, place: Node | Mark, message: str) -> None:
        """Notes a problem and goes on."""
        self.problems.append(self.mistake(place, message).problem)

    def mapping(self, node: Node, what: str) -> list[tuple[str, ScalarNode, Node]]:
        """A map's entries: key, where it stands, value.

        Args:
            node: what has to be a map.
            what: what is expected, for the message: `a map of variables`.

        Raises:
            Mistake: not a map. A key that is no word, or is there twice, is noted and left out.
        """
        _no_tag(self, node)
        if not isinstance(node, MappingNode):
            raise self.mistake(node, f"expected {what}, {_instead(node)}")
        entries: dict[str, tuple[str, ScalarNode, Node]] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.report(key, f"expected a word before the colon, {_instead(key)}")
            elif key.value in entries:
                first = entries[key.value][1].start_mark.line + 1
                self.report(key, f"{key.value!r} is here twice; the first is in line {first}")
            else:
                entries[key.value] = (key.value, key, value)
        return list(entries.values())

    def sequence(self, node: Node, what: str) -> list[Node]:
        """A list's elements.

        Raises:
            Mistake: not a list.
        """
        _no_tag(self, node)
        if not isinstance(node, SequenceNode):
            raise self.mistake(node, f"expected {what}, {_instead(node)}")
        return list(node.value)

    def one_or_more(self, node: Node) -> list[Node]:
        """A list's elements, or the one node that stands for a list of itself."""
        return self.sequence(node, "a list") if isinstance(node, SequenceNode) else [node]

    def scalar(self, node: Node, what: str) -> str:
        """A scalar's own text, as it was written but for its quotes.

        Raises:
            Mistake: not a scalar, or nothing at all (an empty text has to be quoted).
        """
        _no_tag(self, node)
        if not isinstance(node, ScalarNode):
            raise self.mistake(node, f"expected {what}, {_instead(node)}")
        if is_empty(node):
            raise self.mistake(node, f"expected {what}, {_instead(node)}")
        return str(node.value)

    def unknown(self, node: Node, name: str, what: str, known: Iterable[str]) -> Mistake:
        """What to raise about a name that means nothing here."""
        names = list(known)
        hint = nearest(name, names)
        if name == "<<":
            hint = "; steps that several scenarios share are written with include:"
        elif not hint and len(names) <= 16:
            hint = f"; expected one of {', '.join(names)}"
        return self.mistake(node, f"unknown {what} {name!r}{hint}")


@dataclass
class _Gathering:
    problems: list[Problem]

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if isinstance(error, Mistake):
            self.problems.append(error.problem)
            return True
        return False


def read_sheet(path: str, problems: list[Problem]) -> Sheet | None:
    """Reads a file; None, with the problem noted, where it cannot be read as text."""
    mark = Mark(path)
    if not is_text(path):
        problems.append(Problem(mark, "its name is not UTF-8, and no report could tell it"))
        return None
    try:
        status = os.stat(path)  # noqa: PTH116 - 1,000 files are read at a start
        if status.st_size > MAX_BYTES:
            problems.append(Problem(mark, f"larger than {MAX_BYTES:,} bytes: not a scenario"))
            return None
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            # A pipe or a device may never come to its end; a folder is refused by its reading.
            problems.append(Problem(mark, "cannot be read: not a file"))
            return None
        data = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        problems.append(Problem(mark, f"cannot be read: {reason}"))
        return None
    try:
        return Sheet(path, data.decode("utf-8-sig"), problems)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.append(
            Problem(
                Mark(path, line),
                f"not UTF-8 text: the byte 0x{data[error.start]:02x} is in the way",
            )
        )
        return None


def is_text(words: str) -> bool:
    r"""Whether what the system gave is text: bytes that are no UTF-8 come as lone surrogates.

    >>> is_text("Grüße"), is_text("Gr\udcfc\udcdfe")
    (True, False)
    """
    return words.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in words)


def is_list(node: Node) -> bool:
    """Whether a node is a list."""
    return isinstance(node, SequenceNode)


def is_empty(node: Node) -> bool:
    """Whether nothing stands where the node is: `fix:` and no more, or one of YAML's nulls."""
    return isinstance(node, ScalarNode) and not node.style and node.value in ("", *_NULLS)


def _no_tag(sheet: Sheet, node: Node) -> None:
    if node.tag:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        raise sheet.mistake(node, f"the tag {tag} is not part of the language: leave it out")


def _instead(node: Node) -> str:
    """The end of `expected …`: what is there instead."""
    if is_empty(node):
        if not node.value:
            return "and nothing is here"
        return f"and {node.value} stands for nothing: leave the line out (in quotes it is a text)"
    if isinstance(node, ScalarNode):
        return f"not {node.value!r}"
    return "not a map" if isinstance(node, MappingNode) else "not a list"
