"""The pytest plugin: options, checking before a phone is touched, order, exit codes.

With `scenarios.collection` and `scenarios.session` the only part of this package that knows
pytest. It announces what happens by its own hook, `pytest_unstuck_event`, and knows no report.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from drivers.errors import NotHealedError
from drivers.fleet import Pick
from drivers.vocabulary import registry
from scenarios import hooks
from scenarios.again import restore_line
from scenarios.choosing import decide, given_in, lookup_in, unchosen
from scenarios.collection import (
    FATE,
    FOLDERS,
    SUFFIXES,
    VERDICT,
    ScenarioFile,
    ScenarioItem,
    VerdictItem,
    asked_files,
    judge,
    marks_of,
    overlooked,
    shown,
)
from scenarios.doctor import order
from scenarios.loader import load
from scenarios.marks import ScenarioProblems
from scenarios.options import (
    REGRESS,
    OptionError,
    idle,
    read_wish,
)
from scenarios.reference import vocabulary_text
from scenarios.saying import say, tell
from scenarios.sentences import listed
from scenarios.session import RUN, Run, Stopped
from scenarios.spread import spread
from scenarios.undo import FOR_GOOD

# Beyond pytest's own 0 to 5: the phone went away, or never came.
EXIT_PHONE_LOST = 7

# (name, help, further arguments); the ini names and environment variables follow from the name.
_OPTIONS = (
    ("phone", "SERIAL, GLOB, or virtual[:PROFILE[/GENERATION[/LOCALE]]]; default: $ANDROID_SERIAL, "
     "else the one attached, else the virtual phone", {"action": "append", "metavar": "PHONE"}),
    ("adb", "the adb server (default: the owner's, as adb looks for it)", {"metavar": "HOST:PORT"}),
    ("mode", "heal (treat what holds the backup up), regress (prove every scenario, put all back) "
     "or check (look only); default: regress on a phone that the harness starts, else heal",
     {"metavar": "MODE"}),
    ("risk", "the highest risk of a fix: look, reversible (default), disruptive, app-data, or "
     "wipe, which is never carried out", {"metavar": "RISK"}),
    ("allow", "an effect that nothing can undo: costs or uploads; repeatable",
     {"action": "append", "metavar": "EFFECT"}),
    ("patience", "how long without progress counts as stuck (default 120s; 1s on a phone that the "
     "harness starts)", {"metavar": "DURATION"}),
    ("look", "let --mode=check open Photos for what only its pages show; says what that has moved",
     {"action": "store_const", "const": "on"}),
    ("confirm", "the serial again, for risks from app-data on", {"metavar": "SERIAL"}),
    ("test-account", "the account that this phone backs up to, for regress on a phone of yours",
     {"metavar": "EMAIL"}),
    ("var", "a scenario's variable; repeatable", {"action": "append", "metavar": "NAME=VALUE"}),
    ("restore", "before anything else, put back what earlier runs kept", {"action": "store_true"}),
    ("restore-only", "put back what earlier runs kept or left behind, and stop",
     {"action": "store_true"}),
    ("record", "write every exchange with the phone to a file, personal things hidden",
     {"metavar": "FILE"}),
    ("show-personal", "hide no e-mail addresses, network names, serials and file names in reports "
     "and recordings", {"action": "store_true"}),
    ("vocabulary", "print everything that a scenario may name, and stop", {"action": "store_true"}),
    ("photos", "the Photos package (default com.google.android.apps.photos)",
     {"metavar": "PACKAGE"}),
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Adds the options; each is also `unstuck_NAME` in the ini file and `UNSTUCK_NAME`."""
    group = parser.getgroup(
        "unstuck",
        "unstuck: stuck Google Photos backups (each option is also `unstuck_NAME` in the ini file "
        "and UNSTUCK_NAME in the environment)",
    )
    for name, text, arguments in _OPTIONS:
        dest = name.replace("-", "_")
        given: dict[str, Any] = {"default": None, **arguments}
        group.addoption(f"--{name}", dest=f"unstuck_{dest}", help=text, **given)
        if given.get("action") != "store_true":
            parser.addini(f"unstuck_{dest}", f"default of --{name}", type="args")
    parser.addini(
        FOLDERS,
        "folders in which every YAML file is a scenario",
        type="paths",
        default=["scenarios/solutions", "scenarios/regression"],
    )


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Adds `pytest_unstuck_event`."""
    pluginmanager.add_hookspecs(hooks)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """`--vocabulary` acts instead of the session; many scenarios are proven at once."""
    if config.option.unstuck_vocabulary:
        tell(vocabulary_text(registry()))
        return pytest.ExitCode.OK
    spread(config)
    return None


# Last, so that the controller's `tryfirst` hooks come before those of pytest's own terminal: its
# header is to name the phone.
@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Registers the run's controller."""
    if not config.pluginmanager.has_plugin("allure_pytest"):
        config.addinivalue_line("markers", "allure_description: of Allure's page, which is off")
    config.pluginmanager.register(Controller(config), "unstuck-controller")


