"""A file's text as nodes that keep their places, and nothing read into them.

PyYAML composes the nodes (its C parser, where it has one) and decides no types: `off` stays the
text `off`. Whoever reads a node says what it has to be, and a `Mistake` points at it if it is
not. This module must not know what a scenario is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from scenarios.marks import Mark, Problem, excerpt, nearest

if TYPE_CHECKING:
    from yaml.error import Mark as YamlMark

try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML built without libyaml
    CParser = None  # type: ignore[assignment,misc]

# Larger than any file that a person writes; a guard against a mistaken path, not a limit to meet.
MAX_BYTES = 1_000_000
# A scenario is some six levels deep; the parser's recursion has no guard of its own.
MAX_DEPTH = 40
# What a file's aliases may add up to once they are written out.
MAX_NODES = 5_000


class Mistake(Exception):  # noqa: N818 - never leaves the loader; ScenarioProblems does
    """One problem that ends the reading of the part it is in, and of no other part."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class _Unresolved:
    """A resolver that resolves nothing: what a scalar is comes from the vocabulary."""

    def resolve(self, kind: type[Node], value: str | None, implicit: object) -> str:
        """The tag of a node that was written without one."""
        return ""

    def descend_resolver(self, node: Node | None, index: object) -> None:
        """Part of PyYAML's protocol; paths within a document mean nothing here."""

    def ascend_resolver(self) -> None:
        """Part of PyYAML's protocol; paths within a document mean nothing here."""


