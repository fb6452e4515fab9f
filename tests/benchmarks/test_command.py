"""The command: names, lists, what it refuses, and the page it writes."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.page import head
from benchmarks.results import Result, Way
from tests.conftest import ROOT


def test_every_benchmark_is_listed_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines]
    assert names[:7] == ["shell", "agent", "screen", "tap", "diagnosis", "watch", "collection"]
    assert all(line.endswith(".") for line in lines)


def test_modules_that_only_help_are_not_listed() -> None:
    assert not {"bench", "floor", "page", "results", "sampling"} & command.benchmarks().keys()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["shel"], "no benchmark 'shel'"), (["--write", "shell"], "--write keeps the whole table")],
)
def test_what_cannot_be_meant_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_the_rescue_is_written_into_its_own_page_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "rescue.md"
    page.write_text((ROOT / "docs" / "rescue.md").read_text(encoding="utf-8"), encoding="utf-8")
    result = Result("a rescue", "s", Way("ours", (2.0,)), Way("adb pull", (1.5,)))
    monkeypatch.setitem(command._HEAVY, "rescue", page)
    monkeypatch.setattr("benchmarks.rescue.compare", lambda bench: result)
    monkeypatch.setattr("benchmarks.bench.Bench", lambda **_: contextlib.nullcontext())
    before = (ROOT / "docs" / "benchmarks.md").read_bytes()
    for _ in range(2):
        assert command.main(["rescue", "--write"]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("| a rescue | **2 s** | 1.5 s |") == 1
    assert text.startswith("# Rescue and clouds")
    assert "## To a cloud" in text
    assert (ROOT / "docs" / "benchmarks.md").read_bytes() == before


def test_the_page_carries_its_command_and_a_row_for_each_promise() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert text.startswith(head())
    for title in ("shell round trip", "screen, as text", "full diagnosis", "watching a counter"):
        row = next(line for line in text.splitlines() if line.startswith(f"| {title} |"))
        assert "met" in row.split("|")[-2]