class Controller:
    """One pytest process's part in a run.

    Args:
        config: pytest's.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._is_deselected = False
        self._overlooked = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Loads every scenario that is asked for, then decides which phone is meant.

        Raises:
            pytest.UsageError: exit code 4; all problems of all files, or the option's one line.
        """
        config = self._config
        try:
            wish = read_wish(lookup_in(config))
        except OptionError as error:
            raise pytest.UsageError(str(error)) from error
        run = Run(wish, given=given_in(config))
        config.stash[RUN] = run
        if paths := asked_files(config):
            with self._stoppable(run):
                self._start(run, paths)

    def _start(self, run: Run, paths: Sequence[Path]) -> None:
        config, here = self._config, Path.cwd()
        by_name = {str(shown(path, here)): path for path in paths}
        try:
            loaded = load(
                [Path(path) for path in by_name], variables=run.wish.variables, environ=os.environ
            )
        except ScenarioProblems as error:
            raise pytest.UsageError(str(error)) from error
        for scenario in loaded:
            run.scenarios.setdefault(by_name[scenario.path], []).append(scenario)
        for name in sorted({name for scenario in loaded for name in marks_of(scenario)}):
            config.addinivalue_line("markers", f"{name}: scenarios that carry it")
        if not config.option.collectonly:
            decide(config, run)
            # Before pytest's own header, which -q leaves away: nothing is done to an unnamed phone.
            say(config, _first_line(run))
            for line in idle(run.options) if run.options is not None else ():
                say(config, line)

    @contextlib.contextmanager
    def _stoppable(self, run: Run) -> Iterator[None]:
        """Ends a run of scenarios by Ctrl-C in a line of words, wherever that strikes."""
        try:
            yield
        except KeyboardInterrupt as error:
            if type(error) is not KeyboardInterrupt:
                raise  # pytest's own, where a run stops itself
            run.is_interrupted = True
            raise Stopped("by Ctrl-C", pytest.ExitCode.INTERRUPTED) from None

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Ctrl-C while items are collected ends in words."""
        return (yield from self._worded())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Ctrl-C before an item begins, as while a phone is waited for, ends in words as well."""
        return (yield from self._worded())

    def _worded(self) -> Generator[None, object, object]:
        run = self._config.stash[RUN]
        if not run.scenarios:  # the project's own tests: Ctrl-C is pytest's to answer
            return (yield)
        with self._stoppable(run):
            return (yield)

    def pytest_unconfigure(self) -> None:
        """Says last what nobody should overlook."""
        run = self._config.stash.get(RUN, None)
        if run is None:
            return
        if self._overlooked:
            say(self._config, self._overlooked)
        if run.standing:
            say(self._config, f"left changed: {'; '.join(run.standing)}")
            serial = run.pick.serial if run.pick is not None else ""  # ours is gone with the run
            if serial and not all(line.endswith(FOR_GOOD) for line in run.standing):
                say(self._config, f"`{restore_line(serial, run.given)}` takes it back")
        if run.is_interrupted and (run.options is None or run.options.mode != REGRESS):
            stands = ["what is named above stands changed"] if run.standing else []
            stands += [f"not to be undone: {listed(run.for_good)}"] if run.for_good else []
            stands += [f"lost: {listed(run.gone)}"] if run.gone else []
            told = "; ".join(stands or ["nothing stays changed"])
            say(self._config, f"Interrupted: nothing was judged; {told}.")
        elif last := run.lost or run.stopped or run.verdict:
            say(self._config, last)
        if run.pick is not None and run.pick.by_default and run.options is not None:
            say(self._config, BY_DEFAULT)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remembers Ctrl-C; pytest calls a run that ends itself interrupted as well."""
        run = self._config.stash.get(RUN, None)
        # Not a subclass: pytest's own is raised where a run stops itself.
        if run is not None and run.scenarios and excinfo.type is KeyboardInterrupt:
            run.is_interrupted = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: object) -> None:
        """Tells each xdist worker which virtual phone to start."""
        picked = self._config.stash[RUN].pick
        virtual = picked.virtual if picked is not None else ""
        node.workerinput["unstuck_virtual"] = virtual  # type: ignore[attr-defined]

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Answers for the files that were loaded: they were asked about before they were."""
        return False if collection_path in self._config.stash[RUN].scenarios else None

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
        """Collects the files that were loaded at session start."""
        if file_path.suffix not in SUFFIXES:
            return None
        if not self._config.stash[RUN].scenarios_of(file_path):
            return None
        # A file that is named and lies elsewhere has an id of its own: pytest's would be empty.
        is_inside = str(file_path).startswith(f"{self._config.rootpath}{os.sep}")
        nodeid = None if is_inside else file_path.as_posix()
        collector: ScenarioFile = ScenarioFile.from_parent(parent, path=file_path, nodeid=nodeid)
        return collector

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        """Puts scenarios in the order of treatment, and the verdict after them, but in regress."""
        yield
        run = self._config.stash[RUN]
        scenarios = [item for item in items if isinstance(item, ScenarioItem)]
        if not scenarios or run.options is None or run.options.mode == REGRESS:
            return
        ranked = {id(s): n for n, s in enumerate(order([item.scenario for item in scenarios]))}
        scenarios.sort(key=lambda item: ranked[id(item.scenario)])
        run.chosen = [item.scenario for item in scenarios]
        run.unchosen = unchosen(self._config, run)
        others = [item for item in items if not isinstance(item, ScenarioItem)]
        verdict: VerdictItem = VerdictItem.from_parent(session, name=VERDICT, callobj=judge)
        items[:] = [*others, *scenarios, verdict]

    def pytest_deselected(self) -> None:
        """Remembers that something was there to be selected."""
        self._is_deselected = True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Marks reports with plain data, which xdist can carry: what is ours, and a lost phone."""
        report = yield
        report.unstuck_item = isinstance(item, (ScenarioItem, VerdictItem))  # type: ignore[attr-defined]
        is_unmet = call.excinfo is not None and call.excinfo.errisinstance(NotHealedError)
        report.unstuck_unmet = is_unmet  # type: ignore[attr-defined]
        report.unstuck_verdict = isinstance(item, VerdictItem)  # type: ignore[attr-defined]
        report.unstuck_fate = item.stash.get(FATE, "")  # type: ignore[attr-defined]
        if lost := self._config.stash[RUN].lost:
            report.unstuck_lost = lost  # type: ignore[attr-defined]
            item.session.shouldstop = "the phone is lost"
        elif self._config.stash[RUN].stopped:
            item.session.shouldstop = "nothing more may be done to the phone"
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remembers on the controlling process that a worker lost its phone."""
        self._config.stash[RUN].lost = getattr(report, "unstuck_lost", "") or (
            self._config.stash[RUN].lost
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A lost phone has an exit code of its own; a run of nothing may have been meant else."""
        run = self._config.stash.get(RUN, None)
        is_empty = session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED
        if is_empty and not self._is_deselected:
            self._overlooked = overlooked(self._config)
        if run is not None and run.lost and session.exitstatus != pytest.ExitCode.USAGE_ERROR:
            session.exitstatus = EXIT_PHONE_LOST
        elif run is not None and run.stopped:
            # pytest calls a run that stops itself interrupted, as if a person had done it.
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


BY_DEFAULT = (
    "no phone was visible to adb: this is the virtual phone, nothing on a real phone is looked "
    "at; docs/first-phone.md says how to plug one in"
)


def _first_line(run: Run) -> str:
    assert run.pick is not None
    return BY_DEFAULT if run.pick.by_default else f"phone: {_describe(run.pick)}"


def _describe(picked: Pick) -> str:
    if picked.virtual is None:
        return picked.serial
    return f"virtual {picked.virtual}".strip()
