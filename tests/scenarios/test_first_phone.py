"""docs/first-phone.md explains whatever a healing or a check may say to a person."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "first-phone.md").read_text(encoding="utf-8")
LABEL = re.compile(r'(?:yield |(?<!\w)\()"([a-z][a-z ]+)",')
QUESTION = re.compile(r'"([a-z ]+\?)"')
BEGINNING = re.compile(r'f"([A-Z][A-Za-z ,]+?): (?:\{|the )')


def written(pattern: re.Pattern[str], *modules: str) -> list[str]:
    texts = [(ROOT / "scenarios" / name).read_text(encoding="utf-8") for name in modules]
    return sorted({found for text in texts for found in pattern.findall(text)})


@pytest.mark.parametrize("label", written(LABEL, "verdict.py", "examination.py"))
def test_every_note_below_a_verdict(label: str) -> None:
    assert f"`{label}: " in PAGE


@pytest.mark.parametrize("title", written(QUESTION, "patient.py", "cure.py", "findings.py"))
def test_every_question_that_a_run_asks_itself(title: str) -> None:
    assert f"`{title}`" in PAGE


@pytest.mark.parametrize("words", written(BEGINNING, "verdict.py", "examination.py"))
def test_every_beginning_of_a_verdict(words: str) -> None:
    assert f"`{words}: " in PAGE
