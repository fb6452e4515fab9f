"""From a file's root to scenarios: the keys at the top, and what they have to say together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from yaml.nodes import MappingNode, Node

from drivers.values import ValueType
from drivers.vocabulary import Effect, Registry, Risk
from scenarios.condition_syntax import read_cause
from scenarios.data_syntax import read_cases, read_variables
from scenarios.expectation_syntax import read_expectations
from scenarios.expectations import ResultIs
from scenarios.marks import Mark, nearest
from scenarios.model import Run, Scenario, Step, walk
from scenarios.needs_syntax import read_needs
from scenarios.nodes import Sheet, is_list
from scenarios.risk import deletes_originals, effects_of, riskiest
from scenarios.scope import Scope, Variables
from scenarios.step_syntax import StepReader

REQUIRED: Final = ("name", "risk", "expect")
KEYS: Final = (
    *("name", "solution", "why", "tags", "risk", "effects", "needs"),
    *("vars", "cases", "cause", "fault", "fix", "expect"),
)
# The article's eleven solutions and its alternative.
SOLUTIONS: Final = range(1, 13)
# Marks that pytest itself gives a meaning: a tag that set one would change how a test runs.
PYTEST_MARKS: Final = frozenset(
    {
        *("parametrize", "skip", "skipif", "xfail", "usefixtures", "filterwarnings", "full"),
        # Of plugins that many have: a second try, a deadline, a worker to share.
        *("flaky", "timeout", "xdist_group"),
    }
)
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_COUNT = ValueType("count")

_Read = TypeVar("_Read")
_Top = Mapping[str, tuple[Node, Node]]


@dataclass
class ScenarioReader:
    """Reads scenario files.

    Attributes:
        vocabulary: what they may name.
        variables: what `--var` gave.
        environ: the environment.
        open_file: gives an included file.
        names: the names of all variables that were declared or used.
    """

    vocabulary: Registry
    variables: Mapping[str, str]
    environ: Mapping[str, str]
    open_file: Callable[[str], tuple[Sheet, Node] | None]
    names: set[str] = field(default_factory=set)

    def read(self, sheet: Sheet, root: Node) -> list[Scenario]:
        """The scenarios of one file; problems are noted, and what has any is left out."""
        before = len(sheet.problems)
        scenarios: list[Scenario] = []
        with sheet.gathering():
            top = self._top(sheet, root)
            asked = len(sheet.problems)
            variables = self._variables(sheet, top)
            cases = self._cases(sheet, top)
            is_partial = len(sheet.problems) > asked
            for case in cases or [{}]:
                scope = Scope(self.vocabulary, variables, case, is_partial=is_partial)
                scenario = self._scenario(sheet, top, scope)
                if scenario is not None:
                    scenarios.append(scenario)
                self.names.update(scope.used)
        return scenarios if len(sheet.problems) == before else []

    def _variables(self, sheet: Sheet, top: _Top) -> Variables:
        found: Variables = dict(self.variables)
        if "vars" in top:
            with sheet.gathering():
                declared = read_variables(sheet, top["vars"][1], self.variables, self.environ)
                self.names.update(declared)
                found.update(declared)
        return found

    def _cases(self, sheet: Sheet, top: _Top) -> list[dict[str, str]]:
        cases: list[dict[str, str]] = []
        if "cases" in top:
            with sheet.gathering():
                cases = read_cases(sheet, top["cases"][1])
        return cases

    def _top(self, sheet: Sheet, root: Node) -> _Top:
        if not isinstance(root, MappingNode):
            instead = "; a list of steps is for include:" if is_list(root) else ""
            raise sheet.mistake(
                root, f"expected a scenario: a map with name, risk and expect{instead}"
            )
        top = {}
        for name, key, value in sheet.mapping(root, "a scenario"):
            if name not in KEYS:
                sheet.problems.append(sheet.unknown(key, name, "key", KEYS).problem)
            else:
                top[name] = (key, value)
        if missing := [name for name in REQUIRED if name not in top]:
            mark = Mark(sheet.path, root.start_mark.line + 1)
            sheet.report(mark, f"a scenario needs {', '.join(missing)}, which this file has not")
        return top

    def _scenario(self, sheet: Sheet, top: _Top, scope: Scope) -> Scenario | None:
        fields: dict[str, Any] = {}
        readers: Mapping[str, Callable[[Node], object]] = {
            "name": lambda node: _name(sheet, node, scope),
            "solution": lambda node: _solution(sheet, node),
            "why": lambda node: scope.plain(sheet, node, "a sentence"),
            "tags": lambda node: _tags(sheet, node, scope),
            "risk": lambda node: _risk(sheet, node),
            "effects": lambda node: _effects(sheet, node),
            "needs": lambda node: _before_all(scope, lambda: read_needs(sheet, node, scope)),
            "cause": lambda node: _before_all(scope, lambda: read_cause(sheet, node, scope)),
            "fault": lambda node: self._steps(sheet, node, scope, is_fault=True),
            "fix": lambda node: self._steps(sheet, node, scope, is_fault=False),
            "expect": lambda node: read_expectations(sheet, node, scope),
        }
        for key, read in readers.items():
            if key in top:
                with sheet.gathering():
                    fields[key] = read(top[key][1])
        if not fields.keys() >= {*REQUIRED, *top} - {"vars", "cases"}:
            return None
        return Scenario(
            path=sheet.path,
            mark=sheet.mark(top["name"][1]),
            case=dict(scope.case),
            unset=tuple(scope.unset.values()),
            secrets=tuple(scope.secrets.values()),
            before=tuple(scope.befores),
            **self._weighed(sheet, top, fields),
        )

    def _steps(self, sheet: Sheet, node: Node, scope: Scope, *, is_fault: bool) -> tuple[Step, ...]:
        reader = StepReader(scope, self.open_file, is_fault, (sheet.path,))
        steps = reader.read(sheet, node)
        if not steps and not getattr(node, "value", None):
            raise sheet.mistake(node, "expected at least one step, and the list is empty")
        return steps

    def _weighed(self, sheet: Sheet, top: _Top, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields with risk and effects computed; what the file understates is noted."""
        fault, fix = fields.get("fault", ()), fields.get("fix", ())
        declared: frozenset[Effect] = fields.get("effects", frozenset())
        fix_risk, step = riskiest(fix, self.vocabulary)
        if step is not None and fix_risk > fields["risk"]:
            sheet.report(
                top["risk"][1],
                f"understated: {step.describe()!r} ({step.mark}) is {fix_risk.word}; "
                f"write risk: {fix_risk.word}",
            )
        effects = effects_of(fix, self.vocabulary)
        for effect, doer in effects.items():
            if effect not in declared:
                sheet.report(
                    top["effects"][1] if "effects" in top else top["risk"][0],
                    f"understated: {doer.describe()!r} ({doer.mark}) has the effect "
                    f"{effect.value}, which nothing can undo; name it under effects:",
                )
        if "cause" in top and (freeing := deletes_originals(fix, self.vocabulary)):
            sheet.report(
                top["cause"][0],
                f"heal never deletes originals, and {freeing.describe()!r} ({freeing.mark}) does: "
                "leave cause: out, so that only who names this file runs it",
            )
        for expectation in fields["expect"]:
            if isinstance(expectation, ResultIs) and not _runs(fix, expectation.operation):
                sheet.report(expectation.mark, f"no step under fix: runs {expectation.operation}")
        return {
            **fields,
            "fix_risk": fix_risk,
            "fault_risk": riskiest(fault, self.vocabulary)[0],
            "effects": declared.union(effects),
            "fault_effects": frozenset(effects_of(fault, self.vocabulary)),
        }


