"""Every scenario passes and leaves the phone as it was; without its fix or its fault it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from benchmarks.proofs import PROOFS, Proof, faultless, fixless, whole
from benchmarks.proving import shipped, surroundings
from scenarios.model import Scenario

# Those that show a kind of cause each: a setting, none that a fact shows, one that binds in the
# background only, storage, an app's own state, two at once. The others only with --full.
QUICK = (
    "09-battery-saver",
    "06-restart-app",
    "beside-background-restricted",
    "10-phone-full",
    "03-clear-cache",
    "saver-and-wifi",
)
# Phones at a time: most of a proof is waiting for one.
JOBS = 3


def named(scenario: Scenario) -> str:
    return f"{scenario.path.removeprefix('scenarios/')}::{scenario.id}"


def is_quick(scenario: Scenario, proof: Callable[..., Proof]) -> bool:
    is_shown = any(scenario.path.endswith(f"/{name}.yaml") for name in QUICK)
    return is_shown and proof in {whole, fixless, faultless}


ALL = [
    pytest.param(
        proof,
        named(scenario),
        marks=() if is_quick(scenario, proof) else pytest.mark.full,
        id=f"{named(scenario)} {proof.__name__}",
    )
    for scenario in shipped()
    for proof in PROOFS
]


@pytest.fixture(scope="module")
def proven(request: pytest.FixtureRequest) -> Iterator[Callable[..., Proof]]:
    """Gives a proof's outcome; those of all tests that were asked for run side by side."""
    with surroundings() as client, ThreadPoolExecutor(JOBS) as pool:
        scenarios = {named(one): one for one in shipped()}
        running: dict[tuple[Callable[..., Proof], str], Future[Proof]] = {}
        for item in request.session.items:
            if item.originalname == test_proof.__name__ and not item.get_closest_marker("skip"):
                proof, name = item.callspec.params["proof"], item.callspec.params["name"]
                running[proof, name] = pool.submit(proof, scenarios[name], client)
        yield lambda proof, name: running[proof, name].result()
        for future in running.values():
            future.cancel()


@pytest.mark.parametrize(("proof", "name"), ALL)
def test_proof(proof, name, proven) -> None:
    found = proven(proof, name)
    if found.reason:
        pytest.skip(found.reason)
    assert not found.problem


def test_every_quick_one_is_there() -> None:
    quick = [param for param in ALL if not param.marks]
    assert len(quick) == 3 * len(QUICK)
