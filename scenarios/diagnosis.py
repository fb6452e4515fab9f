"""What a phone shows, read once and again after every change, and what follows from it.

All shell facts come in one round trip; the witnesses add what Photos says. What only Photos' own
pages show is read when a cause asks for it. It must not know pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drivers.errors import PhoneError, PhoneLostError
from drivers.phone import Phone
from drivers.photos.counter import Counter
from drivers.photos.question import NOTHING, OTHER, Question
from drivers.photos.status import UNKNOWN
from drivers.photos.witnesses import Statement, ask_witnesses
from drivers.values import Value, ValueType
from drivers.vocabulary import Effect, Facts, Risk
from scenarios.binding import Binding, binding_of
from scenarios.conditions import Cause
from scenarios.events import Busy, Event
from scenarios.facts import is_on_a_page, read_facts
from scenarios.model import Scenario
from scenarios.naming import name_hogs, name_skipped
from scenarios.needs import missing

_DAY_S = 86_400.0


class Chart:
    """The facts of one phone, as fresh as its last change.

    Args:
        phone: whose facts.
        announce: told which page is opened, since each takes a person's time.

    Attributes:
        may_open: whether Photos' pages may be opened for facts that only they show.
    """

    def __init__(self, phone: Phone, announce: Callable[[Event], None]) -> None:
        self._phone = phone
        self._announce = announce
        self._facts: dict[str, Value] | None = None
        self._asked: set[str] = set()
        self._question = Question(NOTHING)
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
            self._announce(Busy(f"reading Photos' pages for {name}"))
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

    def lacking(self, scenario: Scenario) -> str:
        """Why a scenario does not suit this phone; empty where it does.

        Pages are not opened for it: a need that only they show is taken for met.

        Raises:
            TransientPhoneError: the link failed.
        """
        return missing(scenario.needs, self._phone)

    def named(self, findings: Sequence[Finding]) -> tuple[str, ...]:
        """What a person has to know by name, given what holds; a line each.

        Raises:
            PhoneLostError: the phone went away.
        """
        is_full = any("storage.free" in f.cause.facts for f in findings)
        hogs = name_hogs(self._phone) if is_full else ()
        asked = self._question.describe() if self._question.asks == OTHER else ""
        asks = (f"Photos asks: {asked}",) if asked else ()
        return (*asks, *name_skipped(self._phone, self.facts()), *hogs)

    def note(self, status: str, counter: Counter, question: Question | None = None) -> None:
        """Takes in what Photos said.

        Args:
            status: a word of `photos.status`.
            counter: empty where there was none.
            question: what it asked; None where the screen did not tell. Who said a status has
                nothing before it, and behind a question no page can be opened.
        """
        said: dict[str, Value] = {}
        if status != UNKNOWN.status:
            said |= {"photos.status": status, "photos.question": NOTHING}
        if question is not None:
            said["photos.question"] = question.asks
            self._question = question
            self.may_open = self.may_open and question.asks == NOTHING
        if counter:
            said["photos.counter"] = counter.as_value()
        self._facts = {**self.facts(), **said}

    def refresh(self) -> None:
        """Asks the commands again; what only pages show stands, since nothing was changed.

        Raises:
            TransientPhoneError: the link failed.
        """
        self._facts = {**self.facts(), **self._phone.facts()}

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
        lack: why a fix does not suit this phone, although its cause holds or may; empty where it
            does.
    """

    scenario: Scenario
    cause: Cause
    holds: bool | None
    binding: Binding
    facts: Facts
    lack: str = ""

    def shown(self) -> str:
        """The facts that decided, with their values: `battery.saver is on`."""
        told = (
            f"{c.fact} is {_told(c.type, self.facts.get(c.fact))}"
            for c in self.cause.deciding(self.facts)
        )
        return ", ".join(dict.fromkeys(told))  # several sets of a cause may ask for the same fact

    def why_not(self) -> str:
        """Why it is not treated, in words for a skip's reason."""
        if self.holds is None:
            return self.lack or f"cannot be told: {self.shown()}"
        return f"not the cause: {self.shown()}"


def _told(value_type: ValueType, value: Value | None) -> str:
    """A value for a person: nobody reads a clock that is wrong by days in seconds."""
    if value_type.kind == "seconds" and isinstance(value, (int, float)) and abs(value) > 2 * _DAY_S:
        return f"about {value / _DAY_S:.0f} days"
    return value_type.format(value)


def find(scenario: Scenario, cause: Cause, chart: Chart) -> Finding:
    """Holds a cause against the chart; pages are opened only where they would decide."""
    facts = chart.facts()
    if cause.holds(facts) is None:
        facts = chart.look_up(cause.facts)
    holds = cause.holds(facts)
    if holds is False:
        return Finding(scenario, cause, holds, Binding.ALWAYS, facts)
    lack = chart.lacking(scenario)
    if holds is None:
        return Finding(scenario, cause, holds, Binding.ALWAYS, facts, lack)
    return Finding(scenario, cause, holds, binding_of(cause, facts), facts, lack)


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
