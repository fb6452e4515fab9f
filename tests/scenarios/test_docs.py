"""Every example of docs/scenarios.md means what a scenario can mean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios.loader import load
from scenarios.marks import ScenarioProblems
from scenarios.model import Scenario
from scenarios.scenario_syntax import KEYS
from scenarios.words import KEY_DOCS, MODIFIER_DOCS, SELECTOR_DOCS, STEP_DOCS

DOCS = Path(__file__).parents[2] / "docs" / "scenarios.md"
TEXT = DOCS.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
REST = {
    "name": "name: An example",
    "risk": "risk: wipe",
    "expect": "expect: {judged: moving}",
}


def whole(example: str) -> str:
    """An example with what it leaves out of a scenario."""
    if example.startswith("- "):
        example = "fix:\n" + example
    top = set(re.findall(r"^([a-z]+):", example, re.MULTILINE))
    return "\n".join([example, *(line for key, line in REST.items() if key not in top)])


def loaded(folder: Path, example: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Scenario, ...]:
    path = folder / "solutions" / "my-first.yaml"
    (folder / "steps").mkdir()
    (folder / "steps" / "photos-in-front.yaml").write_text("- photos.open\n", encoding="utf-8")
    path.parent.mkdir()
    path.write_text(whole(example), encoding="utf-8")
    monkeypatch.chdir(path.parent)
    return load([Path(path.name)], variables={}, environ={"PHOTOS_PIN": "4711"})


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.splitlines()[0][:40])
def test_an_example(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenarios = loaded(tmp_path, example, monkeypatch)
    assert scenarios
    assert all(not scenario.unset for scenario in scenarios)


def test_the_messages_are_those_that_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (messages,) = re.findall(r"^```text\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    broken = EXAMPLES[0].replace("- network.wifi: off", "- network.wfi: off").replace("60s", "60")
    with pytest.raises(ScenarioProblems) as raised:
        loaded(tmp_path, broken, monkeypatch)
    assert f"{raised.value}\n" == messages


@pytest.mark.parametrize("word", [*KEYS, *STEP_DOCS, *MODIFIER_DOCS, *SELECTOR_DOCS])
def test_every_word_has_its_example(word: str) -> None:
    assert re.search(rf"\b{word}\b", "\n".join(EXAMPLES)) or f"`{word}`" in TEXT


def test_every_key_is_described() -> None:
    assert set(KEYS) <= KEY_DOCS.keys()
