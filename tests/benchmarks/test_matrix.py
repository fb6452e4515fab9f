"""The matrix: which phones, what a cell says, and a table that names what did not pass."""

from __future__ import annotations

import json
import re
from itertools import product

import pytest

from benchmarks import matrix
from benchmarks.matrix import LOCALES, Cell, kept, main, notes, page, phones, table
from benchmarks.proving import PHONES
from fixtures.virtual.profile import GENERATIONS, load_profile, profile_names
from tests.conftest import ROOT


def cell(how: str = "passed", said: str = "", virtual: str = "pixel-8/bento/en-US") -> Cell:
    return Cell("solutions/09", virtual, how, said, 2.5, "d1")


def test_twelve_phones_hold_every_pair() -> None:
    parts = [virtual.split("/") for virtual in phones()]
    for first, second in ((0, 1), (0, 2), (1, 2)):
        values = [(PHONES, GENERATIONS, LOCALES)[n] for n in (first, second)]
        assert {(one[first], one[second]) for one in parts} == set(product(*values))
    assert len(parts) == 12


def test_every_profile_and_its_languages_are_among_them() -> None:
    assert sorted(PHONES) == list(profile_names())
    for name in PHONES:
        assert set(load_profile(name).locales) == set(LOCALES)


def test_a_table_names_what_failed_and_numbers_why_others_were_skipped() -> None:
    cells = [
        cell(),
        cell(virtual="pixel-8/bento/de-DE"),
        cell("skipped", "needs a SIM card", "pixel-xl/menu/en-US"),
        cell("failed", "saw 3 of 40", "emulator/menu/ar-EG"),
    ]
    *_, row = table(cells)
    assert row == "| solutions/09 | en de | (1) | **ar failed** |"
    reason, _, failure = notes(cells)
    assert reason == "1. needs a SIM card"
    assert failure == "- solutions/09 on emulator/menu/ar-EG: failed: saw 3 of 40"
    assert "2 of 3 runs passed; 1 were skipped" in page(cells)


def test_going_on_keeps_what_was_good_and_no_line_that_was_cut_off(tmp_path, monkeypatch) -> None:
    file = tmp_path / "matrix.jsonl"
    monkeypatch.setattr(matrix, "_KEPT", file)
    assert kept() == []
    lines = [json.dumps(vars(one)) for one in (cell(), cell("failed", "x"), cell("skipped", "y"))]
    file.write_text("\n".join(lines) + '\n{"scenario": "so', encoding="utf-8")
    assert kept() == [cell(), cell("skipped", "y")]


def test_a_phone_that_cannot_be_started_is_a_cell_and_no_end(monkeypatch, tmp_path, capsys) -> None:
    def fails(*_: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(matrix, "_KEPT", tmp_path / "matrix.jsonl")
    monkeypatch.setattr(matrix, "prove", fails)
    asked = ["--only", "09-battery-saver.yaml", "--phones", "pixel-8/bento/en-US"]
    assert main(asked) == 1
    assert "OSError: no more processes" in capsys.readouterr().out


def test_the_command_says_what_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "python -m benchmarks.matrix" in capsys.readouterr().out


def test_the_page_has_a_column_for_each_phone_and_names_nothing_that_failed() -> None:
    text = (ROOT / "docs" / "matrix.md").read_text(encoding="utf-8")
    columns = dict.fromkeys(virtual.rpartition("/")[0].replace("/", " ") for virtual in phones())
    assert f"| scenario | {' | '.join(columns)} |" in text
    [(good, every)] = re.findall(r"^(\d+) of (\d+) runs passed", text, re.MULTILINE)
    assert good == every
    assert "**" not in text
