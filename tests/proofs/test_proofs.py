"""Every scenario passes and leaves the phone as it was; without its fix or its fault it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from benchmarks.proofs import PROOFS, Proof, faultless, fixless, whole
from benchmarks.proving import shipped, surroundings
from drivers.adb import Client
from scenarios.model import Scenario

# Those that show a kind of cause each: a setting, none that a fact shows, one that binds in the
# background only, storage, an app's own state, two at once. The others only with --full.
QUICK = (
    "09-battery-saver",
    "06-restart-app",
    "beside-background-restricted",
    "10-phone-full",
    # While its fault stands Photos says that it is done: no advance of the counter at all.
    "04-folder",
    "saver-and-wifi",
)


def named(scenario: Scenario) -> str:
    return f"{scenario.path.removeprefix('scenarios/')}::{scenario.id}"


def is_quick(scenario: Scenario, proof: Callable[..., Proof]) -> bool:
    # Without a fix or a fault, too, the phone afterwards has to be the phone before.
    shown = {fixless: QUICK, faultless: QUICK, whole: QUICK[:3]}.get(proof, ())
    return any(scenario.path.endswith(f"/{name}.yaml") for name in shown)


ALL = [
    pytest.param(
        proof,
        scenario,
        marks=() if is_quick(scenario, proof) else pytest.mark.full,
        id=f"{named(scenario)} {proof.__name__}",
    )
    for scenario in shipped()
    for proof in PROOFS
]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with surroundings() as server:
        yield server


@pytest.mark.parametrize(("proof", "scenario"), ALL)
def test_proof(proof, scenario, client) -> None:
    found = proof(scenario, client)
    assert not found.problem
    if found.reason:
        pytest.skip(found.reason)


def test_every_quick_one_is_there() -> None:
    quick = [param for param in ALL if not param.marks]
    assert len(quick) == 2 * len(QUICK) + 3
