"""From nodes to steps; included files are spliced in where they are named."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from drivers.values import Value, ValueType
from drivers.vocabulary import Control, Operation, Risk
from scenarios.condition_syntax import read_conditions
from scenarios.conditions import Conditions
from scenarios.marks import nearest
from scenarios.model import VIRTUAL_NAMES, Run, SetControl, Shell, Step, Virtual, When
from scenarios.modifiers import Modifiers
from scenarios.nodes import Mistake, Sheet, is_empty
from scenarios.other_words import NOT_STEPS
from scenarios.risk import texts_of
from scenarios.scope import Scope
from scenarios.screen_syntax import SCREEN_WORDS, read_screen_step
from scenarios.shell_words import risk_of_words
from scenarios.templates import TEXT, Argument, Before, Template, Unset

MODIFIERS = ("within", "until", "undo", "do")
STEP_WORDS = ("when", "include", "shell", "virtual", *SCREEN_WORDS)
# How each of these is written, for whoever wrote its name alone.
_FORMS = {
    "when": "when: {battery.saver: on}' and below it 'do: [photos.open]",
    "include": "include: ../steps/x.yaml",
    "shell": "shell: {run: [svc, nfc, enable]}",
    "virtual": "virtual: hung-app",
    "open": "open: photos",
    "tap": "tap: {text: Backup}",
    "scroll_to": "scroll_to: {text: Backup}",
    "type": "type: some text",
    "key": "key: back",
    "wait": "wait: {text: Backup}",
}
# Far more than any way through a phone has: what includes could add up to otherwise.
MAX_STEPS = 500


@dataclass
class StepReader:
    """Reads the steps of one place of a scenario.

    Attributes:
        scope: what variables stand for.
        open_file: gives an included file's sheet and root, or None with the problem noted.
        is_fault: whether the steps stand under `fault:`.
        stack: the files that are open, outermost first: a file cannot include itself.
        count: how many steps were read.
    """

    scope: Scope
    open_file: Callable[[str], tuple[Sheet, Node] | None]
    is_fault: bool
    stack: tuple[str, ...]
    count: int = 0

    def read(self, sheet: Sheet, node: Node) -> tuple[Step, ...]:
        """A list of steps.

        Raises:
            Mistake: not a list; problems within a step are noted.
        """
        if isinstance(node, MappingNode) or (isinstance(node, ScalarNode) and not is_empty(node)):
            raise sheet.mistake(node, "expected a list of steps: begin each step with '- '")
        steps: list[Step] = []
        for one in sheet.sequence(node, "a list of steps"):
            with sheet.gathering():
                self.count += 1
                if self.count > MAX_STEPS:
                    raise sheet.mistake(one, f"more than {MAX_STEPS} steps, includes counted")
                steps.extend(self._read_step(sheet, one))
        return tuple(steps)

    def _read_step(self, sheet: Sheet, node: Node) -> tuple[Step, ...]:
        if isinstance(node, ScalarNode):
            word = sheet.scalar(node, "a step")
            if word not in self.scope.vocabulary.operations:
                raise self._no_such_step(sheet, word, node)
            return (self._run(node, None, Modifiers(sheet, self.scope, word, {})),)
        entries: dict[str, tuple[Node, Node]] = {
            key: (key_node, value)
            for key, key_node, value in sheet.mapping(node, "a step such as 'battery.saver: off'")
        }
        heads = [key for key in entries if key not in MODIFIERS]
        if not heads:
            raise sheet.mistake(node, "a step without what to do: expected a control or operation")
        head, *others = heads
        if others and self._is_step(head):
            hint = nearest(others[0], MODIFIERS) or ": begin the next step with '- '"
            raise sheet.mistake(
                entries[others[0]][0], f"one step does one thing, and {head} is it{hint}"
            )
        key_node, value = entries.pop(head)
        beside = Modifiers(sheet, self.scope, head, entries)
        if head == "include":
            beside.allow()
            return self._include(sheet, value)
        return (self._step_of(key_node, value, beside),)

    def _step_of(self, key: Node, value: Node, beside: Modifiers) -> Step:
        vocabulary, head = self.scope.vocabulary, beside.head
        if head in vocabulary.controls:
            return self._set(key, value, beside)
        if head in vocabulary.operations:
            return self._run(key, value, beside)
        if head == "when":
            return self._when(key, value, beside)
        if head == "shell":
            return self._shell(key, value, beside)
        if head == "virtual":
            return self._virtual(key, value, beside)
        if head in SCREEN_WORDS:
            return read_screen_step(key, value, beside, lambda node: self.read(beside.sheet, node))
        raise self._no_such_step(beside.sheet, head, key)

    def _is_step(self, word: str) -> bool:
        vocabulary = self.scope.vocabulary
        return word in vocabulary.controls or word in vocabulary.operations or word in STEP_WORDS

    def _no_such_step(self, sheet: Sheet, word: str, node: Node) -> Mistake:
        vocabulary = self.scope.vocabulary
        if word in vocabulary.controls:
            described = vocabulary.facts[word].type.describe()
            return sheet.mistake(node, f"{word} needs a value; expected {described}")
        if word in vocabulary.facts:
            return sheet.mistake(
                node, f"{word} can be read and not set: it may stand in cause, when and expect"
            )
        if word in _FORMS:
            return sheet.mistake(node, f"{word} needs more than its name: write '{_FORMS[word]}'")
        if word in NOT_STEPS:
            return sheet.mistake(node, NOT_STEPS[word])
        if " " in word or word in MODIFIERS:
            instead = self._with_colon(word)
            return sheet.mistake(
                node, f"expected 'control: value' or an operation, not {word!r}{instead}"
            )
        known = [*vocabulary.controls, *vocabulary.operations, *STEP_WORDS]
        return sheet.unknown(node, word, "step", known)

    def _with_colon(self, words: str) -> str:
        """How a control and its value are written, where a step names them without a colon."""
        known = [w for w in words.split() if w in self.scope.vocabulary.controls]
        return f": write '{known[0]}: {words.split()[-1]}'" if len(known) == 1 else ""

    def _set(self, key: Node, value: Node, beside: Modifiers) -> SetControl:
        beside.allow("within")
        sheet, name = beside.sheet, beside.head
        control = self.scope.vocabulary.controls[name]
        if control.fault_only and not self.is_fault:
            raise sheet.mistake(key, f"{name} may be set under fault: only")
        to = self._control_value(sheet, value, control)
        return SetControl(sheet.mark(key), name, control.fact.type, to, beside.within())

    def _control_value(self, sheet: Sheet, node: Node, control: Control) -> Argument:
        value_type = control.settable
        if isinstance(node, ScalarNode) and node.value.startswith(("<", ">")):
            raise sheet.mistake(node, f"a comparison cannot be set: {value_type.describe()}")
        return self._argument(sheet, node, value_type)

    def _argument(self, sheet: Sheet, node: Node, value_type: ValueType) -> Argument:
        if value_type.kind == "map":
            return self._map(sheet, node, value_type)
        if value_type.is_collection and not _is_template(node):
            return self._collection(sheet, sheet.one_or_more(node), value_type)
        value = self.scope.value(sheet, node, value_type)
        if value_type.is_collection and not _is_whole_list(value):
            raise sheet.mistake(
                node, f"expected {value_type.describe()}, or ${{before.…}} of a fact that is one"
            )
        return value

    def _collection(self, sheet: Sheet, nodes: Sequence[Node], value_type: ValueType) -> Value:
        values = []
        for node in nodes:
            value = self.scope.value(sheet, node, value_type)
            if isinstance(value, Template) and any(isinstance(p, Unset) for p in value.parts):
                # It has no value: the scenario is skipped, and says which it lacks.
                value = sheet.scalar(node, value_type.describe())
            if not isinstance(value, str):
                raise sheet.mistake(node, "a list holds texts that are known before the run")
            values.append(value)
        return tuple(sorted(set(values))) if value_type.kind == "set" else tuple(values)

    def _map(self, sheet: Sheet, node: Node, value_type: ValueType) -> Value:
        entries: dict[str, bool | int] = {}
        for key, _, value in sheet.mapping(node, value_type.describe()):
            entry = self.scope.value(sheet, value, value_type.entry(key))
            if not isinstance(entry, (bool, int)):
                raise sheet.mistake(value, "a map holds values that are known before the run")
            entries[key] = entry
        if not entries:
            raise sheet.mistake(node, f"expected {value_type.describe()}, and it is empty")
        return entries

    def _run(self, key: Node, value: Node | None, beside: Modifiers) -> Run:
        sheet, name = beside.sheet, beside.head
        operation = self.scope.vocabulary.operations[name]
        known = operation.arguments
        arguments: dict[str, Argument] = {}
        if isinstance(value, MappingNode):
            own = [word for word in ("within", "until") if word not in known]
            for word, word_node, given in beside.take(value, own):
                if word not in known:
                    raise sheet.unknown(word_node, word, f"argument of {name}", [*known, "within"])
                arguments[word] = self._argument(sheet, given, known[word])
        elif value is not None and not is_empty(value):
            if not known:
                raise sheet.mistake(value, f"{name} takes no argument: write '- {name}'")
            first = next(iter(known))
            arguments[first] = self._argument(sheet, value, known[first])
        beside.allow("within", "until")
        until = self._until(operation, beside, arguments)
        if lacking := [n for n in operation.required if arguments.get(n, "") in ("", ())]:
            wanted = ", ".join(f"{n}: …" for n in operation.required)
            raise sheet.mistake(
                key, f"{name} needs {' and '.join(lacking)}: write '{name}: {{{wanted}}}'"
            )
        return Run(sheet.mark(key), name, arguments, known, until, beside.within())

    def _until(
        self, operation: Operation, beside: Modifiers, arguments: dict[str, Argument]
    ) -> Conditions | None:
        if "until" not in beside:
            return None
        sheet, node = beside.sheet, beside.node("until")
        # Some operations measure for themselves how far they got: theirs is an argument.
        if "until" in operation.arguments:
            arguments["until"] = self._argument(sheet, node, operation.arguments["until"])
            return None
        if not operation.repeats:
            raise sheet.mistake(
                beside.nodes["until"][0], f"{operation.name} is done once: it takes no until:"
            )
        return read_conditions(sheet, node, self.scope)

    def _when(self, key: Node, value: Node, beside: Modifiers) -> When:
        sheet = beside.sheet
        if "within" in beside:
            raise sheet.mistake(
                beside.nodes["within"][0],
                "when: looks once and waits for nothing: write within: beside the steps under do:",
            )
        beside.allow("do")
        if "do" not in beside:
            raise sheet.mistake(key, "when: without do: and the steps to do")
        conditions = read_conditions(sheet, value, self.scope)
        return When(sheet.mark(key), conditions, self.read(sheet, beside.node("do")))

    def _shell(self, key: Node, value: Node, beside: Modifiers) -> Shell:
        beside.allow("within", "undo")
        sheet = beside.sheet
        sheet.mapping(value, "a command such as {run: [svc, wifi, enable]}")
        for word, word_node, _ in beside.take(value, ("run", "undo", "within")):
            raise sheet.unknown(word_node, word, "part of shell", ("run", "undo", "within"))
        if "run" not in beside:
            raise sheet.mistake(value, "shell: without run: and a command, such as [svc, wifi]")
        undo = self._argv(sheet, beside.node("undo")) if "undo" in beside else None
        run = self._argv(sheet, beside.node("run"))
        if risk_of_words(texts_of((*run, *(undo or ())))) is Risk.WIPE:
            raise sheet.mistake(
                key, "a factory reset is never carried out; phone.factory_reset leads up to it"
            )
        return Shell(sheet.mark(key), run, undo, beside.within())

    def _argv(self, sheet: Sheet, node: Node) -> tuple[Argument, ...]:
        if not isinstance(node, SequenceNode):
            raise sheet.mistake(node, "expected a list of words, such as [svc, wifi, enable]")
        nodes = sheet.sequence(node, "a list of words")
        words = tuple(self.scope.value(sheet, word, TEXT) for word in nodes)
        if not words or words[0] == "":
            raise sheet.mistake(node, "expected a command, and nothing is here")
        return words

    def _virtual(self, key: Node, value: Node, beside: Modifiers) -> Virtual:
        beside.allow("within")
        sheet = beside.sheet
        if not self.is_fault:
            raise sheet.mistake(
                key, "virtual: may stand under fault: only, for no real phone breaks when told to"
            )
        fault = self.scope.value(sheet, value, TEXT)
        if not isinstance(fault, str):
            raise sheet.mistake(value, "which fault it is has to be known before anything runs")
        if fault not in VIRTUAL_NAMES:
            raise sheet.unknown(value, fault, "fault", VIRTUAL_NAMES)
        return Virtual(sheet.mark(key), fault, beside.within())

    def _include(self, sheet: Sheet, node: Node) -> tuple[Step, ...]:
        name = self.scope.plain(sheet, node, "the path of a file with steps")
        if Path(name).is_absolute():
            raise sheet.mistake(node, "expected a path that begins at this file's folder")
        # Not `resolve`: a message names files as the person did, links and all.
        path = os.path.normpath(Path(sheet.path).parent / name)
        if path in self.stack:
            chain = " -> ".join([*self.stack[self.stack.index(path) :], path])
            raise sheet.mistake(node, f"a file that includes itself never ends: {chain}")
        if not _is_file(Path(path)):
            hint = nearest(Path(path).name, _names_in(Path(path).parent))
            raise sheet.mistake(node, f"there is no file {path}{hint}")
        opened = self.open_file(path)
        if opened is None:
            return ()
        included, root = opened
        if not isinstance(root, SequenceNode):
            raise included.mistake(root, "an included file is a list of steps and nothing else")
        outer, self.stack = self.stack, (*self.stack, path)
        try:
            return self.read(included, root)
        finally:
            self.stack = outer


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have
        return False


def _names_in(folder: Path) -> list[str]:
    try:
        return [one.name for one in folder.iterdir()]
    except OSError:  # no such folder, or none that may be looked into: then there is no hint
        return []


def _is_whole_list(value: Argument) -> bool:
    """Whether what was read is a list already, or one that a fact will fill in by itself."""
    if not isinstance(value, Template):
        return isinstance(value, tuple)
    only = value.parts[0] if len(value.parts) == 1 else None
    return isinstance(only, Unset) or (isinstance(only, Before) and only.type.is_collection)


def _is_template(node: Node) -> bool:
    """Whether a whole list is taken from a fact: `${before.power.stay_on}`."""
    return isinstance(node, ScalarNode) and node.value.startswith("${before.")
