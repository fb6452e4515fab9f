"""From paths to scenarios: every problem of every file at once, before any phone is touched.

Nothing that is found here depends on a phone, on the order of files, or on PyYAML's idea of what
`off` is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from yaml.nodes import Node

from drivers.vocabulary import Registry, registry
from scenarios.composing import compose
from scenarios.marks import Mark, Problem, ScenarioProblems, nearest
from scenarios.model import Scenario
from scenarios.nodes import Sheet, read_sheet
from scenarios.scenario_syntax import ScenarioReader


def load(
    paths: Sequence[Path],
    *,
    variables: Mapping[str, str],
    environ: Mapping[str, str],
    vocabulary: Registry | None = None,
) -> tuple[Scenario, ...]:
    """Reads scenario files.

    Args:
        paths: the files, in the order in which their scenarios come back; each place in a message
            names its file as it is named here.
        variables: what `--var NAME=VALUE` gave.
        environ: the environment, for variables that ask for it.
        vocabulary: what a scenario may name; None: the registry.

    Returns:
        One scenario for each file, or for each case of a file that has cases.

    Raises:
        ScenarioProblems: at least one file cannot be meant as it is; it holds all problems.
    """
    shelf = _Shelf()
    reader = ScenarioReader(
        vocabulary if vocabulary is not None else registry(), variables, environ, shelf.include
    )
    scenarios: list[Scenario] = []
    for path in paths:
        opened = shelf.read(os.fspath(path))
        if opened is not None:
            scenarios.extend(reader.read(*opened))
    if paths:
        for name in variables.keys() - reader.names:
            hint = nearest(name, reader.names)
            message = f"no scenario here has a variable named {name!r}{hint}"
            shelf.problems.append(Problem(Mark(f"--var {name}"), message))
    if shelf.problems:
        raise ScenarioProblems(shelf.problems)
    return tuple(scenarios)


class _Shelf:
    """The files of one load; what is included is read once, however many include it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._included: dict[str, tuple[Sheet, Node] | None] = {}

    def read(self, path: str) -> tuple[Sheet, Node] | None:
        """A file and its root; None, with the problem noted, where it has none."""
        sheet = read_sheet(path, self.problems)
        root = compose(sheet) if sheet else None
        return (sheet, root) if sheet and root else None

    def include(self, path: str) -> tuple[Sheet, Node] | None:
        """The same for a file that others may include too."""
        if path not in self._included:
            self._included[path] = self.read(path)
        return self._included[path]
