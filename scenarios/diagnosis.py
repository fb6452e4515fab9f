"""What a phone shows, read once and again after every change, and what follows from it.

All shell facts come in one round trip; the witnesses add what Photos says. What only Photos' own
pages show is read when a cause asks for it. It must not know pytest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from drivers.errors import PhoneError, PhoneLostError, ScenarioError
from drivers.phone import Phone
from drivers.photos.counter import Counter
from drivers.photos.status import UNKNOWN
from drivers.photos.witnesses import Statement, ask_witnesses
from drivers.values import Value
from drivers.vocabulary import Effect, Facts, Risk
from scenarios.binding import Binding, binding_of
from scenarios.conditions import Cause
from scenarios.events import Diagnosed, Found
from scenarios.facts import is_on_a_page, read_facts
from scenarios.hindrances import hindrance
from scenarios.model import Scenario, Step, resolve
from scenarios.naming import name_hogs, name_skipped

_BEFORE = re.compile(r"\$\{before\.([\w.]+)\}")
_PRICES = {
    Risk.LOOK: "nothing",
    Risk.REVERSIBLE: "nothing that cannot be put back",
    Risk.DISRUPTIVE: "interrupts Photos or the phone for a moment",
    Risk.APP_DATA: "loses the app's own data, the Locked Folder of Photos included",
    Risk.WIPE: "erases the phone",
}
_EFFECTS = {
    Effect.COSTS: "may use mobile data that costs",
    Effect.UPLOADS: "uploads what was not backed up before",
}


class Chart:
    """The facts of one phone, as fresh as its last change.

    Args:
        phone: whose facts.

    Attributes:
        may_open: whether Photos' pages may be opened for facts that only they show.
    """

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._facts: dict[str, Value] | None = None
        self._asked: set[str] = set()
        self.may_open = False

    def facts(self) -> Facts:
        """What is known already, and at least the shell's facts.

        Raises:
            TransientPhoneError: the link failed.
        """
        if self._facts is None:
            self._facts, self._asked = dict(self._phone.facts()), set()
        return self._facts

    def look_up(self, names: Sequence[str]) -> Facts:
        """Adds those of `names` that stand elsewhere, if Photos may be opened for them.

        A page that cannot be read tells nothing: its fact is absent, as any other.

        Raises:
            PhoneLostError: the phone went away.
        """
        facts = dict(self.facts())
        for name in names:
            if name in facts or name in self._asked or not self.may_open:
                continue
            self._asked.add(name)
            try:
                facts.update(read_facts(self._phone, [name]))
            except PhoneLostError:
                raise
            except PhoneError:
                self.may_open = False  # the next page would not come either
        self._facts = facts
        return facts

    def told(self, names: Sequence[str]) -> Facts:
        """Adds those of `names` that a command tells; nothing is opened for them.

        Raises:
            TransientPhoneError: the link failed.
        """
        facts = self.facts()
        if lacking := [name for name in names if name not in facts and not is_on_a_page(name)]:
            self._facts = {**facts, **self._phone.facts(lacking)}
        return self.facts()

    def named(self, findings: Sequence[Finding]) -> tuple[str, ...]:
        """What a person has to know by name, given what holds; a line each.

        Raises:
            PhoneLostError: the phone went away.
        """
        is_full = any("storage.free" in f.cause.facts for f in findings)
        hogs = name_hogs(self._phone) if is_full else ()
        return (*name_skipped(self._phone, self.facts()), *hogs)

    def note(self, status: str, counter: Counter) -> None:
        """Takes in what Photos said: a word of `photos.status`, and a counter if there was one."""
        said: dict[str, Value] = {}
        if status != UNKNOWN.status:
            said["photos.status"] = status
        if counter:
            said["photos.counter"] = counter.as_value()
        self._facts = {**self.facts(), **said}

    def is_stale(self) -> None:
        """Forgets everything: something was changed."""
        self._facts = None


@dataclass(frozen=True)
class Finding:
    """What the facts say of one scenario's cause.

    Attributes:
        scenario: whose cause it is.
        cause: the readable one.
        holds: None where a fact that would decide is absent.
        binding: when it binds; ALWAYS where it does not hold.
        facts: as they were read.
    """

    scenario: Scenario
    cause: Cause
    holds: bool | None
    binding: Binding
    facts: Facts

    def shown(self) -> str:
        """The facts that decided, with their values: `battery.saver is on`."""
        return ", ".join(
            f"{c.fact} is {c.type.format(self.facts.get(c.fact))}"
            for c in self.cause.deciding(self.facts)
        )

    def why_not(self) -> str:
        """Why it is not treated, in words for a skip's reason."""
        if self.holds is None:
            return f"cannot be told: {self.shown()}"
        return f"not the cause: {self.shown()}"


