"""What each shipped scenario says it costs is what its steps cost: neither less nor more."""

from __future__ import annotations

import pytest
import yaml

from benchmarks.proving import ROOT, shipped
from drivers.vocabulary import registry
from scenarios.model import Scenario
from scenarios.risk import effects_of, riskiest

SHIPPED = shipped()


@pytest.mark.parametrize("scenario", SHIPPED, ids=lambda one: f"{one.path}::{one.id}")
def test_risk_and_effects_are_those_of_the_steps(scenario: Scenario) -> None:
    # Read without the loader, which adds what a file leaves out.
    file = yaml.safe_load((ROOT / scenario.path).read_text(encoding="utf-8"))
    derived, step = riskiest(scenario.fix, registry())
    assert file["risk"] == derived.word, step and step.describe()
    effects = effects_of(scenario.fix, registry())
    assert set(file.get("effects", [])) == {effect.value for effect in effects}
