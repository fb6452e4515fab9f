"""Which phone a run is about, and what may be done to it: settled before any item."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.attached import Address, Attached
from drivers.errors import UnstuckError
from drivers.fleet import Pick, PickError, pick
from scenarios.again import Given
from scenarios.collection import scenario_files
from scenarios.loader import load
from scenarios.marks import ScenarioProblems
from scenarios.model import Scenario
from scenarios.options import HEAL, REGRESS, Lookup, OptionError, Wish, read_options
from scenarios.saying import say
from scenarios.session import Run

# What heal and check work through where no file or folder is named.
SOLUTIONS = Path("scenarios", "solutions")
# The phone, where it had to be known before the session begins.
PICKED = pytest.StashKey[Pick]()
# Options of ours, and pytest's own by which scenarios are selected: what a line to copy repeats.
_WHERE = ("adb", "photos")
_HOW = ("patience", "var")
_SELECTED = {"-k": "keyword", "-m": "markexpr", "--deselect": "deselect", "--ignore": "ignore"}


def server_address(wish: Wish) -> Address:
    """Where the adb server of attached phones is looked for.

    Raises:
        OptionError: the environment names a place that is none.
    """
    try:
        return wish.adb or Address.from_environment()
    except ValueError as error:
        raise OptionError(
            "ANDROID_ADB_SERVER_HOST, ANDROID_ADB_SERVER_PORT or ADB_SERVER_SOCKET in the "
            f"environment: {error}; unset it, or name the server with --adb"
        ) from error


def find_phone(wish: Wish, announce: Callable[[str], None]) -> Pick:
    """Decides which phone is meant, asking adb only where nobody named one.

    Args:
        wish: what the options say.
        announce: told in a line where an adb server has to be started for it.

    Raises:
        PickError: no single phone is meant. OptionError: no server is. UnstuckError: adb cannot
            be asked.
    """
    picked = pick(wish.phones, os.environ, lambda: _attached(wish, announce))
    if picked.virtual is None:
        server_address(wish)  # refused now, not when a phone is wanted
    return picked


def decide(config: pytest.Config, run: Run) -> None:
    """Settles which phone a run is about and what may be done to it, into `run`.

    Raises:
        pytest.UsageError: in one line, what does not go together.
    """
    workerinput = getattr(config, "workerinput", None)
    try:
        if workerinput is not None:
            run.pick = Pick(virtual=workerinput["unstuck_virtual"])
        else:
            found = config.stash.get(PICKED, None)
            run.pick = found or find_phone(run.wish, lambda line: say(config, line))
            _refuse_workers(config, run.pick)
        run.options = read_options(lookup_in(config), run.wish, run.pick)
        if run.options.mode != REGRESS:
            _refuse_in_one_story(config, run.options.mode)
        if run.options.mode != REGRESS and config.args_source is not config.ArgsSource.ARGS:
            # The regressions prove what was mended; whoever is ill needs the solutions.
            ours = config.rootpath / SOLUTIONS
            run.scenarios = {p: found for p, found in run.scenarios.items() if ours in p.parents}
    except (OptionError, PickError, UnstuckError) as error:
        raise pytest.UsageError(str(error)) from error


def _attached(wish: Wish, announce: Callable[[str], None]) -> tuple[Attached, ...]:
    from drivers.server import ensure_server  # adbutils, only where a phone is looked for

    client = ensure_server(server_address(wish), announce, is_named=wish.adb is not None)
    return client.attached()


def _refuse_workers(config: pytest.Config, picked: Pick) -> None:
    if picked.virtual is None and getattr(config.option, "numprocesses", None):
        raise OptionError(
            f"-n gives every worker a phone of its own, and phone {picked.serial} is one: leave "
            "-n away, or add --phone=virtual"
        )
    if lookup_in(config)("record") and getattr(config.option, "numprocesses", None):
        raise OptionError("--record writes down what one phone says: leave -n away, or --record")


def _refuse_in_one_story(config: pytest.Config, mode: str) -> None:
    given = {"-n": config.getoption("numprocesses", default=None)}
    if mode == HEAL:
        given |= {
            "--lf": config.getoption("lf", default=False),
            "--sw": config.getoption("stepwise", default=False),
            "--reruns": config.getoption("reruns", default=None),
        }
    for flag, value in given.items():
        if value:
            raise OptionError(
                f"{flag} has no meaning with --mode={mode}, which goes through one phone in one "
                "order: leave it away"
            )


def lookup_in(config: pytest.Config) -> Lookup:
    """Command line over environment over ini file."""

    def look_up(name: str) -> str | list[str] | None:
        given: str | list[str] | None = config.getoption(f"unstuck_{name}")
        if given is not None:
            return given
        if word := os.environ.get(f"UNSTUCK_{name.upper()}"):
            return word
        words: list[str] = config.getini(f"unstuck_{name}")
        return words or None

    return look_up


def given_in(config: pytest.Config) -> Given:
    """What was typed for this run, as far as it belongs into a line to copy."""
    files = config.args if config.args_source is config.ArgsSource.ARGS else ()
    where = (word for name in _WHERE for word in _typed(config, f"--{name}", f"unstuck_{name}"))
    how = (word for name in _HOW for word in _typed(config, f"--{name}", f"unstuck_{name}"))
    which = (word for flag, name in _SELECTED.items() for word in _typed(config, flag, name))
    return Given(tuple(where), tuple(how), (*which, *map(shlex.quote, files)))


def unchosen(config: pytest.Config, run: Run) -> list[Scenario]:
    """The solutions that a run leaves away which was to take some of them only.

    Nobody asked for them, so one that is broken is nobody's concern here.
    """
    if not run.given.which:
        return []
    root = config.rootpath
    files = scenario_files([str(SOLUTIONS)], [root / SOLUTIONS], root, lambda _: False)
    loaded = [scenario for path in files for scenario in run.scenarios_of(path)]
    others = [path for path in files if path not in run.scenarios]
    with contextlib.suppress(ScenarioProblems):
        loaded += load(others, variables={}, environ=os.environ)
    return [scenario for scenario in loaded if scenario not in run.chosen]


def _typed(config: pytest.Config, flag: str, name: str) -> Iterator[str]:
    found = config.getoption(name, default=None)
    for value in found if isinstance(found, list) else [found] if found else ():
        if flag.startswith("--"):
            yield shlex.quote(f"{flag}={value}")
        else:
            yield from (flag, shlex.quote(str(value)))
