"""Scenario files as pytest sees them: found, chosen by their tags, refused all at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHOLE = "name: {name}\nrisk: look\ntags: [{tag}]\nexpect: {{judged: moving}}\n"


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project of its own with two scenarios."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    # Those that are needed are named; others take longer to load than all that is looked at here.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini(
        "[pytest]\naddopts = --strict-markers --import-mode=importlib -p xdist -p allure_pytest "
        "-p scenarios.plugin -p fixtures.phone -p fixtures.evidence\nunstuck_scenarios = ours\n"
    )
    folder = pytester.mkdir("ours")
    for name, tag in (("first", "power"), ("second", "two-words")):
        (folder / f"{name}.yaml").write_text(WHOLE.format(name=f"The {name}", tag=tag))
    return pytester


def collected(run: pytest.Pytester, *arguments: str) -> list[str]:
    result = run.runpytest_inprocess("--collect-only", "-q", *arguments)
    return [line for line in result.outlines if "::" in line]


def test_every_file_is_an_item(run: pytest.Pytester) -> None:
    first, second = "ours/first.yaml::The first", "ours/second.yaml::The second"
    assert collected(run, "ours") == [first, second]
    assert collected(run, "ours", "-m", "two-words") == [second]
    assert collected(run, "ours/second.yaml::The second") == [second]


@pytest.mark.parametrize(
    ("asked", "option"), [("ours", "--ignore=ours/broken.yaml"), (".", "--ignore-glob=*/bro*")]
)
def test_a_file_that_is_to_be_ignored_is_not_even_read(
    run: pytest.Pytester, asked: str, option: str
) -> None:
    (run.path / "ours" / "broken.yaml").write_text("nonsense")
    names = ["ours/first.yaml::The first", "ours/second.yaml::The second"]
    assert collected(run, asked, option) == names


def test_a_folder_that_is_to_be_ignored_is_passed_by(run: pytest.Pytester) -> None:
    folder = run.mkdir("ours/old")
    (folder / "third.yaml").write_text(WHOLE.format(name="The third", tag="old"))
    assert len(collected(run, "ours", "--ignore=ours/old")) == 2
    assert collected(run, ".", "--ignore=ours") == []


def test_what_is_named_itself_is_not_ignored(run: pytest.Pytester) -> None:
    named = "ours/first.yaml"
    assert collected(run, named, f"--ignore={named}") == [f"{named}::The first"]


def test_a_file_from_elsewhere_is_told_from_others(run: pytest.Pytester) -> None:
    names = ["one.yaml", "two.yaml"]
    for name in names:
        (run.path.parent / name).write_text(WHOLE.format(name="The third", tag="new"))
    paths = [(run.path.parent / name).as_posix() for name in names]
    settings = ("-c", str(run.path / "tox.ini"))  # else pytest looks for them beside the files
    assert collected(run, *settings, *paths) == [f"{path}::The third" for path in paths]
    assert collected(run, *settings, f"{paths[1]}::The third") == [f"{paths[1]}::The third"]


def test_allure_can_be_left_away(run: pytest.Pytester) -> None:
    settings = (run.path / "tox.ini").read_text().replace("-p allure_pytest", "-p no:allure_pytest")
    (run.path / "tox.ini").write_text(settings)
    assert collected(run, "ours/second.yaml") == ["ours/second.yaml::The second"]
    # As far as a run comes without a phone.
    result = run.runpytest_inprocess("ours/second.yaml", "--phone=virtual", "--patience=0s")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --patience=0s: *"])


def test_links_in_a_circle_are_said_to_be_no_file(run: pytest.Pytester) -> None:
    loop = run.path / "ours" / "loop.yaml"
    try:
        loop.symlink_to(loop)
    except OSError:
        pytest.skip("this system lets nobody make links")
    result = run.runpytest_inprocess("ours/loop.yaml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: file or directory not found: ours/loop.yaml"])
    result = run.runpytest_inprocess("ours")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: ours/loop.yaml: cannot be read: Too many levels of *"])


def test_a_folder_of_files_that_are_no_scenarios_says_why(run: pytest.Pytester) -> None:
    (run.mkdir("theirs") / "third.yaml").write_text(WHOLE.format(name="The third", tag="new"))
    result = run.runpytest_inprocess("theirs")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    # However wide the terminal is.
    said = " ".join(result.stdout.str().split())
    assert (
        "nothing was selected: theirs holds YAML files (1), but a file is a scenario only" in said
    )
    assert "if it lies under ours, or is named itself, as in 'pytest theirs/third.yaml'" in said
    result = run.runpytest_inprocess("ours", "-k", "nothing", "--collect-only")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.no_fnmatch_line("nothing was selected*")


@pytest.mark.parametrize("more", [(), ("--collect-only",), ("-n", "2")], ids=str)
def test_all_problems_end_the_run_before_it_begins(
    run: pytest.Pytester, more: tuple[str, ...]
) -> None:
    (run.path / "ours" / "third.yaml").write_text("name: A\nrisk: lok\nexpect: {judged: movin}\n")
    (run.path / "ours" / "fourth.yaml").write_text("")
    result = run.runpytest_inprocess("ours", *more)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "*ours/fourth.yaml: the file is empty*",
            "ours/third.yaml:2:7: *",
            "ours/third.yaml:3:18: *",
        ]
    )
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_the_vocabulary_loads_nothing_that_only_a_phone_needs() -> None:
    """It is gathered at every start of pytest, and these would double what that takes."""
    heavy = {"drivers.screen", "drivers.dialogs", "drivers.hierarchy", "drivers.phone"}
    heavy |= {"adbutils", "uiautomator2", "lxml", "PIL", "asyncio"}
    program = (
        "import sys, scenarios.loader; from drivers.vocabulary import registry; registry(); "
        f"print(sorted({heavy!r} & sys.modules.keys()))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