def find(scenario: Scenario, cause: Cause, chart: Chart) -> Finding:
    """Holds a cause against the chart; pages are opened only where they would decide."""
    facts = chart.facts()
    if cause.holds(facts) is None:
        facts = chart.look_up(cause.facts)
    holds = cause.holds(facts)
    binding = binding_of(cause, facts) if holds else Binding.ALWAYS
    return Finding(scenario, cause, holds, binding, facts)


def look_passively(phone: Phone, facts: Facts) -> tuple[Statement, ...]:
    """Asks the witnesses without opening anything: the screen only if Photos is in front."""
    front = str(facts.get("phone.foreground", "")).partition("/")[0]
    return ask_witnesses(phone, screen=front == phone.package)


def flags_missing(scenario: Scenario, risk: Risk, allow: frozenset[Effect]) -> str:
    """The flags that a scenario's fix would need and that were not given; empty where none."""
    effects = sorted(scenario.effects - allow, key=lambda effect: effect.value)
    flags = [f"--allow={effect.value}" for effect in effects]
    if scenario.risk > risk:
        flags.insert(0, f"--risk={scenario.risk.word}")
    return " ".join(flags)


def tell(
    scenarios: Sequence[Scenario],
    chart: Chart,
    risk: Risk,
    allow: frozenset[Effect],
    *,
    is_well: bool = False,
    plan: Callable[[Finding], tuple[str, ...]] | None = None,
) -> Diagnosed:
    """The diagnosis as a table for a person.

    Args:
        scenarios: those that are asked for, in heal's order.
        chart: with what Photos said already taken in.
        risk: the highest that is allowed.
        allow: effects that are allowed.
        is_well: whether the backup moves, so that only what binds out of sight is treated.
        plan: the commands of a fix, where they are to be shown.
    """
    readable = [(s, s.cause) for s in scenarios if isinstance(s.cause, Cause) and not s.unset]
    findings = [find(scenario, cause, chart) for scenario, cause in readable]
    held = [f for f in findings if f.holds]
    causes = tuple(_found(f, chart, risk, allow, is_well, plan(f) if plan else ()) for f in held)
    rest = _rest(scenarios, findings, chart.facts(), is_well)
    return Diagnosed(causes, (*chart.named(held), *rest))


def _rest(
    scenarios: Sequence[Scenario], findings: Sequence[Finding], facts: Facts, is_well: bool
) -> Iterator[str]:
    """Sentences about what does not hold, and about what no fix can end."""
    held = hindrance(facts, str(facts.get("photos.status", "unknown")))
    is_curable = any(f.holds and f.scenario.fix for f in findings)
    is_hopeless = held is not None and (held.is_final or (held.is_certain and not is_curable))
    if held is not None and is_hopeless:
        yield f"no fix can end this: {held.describe()}"
    if others := sum(f.holds is False for f in findings):
        yield f"{_causes(others)} ruled out by what the phone shows"
    if untold := sum(f.holds is None for f in findings):
        yield f"{_causes(untold)} not to be told: the phone does not show what would decide"
    unseen = sum(not isinstance(s.cause, Cause) and s.cause is not None for s in scenarios)
    if unseen and not is_well and not is_hopeless:
        yield f"{_causes(unseen)} such as no fact can show: what is allowed of them is tried last"


def _causes(count: int) -> str:
    return "1 cause is" if count == 1 else f"{count} causes are"


def _in_words(step: Step, chart: Chart) -> str:
    """A step with what the phone shows now filled in; what it does not show, told by its name."""
    try:
        return resolve(step, chart.told(_BEFORE.findall(step.describe()))).describe()
    except ScenarioError:
        return _BEFORE.sub(r"\1 as it was", step.describe())


def _found(
    finding: Finding,
    chart: Chart,
    risk: Risk,
    allow: frozenset[Effect],
    is_well: bool,
    sends: tuple[str, ...],
) -> Found:
    scenario = finding.scenario
    price = "; ".join(
        [_PRICES[scenario.risk], *(_EFFECTS[e] for e in sorted(scenario.effects, key=str))]
    )
    when = "" if finding.binding is Binding.ALWAYS else f", binds {finding.binding.value}"
    flags = flags_missing(scenario, risk, allow)
    refusal = f"not without {flags}" if flags else ""
    if is_well and finding.binding is Binding.ALWAYS:
        refusal = "not now: the backup moves despite it"
    return Found(
        found=f"{scenario.name} ({finding.shown()}{when})",
        means=scenario.why or scenario.name,
        deeds=tuple(_in_words(step, chart) for step in scenario.fix),
        price=price,
        refusal=refusal,
        sends=sends,
    )
