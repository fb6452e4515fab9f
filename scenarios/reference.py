"""The vocabulary as a person reads it: `pytest --vocabulary`, and docs/vocabulary.md.

Both come from the registry and the language's own tables; `python -m scenarios` writes the page.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence

from drivers.android.refusals import refusals_of
from drivers.errors import UnstuckError
from drivers.photos.lexicon import keys
from drivers.values import Value, ValueType
from drivers.vocabulary import PATIENCE, Control, Fact, Operation, Registry, Risk
from scenarios.model import VIRTUAL_CIRCUMSTANCES, VIRTUAL_FAULTS
from scenarios.words import (
    EFFECT_DOCS,
    KEY_DOCS,
    MODIFIER_DOCS,
    RISK_DOCS,
    SELECTOR_DOCS,
    STEP_DOCS,
)

# One value of each open type, to show the commands of a control with.
_SAMPLES: dict[str, Value] = {
    "bool": True,
    "int": 1,
    "count": 1,
    "percent": 15,
    "seconds": 120.0,
    "bytes": 10**9,
    "daily_limit": "unlimited",
    "text": "TEXT",
    "list": ("TEXT",),
    "map": {"Screenshots": True},
}
_FIRST_API = 26


def vocabulary_text(vocabulary: Registry) -> str:
    """Everything that a scenario may name, for a terminal: one line each, by area."""
    names = [*vocabulary.facts, *vocabulary.operations]
    width = max((len(name) for name in names), default=0)
    lines = ["Facts (* can be set, ! can be set under fault: only)"]
    for _, facts in _by_area(vocabulary.facts.values()):
        for fact in facts:
            control = vocabulary.controls.get(fact.name)
            sign = " " if control is None else "!" if control.fault_only else "*"
            lines.append(f"  {fact.name:<{width}} {sign} {fact.type.describe()}. {fact.doc}")
    lines += ["", "Operations"]
    for name, operation in vocabulary.operations.items():
        takes = f" Takes {_arguments(operation)}." if operation.arguments else ""
        lines.append(f"  {name:<{width}}   {operation.base_risk.word}. {operation.doc}{takes}")
    lines += ["", "Steps apart from these"]
    lines += [f"  {word:<{width}}   {doc}" for word, doc in STEP_DOCS.items()]
    lines += ["", "Beside a step or an expectation"]
    lines += [f"  {word:<{width}}   {doc}" for word, doc in MODIFIER_DOCS.items()]
    lines += ["", "A selector is exactly one of"]
    lines += [f"  {word:<{width}}   {doc}" for word, doc in SELECTOR_DOCS.items()]
    lines += [f"  {'':<{width}}   {', '.join(sorted(keys()))}."]
    lines += ["", "Keys of a scenario"]
    lines += [f"  {word:<{width}}   {doc}" for word, doc in KEY_DOCS.items()]
    return "\n".join(lines) + "\n"


def vocabulary_page(vocabulary: Registry) -> str:
    """The same in full, as Markdown: how each fact is read, set, verified and put back."""
    parts = [_INTRODUCTION, "## Facts\n"]
    for area, facts in _by_area(vocabulary.facts.values()):
        parts.append(f"### {area}\n")
        parts.append(_table(("Fact", "Type", "Meaning", "Read by"), _fact_rows(vocabulary, facts)))
    parts.append("## Controls\n")
    parts.append(_CONTROLS)
    parts += [_control(control) for control in vocabulary.controls.values()]
    parts.append("## Operations\n")
    parts.append(_OPERATIONS)
    parts += [_operation(operation) for operation in vocabulary.operations.values()]
    parts.append("## Steps that are no control and no operation\n")
    parts.append(_table(("Step", "Meaning"), ((f"`{w}`", d) for w, d in STEP_DOCS.items())))
    parts.append("Beside a step or an expectation may stand:\n")
    parts.append(_table(("Word", "Meaning"), ((f"`{w}`", d) for w, d in MODIFIER_DOCS.items())))
    said = ", ".join(f"`{key}`" for key in sorted(keys()))
    parts.append(f"A selector is exactly one of these; `say` takes {said}.\n")
    parts.append(_table(("Selector", "Meaning"), ((f"`{w}`", d) for w, d in SELECTOR_DOCS.items())))
    faults = ", ".join(f"`{fault}`" for fault in VIRTUAL_FAULTS)
    parts.append(f"`virtual` breaks one of {faults}.\n")
    places = ", ".join(f"`{place}`" for place in VIRTUAL_CIRCUMSTANCES)
    parts.append(f"Or it brings about what is no breakage: {places}.\n")
    parts.append("## Risk and effects\n")
    parts.append(_table(("Risk", "Meaning"), ((f"`{r.word}`", d) for r, d in RISK_DOCS.items())))
    rows = ((f"`{e.value}`", d) for e, d in EFFECT_DOCS.items())
    parts.append(_table(("Effect", "Meaning"), rows))
    return "\n".join(parts)


_INTRODUCTION = """\
# Vocabulary

