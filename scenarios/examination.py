"""Check mode: what holds the backup up, and what heal would send; nothing is changed.

Shell facts, the notification and the media store, and the screen only where Photos is in front
already, unless Photos may be opened for it. It must not know pytest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from drivers.contact import untouched_until
from drivers.errors import NotHealedError
from drivers.photos.judgment import PROGRESSING, is_done
from drivers.photos.status import UNKNOWN, Status
from drivers.vocabulary import Effect, Facts, Risk
from scenarios.conditions import Cause
from scenarios.diagnosis import Chart, find, flags_missing, look_passively
from scenarios.events import Busy, Noted
from scenarios.findings import diagnosing, find_all, foresee, tell
from scenarios.hindrances import Hindrance, hindrance, left_out
from scenarios.holders import facts_of, holder, restarts_photos
from scenarios.model import Scenario
from scenarios.needs import missing
from scenarios.outcome import SKIPPED, Outcome
from scenarios.plan import plan
from scenarios.sending import commands, needs_touch
from scenarios.sentences import command_line, left_alone, listed
from scenarios.steps import Bench
from scenarios.told import Told
from scenarios.watch import bring_to_counter, does_answer, question_in_front, said_by

# What opening Photos may move, for whoever wants to know what a look has left behind.
_MOVED_BY_A_LOOK = ("phone.foreground", "power.awake", "photos.standby_bucket", "photos.hibernated")


@dataclass
class Examination:
    """One phone looked at, once.

    Attributes:
        bench: the phone; its journal stays empty.
        risk: the highest risk that heal would be allowed.
        allow: effects that heal would be allowed.
        scenarios: those that are asked for, in heal's order.
        may_look: whether Photos may be opened.
    """

    bench: Bench
    risk: Risk
    allow: frozenset[Effect]
    scenarios: Sequence[Scenario] = ()
    may_look: bool = False
    _chart: Chart | None = None
    _said: Status = UNKNOWN
    _holding: list[Scenario] = field(default_factory=list)
    _unseen: list[Scenario] = field(default_factory=list)
    _is_hung: bool = False
    _untouched_until: str = ""

    def examine(self, scenario: Scenario) -> Outcome:
        """Says whether a scenario's cause holds, and what heal would do.

        Raises:
            NotHealedError: the cause holds; the message has the plan, command by command.
        """
        chart = self._begin()
        if scenario.cause is None:
            return Outcome(SKIPPED, "it names no cause")
        if self._is_done:
            return Outcome(SKIPPED, f"nothing to treat: Photos says {self._shown_status()}")
        flags = flags_missing(scenario, self.risk, self.allow)
        given = f", given {flags}" if flags else ""
        if not isinstance(scenario.cause, Cause):
            if self._untouched_until and needs_touch(scenario, self.bench.registry):
                return Outcome(SKIPPED, f"it needs a tap: {self._untouched_until}")
            self._unseen.append(scenario)
            return Outcome(
                SKIPPED, f"no fact can show its cause: heal would try it after the rest{given}"
            )
        found = find(scenario, scenario.cause, chart)
        if not found.holds:
            return Outcome(SKIPPED, found.why_not())
        if lack := missing(scenario.needs, self.bench.phone):
            return Outcome(SKIPPED, lack)
        self._holding.append(scenario)
        sends = commands(scenario.fix, self.bench.registry, self.bench.phone)
        lines = "\n".join(f"  {line}" for line in sends) or "  nothing"
        meaning = (scenario.why or scenario.name).rstrip(".")
        raise NotHealedError(f"{found.shown()}: {meaning}; heal would send{given}:\n{lines}")

    def verdict(self) -> Told:
        """Says whether anything holds the backup up, as far as can be seen without touching it.

        Raises:
            NotHealedError: something does; the message names it and the next step.
        """
        facts = self._begin().facts()
        held = hindrance(facts, self._said.status, self._untouched_until)
        fixes = [s for s in self._holding if s.fix]
        if held is not None and (held.is_final or not fixes):
            raise NotHealedError(str(self._hindered(held, fixes)))
        said = self._shown_status() or self._said.status
        if self._is_hung:
            raise NotHealedError(str(self._hung()))
        if self._holding:
            names = listed(list(dict.fromkeys(holder(s) for s in self._holding)))
            deed = self._heal(fixes) if fixes else self._holding[0].why
            notes = [("next", deed), ("Photos says", self._shown_status())]
            raise NotHealedError(str(Told(f"Held up: {names}.", tuple(notes))))
        if self._said.is_known and self._said.status not in PROGRESSING:
            notes = [("next", self._heal(self._unseen))]
            raise NotHealedError(str(Told(f"Held up: Photos itself says {said}.", tuple(notes))))
        if self.may_look and not self._said.is_known:
            screen = f"`python -m drivers.screen {self.bench.phone.serial}` prints what it shows"
            opened = "Unreadable: Photos was opened, and what it shows is not understood."
            raise NotHealedError(str(Told(opened, (("next", screen),))))
        unseen = "" if self._said.is_known else "Photos itself was not asked: --look opens it"
        return Told(
            "Nothing that can be seen holds the backup up; nothing was changed.",
            (
                ("Photos says", self._shown_status()),
                ("not seen", unseen),
                ("not backed up", left_out(self._said.status, self._said.text)),
            ),
        )

    @property
    def _is_done(self) -> bool:
        """Whether Photos says that nothing is left to do: what holds then holds nothing up."""
        return is_done(self._said)

    def _hung(self) -> Told:
        """That Photos hangs, with whatever else holds; what it shows is old, and not repeated."""
        names = list(dict.fromkeys(holder(scenario) for scenario in self._holding))
        enders = [scenario for scenario in self._unseen if restarts_photos(scenario)]
        held = "Photos does not answer a tap"
        if names:
            held = listed([*names, "a Photos that does not answer a tap"])
        deed = self._heal(enders) if enders else "end Photos by hand, and open it again"
        return Told(f"Held up: {held}.", (("next", deed),))

    def _hindered(self, held: Hindrance, fixes: Sequence[Scenario]) -> Told:
        """What is a person's to end; of what is a mere guess, also what heal would try for it."""
        end = "; no fix can end this" if held.is_certain else ""
        tried = self._heal(self._unseen) if self._unseen and not held.is_certain else ""
        others = [s for s in fixes if held.fact not in facts_of(s)]
        names = list(dict.fromkeys(holder(scenario) for scenario in others))
        notes = [("next", held.deed), ("also found", left_alone(names)), ("or try", tried)]
        return Told(f"Held up: {held.says}{end}.", (*notes, ("otherwise", held.otherwise)))

    def _begin(self) -> Chart:
        """The one look, and what it shows as a table."""
        if self._chart is None:
            self._chart = Chart(self.bench.phone, self.bench.announce)
            with diagnosing(self.bench.announce):
                self._look(self._chart)
        return self._chart

    def _look(self, chart: Chart) -> None:
        """Reads what the phone shows and tells it, with the plan that follows from it."""
        before = chart.facts()
        if self.may_look:
            self.bench.announce(Busy("opening Photos to look at it"))
            self._open(chart)
        else:
            self._said = said_by(look_passively(self.bench.phone, before))
            chart.note(self._said.status, self._said.counter)
        is_well = self._is_done
        findings = find_all(self.scenarios, chart)
        facts, allowed = chart.facts(), (self.risk, self.allow)
        outlooks = foresee(findings, facts, *allowed, is_well=is_well)
        told = tell(
            self.scenarios, findings, outlooks, facts, chart, is_well=is_well, has_plan=True
        )
        self.bench.announce(told)
        foreseen = plan(
            self.bench,
            self.scenarios,
            outlooks,
            facts,
            *allowed,
            status=self._said.status,
            is_done=is_well,
            is_hung=self._is_hung,
            untouched_until=self._untouched_until,
        )
        self.bench.announce(foreseen)
        if self.may_look:
            self.bench.announce(Noted(self._left_by_the_look(before)))

    def _open(self, chart: Chart) -> None:
        """Opens Photos and reads what it says, if it answers at all; old words are none."""
        phone = self.bench.phone
        self._untouched_until = untouched_until(phone)
        self.bench.announce(Busy("opening Photos to look at it"))
        said = bring_to_counter(phone)
        self.bench.announce(Busy("seeing whether Photos answers a tap"))
        self._is_hung = not does_answer(phone)
        if self._is_hung:
            self.bench.announce(Noted("Photos does not answer a tap: its pages cannot be read"))
            return
        self._said = said
        chart.may_open = said.is_known
        chart.note(said.status, said.counter, question_in_front(phone))

    def _left_by_the_look(self, before: Facts) -> str:
        """What looking at Photos has moved, read off the phone."""
        after = self.bench.phone.facts(_MOVED_BY_A_LOOK)
        moved = [
            f"{name}: {self._shown(name, before)} -> {self._shown(name, after)}"
            for name in after
            if self._shown(name, before) != self._shown(name, after)
        ]
        return f"left by the look: {'; '.join(moved) or 'nothing'}"

    def _shown(self, name: str, facts: Facts) -> str:
        """A fact's value; of what is in front the app alone, whatever page of it."""
        text = self.bench.registry.facts[name].type.format(facts.get(name))
        return text.partition("/")[0] if name == "phone.foreground" else text

    def _shown_status(self) -> str:
        return repr(" ".join(self._said.text.split())) if self._said.text else ""

    def _heal(self, wanted: Sequence[Scenario]) -> str:
        """The command line that treats what needs no flag, else the gentlest of what needs one."""
        free = [s for s in wanted if not flags_missing(s, self.risk, self.allow)]
        serial = self.bench.phone.serial
        line = command_line(serial, self.risk, self.allow, free or wanted, self.bench.given)
        return f"`{line}`"