def _runs(steps: tuple[Step, ...], operation: str) -> bool:
    return any(isinstance(step, Run) and step.operation == operation for step in walk(steps))


def _before_all(scope: Scope, read: Callable[[], _Read]) -> _Read:
    """Reads what is looked at before the first step, where `${before.…}` means nothing yet."""
    scope.allows_before = False
    try:
        return read()
    finally:
        scope.allows_before = True


def _name(sheet: Sheet, node: Node, scope: Scope) -> str:
    text = scope.plain(sheet, node, "a sentence").strip()
    if not text or not text.isprintable() or "::" in text:
        raise sheet.mistake(node, "expected one line without '::', which pytest's ids are split by")
    return text


def _solution(sheet: Sheet, node: Node) -> int:
    text = sheet.scalar(node, "the number of a solution")
    if not text.isdecimal() or int(text) not in SOLUTIONS:
        raise sheet.mistake(
            node,
            f"expected the number of a solution, {SOLUTIONS[0]} to {SOLUTIONS[-1]}, not {text!r}",
        )
    return int(text)


def _tags(sheet: Sheet, node: Node, scope: Scope) -> tuple[str, ...]:
    tags: dict[str, None] = {}
    for one in sheet.one_or_more(node):
        with sheet.gathering():
            tag = scope.plain(sheet, one, "a tag")
            if not _TAG.match(tag):
                raise sheet.mistake(one, f"expected letters, digits, - and _, not {tag!r}")
            if tag in PYTEST_MARKS:
                raise sheet.mistake(one, f"{tag!r} has a meaning to pytest: choose another tag")
            tags[tag] = None
    return tuple(tags)


def _risk(sheet: Sheet, node: Node) -> Risk:
    word = sheet.scalar(node, "a risk")
    try:
        return Risk.parse(word)
    except ValueError as error:
        hint = nearest(word, [risk.word for risk in Risk])
        raise sheet.mistake(node, f"{error}{hint}") from error


def _effects(sheet: Sheet, node: Node) -> frozenset[Effect]:
    found = set()
    words = [effect.value for effect in Effect]
    for one in sheet.one_or_more(node):
        word = sheet.scalar(one, "an effect")
        if word not in words:
            raise sheet.unknown(one, word, "effect", words)
        found.add(Effect(word))
    return frozenset(found)
