"""The schema is current, and an editor that has it rejects nothing that the loader takes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.values import ValueType
from drivers.vocabulary import Registry, registry
from scenarios.__main__ import generated
from scenarios.gestures import KEYS
from scenarios.model import VIRTUAL_NAMES, Scenario
from scenarios.schema import schema

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
SHIPPED = sorted(
    path for folder in ("solutions", "regression")
    for path in (ROOT / "scenarios" / folder).rglob("*.yaml")
)  # fmt: skip

# What a schema cannot know: places, other files, risk, what was declared elsewhere.
LOADER_ONLY = {
    "anchor-that-holds-itself", "before-in-a-cause", "cases", "cases-twice", "include-cycle",
    "include-of-a-scenario", "include-that-is-not-there", "include-with-a-problem", "name",
    "out-of-range", "say-unknown", "tags", "taps-are-disruptive", "understated-effects",
    "understated-risk", "understated-shell", "factory-reset", "way-back-with-when",
    "variables", "variables-declared", "modifier-that-means-nothing",
}  # fmt: skip
NOT_YAML = {
    "alias-without-anchor", "anchors-that-explode", "binary", "character-without-quotes",
    "colon-in-a-text", "comparison-without-quotes", "control-character", "duplicate-key",
    "indentation", "nested-too-deep", "step-without-space", "tab", "tag-that-constructs",
    "two-documents", "unclosed-list", "unclosed-map", "unclosed-quote",
}  # fmt: skip


class Yaml12Loader(yaml.CSafeLoader):
    """How editors read YAML 1.2: `on` and `no` are words, `true` and `6.80` are not."""


Yaml12Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("tag:yaml.org,2002:bool", r"(?:true|false|True|False|TRUE|FALSE)\Z", "tfTF"),
    ("tag:yaml.org,2002:null", r"(?:null|~|)\Z", ["n", "~", ""]),
    ("tag:yaml.org,2002:int", r"[-+]?[0-9]+\Z", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)\Z", "-+.0123456789"),
):
    Yaml12Loader.add_implicit_resolver(tag, re.compile(pattern), list(first))

LOADERS = [yaml.CSafeLoader, Yaml12Loader]
Loader = type[yaml.CSafeLoader]


def errors_of(text: str, loader: Loader, rules: jsonschema.Draft7Validator) -> list[str]:
    return [error.message for error in rules.iter_errors(yaml.load(text, loader))]


@pytest.fixture(scope="module")
def rules(vocabulary: Registry) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(schema(vocabulary))


@pytest.fixture(scope="module")
def shipped_rules() -> jsonschema.Draft7Validator:
    text = (ROOT / "scenarios" / "schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft7Validator(json.loads(text))


def test_it_is_a_schema(vocabulary: Registry) -> None:
    jsonschema.Draft7Validator.check_schema(schema(vocabulary))
    jsonschema.Draft7Validator.check_schema(schema(registry()))


@pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)
def test_what_is_generated_is_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == generated()[path], "run: python -m scenarios"


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scenario(
    path: Path, loader: Loader, shipped_rules: jsonschema.Draft7Validator
) -> None:
    assert errors_of(path.read_text(encoding="utf-8"), loader, shipped_rules) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scenario_names_the_schema(path: Path) -> None:
    """An editor finds it by the first line."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found
    assert (path.parent / found[1]).resolve() == ROOT / "scenarios" / "schema.json"


BROKEN = sorted({path.stem for path in GOLDEN.glob("*.yaml")} - LOADER_ONLY - NOT_YAML)


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("name", BROKEN)
def test_an_editor_sees_it_too(
    name: str, loader: Loader, rules: jsonschema.Draft7Validator
) -> None:
    text = (GOLDEN / f"{name}.yaml").read_text(encoding="utf-8")
    assert errors_of(text, loader, rules)


# A type's strategies are asked for thousands of times, and making one takes longer than drawing.
@cache
def scalars(value_type: ValueType) -> st.SearchStrategy[str]:
    """Texts of a type, as a person may write them."""
    number = st.integers(0, 99).map(str)
    by_kind: dict[str, st.SearchStrategy[str]] = {
        "bool": st.sampled_from(["on", "off", "true", "false"]),
        "int": number,
        "count": number,
        "percent": number.map(lambda n: f"{n}%"),
        "celsius": number.map(lambda n: f"{n}.5 C"),
        "seconds": st.tuples(number, st.sampled_from(["ms", "s", " min", "h"])).map("".join),
        "bytes": st.tuples(number, st.sampled_from([" B", "kB", " MB", " GiB"])).map("".join),
        "daily_limit": st.sampled_from(["off", "unlimited", "5 MB"]),
        "text": st.sampled_from(["no", "6.80", "7", "true", "home", "on", "1e3", "0x1"]),
        "list": st.sampled_from(["a.apk", "no", "1.0"]),
    }
    return st.sampled_from(value_type.words) if value_type.words else by_kind[value_type.kind]


