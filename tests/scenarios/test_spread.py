"""Many scenarios are proven on several virtual phones at once, unless something speaks against."""

from __future__ import annotations

import pytest

from drivers.attached import Attached
from scenarios.spread import spread

SCENARIO = (
    "name: One\ncause: {battery.saver: on}\nfault: [battery.saver: on]\nfix: [battery.saver: off]\n"
)


@pytest.fixture(autouse=True)
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight scenario files, and no adb server to be asked for phones."""
    for number in range(8):
        path = pytester.path / "all" / f"{number}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(SCENARIO, encoding="utf-8")
    pytester.makeini("[pytest]\nunstuck_scenarios = all\n")
    monkeypatch.delenv("ANDROID_SERIAL", raising=False)
    monkeypatch.setenv("ANDROID_ADB_SERVER_HOST", "192.0.2.1")  # nobody's (RFC 5737)


def asked(pytester: pytest.Pytester, *arguments: str) -> tuple[object, object]:
    """How many workers a command line comes to, and how items go to them."""
    config = pytester.parseconfig("-p", "scenarios.plugin", *arguments)
    spread(config)
    return config.option.numprocesses, config.option.dist


@pytest.mark.parametrize(("cores", "workers"), [(1, 2), (2, 4), (16, 8)])
def test_many_are_proven_at_once(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, cores: int, workers: int
) -> None:
    monkeypatch.setattr("scenarios.spread._cores", lambda: cores)
    assert asked(pytester, "--phone=virtual", "all") == (workers, "worksteal")


@pytest.mark.parametrize(
    "argument",
    ["-n0", "--mode=heal", "--mode=check", "-v", "-s", "-k=one", "-m=look", "--lf", "--pdb",
     "--co", "--record=x", "--help", "--markers", "--mode=nonsense", "--phone=one"],
)  # fmt: skip
def test_what_speaks_against_it(pytester: pytest.Pytester, argument: str) -> None:
    phones = [] if argument.startswith("--phone") else ["--phone=virtual"]
    assert asked(pytester, *phones, argument, "all")[0] in {None, 0}


def test_a_number_that_was_asked_for_stays(pytester: pytest.Pytester) -> None:
    assert asked(pytester, "--phone=virtual", "-n3", "all")[0] == 3


def test_few_are_told_step_by_step(pytester: pytest.Pytester) -> None:
    assert asked(pytester, "--phone=virtual", "all/1.yaml", "all/2.yaml")[0] is None


def test_a_phone_that_is_attached_is_one(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Attached("0a1b2c3d", "device", "", {})
    monkeypatch.setattr("scenarios.choosing._attached", lambda *_: (phone,))
    assert asked(pytester, "all")[0] is None
    monkeypatch.setattr("scenarios.choosing._attached", lambda *_: ())
    assert asked(pytester, "all")[0]