class PureComposer(_Unresolved, Reader, Scanner, Parser, Composer):
    """PyYAML's parser in Python: the same nodes and marks, some ten times slower."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)


if CParser is None:
    FastComposer: type = PureComposer
else:

    class FastComposer(_Unresolved, CParser):  # type: ignore[no-redef]
        """libyaml's parser."""


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
        return re.split(r"\r\n|[\r\n\x85\u2028\u2029]", self.text)

    def mark(self, node: Node) -> Mark:
        """The place of a node; its length is the scalar's own on its first line."""
        start, end = node.start_mark, node.end_mark
        is_one_line = isinstance(node, ScalarNode) and start.line == end.line
        length = end.column - start.column if is_one_line else 1
        return Mark(self.path, start.line + 1, start.column + 1, length or 1)

    def mistake(self, place: Node | Mark, message: str) -> Mistake:
        """What to raise about a node."""
        mark = place if isinstance(place, Mark) else self.mark(place)
        return Mistake(Problem(mark, message, excerpt(self.lines, mark)))

    def report(self, place: Node | Mark, message: str) -> None:
        """Notes a problem and goes on."""
        self.problems.append(self.mistake(place, message).problem)

    def compose(self) -> Node | None:
        """The file's root; None, with the problem noted, where there is none to be had."""
        with self.gathering():
            return self._compose()
        return None

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
            raise self.mistake(node, f"expected {what}, not {_shape(node)}")
        entries: dict[str, tuple[str, ScalarNode, Node]] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.report(key, f"expected a word before the colon, not {_shape(key)}")
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
            raise self.mistake(node, f"expected {what}, not {_shape(node)}")
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
            raise self.mistake(node, f"expected {what}, not {_shape(node)}")
        if is_empty(node):
            raise self.mistake(node, f"expected {what}, and nothing is here")
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

    def _compose(self) -> Node:
        try:
            if _might_be_deep(self.text):
                self._check_depth()
            root: Node | None = FastComposer(self.text).get_single_node()
        except yaml.MarkedYAMLError as error:
            raise self._syntax_mistake(error) from error
        except yaml.reader.ReaderError as error:
            before = self.text[: error.position]
            mark = Mark(self.path, before.count("\n") + 1, len(before) - before.rfind("\n"))
            raise self.mistake(
                mark, f"a character that no text file holds: U+{int(error.character):04X}"
            ) from error
        if root is None:
            raise self.mistake(
                Mark(self.path), "the file is empty; a scenario has name, risk and expect"
            )
        if "*" in self.text:
            self._check_aliases(root)
        return root

    def _check_depth(self) -> None:
        parser = FastComposer(self.text)
        depth = 0
        while not isinstance(event := parser.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH:
                mark = Mark(self.path, event.start_mark.line + 1, event.start_mark.column + 1)
                raise self.mistake(mark, f"nested more than {MAX_DEPTH} levels deep")

    def _check_aliases(self, root: Node) -> None:
        """Refuses anchors that hold themselves, or that grow beyond all bounds."""
        sizes: dict[int, int] = {}
        open_nodes: set[int] = set()

        def size(node: Node) -> int:
            if id(node) in open_nodes:
                raise self.mistake(node, "an anchor that holds itself never ends")
            if id(node) not in sizes:
                open_nodes.add(id(node))
                sizes[id(node)] = 1 + sum(size(child) for child in _children(node))
                open_nodes.remove(id(node))
            if sizes[id(node)] > MAX_NODES:
                raise self.mistake(
                    node, f"its anchors stand for more than {MAX_NODES} nodes once written out"
                )
            return sizes[id(node)]

        size(root)

    def _syntax_mistake(self, error: yaml.MarkedYAMLError) -> Mistake:
        at: YamlMark | None = error.problem_mark or error.context_mark
        if at is None:
            return self.mistake(Mark(self.path), f"not YAML: {error.problem}")
        mark = Mark(self.path, at.line + 1, at.column + 1)
        lines = self.lines
        line = lines[at.line] if at.line < len(lines) else ""
        if "\t" in line[: at.column + 1]:
            tab = Mark(self.path, mark.line, line.index("\t") + 1)
            return self.mistake(tab, "a tab; YAML is indented with spaces")
        problem = str(error.problem)
        for number in (at.line - 1, at.line):
            if 0 <= number < len(lines) and (found := _GLUED_STEP.match(lines[number])):
                glued = Mark(self.path, number + 1, found.end())
                return self.mistake(glued, "a step begins with '- ': a space behind the dash")
        if error.context_mark is not None and _opened_before(problem):
            opened = error.context_mark
            mark = Mark(self.path, opened.line + 1, opened.column + 1)
        for pattern, meaning in _MEANINGS:
            if re.search(pattern, f"{error.context or ''}: {problem}"):
                return self.mistake(mark, meaning)
        return self.mistake(mark, f"not YAML: {problem}")


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
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        problems.append(Problem(mark, f"cannot be read: {reason}"))
        return None
    if len(data) > MAX_BYTES:
        problems.append(Problem(mark, f"larger than {MAX_BYTES:,} bytes: not a scenario"))
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


def is_empty(node: Node) -> bool:
    """Whether nothing stands where the node is: `fix:` and no more."""
    return isinstance(node, ScalarNode) and not node.value and not node.style


# The parser's own words, and what they mean to someone who wrote a scenario.
_MEANINGS: Sequence[tuple[str, str]] = (
    (
        "mapping values are not allowed",
        "a colon that does not fit here: indent the key as its neighbors, "
        "or put a text that holds ': ' in quotes",
    ),
    (
        "block scalar: did not find expected comment or line break",
        "'>' and '|' begin a folded text in YAML: put a comparison such as \"> 15%\" in quotes",
    ),
    (
        "cannot start any token",
        "a text cannot begin with this character unless it is in quotes",
    ),
    ("quoted scalar: found unexpected end of stream", "the quote that opens here is never closed"),
    (
        "unknown escape character",
        "an unknown escape: use single quotes, or write \\\\ for a backslash",
    ),
    (r"expected ',' or '\]'", "the list that opens here is never closed with ]"),
    ("expected ',' or '}'", "the map that opens here is never closed with }"),
    (
        "did not find expected (key|'-' indicator)",
        "this line is indented neither as its neighbors nor as a part of them",
    ),
    ("could not find expected ':'", "expected 'key: value', or '- ' with a space before a step"),
    ("undefined alias", "an alias to an anchor that is not in this file"),
    ("duplicate anchor", "this anchor is in the file already"),
    ("another document", "a second document; a file holds one scenario"),
    ("expected <document start>", "nothing can follow here"),
)


# `-photos.open`: a word of its own to YAML, which then stumbles over a neighbor.
_GLUED_STEP = re.compile(r"\s*-(?=[a-z])")


def _opened_before(problem: str) -> bool:
    """Whether the place to show is where something was opened, not where its end was missed."""
    return "expected ',' or" in problem or "end of stream" in problem


def _might_be_deep(text: str) -> bool:
    # Each level needs at least one of these, so that most files never need the slower look.
    return sum(map(text.count, "[{-?:")) > 200


def _children(node: Node) -> Iterable[Node]:
    if isinstance(node, MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, SequenceNode) else ()


def _no_tag(sheet: Sheet, node: Node) -> None:
    if node.tag:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        raise sheet.mistake(node, f"the tag {tag} is not part of the language: leave it out")


def _shape(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "a map"
    if isinstance(node, SequenceNode):
        return "a list"
    return "nothing" if is_empty(node) else repr(node.value)
