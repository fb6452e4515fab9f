"""Healing: what the phone shows decides which fixes are worth trying, gentlest first.

Readable causes come before unseen ones; a fix that did not take, or an unseen one that did not
move the counter, is put back; the verdict alone judges the counter. It must not know pytest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.errors import NotHealedError, UnstuckError
from drivers.values import Value
from drivers.vocabulary import Effect, Risk
from scenarios.conditions import UNSEEN, Cause
from scenarios.engine import facts_before, read_facts
from scenarios.events import Noted, PhaseBegan, PhaseEnded
from scenarios.media_guard import media_kept
from scenarios.model import Scenario
from scenarios.needs import missing
from scenarios.plan import commands
from scenarios.steps import Bench, perform
from scenarios.undo import undo
from scenarios.watch import Watched, watch

# How a treatment ended.
TREATED, SKIPPED, IN_VAIN = "treated", "skipped", "in vain"


@dataclass(frozen=True)
class Outcome:
    """What became of one scenario.

    Attributes:
        how: treated, skipped or in vain.
        reason: the fact, the flag or the failure that decided, in one line.
    """

    how: str
    reason: str


@dataclass
class Doctor:
    """One phone's healing, from the first look to the verdict.

    Attributes:
        bench: the phone and what to work on it with.
        risk: the highest risk that is allowed.
        allow: effects that are allowed although nothing can undo them.
    """

    bench: Bench
    risk: Risk
    allow: frozenset[Effect]
    treated: list[Scenario] = field(default_factory=list)
    needed: list[str] = field(default_factory=list)
    _first: Watched | None = None
    _last: Watched | None = None

    def treat(self, scenario: Scenario) -> Outcome:
        """Tries one scenario's fix, if its cause holds and what it costs is allowed.

        Raises:
            UnstuckError: the phone or the link failed, other than by refusing the fix.
        """
        if self._baseline().is_well:
            return Outcome(SKIPPED, f"nothing to treat: {self._baseline().reasons[0]}")
        if scenario.cause is None:
            return Outcome(SKIPPED, "it names no cause")
        if isinstance(scenario.cause, Cause):
            facts = read_facts(self.bench.phone, scenario.cause.facts)
            if not scenario.cause.holds(facts):
                return Outcome(SKIPPED, _not_so(scenario.cause, facts))
        elif self._is_moving():
            return Outcome(SKIPPED, "the counter moves already")
        if lack := missing(scenario.needs, self.bench.phone):
            return Outcome(SKIPPED, lack)
        if flags := self._flags_missing(scenario):
            self.needed.append(f"{scenario.name} ({flags})")
            return Outcome(SKIPPED, f"not tried: it needs {flags}")
        return self._apply(scenario)

    def examine(self, scenario: Scenario) -> Outcome:
        """Says whether a scenario's cause holds, and what heal would do; changes nothing.

        Looks at shell facts only, and at the screen if Photos is in front already.

        Raises:
            NotHealedError: the cause holds; the message has the plan, command by command.
        """
        if scenario.cause is None:
            return Outcome(SKIPPED, "it names no cause")
        if not isinstance(scenario.cause, Cause):
            return Outcome(SKIPPED, "no fact can show its cause: heal would try it after the rest")
        facts = self.bench.phone.facts(scenario.cause.facts)
        if not scenario.cause.holds(facts):
            return Outcome(SKIPPED, _not_so(scenario.cause, facts))
        flags = self._flags_missing(scenario)
        plan = "\n".join(f"  {line}" for line in commands(scenario.fix, self.bench.registry))
        raise NotHealedError(
            f"{scenario.cause.describe()}: {scenario.why or scenario.name}; "
            f"heal would send{f', given {flags}' if flags else ''}:\n{plan}"
        )

    def verdict(self) -> str:
        """Judges the counter, and says in one sentence what helped.

        Raises:
            NotHealedError: it does not move; the message says what was tried and what is left.
        """
        watched = self._watch()
        names = ", ".join(f"{s.name!r}" for s in self.treated)
        if watched.is_well:
            seen = watched.describe()
            if not self.treated:
                return f"{_capital(watched.reasons[0])}: {seen}; nothing was changed"
            return f"Fixed by {names}: {seen}"
        tried = f"treated: {names}" if names else "no cause that the phone shows was left"
        more = f"; not tried: {'; '.join(self.needed)}" if self.needed else ""
        raise NotHealedError(
            f"the backup is {watched.judgment}: {watched.reasons[0]}; {tried}{more}"
        )

    def _baseline(self) -> Watched:
        if self._first is None:
            self.bench.announce(PhaseBegan("baseline", "is it stuck at all?"))
            self._first = self._watch()
            self.bench.announce(PhaseEnded("baseline"))
        return self._first

    def _watch(self) -> Watched:
        self._last = watch(
            self.bench.phone,
            timeout_s=self.bench.patience_s,
            advances=1,
            announce=self.bench.announce,
        )
        return self._last

    def _is_moving(self) -> bool:
        """Whether what was treated so far has helped; looked at once after each treatment."""
        if self._last is None:
            self._watch()
        assert self._last is not None
        return self._last.is_well

    def _flags_missing(self, scenario: Scenario) -> str:
        flags = [
            f"--allow={e.value}" for e in sorted(scenario.effects, key=str) if e not in self.allow
        ]
        if scenario.risk > self.risk:
            flags.insert(0, f"--risk={scenario.risk.word}")
        return " ".join(flags)

    def _apply(self, scenario: Scenario) -> Outcome:
        first = len(self.bench.journal.changes)
        self.bench.announce(PhaseBegan("fix", scenario.name))
        problem = ""
        try:
            before = facts_before(self.bench, scenario)
            announce = self.bench.announce
            with media_kept(self.bench.phone, scenario.risk, lambda line: announce(Noted(line))):
                for step in scenario.fix:
                    perform(self.bench, step, before)
            problem = self._check(scenario)
        except NotHealedError as error:
            problem = str(error)
        except UnstuckError as error:
            problem = str(error)
            self._put_back(first)
            raise
        finally:
            self.bench.announce(PhaseEnded("fix", problem))
        if problem:
            self._put_back(first)
            return Outcome(IN_VAIN, problem)
        self.treated.append(scenario)
        return Outcome(TREATED, scenario.why or scenario.name)

    def _check(self, scenario: Scenario) -> str:
        """Why the fix was in vain; empty where it was not."""
        self._last = None
        if isinstance(scenario.cause, Cause):
            facts = read_facts(self.bench.phone, scenario.cause.facts)
            if scenario.cause.holds(facts):
                return f"its cause still holds: {scenario.cause.describe()}"
            return ""
        assert scenario.cause is UNSEEN
        return "" if self._is_moving() else f"the counter did not move: {self._watch_words()}"

    def _watch_words(self) -> str:
        return self._last.describe() if self._last else ""

    def _put_back(self, first: int) -> None:
        bench = self.bench
        for leftover in undo(bench.journal, bench.phone, bench.registry, above=first):
            bench.announce(Noted(f"still changed: {leftover}"))


def order(scenarios: list[Scenario]) -> list[Scenario]:
    """The order of treatment: readable causes first, then risk, then the simpler cause, then path.

    It is static: what the diagnosis decides is only what is skipped.
    """
    return sorted(
        scenarios,
        key=lambda s: (
            s.cause is UNSEEN,
            s.risk,
            s.cause.size if isinstance(s.cause, Cause) else 0,
            s.path,
            s.mark.line,
        ),
    )


def _not_so(cause: Cause, facts: Mapping[str, Value]) -> str:
    deciding = cause.deciding(facts)
    words = [f"{c.fact} is {c.type.format(facts.get(c.fact))}" for c in deciding]
    return f"not the cause: {', '.join(words)}"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
