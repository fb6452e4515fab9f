"""Scenarios as pytest items: which YAML files are scenarios, and what running one means.

Items are `pytest.Function`s, so that fixtures, marks, xdist and Allure work on them. Everything
that pytest does not have to know is in `scenarios.engine` and `scenarios.doctor`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from drivers.errors import UnstuckError
from scenarios.marks import Mark, excerpt_of
from scenarios.model import Scenario
from scenarios.session import RUN, Session

SUFFIXES = (".yaml", ".yml")
# The ini setting that names the folders in which every YAML file is a scenario.
FOLDERS = "unstuck_scenarios"
# The id of heal's last item, which stands in no file.
VERDICT = "verdict"
# How a fix that was in vain ended, for the report of its item.
FATE = pytest.StashKey[str]()
_FIXTURES = pytest.StashKey[dict[Path, object]]()


class ScenarioFile(pytest.File):
    """A YAML file that holds one scenario, or one for each of its cases."""

    def collect(self) -> Iterator[ScenarioItem]:
        """Makes one item of each scenario; the file was loaded and checked at session start."""
        # All items run one function, so that those of a folder have the same fixtures: asking
        # pytest for them once a folder is a third of the time that collecting takes.
        known = self.session.stash.setdefault(_FIXTURES, {})
        for scenario in self.config.stash[RUN].scenarios_of(self.path):
            item: ScenarioItem = ScenarioItem.from_parent(
                self, name=scenario.id, scenario=scenario, fixtureinfo=known.get(self.path.parent)
            )
            known.setdefault(self.path.parent, item._fixtureinfo)
            # A list of its own: plugins put fixtures of theirs into an item's list.
            item.fixturenames = list(item.fixturenames)
            yield item


class ScenarioItem(pytest.Function):
    """One scenario. Its function's parameters are ordinary fixtures.

    Attributes:
        scenario: what it does.
    """

    def __init__(
        self, *, name: str, parent: ScenarioFile, scenario: Scenario, **kwargs: object
    ) -> None:
        super().__init__(name=name, parent=parent, callobj=_work, **kwargs)  # type: ignore[arg-type]
        self.scenario = scenario
        for name in marks_of(scenario):
            self.add_marker(_mark(name))
        # Allure's own mark: what its page says of the item.
        self.add_marker(_mark("allure_description")(scenario.why or scenario.name))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands: the line of its `name`."""
        return self.path, self.scenario.mark.line - 1, self.name

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> object:
        """Shows our own errors as a person needs them: the YAML line, then what happened."""
        error = excinfo.value
        if isinstance(error, UnstuckError):
            return describe_failure(error)
        return super().repr_failure(excinfo)


def marks_of(scenario: Scenario) -> tuple[str, ...]:
    """What `-m` selects a scenario by: its tags, its risk, and its solution's number."""
    solution = (f"solution_{scenario.solution}",) if scenario.solution else ()
    return (*scenario.tags, scenario.risk.word.replace("-", "_"), *solution)


@cache
def _mark(name: str) -> pytest.MarkDecorator:
    """A mark by name; pytest goes through all that are registered each time it is asked."""
    found: pytest.MarkDecorator = getattr(pytest.mark, name)
    return found


class VerdictItem(pytest.Function):
    """Heal's last item: judges the counter, and says in one sentence what helped."""

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """It stands in no file."""
        return self.config.rootpath, None, self.name

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> object:
        """Shows the verdict's sentence alone."""
        if isinstance(excinfo.value, UnstuckError):
            return describe_failure(excinfo.value)
        return super().repr_failure(excinfo)


def describe_failure(error: UnstuckError) -> str:
    """An error as text: its place and line in the YAML file where it has one, then its message."""
    if not error.place:
        return str(error)
    path, line, column = [*error.place.rsplit(":", 2), "0", "0"][:3]
    if not (line.isdigit() and column.isdigit()):
        return f"{error.place}: {error}"
    shown = excerpt_of(Mark(path, int(line), int(column)))
    return f"{error.place}: {error}" + (f"\n{shown}" if shown else "")


