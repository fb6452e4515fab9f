"""Healing: what the phone shows decides which fixes are worth trying, gentlest first.

Readable causes come before unseen ones; a fix that did not take, or an unseen one that did not
move the counter, is put back; the verdict alone judges the counter. It must not know pytest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from drivers.errors import NotHealedError
from drivers.photos.question import NOTHING
from drivers.photos.status import UNKNOWN
from drivers.vocabulary import Effect, Risk
from scenarios.awake import Awake
from scenarios.binding import Binding
from scenarios.conditions import UNSEEN, Cause
from scenarios.course import Course
from scenarios.cure import find_cure
from scenarios.diagnosis import find, flags_missing
from scenarios.events import Noted
from scenarios.findings import diagnosing, find_all, foresee, tell
from scenarios.holders import is_named
from scenarios.lasting import is_over
from scenarios.model import Run, Scenario, walk
from scenarios.needs import missing
from scenarios.outcome import IN_VAIN, SKIPPED, TREATED, Outcome
from scenarios.patient import Patient
from scenarios.steps import Bench
from scenarios.told import Told
from scenarios.treatment import Treatment, has_ended_something, went_along
from scenarios.trial import attempt, fate
from scenarios.undo import still_changed
from scenarios.verdict import NotTried, tell_verdict
from scenarios.watch import Watched, question_in_front


@dataclass
class Doctor:
    """One phone's healing, from the first look to the verdict.

    Attributes:
        bench: the phone and what to work on it with.
        risk: the highest risk that is allowed.
        allow: effects that are allowed although nothing can undo them.
        scenarios: those that are asked for, in the order of treatment.
        unchosen: others that there are; they are never treated.
    """

    bench: Bench
    risk: Risk
    allow: frozenset[Effect]
    scenarios: Sequence[Scenario] = ()
    unchosen: Sequence[Scenario] = ()
    _announced: list[Scenario] = field(default_factory=list)
    _has_seen: bool = False
    _judged_at: int = 0
    _asked: str = NOTHING
    _awake: Awake | None = None
    _patient: Patient = field(init=False)
    _course: Course = field(init=False)

    def __post_init__(self) -> None:
        self._patient = Patient(self.bench)
        self._course = Course(self._patient, self.risk, self.allow, self.scenarios, self.unchosen)

    def treat(self, scenario: Scenario) -> Outcome:
        """Tries one scenario's fix, if its cause holds and what it costs is allowed.

        What was announced and is not done after all is said so.

        Raises:
            UnstuckError: the phone is lost, photos are gone, or the journal cannot be written.
        """
        outcome = self._treat(scenario)
        if scenario in self._announced:
            self._announced.remove(scenario)
            if outcome.how == SKIPPED:
                told = f"not needed any more: {scenario.name!r} ({outcome.reason})"
                self.bench.announce(Noted(told))
        return outcome

    def _treat(self, scenario: Scenario) -> Outcome:
        first, course = self._begin(), self._course
        if first.judgment == "done":
            return Outcome(SKIPPED, f"nothing to treat: {first.reasons[0]}")
        if scenario.cause is None:
            return Outcome(SKIPPED, "it names no cause")
        binding = Binding.ALWAYS
        if isinstance(scenario.cause, Cause):
            found = find(scenario, scenario.cause, self._patient.chart)
            binding = found.binding
            if reason := course.not_worth_it(found):
                return Outcome(SKIPPED, reason)
            if not scenario.fix:
                course.yours.append(scenario)
                return Outcome(SKIPPED, f"a person alone can end it: {found.shown()}")
        else:
            self._treat_what_shows_now()
            reason = course.not_worth_trying(scenario) or course.not_behind_a_hang(scenario)
            if reason:
                return Outcome(SKIPPED, reason)
            if not self._patient.is_covered and self._try_once_more():
                return Outcome(SKIPPED, "the counter moves already")
        may_open = self._patient.chart.may_open
        if lack := missing(scenario.needs, self.bench.phone, may_open=may_open):
            return Outcome(SKIPPED, lack)
        if binding is Binding.ALWAYS and (reason := course.not_at_that_price(scenario)):
            return Outcome(SKIPPED, reason)
        if isinstance(scenario.cause, Cause) and (held := self._patient.held_for_good()):
            if held.fact not in scenario.cause.facts:
                course.left.append(scenario)
            return Outcome(SKIPPED, f"it would not help yet: {held.says}")
        if flags := flags_missing(scenario, self.risk, self.allow):
            course.not_tried.append(NotTried(scenario, flags))
            return Outcome(SKIPPED, f"not tried: it needs {flags}")
        if scenario.risk >= Risk.APP_DATA and (self._try_once_more() or self._ask_what_is_open()):
            return Outcome(SKIPPED, "the counter moves already")
        return self._apply(scenario, binding)

    def verdict(self) -> Told:
        """Judges the counter, and says in one sentence what helped.

        Raises:
            NotHealedError: it does not move; the message says why, what was tried and what is
                left to do.
        """
        first = self._begin()
        if not self._course.not_worth_trying():
            self._try_once_more()
        moved = self._patient.now().is_well
        watched = self._patient.measured()
        if moved and not watched.is_well and watched.judgment != "slow":
            self._treat_what_stood_behind(watched)
            first, watched = self._begin(), self._patient.measured()
        cure = None
        if watched.is_well and self._course.treatments:
            cure = find_cure(self.bench, self._course.treatments, watched, self._patient.watch)
            if cure.last is not None:
                watched = self._patient.timed() if cure.last.is_well else cure.last
        if self._course.treatments or self._course.in_vain:
            # What stood before the last change says nothing about the phone as it is left.
            self._patient.chart.is_stale()
        else:
            self._patient.chart.refresh()
        told = tell_verdict(self.bench, self._course.case(first, watched, cure))
        if not watched.is_well:
            raise NotHealedError(str(told))
        return told

    def end(self) -> list[str]:
        """Lets the screen go.

        Returns:
            What stands changed on the phone, a line each as a scenario would write it.
        """
        bench = self.bench
        if self._awake is not None:
            for line in self._awake.release():
                bench.announce(Noted(line))
        if self._patient.first is None:
            return []
        along = went_along(bench, self._course.treatments, self._patient.shown)
        return [*still_changed(bench.journal, bench.registry), *along]

    def _begin(self) -> Watched:
        """The baseline and the diagnosis, once: is it stuck at all, and what does it show?"""
        patient = self._patient
        if patient.first is None:
            self._awake = Awake(self.bench)
            self._awake.hold(patient.chart.facts())
            first = patient.baseline()
            with diagnosing(self.bench.announce):
                patient.diagnose(first)
                self._tell_diagnosis(first)
        assert patient.first is not None
        return patient.first

    def _tell_diagnosis(self, first: Watched) -> None:
        chart, is_well = self._patient.chart, first.is_well
        findings = find_all(self.scenarios, chart)
        # Where the screen says nothing, the notification may say what no fix can end.
        said = self._patient.said(first)
        heard = {"photos.status": said} if said != UNKNOWN.status else {}
        facts = {**chart.facts(), **heard}
        outlooks = foresee(findings, facts, self.risk, self.allow, is_well=is_well)
        self._announced = [one.finding.scenario for one in outlooks if one.is_treated]
        self.bench.announce(tell(self.scenarios, findings, outlooks, facts, chart, is_well=is_well))

    def _treat_what_stood_behind(self, watched: Watched) -> None:
        """Goes through everything once more, where the counter went on for a moment and stands.

        What was in vain before may help now, and what had no need of a treatment has one.
        """
        self.bench.announce(Noted("it went on and stands again: what is left is tried once more"))
        first, chart, last = self._begin(), self._patient.chart, watched.readings[-1]
        chart.is_stale()
        if first.is_well:
            self._patient.first = watched
            chart.may_open = last.status != UNKNOWN.status and not self._patient.hangs()
        self._patient.note(watched)
        self._course.waiting.clear()
        for scenario in self._course.untreated():
            self.treat(scenario)

    def _treat_what_shows_now(self) -> None:
        """Goes through the readable causes again, once something has changed what can be seen.

        A question in front of Photos, or a frozen screen, hides what its own words would name; and
        of two causes they name the first alone, until that is treated.
        """
        course, patient, done = self._course, self._patient, len(self._course.treatments)
        assert patient.first is not None
        was_covered = patient.first.status == UNKNOWN.status or patient.was_hung
        is_uncovered = was_covered and not self._has_seen
        last = patient.now() if done > self._judged_at else patient.last
        if last is None or last.is_well:
            return
        # It may have come since: Photos asks when it is opened, and was closed or disabled before.
        asked = question_in_front(self.bench.phone) if last.is_blind else None
        is_asking = asked is not None and asked.asks not in {NOTHING, self._asked}
        if not (is_uncovered or is_asking) and done == self._judged_at:
            return
        if (last.status == UNKNOWN.status and not is_asking) or patient.hangs():
            return
        self._has_seen, self._judged_at = True, done
        self._asked = asked.asks if asked is not None else self._asked
        chart = patient.chart
        chart.is_stale()
        chart.may_open = True
        chart.note(last.status, last.said.counter, asked or question_in_front(self.bench.phone))
        for scenario in course.untreated():
            was_in_vain = scenario.name in course.in_vain and not is_uncovered
            if isinstance(scenario.cause, Cause) and not was_in_vain:
                found = find(scenario, scenario.cause, chart)
                if found.holds:
                    self.bench.announce(Noted(f"now found: {scenario.name} ({found.shown()})"))
                self.treat(scenario)

    def _try_once_more(self) -> bool:
        """Tries again what was in vain while Photos showed nothing, where something has ended that.

        So is what has waited for it. Behind a Photos that hangs nothing else can be seen to help,
        nor at times be done. So whoever has restarted it asks the gentle fixes again, before any
        that may lose data.

        Returns:
            Whether one of them was the cure.
        """
        waiting, self._course.waiting = self._course.waiting, []
        for scenario, deeds in waiting:
            if deeds < self._course.deeds:
                if self._apply(scenario, Binding.ALWAYS).how == TREATED:
                    return True
            else:
                self._course.waiting.append((scenario, deeds))
        return False

    def _ask_what_is_open(self) -> bool:
        """Asks again for the gentler causes that nothing decided, before data may go.

        Returns:
            Whether the counter goes on since one of them was treated.
        """
        chart = self._patient.chart
        before = len(self._course.treatments)
        open_ones = self._course.left_open()
        if not open_ones:
            return False
        chart.refresh()
        for scenario in open_ones:
            if isinstance(scenario.cause, Cause) and scenario.cause.holds(chart.facts()):
                self.treat(scenario)
        return len(self._course.treatments) > before and self._patient.now().is_well

    def _apply(self, scenario: Scenario, binding: Binding) -> Outcome:
        course, status = self._course, self._patient.status()
        named, is_blind = is_named(scenario, status), status == UNKNOWN.status
        before = course.deeds
        course.tries += 1
        course.in_vain.pop(scenario.name, None)
        tried = attempt(self._patient, scenario)
        if scenario.cause is UNSEEN:
            course.deeds += has_ended_something(self.bench, tried)
        if not tried.problem:
            treatment = Treatment(scenario, binding, named, tried.above, tried.up_to)
            course.treatments.append(treatment)
            return Outcome(TREATED, scenario.why or scenario.name)
        ended = course.in_vain[scenario.name] = fate(self.bench, tried)
        if scenario.cause is UNSEEN and is_blind and course.deeds == before:
            course.waiting.append((scenario, before))
        return Outcome(IN_VAIN, tried.problem, ended)


def order(scenarios: list[Scenario]) -> list[Scenario]:
    """The order of treatment: readable causes first, then risk, then the simpler cause, then path.

    Of two guesses of one risk the one comes first that leaves nothing behind: a restart is over
    once it is done, a cleared cache is gone. It is static: what the diagnosis decides is only what
    is skipped.
    """
    return sorted(
        scenarios,
        key=lambda s: (
            s.cause is UNSEEN,
            s.risk,
            s.cause is UNSEEN and not _is_over(s),
            s.cause.size if isinstance(s.cause, Cause) else 0,
            s.path,
            s.mark.line,
        ),
    )


def _is_over(scenario: Scenario) -> bool:
    """Whether a fix interrupts, and leaves nothing behind once it is done."""
    return any(isinstance(step, Run) and is_over(step.operation) for step in walk(scenario.fix))
