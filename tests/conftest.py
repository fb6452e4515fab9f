"""What the project's own tests share: strictness, `--full`, and where ../shared is."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from fixtures.launch import NoForkError

ROOT = Path(__file__).parents[1]
# How long an example takes is the computer's affair: on a busy one nothing fails for it.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
pytest_plugins = ["pytester"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also run the slow proofs marked `full`")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Runs the whole of the tests in four processes, unless `-n` or a debugger is asked for.

    Most of the time they wait for a phone, so that two cores have work for four. Neighbors stay
    together, since those of one file share a phone.
    """
    is_whole = any(Path(argument).resolve() == ROOT / "tests" for argument in config.args)
    asked = config.option
    if (
        is_whole
        and not hasattr(config, "workerinput")  # a worker that starts workers never ends
        and getattr(asked, "numprocesses", 0) is None
        and not (asked.usepdb or asked.collectonly)
    ):
        asked.numprocesses, asked.dist = 4, "worksteal"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, None, None]:
    with _skipping_without_fork():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    with _skipping_without_fork():
        return (yield)


@contextmanager
def _skipping_without_fork() -> Iterator[None]:
    """A test that needs a virtual phone is skipped where none can be started: on Windows."""
    try:
        yield
    except NoForkError as error:
        pytest.skip(str(error))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if not item.path.is_relative_to(ROOT / "tests"):
            continue
        # A warning in our own tests is a failure; a person's healing is never ended by one.
        item.add_marker(pytest.mark.filterwarnings("error"))
        if item.get_closest_marker("full") and not config.getoption("full"):
            item.add_marker(pytest.mark.skip(reason="slow proof: run with --full"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Recordings and facts of real phones, beside the clone; not ours to commit."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared beside this clone: the recordings of real phones are not there")
    return folder