Everything that a scenario may name. This page is written by `python -m scenarios` from the
drivers' own tables; `pytest --vocabulary` prints a shorter form.

A fact that a phone does not show is absent: a condition on it does not hold, and nothing is
guessed. Types are those of the vocabulary, never YAML's: see [scenarios.md](scenarios.md).
"""

_CONTROLS = """\
A control is a fact that can be set. Before it is set, what was is written to the journal; after,
it is read back until it is there, or the step fails with what was seen last.

| Where | What happens |
| --- | --- |
| The value is there already | Nothing is sent and nothing journalled: nothing has to be undone. |
| The value cannot be read | Nothing is set: it could not be put back. |
| The phone's API level is below the control's or operation's first | Nothing is changed; heal \
says both levels and goes on, regress skips the scenario. Without a level of its own it works from \
API 26 on. |
| The phone refuses | The step fails with the phone's own words and what lifts it, where that is \
known (below, by maker); what the scenario changed until then is put back. |
| It took the command and shows another value | The step fails with what it shows, after \
`within:` or 30 s. |
| The link drops meanwhile | It is tried again where that is safe; else the journal knows what to \
put back. |

Where no maker is named, none is known to refuse. What follows "Refused by" was recorded.
"""

_OPERATIONS = """\
An operation is a verb: it is done each time, and nothing is read back that could be compared. What
shows that it was done is what it finds out, where it finds out something; otherwise that the phone
took each command, or that the page came which a tap leads to. Whether it helped is for the
counter to say, and for `expect:`.