@cache
def written_tests(value_type: ValueType) -> st.SearchStrategy[str]:
    if value_type.kind == "map":
        return st.just("{Camera: on, 'My pictures': off}")
    if value_type.kind == "counter":
        return st.sampled_from(['{left: "> 0"}', "{done: 3, total: [4, 5]}"])
    one = scalars(value_type)
    if value_type.is_ordered:
        one |= st.tuples(st.sampled_from(["<", ">= "]), one).map(lambda t: f'"{"".join(t)}"')
    many = st.lists(one, min_size=1, max_size=3).map(lambda t: f"[{', '.join(t)}]")
    return one | many | (one | many).map(lambda t: f"{{not: {t}}}")


@cache
def written_values(value_type: ValueType) -> st.SearchStrategy[str]:
    if value_type.kind == "map":
        return st.just("{Camera: on, WhatsApp: off}")
    one = scalars(value_type)
    if value_type.is_collection:
        return one | st.lists(one).map(lambda t: f"[{', '.join(t)}]")
    return one


@cache
def names_of(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)


@st.composite
def written_scenarios(draw: st.DrawFn, vocabulary: Registry) -> str:
    """Scenario files that mean something, in many of the ways to write them."""
    fact_names = names_of(tuple(sorted(vocabulary.facts)))

    def conditions() -> str:
        names = draw(fact_names)
        return (
            "{"
            + ", ".join(f"{n}: {draw(written_tests(vocabulary.facts[n].type))}" for n in names)
            + "}"
        )

    def selector() -> str:
        return draw(st.sampled_from(["{id: switch}", "{text: no}", "{say: backup}", "{desc: 1.0}"]))

    def step(depth: int = 0) -> str:
        kind = draw(st.integers(0, 9))
        if kind < 4:
            name = draw(st.sampled_from(sorted(vocabulary.controls)))
            value = draw(written_values(vocabulary.facts[name].type))
            return f"{{{name}: {value}, within: 5s}}"
        if kind < 6:
            name = draw(st.sampled_from(sorted(vocabulary.operations)))
            operation = vocabulary.operations[name]
            given_ = []
            for name, value_type in operation.arguments.items():
                values = written_values(value_type)
                if name in operation.required:
                    values = values.filter(lambda text: text.strip("[]'\""))
                given_.append(f"{name}: {draw(values)}")
            if operation.required or draw(st.booleans()):
                return f"{{{operation.name}: {{{', '.join([*given_, 'within: 1min'])}}}}}"
            return operation.name
        if kind == 6 and depth < 2:
            return f"{{when: {conditions()}, do: [{step(depth + 1)}]}}"
        return draw(
            st.sampled_from(
                [
                    f"{{tap: {selector()}, undo: [key: back]}}",
                    f"{{wait: {{gone: {selector()}, within: 5s}}}}",
                    f"{{type: {{text: on, into: {selector()}}}}}",
                    f"key: {draw(st.sampled_from(KEYS))}",
                    "{shell: {run: [svc, wifi, 1, no], undo: [svc]}}",
                    "{shell: {run: [svc]}, undo: [svc, 1]}",
                    "{open: {action: a.b.C, data: 'x:y'}}",
                    f"virtual: {draw(st.sampled_from(VIRTUAL_NAMES))}",
                ]
            )
        )

    expectation = draw(
        st.sampled_from(
            [
                "{counter: {advances: 1, within: 60s, soft: on}}",
                "{counter: {steady: 20s}}",
                "{judged: [slow, off]}",
            ]
        )
    )
    versions = st.sampled_from(["13", "8.1", '">= 13"'])
    steps = ", ".join(step() for _ in range(draw(st.integers(1, 4))))
    return "\n".join(
        [
            "name: A name",
            "solution: " + draw(st.sampled_from(["9", "'9'"])),
            f"risk: {draw(st.sampled_from(['look', 'wipe']))}",
            "effects: [costs, uploads]",
            f"needs: {{android: {draw(versions)}, root: off, sim: on}}",
            f"cause: {draw(st.sampled_from(['unseen', conditions(), f'[{conditions()}]']))}",
            f"fault: [{steps}]",
            f"expect: [{expectation}, {conditions()}]",
        ]
    )


def test_what_the_loader_takes_an_editor_takes(
    vocabulary: Registry,
    rules: jsonschema.Draft7Validator,
    load_text: Callable[..., tuple[Scenario, ...]],
) -> None:

    @given(text=written_scenarios(vocabulary))
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    def check(text: str) -> None:
        load_text(text)
        for loader in LOADERS:
            assert errors_of(text, loader, rules) == []

    check()
