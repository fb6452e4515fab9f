"""A small vocabulary of every type, so that the language is tested apart from any phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Control, Effect, Fact, Operation, Registry, Risk
from scenarios.loader import load
from scenarios.model import Scenario

FACTS = {
    name: Fact(name, value_type, f"What {name} means.")
    for name, value_type in {
        "battery.level": ValueType("percent"),
        "battery.plugged": ValueType("enum", ("none", "ac", "usb", "wireless", "dock")),
        "battery.saver": ValueType("bool"),
        "battery.temperature": ValueType("celsius"),
        "media.count": ValueType("count"),
        "network.private_dns": ValueType("enum", ("off", "opportunistic", "hostname")),
        "network.ssid": ValueType("text", personal=True),
        "network.wifi": ValueType("bool"),
        "phone.android": ValueType("text"),
        "phone.sdk": ValueType("int"),
        "phone.vendor": ValueType("text"),
        "photos.account": ValueType("text", personal=True),
        "photos.cellular": ValueType("daily_limit"),
        "photos.counter": ValueType("counter"),
        "photos.folders": ValueType("map"),
        "photos.job_blockers": ValueType("list"),
        "photos.media_access": ValueType("enum", ("all", "selected", "none")),
        "photos.status": ValueType("enum", ("uploading", "getting_ready", "paused", "complete")),
        "photos.version": ValueType("text"),
        "power.screen_timeout": ValueType("seconds"),
        "power.stay_on": ValueType("set", ("ac", "usb", "wireless", "dock")),
        "storage.free": ValueType("bytes"),
    }.items()
}


def control(
    name: str,
    *,
    risks: Mapping[str, Risk] | None = None,
    effects: frozenset[Effect] = frozenset(),
    fault_only: bool = False,
) -> Control:
    """A control that knows what a file may ask of it, and has no phone."""
    own_effects, own_fault_only = effects, fault_only

    class Named(Control):
        fact: ClassVar[Fact] = FACTS[name]
        effects: ClassVar[frozenset[Effect]] = own_effects
        fault_only: ClassVar[bool] = own_fault_only

        def risk(self, value: Value) -> Risk:
            return (risks or {}).get(str(value), Risk.REVERSIBLE)

        def read(self, phone: object) -> Value | None:
            raise AssertionError("no phone here")

        def commands(self, value: Value) -> Sequence[str]:
            return ()

        def apply(self, phone: object, value: Value) -> None:
            raise AssertionError("no phone here")

    return Named()


def operation(
    name: str,
    risk: Risk,
    arguments: Mapping[str, ValueType] | None = None,
    *,
    required: tuple[str, ...] = (),
    effects: frozenset[Effect] = frozenset(),
    repeats: bool = False,
    results: Mapping[str, ValueType] | None = None,
) -> Operation:
    """An operation that knows what a file may ask of it, and has no phone."""
    own_risk, own_required = risk, required
    own = (f"What {name} does.", name, effects, arguments or {}, repeats, results or {})

    class Named(Operation):
        base_risk, required = own_risk, own_required
        doc, name, effects, arguments, repeats, results = own

        def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
            return ()

        def run(
            self, phone: object, arguments: Mapping[str, Value], prepared: Json
        ) -> Mapping[str, Value]:
            raise AssertionError("no phone here")

    return Named()


COSTS, UPLOADS = frozenset({Effect.COSTS}), frozenset({Effect.UPLOADS})
TEXT, COUNT, BOOL, SIZE = map(ValueType, ("text", "count", "bool", "bytes"))

CONTROLS = [
    control("battery.level", fault_only=True),
    control("battery.plugged", fault_only=True),
    control("battery.saver"),
    control("network.private_dns"),
    control("network.wifi"),
    control("photos.account", risks={"other@example.com": Risk.APP_DATA}, effects=UPLOADS),
    control("photos.cellular", effects=COSTS),
    control("photos.folders", effects=UPLOADS),
    control("photos.media_access", risks={"none": Risk.DISRUPTIVE}),
    control("power.screen_timeout"),
    control("power.stay_on"),
]
OPERATIONS = [
    operation("cloud.transfer", Risk.LOOK, {"source": TEXT, "target": TEXT}, effects=UPLOADS,
              required=("source", "target"), results={"verified": BOOL, "copied": COUNT}),
    operation("media.add", Risk.REVERSIBLE, {"count": COUNT}),
    operation("phone.factory_reset", Risk.WIPE),
    operation("photos.clear_data", Risk.APP_DATA),
    operation("photos.install", Risk.DISRUPTIVE, {"files": ValueType("list")},
              required=("files",)),
    operation("photos.open", Risk.LOOK),
    operation("photos.restart", Risk.DISRUPTIVE),
    operation("photos.upload_manually", Risk.REVERSIBLE, {"until": COUNT}, effects=UPLOADS),
    operation("storage.fill", Risk.REVERSIBLE, {"leave": SIZE}, required=("leave",)),
    operation("storage.trim_caches", Risk.DISRUPTIVE, repeats=True),
]  # fmt: skip

VOCABULARY = Registry(
    FACTS,
    {one.fact.name: one for one in CONTROLS},
    {one.name: one for one in OPERATIONS},
    (),
)

Load = Callable[..., tuple[Scenario, ...]]


@pytest.fixture(scope="session")
def vocabulary() -> Registry:
    return VOCABULARY


@pytest.fixture
def load_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Loads one scenario from its text; further files may be given by name."""
    monkeypatch.chdir(tmp_path)

    def from_text(
        text: str,
        *,
        variables: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
    ) -> tuple[Scenario, ...]:
        for name, content in {"scenario.yaml": text, **(files or {})}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return load(
            [Path("scenario.yaml")],
            variables=variables or {},
            environ=environ or {},
            vocabulary=VOCABULARY,
        )

    return from_text


@pytest.fixture
def load_fix(load_text: Load) -> Callable[..., Scenario]:
    """Loads a scenario that is whole but for its fix (or another part), and gives it back."""

    def from_parts(
        fix: str = "", *, risk: str = "wipe", more: str = "", **options: object
    ) -> Scenario:
        lines = ["name: A part", f"risk: {risk}", "effects: [costs, uploads]"]
        lines += ["expect: {counter: {advances: 1}}"] if "expect:" not in more else []
        lines += ["fix:", fix] if fix else []
        (scenario,) = load_text("\n".join([*lines, more]), **options)
        return scenario

    return from_parts


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Scenario]:
    """A scenario of the real vocabulary, from the parts that matter to the doctor."""

    def from_text(text: str) -> Scenario:
        path = tmp_path / "scenario.yaml"
        lines = ["name: A cause", "risk: app-data", "effects: [costs, uploads]"]
        lines += ["expect: {counter: {advances: 1}}", text]
        path.write_text("\n".join(lines), encoding="utf-8")
        (scenario,) = load([path], variables={}, environ={})
        return scenario

    return from_text