| Where | What happens |
| --- | --- |
| The phone refuses a command, or a page does not come | The step fails with the phone's own \
words; what half a run has left behind is set right. |
| What it would end is not so (nothing is asked, nothing is newer) | It fails and says so, or does \
nothing: as each one says below. |
| `until:` stands beside it | It is repeated until that holds, for `within:` or 30 s at most. |
"""


def _by_area(facts: Iterable[Fact]) -> Iterator[tuple[str, list[Fact]]]:
    areas: dict[str, list[Fact]] = {}
    for fact in facts:
        areas.setdefault(fact.name.split(".")[0], []).append(fact)
    yield from areas.items()


def _fact_rows(vocabulary: Registry, facts: Iterable[Fact]) -> Iterator[tuple[str, ...]]:
    for fact in facts:
        asked = (_asked(r.command) for r in vocabulary.readers if fact.name in r.facts)
        commands = "<br>".join(f"`{command}`" for command in dict.fromkeys(asked))
        since = f" From API {fact.since}." if fact.since > _FIRST_API else ""
        yield (
            f"`{fact.name}`",
            fact.type.describe() + (" (personal)" if fact.type.personal else ""),
            fact.doc + since,
            commands or "the screen, or the run itself",
        )


def _asked(line: str) -> str:
    """The commands of a line that ask something: without what filters and what marks the end.

    >>> _asked("dumpsys package x | grep -m 1 versionName=; content query --uri y; echo END")
    'dumpsys package x; content query --uri y'
    """
    commands = (command.split(" | ")[0] for command in line.split("; "))
    return "; ".join(command for command in commands if not command.startswith("echo "))


def _control(control: Control) -> str:
    name = control.fact.name
    facts = [
        f"- Takes: {control.settable.describe()}.",
        f"- Risk: {_risks(control)}.",
    ]
    if control.shown_only:
        words = ", ".join(control.shown_only)
        facts.append(f"- Shown by phones, and refused where a file sets it: {words}.")
    if control.effects:
        facts.append(f"- Effects: {_effects(control)}.")
    if control.since > _FIRST_API:
        facts.append(f"- Settable from API {control.since}.")
    if control.fault_only:
        facts.append("- Under `fault:` only.")
    if not control.is_exact:
        facts.append("- Not put back exactly: never a fault on a phone that we did not start.")
    sent = _commands(control)
    facts += _refusals(sent)
    code = ["", "```sh", *sent, "```", ""] if sent else [""]
    return "\n".join([f"### {name}\n", _prose(control), "", *facts, *code])


def _operation(operation: Operation) -> str:
    facts = [f"- Risk: {operation.base_risk.word}."]
    if operation.effects:
        facts.append(f"- Effects: {', '.join(sorted(e.value for e in operation.effects))}.")
    if operation.arguments:
        facts.append(f"- Takes {_arguments(operation)}.")
    if PATIENCE in operation.arguments:
        facts.append(f"- Has the run's own `{PATIENCE}` where the file gives none.")
    if operation.repeats:
        spent = f", or `{operation.spent}` is nothing twice in a row" if operation.spent else ""
        facts.append(f"- Repeats until the conditions under `until:` hold{spent}.")
    if operation.results:
        results = ", ".join(f"`{n}` ({t.describe()})" for n, t in operation.results.items())
        facts.append(f"- Finds out {results}, which `expect:` may ask for.")
    if operation.since > _FIRST_API:
        facts.append(f"- From API {operation.since}.")
    if operation.deletes_originals:
        facts.append("- Heal never runs it: only a scenario without `cause:` may name it.")
    sent = list(dict.fromkeys(_operation_commands(operation)))
    facts += _refusals(sent)
    facts.append(f"- Undo: {_undo(operation)}.")
    doc = f"{operation.doc}\n\n{_prose(operation)}"
    code = ["", "```sh", *sent, "```", ""] if sent else [""]
    return "\n".join([f"### {operation.name}\n", doc, "", *facts, *code])


def _undo(operation: Operation) -> str:
    """What is taken back afterwards, and what nothing takes back."""
    has_undo = type(operation).undo is not Operation.undo
    is_lost = operation.base_risk >= Risk.APP_DATA
    if has_undo and is_lost:
        return "what half a run left behind is set right; data that it deleted stays lost"
    if has_undo:
        return "what it left behind is taken back"
    if is_lost:
        return "nothing takes it back"
    return "none needed"


def _refusals(commands: Iterable[str]) -> list[str]:
    return [f"- Refused by {refusal.describe()}." for refusal in refusals_of(commands)]


def _operation_commands(operation: Operation) -> Sequence[str]:
    samples = {name: sample_values(t)[0] for name, t in operation.arguments.items()}
    try:
        return operation.commands({name: samples[name] for name in operation.required})
    except UnstuckError:  # one that wants any of its arguments
        return operation.commands(samples)


def _arguments(operation: Operation) -> str:
    return ", ".join(
        f"`{name}` ({'needed, ' if name in operation.required else ''}{t.describe()})"
        for name, t in operation.arguments.items()
    )


def _risks(control: Control) -> str:
    by_risk: dict[Risk, list[str]] = {}
    for value in _finite_values(control.settable):
        by_risk.setdefault(control.risk(value), []).append(control.fact.type.format(value))
    if len(by_risk) > 1:
        return "; ".join(f"{risk.word} for {', '.join(v)}" for risk, v in by_risk.items())
    return next(iter(by_risk), control.risk(_SAMPLES.get(control.fact.type.kind, ""))).word


def _effects(control: Control) -> str:
    """Each effect, with the values that have it where others have not."""
    shown = []
    for effect in sorted(control.effects, key=lambda e: e.value):
        values = _finite_values(control.settable)
        having = [control.fact.type.format(v) for v in values if effect in control.effects_of(v)]
        is_all = len(having) == len(values)
        shown.append(effect.value if is_all else f"{effect.value} for {', '.join(having)}")
    return ", ".join(shown)


def _commands(control: Control) -> Sequence[str]:
    """What it does or sends for each of its values, or for a sample of endlessly many."""
    value_type = control.settable
    shown: dict[str, None] = {}
    for value in sample_values(value_type):
        try:
            shown.update(dict.fromkeys(control.commands(value)))
        except UnstuckError:  # a value that this control refuses shows no command
            continue
    return list(shown)


def sample_values(value_type: ValueType) -> Sequence[Value]:
    """All values of a type that has few, else one."""
    return _finite_values(value_type) or [_SAMPLES.get(value_type.kind, value_type.words[:1])]


def _finite_values(value_type: ValueType) -> Sequence[Value]:
    if value_type.kind == "bool":
        return (True, False)
    return value_type.words if value_type.kind == "enum" else ()


def _prose(thing: object) -> str:
    """The class's own docstring: what it does, where that was learnt, what vendors refuse."""
    return inspect.cleandoc(type(thing).__doc__ or "").split("\n\nArgs:")[0]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [
        [cell.replace("|", "\\|") for cell in row] for row in (head, ["---"] * len(head), *rows)
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells) + "\n"
