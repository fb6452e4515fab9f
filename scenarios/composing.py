"""From a file's text to its root node, or to what keeps it from being YAML that we read.

PyYAML composes the nodes (its C parser, where it has one) and decides no types: `off` stays the
text `off`. What its parser says of a mistake is turned into what a person can do about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from scenarios.marks import Mark, lines_of
from scenarios.nodes import Mistake, Sheet

if TYPE_CHECKING:
    from yaml.error import Mark as YamlMark

try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML built without libyaml
    CParser = None  # type: ignore[assignment,misc]

# A scenario is some six levels deep; the parser's recursion has no guard of its own.
MAX_DEPTH = 40
# What a file's aliases may add up to once they are written out.
MAX_NODES = 5_000


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


def compose(sheet: Sheet) -> Node | None:
    """The file's root; None, with the problem noted, where there is none to be had."""
    with sheet.gathering():
        return _composed(sheet)
    return None


def _composed(sheet: Sheet) -> Node:
    try:
        if _might_be_deep(sheet.text):
            _check_depth(sheet)
        root: Node | None = FastComposer(sheet.text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _syntax_mistake(sheet, error) from error
    except yaml.reader.ReaderError as error:
        # Its position counts bytes in one parser and characters in the other.
        code = int(error.character)
        before = lines_of(sheet.text[: sheet.text.find(chr(code))])
        mark = Mark(sheet.path, len(before), len(before[-1]) + 1)
        raise sheet.mistake(mark, f"a character that no text file holds: U+{code:04X}") from error
    if root is None:
        raise sheet.mistake(
            Mark(sheet.path), "the file is empty; a scenario has name, risk and expect"
        )
    if "*" in sheet.text:
        _check_aliases(sheet, root)
    return root


def _check_depth(sheet: Sheet) -> None:
    parser = FastComposer(sheet.text)
    depth = 0
    while not isinstance(event := parser.get_event(), yaml.StreamEndEvent):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            mark = Mark(sheet.path, event.start_mark.line + 1, event.start_mark.column + 1)
            raise sheet.mistake(mark, f"nested more than {MAX_DEPTH} levels deep")


def _check_aliases(sheet: Sheet, root: Node) -> None:
    """Refuses anchors that hold themselves, or that grow beyond all bounds."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def size(node: Node) -> int:
        if id(node) in open_nodes:
            raise sheet.mistake(node, "an anchor that holds itself never ends")
        if id(node) not in sizes:
            open_nodes.add(id(node))
            sizes[id(node)] = 1 + sum(size(child) for child in _children(node))
            open_nodes.remove(id(node))
        if sizes[id(node)] > MAX_NODES:
            raise sheet.mistake(
                node, f"its anchors stand for more than {MAX_NODES} nodes once written out"
            )
        return sizes[id(node)]

    size(root)


def _syntax_mistake(sheet: Sheet, error: yaml.MarkedYAMLError) -> Mistake:
    at: YamlMark | None = error.problem_mark or error.context_mark
    if at is None:
        return sheet.mistake(Mark(sheet.path), f"not YAML: {error.problem}")
    mark = Mark(sheet.path, at.line + 1, at.column + 1)
    lines = sheet.lines
    line = lines[at.line] if at.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        tab = Mark(sheet.path, mark.line, line.index("\t") + 1)
        return sheet.mistake(tab, "a tab; YAML is indented with spaces")
    problem = str(error.problem)
    for number in (at.line - 1, at.line):
        if 0 <= number < len(lines) and (found := _GLUED_STEP.match(lines[number])):
            glued = Mark(sheet.path, number + 1, found.end())
            return sheet.mistake(glued, "a step begins with '- ': a space behind the dash")
    if error.context_mark is not None and _opened_before(problem):
        opened = error.context_mark
        mark = Mark(sheet.path, opened.line + 1, opened.column + 1)
    for pattern, meaning in _MEANINGS:
        if re.search(pattern, f"{error.context or ''}: {problem}"):
            return sheet.mistake(mark, meaning)
    return sheet.mistake(mark, f"not YAML: {problem}")


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