def asked_files(config: pytest.Config) -> list[Path]:
    """The scenario files that this run's command line asks for, as `scenario_files` has them."""
    # An ini value is absolute, the default is as it was written.
    folders = [config.rootpath / folder for folder in config.getini(FOLDERS)]

    def is_ignored(path: Path) -> bool:
        return bool(config.hook.pytest_ignore_collect(collection_path=path, config=config))

    return scenario_files(config.args, folders, config.invocation_params.dir, is_ignored)


def overlooked(config: pytest.Config) -> str:
    """What to do where a command line asks for nothing, and a folder of its holds YAML files.

    Empty where no folder does; for a run that selected nothing only, since it looks through them.
    """
    for argument in config.args:
        folder = config.invocation_params.dir / argument.split("::")[0]
        if folder.is_dir() and (found := _yaml_below(folder, lambda _: False)):
            known = [str(shown(Path(one), config.rootpath)) for one in config.getini(FOLDERS)]
            first = shown(found[0], config.invocation_params.dir)
            return (
                f"nothing was selected: {argument} holds YAML files ({len(found)}), but a file is "
                f"a scenario only if it lies under {' or '.join(known)}, or is named itself, as in "
                f"'pytest {first}'; further folders are named by the ini setting {FOLDERS}"
            )
    return ""


def scenario_files(
    arguments: Iterable[str],
    folders: Iterable[Path],
    start: Path,
    is_ignored: Callable[[Path], bool],
) -> list[Path]:
    """The scenario files that a command line asks for.

    Args:
        arguments: pytest's own: files, folders, node ids.
        folders: where YAML files are scenarios without being named.
        start: what relative arguments are relative to.
        is_ignored: whether pytest is to pass by a file or folder; what is named itself it takes.

    Returns:
        Absolute paths, each once, in the order of the arguments and sorted within a folder. What
        does not exist is left to pytest to complain of.
    """
    found: dict[Path, None] = {}
    for argument in arguments:
        # Unlike `resolve`, which before Python 3.13 raises over links that go in a circle.
        path = Path(os.path.realpath(start / argument.split("::")[0]))
        if path.suffix in SUFFIXES:
            if path.is_file():
                found[path] = None
        elif path.is_dir():
            for folder in folders:
                if folder == path or folder in path.parents:
                    found.update(dict.fromkeys(_yaml_below(path, is_ignored)))
                elif path in folder.parents and not any(map(is_ignored, _between(path, folder))):
                    found.update(dict.fromkeys(_yaml_below(folder, is_ignored)))
    return list(found)


def shown(path: Path, here: Path) -> Path:
    """A path as a person would write it: relative where it lies below."""
    # Not `relative_to`, which takes both apart: this is asked for every file at every start.
    text, above = os.fspath(path), os.path.join(here, "")  # noqa: PTH118
    return Path(text[len(above) :]) if text.startswith(above) else path


def _between(path: Path, folder: Path) -> list[Path]:
    """A folder, and those above it as far down as one that is named."""
    return [folder, *(above for above in folder.parents if path in above.parents)]


def _yaml_below(folder: Path, is_ignored: Callable[[Path], bool]) -> list[Path]:
    found = []
    for top, folders, names in os.walk(folder):
        # `walk` goes where this list says.
        folders[:] = [name for name in folders if not is_ignored(Path(top, name))]
        files = (Path(top, name) for name in names if name.endswith(SUFFIXES))
        found += [path for path in files if not is_ignored(path)]
    return sorted(found)


def _work(request: pytest.FixtureRequest, unstuck_session: Session) -> None:
    """Works one scenario, in the run's mode."""
    item = request.node
    assert isinstance(item, ScenarioItem)
    outcome = unstuck_session.work(item.scenario)
    if outcome.is_skipped:
        # The place is the scenario's, not this line, in pytest's list of what was skipped.
        raise pytest.skip.Exception(outcome.reason, _use_item_location=True)
    if outcome.is_in_vain:
        item.stash[FATE] = outcome.fate
        pytest.xfail(outcome.reason)


def judge(unstuck_session: Session) -> None:
    """Judges the whole healing."""
    unstuck_session.judge()
