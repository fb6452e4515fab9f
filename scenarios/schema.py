"""The JSON Schema of scenario files, for completion, hover texts and checks in an editor.

It is generated from the tables that the loader reads by, and accepts all that the loader
accepts: a value that YAML resolvers disagree about (`on`, `no`, `6.80`) is taken as a word, a
boolean or a number. What only the loader can know, such as a risk that is understated, it lets
pass. `python -m scenarios` writes it to scenarios/schema.json.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from drivers.photos.lexicon import keys
from drivers.values import COUNTER_PARTS, FALSE_WORDS, TRUE_WORDS, Json, ValueType
from drivers.vocabulary import Control, Effect, Fact, Operation, Registry, Risk
from scenarios.expectation_syntax import JUDGMENT
from scenarios.gestures import KEYS
from scenarios.model import VIRTUAL_NAMES
from scenarios.scenario_syntax import REQUIRED, SOLUTIONS
from scenarios.screen_syntax import OPEN_WORDS, SELECTOR_WORDS
from scenarios.words import (
    EFFECT_DOCS,
    KEY_DOCS,
    MODIFIER_DOCS,
    NEEDS_DOCS,
    RISK_DOCS,
    SELECTOR_DOCS,
    STEP_DOCS,
)

Schema = dict[str, Json]

_NUMBER = r"[+-]?\d+(\.\d+)?"
_PATTERNS = {
    "int": r"[+-]?\d+",
    "count": r"[+-]?\d+",
    "percent": r"\+?\d{1,3}(\.0+)?\s*%",
    "celsius": rf"{_NUMBER}\s*°?C",
    "seconds": rf"{_NUMBER}\s*(ms|s|min|h)",
    "bytes": rf"{_NUMBER}\s*([kMGT]?B|[KMGT]iB)",
}
# Words that YAML 1.1 takes for booleans, as some editors still do.
_TRUTHS = {"on", "yes", "true", "y"}
_FALSEHOODS = {"off", "no", "false", "n"}


def schema(vocabulary: Registry) -> Schema:
    """The schema as plain JSON, keys in a steady order.

    Args:
        vocabulary: what a scenario may name.
    """
    tops: Mapping[str, Schema] = {
        "name": _text(),
        "solution": _any_of(
            {"type": "integer", "minimum": SOLUTIONS[0], "maximum": SOLUTIONS[-1]},
            {"enum": [str(number) for number in SOLUTIONS]},
        ),
        "why": _text(),
        "tags": _one_or_more({"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]*$"}),
        "risk": _words_with_docs({risk.word: RISK_DOCS[risk] for risk in Risk}),
        "effects": _one_or_more(
            _words_with_docs({effect.value: EFFECT_DOCS[effect] for effect in Effect})
        ),
        "needs": _needs(vocabulary),
        "vars": _map(_any_of(_text(), _ref("variable_source"))),
        "cases": {"type": "array", "minItems": 1, "items": {**_map(_text()), "minProperties": 1}},
        "cause": _any_of(
            {"const": "unseen", "description": KEY_DOCS["unseen"]},
            _ref("conditions"),
            {"type": "array", "minItems": 1, "items": _ref("conditions")},
        ),
        "fault": {"allOf": [_ref("fault_steps")], "minItems": 1},
        "fix": {"allOf": [_ref("fix_steps")], "minItems": 1},
        "expect": _any_of(
            _ref("expectation"),
            {"type": "array", "minItems": 1, "items": _ref("expectation")},
        ),
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Unstuck scenario",
        "description": "What holds a backup up, and how to get it moving again.",
        **_closed({name: {**one, "description": KEY_DOCS[name]} for name, one in tops.items()}),
        "required": list(REQUIRED),
        "definitions": _definitions(vocabulary),
    }


def _definitions(vocabulary: Registry) -> Schema:
    faults = list(vocabulary.controls.values())
    fixes = [control for control in faults if not control.fault_only]
    return {
        **_shared_types(vocabulary),
        **{f"is.{fact.name}": _condition(fact) for fact in vocabulary.facts.values()},
        "variable": {"type": "string", "pattern": r"\$\{[^{}]+\}"},
        "duration": _ref("value.seconds"),
        "switch": _ref("value.bool"),
        "variable_source": _any_of(
            _closed({"env": _text(), "default": _text()}, required=["env"]),
            _closed({"secret": _text()}, required=["secret"]),
        ),
        "conditions": {
            **_closed(_fact_conditions(vocabulary)),
            "minProperties": 1,
        },
        "fix_steps": {"type": "array", "items": _ref("fix_step")},
        "fault_steps": {"type": "array", "items": _ref("fault_step")},
        "fix_step": _step(vocabulary, fixes, "fix_steps", {}),
        "fault_step": _step(
            vocabulary,
            faults,
            "fault_steps",
            {"virtual": _virtual()},
        ),
        "selector": _selector(()),
        "expectation": _expectation(vocabulary),
    }


def _virtual() -> Schema:
    names: Schema = {"enum": list(VIRTUAL_NAMES)}
    return {**_any_of(names, _ref("variable")), "description": STEP_DOCS["virtual"]}


def _step(
    vocabulary: Registry, controls: Iterable[Control], steps: str, more: Mapping[str, Schema]
) -> Schema:
    heads: dict[str, Schema] = {
        control.fact.name: {**_set(control), "description": control.fact.doc}
        for control in controls
    }
    for operation in vocabulary.operations.values():
        heads[operation.name] = {**_arguments(operation), "description": operation.doc}
    for word, one in {**_screen_words(steps), **_plain_words(steps), **more}.items():
        heads[word] = {**one, "description": STEP_DOCS[word]}
    modifiers: dict[str, Schema] = {
        "within": _ref("duration"),
        "until": {},
        "undo": _any_of(_ref(steps), {"type": "array", "minItems": 1, "items": _text()}),
        "do": _ref(steps),
    }
    described = {word: _described(one, MODIFIER_DOCS[word]) for word, one in modifiers.items()}
    as_map: Schema = {
        **_closed({**heads, **described}),
        "oneOf": [{"required": [head]} for head in heads],
        "dependencies": {
            "do": ["when"],
            "when": {"required": ["do"], "not": {"required": ["within"]}},
        },
    }
    words = [name for name, operation in vocabulary.operations.items() if not operation.required]
    return _any_of({"enum": [*words]}, as_map) if words else as_map


def _plain_words(steps: str) -> dict[str, Schema]:
    argv: Schema = {"type": "array", "minItems": 1, "items": _text()}
    shell = {"run": argv, "undo": argv, "within": _ref("duration")}
    return {
        "when": _ref("conditions"),
        "include": {"type": "string", "pattern": "^[^/]"},
        "shell": _closed(shell, required=["run"]),
    }


def _screen_words(steps: str) -> dict[str, Schema]:
    beside: dict[str, Schema] = {"within": _ref("duration"), "undo": _ref(steps)}
    selector = _selector(beside.items())
    open_map: Schema = {
        **_closed({**{word: _text() for word in OPEN_WORDS}, **beside}),
        "oneOf": [{"required": [word]} for word in OPEN_WORDS if word != "data"],
        "dependencies": {"data": ["action"]},
    }
    gone = _closed({"gone": _ref("selector"), **beside}, required=["gone"])
    typed = _closed({"text": _text(), "into": _ref("selector"), **beside}, required=["text"])
    return {
        "open": _any_of(_text(), open_map),
        "tap": selector,
        "scroll_to": selector,
        "type": _any_of(_text(), typed),
        "key": {"enum": list(KEYS)},
        "wait": _any_of(selector, gone),
    }


def _selector(beside: Iterable[tuple[str, Schema]]) -> Schema:
    texts: dict[str, Schema] = dict.fromkeys(SELECTOR_WORDS, _text())
    texts["say"] = _any_of({"enum": [*sorted(keys())]}, _ref("variable"))
    words = {word: _described(text, SELECTOR_DOCS[word]) for word, text in texts.items()}
    return {
        **_closed({**words, **dict(beside)}),
        "oneOf": [{"required": [word]} for word in words],
    }


def _set(control: Control) -> Schema:
    return _argument(control.settable)


def _argument(value_type: ValueType) -> Schema:
    if value_type.is_collection:
        one = _value(value_type)
        return _any_of(one, {"type": "array", "items": one})
    return _value(value_type)


def _arguments(operation: Operation) -> Schema:
    named = {name: _argument(value_type) for name, value_type in operation.arguments.items()}
    own: dict[str, Schema] = {"within": _ref("duration")}
    if operation.repeats:
        own["until"] = _ref("conditions")
    choices = [_closed({**own, **named}, required=operation.required)]
    if not operation.required:
        choices.insert(0, {"type": "null"})
    # The first argument may stand without its name, where it is all that is needed.
    if named and not set(operation.required) - {next(iter(named))}:
        choices.append(next(iter(named.values())))
    return _any_of(*choices)


def _expectation(vocabulary: Registry) -> Schema:
    beside: dict[str, Schema] = {"within": _ref("duration"), "soft": _ref("switch")}
    counter = _any_of(
        _closed({"advances": _value(ValueType("count")), **beside}, required=["advances"]),
        _closed({"steady": _ref("duration"), **beside}, required=["steady"]),
    )
    results = {
        operation.name: _closed(
            {**{name: _test(t) for name, t in operation.results.items()}, **beside}
        )
        for operation in vocabulary.operations.values()
        if operation.results
    }
    return {
        **_closed(
            {
                "counter": _described(counter, KEY_DOCS["counter"]),
                "judged": _described(_test(JUDGMENT), KEY_DOCS["judged"]),
                **_fact_conditions(vocabulary),
                **results,
                **{word: _described(one, MODIFIER_DOCS[word]) for word, one in beside.items()},
            }
        ),
        "minProperties": 1,
    }


def _needs(vocabulary: Registry) -> Schema:
    words: dict[str, Schema] = {
        "android": _any_of({"type": "number"}, {"type": "string", "pattern": r"^[<>]?=?\s*\d"}),
        "vendor": _one_or_more(_text()),
        "root": _ref("switch"),
        "sim": _ref("switch"),
    }
    described = {word: _described(one, NEEDS_DOCS[word]) for word, one in words.items()}
    return {**_closed({**described, **_fact_conditions(vocabulary)}), "minProperties": 1}


def _shared_types(vocabulary: Registry) -> Schema:
    """The types without words of their own, once each: most facts have one of them."""
    kinds = [fact.type for fact in vocabulary.facts.values()]
    kinds += [t for o in vocabulary.operations.values() for t in o.arguments.values()]
    kinds += [ValueType(kind) for kind in ("bool", "count", "seconds")]
    shared = {t.kind: ValueType(t.kind) for t in kinds if not t.words}
    values: Schema = {
        f"value.{kind}": _written(t) for kind, t in shared.items() if kind != "counter"
    }
    return {**values, **{f"test.{kind}": _written_test(t) for kind, t in shared.items()}}


def _fact_conditions(vocabulary: Registry) -> dict[str, Schema]:
    return {name: _ref(f"is.{name}") for name in vocabulary.facts}


def _condition(fact: Fact) -> Schema:
    return _described(_test(fact.type), f"{fact.doc} Expected: {fact.type.describe()}.")


def _test(value_type: ValueType) -> Schema:
    """What a fact may have to be."""
    return _written_test(value_type) if value_type.words else _ref(f"test.{value_type.kind}")


def _written_test(value_type: ValueType) -> Schema:
    one = _one_test(value_type)
    many: Schema = {"type": "array", "minItems": 1, "items": one}
    return _any_of(one, many, _closed({"not": _any_of(one, many)}, required=["not"]))


def _one_test(value_type: ValueType) -> Schema:
    if value_type.kind == "map":
        return {**_map(_ref("test.bool")), "minProperties": 1}
    if value_type.kind == "counter":
        parts = dict.fromkeys(COUNTER_PARTS, _ref("test.count"))
        return {**_closed(parts), "minProperties": 1}
    value = _value(value_type)
    return _any_of(value, _comparison(value_type.kind)) if value_type.is_ordered else value


def _comparison(kind: str) -> Schema:
    return {"type": "string", "pattern": rf"^[<>]=?\s*({_PATTERNS[kind]}|.*\$\{{.+)$"}


def _value(value_type: ValueType) -> Schema:
    """What one scalar may be."""
    return _written(value_type) if value_type.words else _ref(f"value.{value_type.kind}")


def _written(value_type: ValueType) -> Schema:
    """What one scalar may be, before and after an editor's YAML resolver."""
    kind = value_type.kind
    if kind == "map":
        return _map(_value(ValueType("bool")))
    if kind == "bool":
        words: list[Json] = [*TRUE_WORDS, *FALSE_WORDS]
        return _any_of({"type": "boolean"}, {"enum": words}, _ref("variable"))
    if value_type.words:
        return _any_of({"enum": _with_booleans(value_type.words)}, _ref("variable"))
    if kind == "daily_limit":
        limits: Schema = {"enum": _with_booleans(("off", "unlimited"))}
        return _any_of(limits, _value(ValueType("bytes")))
    if kind in _PATTERNS:
        written: Schema = {"type": "string", "pattern": f"^({_PATTERNS[kind]})$"}
        number: list[Schema] = [{"type": "integer"}] if kind in {"int", "count"} else []
        return _any_of(*number, written, _ref("variable"))
    return _text()


def _with_booleans(words: Iterable[str]) -> list[Json]:
    known = list(words)
    found: list[Json] = list(known)
    found += [True] if _TRUTHS.intersection(known) else []
    found += [False] if _FALSEHOODS.intersection(known) else []
    return found


def _text() -> Schema:
    return {"type": ["string", "number", "boolean"]}


def _words_with_docs(docs: Mapping[str, str]) -> Schema:
    return {"anyOf": [{"const": word, "description": doc} for word, doc in docs.items()]}


def _one_or_more(one: Schema) -> Schema:
    return _any_of(one, {"type": "array", "items": one})


def _map(one: Schema) -> Schema:
    return {"type": "object", "additionalProperties": one}


def _closed(properties: Mapping[str, Schema], *, required: Iterable[str] = ()) -> Schema:
    closed: Schema = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return {**closed, "required": list(required)} if required else closed


def _any_of(*choices: Schema) -> Schema:
    return {"anyOf": list(choices)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _described(one: Schema, doc: str) -> Schema:
    # Beside a $ref draft 7 ignores everything else; within allOf it does not.
    return {"allOf": [one], "description": doc} if "$ref" in one else {**one, "description": doc}
