"""A healing as far as it has come, and what is worth trying next; where nothing is, why not.

It looks, and changes nothing on the phone: that is the doctor's to do. It must not know pytest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from drivers.photos.judgment import OFF
from drivers.vocabulary import Effect, Risk
from scenarios.binding import Binding
from scenarios.conditions import Cause
from scenarios.cure import Cure
from scenarios.diagnosis import Finding, find, flags_missing
from scenarios.facts import is_on_a_page
from scenarios.hindrances import hindrance
from scenarios.holders import is_named, restarts_photos
from scenarios.lasting import done_and_over, done_for_good, lost
from scenarios.model import Scenario
from scenarios.outcome import FOR_GOOD, IS_OVER, NOT_DONE, PUT_BACK
from scenarios.patient import Patient
from scenarios.sending import needs_touch
from scenarios.treatment import Treatment, done_besides
from scenarios.verdict import Case, NotTried
from scenarios.watch import Watched


@dataclass
class Course:
    """One phone's healing so far.

    Attributes:
        patient: the phone, as it is known.
        risk: the highest risk that is allowed.
        allow: effects that are allowed although nothing can undo them.
        scenarios: those that are asked for, in the order of treatment.
        unchosen: others that there are.
        treatments: every fix that took.
        not_tried: what more could be allowed.
        in_vain: names of what was tried in vain, each with how it ended.
        yours: what holds and has no fix, since a person alone can end it.
        left: what holds and is left as it is, since a person has to end something else first.
        waiting: what is tried once more when something is done that interrupts, each with how
            much of that was done before.
        tries: how many fixes were tried.
        deeds: how many of the guesses did what interrupts, such as a restart.
    """

    patient: Patient
    risk: Risk
    allow: frozenset[Effect]
    scenarios: Sequence[Scenario] = ()
    unchosen: Sequence[Scenario] = ()
    treatments: list[Treatment] = field(default_factory=list)
    not_tried: list[NotTried] = field(default_factory=list)
    in_vain: dict[str, str] = field(default_factory=dict)
    yours: list[Scenario] = field(default_factory=list)
    left: list[Scenario] = field(default_factory=list)
    waiting: list[tuple[Scenario, int]] = field(default_factory=list)
    tries: int = 0
    deeds: int = 0
    _slow_at: int = 0

    def untreated(self) -> Iterator[Scenario]:
        """What may be treated still, in order: what stands, or needs somebody's leave, may not."""
        done = [treatment.scenario for treatment in self.treatments]
        done += [*self.yours, *self.left, *(one.scenario for one in self.not_tried)]
        return (s for s in self.scenarios if not s.unset and s not in done)

    def left_open(self) -> tuple[Scenario, ...]:
        """Gentler than what loses data, and left open although a command would tell."""
        facts = self.patient.chart.facts()
        return tuple(
            s
            for s in self.untreated()
            if s.risk < Risk.APP_DATA and s.fix and isinstance(s.cause, Cause)
            if s.cause.holds(facts) is None and not self.patient.chart.lacking(s)
            if not any(is_on_a_page(c.fact) for c in s.cause.deciding(facts))
        )

    def case(self, first: Watched, last: Watched, cure: Cure | None) -> Case:
        """What the verdict is told of.

        Args:
            first: the watch before anything was treated.
            last: the watch that is judged.
            cure: which changes were needed; None where nothing moves, or nothing was changed.
        """
        bench, patient = self.patient.bench, self.patient
        idle = cure.idle if cure is not None else []
        standing = [t for t in self.treatments if t not in idle]
        return Case(
            first=first,
            last=last,
            cure=cure,
            treatments=tuple(self.treatments),
            not_tried=tuple(self.not_tried),
            in_vain=self._ended(PUT_BACK),
            is_over=self._ended(IS_OVER),
            for_good=self._ended(FOR_GOOD),
            not_done=self._ended(NOT_DONE),
            lost=tuple(lost(bench.journal.changes.values())),
            besides=done_besides(bench, standing, done_for_good),
            is_done_with=done_besides(bench, standing, done_and_over),
            yours=tuple(self.yours),
            left=tuple(self.left),
            facts=patient.chart.facts(),
            risk=self.risk,
            allow=self.allow,
            untouched_until=patient.untouched_until,
            is_hung=patient.is_hung,
            left_open=self.left_open(),
            elsewhere=tuple(self._elsewhere()),
        )

    def _elsewhere(self) -> Iterator[Scenario]:
        """What holds the backup up now, and has a fix among what was not asked for."""
        for scenario in self.unchosen:
            if isinstance(scenario.cause, Cause) and scenario.fix and not scenario.unset:
                found = find(scenario, scenario.cause, self.patient.chart)
                if found.holds and not found.lack and found.binding is Binding.ALWAYS:
                    yield scenario

    def _ended(self, so: str) -> tuple[str, ...]:
        """The names of those that were in vain and ended so."""
        return tuple(name for name, its in self.in_vain.items() if its == so)

    def not_worth_it(self, found: Finding) -> str:
        """Why a readable cause is not treated; empty where it is."""
        if not found.holds:
            return found.why_not()
        assert self.patient.first is not None
        if self.patient.first.is_well and found.binding is Binding.ALWAYS:
            return f"the backup moves despite it: {found.shown()}"
        return ""

    def not_at_that_price(self, scenario: Scenario) -> str:
        """Why a fix that cannot be quite undone is not for now; empty where it is.

        What was treated before may have been enough, or may only now have taken effect, as Wi-Fi
        that has to find its network: the counter and the facts are asked again.
        """
        is_gentle = scenario.risk <= Risk.REVERSIBLE and not scenario.effects
        if is_gentle or not self.treatments or not isinstance(scenario.cause, Cause):
            return ""
        watched = self.patient.now()
        if watched.is_well:
            return "the counter moves already"
        self.patient.chart.is_stale()
        self.patient.note(watched)  # behind a question no page could be opened to read it again
        found = find(scenario, scenario.cause, self.patient.chart)
        return "" if found.holds else found.why_not()

    def not_worth_trying(self, scenario: Scenario | None = None) -> str:
        """Why a fix for what nothing shows is not tried; empty where it is.

        Args:
            scenario: whose fix; None for those that were tried before, and wait.
        """
        risk = scenario.risk if scenario is not None else Risk.REVERSIBLE
        watched = self.patient.now()
        if watched.is_well:
            return "the counter moves already"
        if watched.judgment == "slow" and self._slow_at != self.tries > 0:
            # A Photos that begins anew sends previews before it goes on: that is no large file yet.
            self._slow_at = self.tries
            watched = self.patient.watch()
        if watched.is_well:
            return "the counter moves already"
        if watched.judgment == "slow":
            return f"it is slow, not stuck: {watched.reasons[0]}"
        if self.patient.is_hung:
            self.patient.hangs()  # what was done since may have ended it: then its words count
        status = self.patient.said(watched)
        if named := [one for one in self.not_tried if is_named(one.scenario, status)]:
            # Behind what Photos itself says nothing else can be seen to help.
            return f"first what Photos says: {named[0].scenario.name!r} needs {named[0].flags}"
        if status in OFF and risk < Risk.APP_DATA:
            # Turning it on was in vain or is a person's to do: no guess but a new sign-in is left.
            return f"first what Photos says: {watched.reasons[0]}"
        facts = self.patient.chart.facts()
        held = hindrance(facts, status, self.patient.untouched_until)
        if held is None:
            return ""
        # What a fact speaks for is a person's to end first: behind it no guess could be told apart.
        is_yours = held.is_borne_out and bool(self.yours)
        if held.is_certain or is_yours or self._is_out_of_reach(scenario):
            return f"it would not help: {held.says}"
        if risk >= Risk.APP_DATA and not held.is_borne_out:
            # What else might explain it was tried by now: no data goes for what is Google's to end.
            return f"it would not help: {held.says}"
        return ""

    def _is_out_of_reach(self, scenario: Scenario | None) -> bool:
        """Whether a phone that lets nobody tap would refuse a fix, or has refused one before it.

        What needs no tap is tried on it as on any other: to end Photos and to start it is all that
        one that hangs wants.
        """
        if not self.patient.untouched_until:
            return False
        was_refused = any(
            isinstance(s.cause, Cause) and s.name in self.in_vain for s in self.scenarios
        )
        registry = self.patient.bench.registry
        return was_refused or (scenario is not None and needs_touch(scenario, registry))

    def not_behind_a_hang(self, scenario: Scenario) -> str:
        """Why a gentle guess waits, where Photos does not answer; empty where it need not.

        Behind a Photos that hangs no guess can be seen to help, and some of them move files: what
        restarts it comes first, and whatever waited for that is tried after it.
        """
        ender = next((one for one in self.scenarios if restarts_photos(one)), None)
        if scenario.risk > Risk.REVERSIBLE or ender is None or not self.patient.hangs():
            return ""
        told = f"Photos does not answer, so {ender.name!r} is first"
        if flags := flags_missing(ender, self.risk, self.allow):
            return f"{told}: it needs {flags}"
        if flags_missing(scenario, self.risk, self.allow):
            return ""
        self.waiting.append((scenario, self.deeds))
        return told
