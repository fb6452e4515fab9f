"""What each class of error says, word by word: tests/golden/NAME.yaml and its NAME.txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.vocabulary import Registry
from scenarios.loader import load
from scenarios.marks import ScenarioProblems

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = sorted(GOLDEN.glob("*.yaml"))


def message_of(path: Path, vocabulary: Registry) -> str:
    with pytest.raises(ScenarioProblems) as raised:
        load([path], variables={}, environ={"ACCOUNT": "a@example.com"}, vocabulary=vocabulary)
    return f"{raised.value}\n"


def test_there_is_one_for_each_class_of_error() -> None:
    assert len(FILES) >= 20


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_message(path: Path, vocabulary: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert message_of(Path(path.name), vocabulary) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_problem_has_its_place(
    path: Path, vocabulary: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(GOLDEN)
    with pytest.raises(ScenarioProblems) as raised:
        load([Path(path.name)], variables={}, environ={}, vocabulary=vocabulary)
    problems = raised.value.problems
    assert all(Path(problem.mark.path).is_file() for problem in problems)
    places = [(p.mark.path, p.mark.line, p.mark.column) for p in problems]
    assert places == sorted(places)


def test_all_files_at_once(vocabulary: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    one_by_one = set()
    for path in FILES:
        with pytest.raises(ScenarioProblems) as raised:
            load([Path(path.name)], variables={}, environ={}, vocabulary=vocabulary)
        one_by_one.update(raised.value.problems)
    with pytest.raises(ScenarioProblems) as raised:
        load([Path(p.name) for p in FILES], variables={}, environ={}, vocabulary=vocabulary)
    assert set(raised.value.problems) == one_by_one
