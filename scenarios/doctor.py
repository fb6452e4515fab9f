"""Healing: what the phone shows decides which fixes are worth trying, gentlest first.

Readable causes come before unseen ones; a fix that did not take, or an unseen one that did not
move the counter, is put back; the verdict alone judges the counter. It must not know pytest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from drivers.errors import NotHealedError
from drivers.photos.status import UNKNOWN
from drivers.vocabulary import Effect, Risk
from scenarios.awake import Awake
from scenarios.binding import Binding
from scenarios.conditions import UNSEEN, Cause
from scenarios.cure import find_cure
from scenarios.diagnosis import Finding, find, flags_missing
from scenarios.events import Noted
from scenarios.facts import is_on_a_page
from scenarios.findings import diagnosing, find_all, foresee, tell
from scenarios.hindrances import hindrance
from scenarios.holders import is_named
from scenarios.lasting import lost
from scenarios.model import Run, Scenario, walk
from scenarios.needs import missing
from scenarios.outcome import FOR_GOOD, IN_VAIN, NOT_DONE, PUT_BACK, SKIPPED, TREATED, Outcome
from scenarios.patient import Patient
from scenarios.steps import Bench
from scenarios.told import Told
from scenarios.treatment import Treatment, done_besides, has_ended_something, went_along
from scenarios.trial import attempt, fate
from scenarios.undo import still_changed
from scenarios.verdict import Case, NotTried, tell_verdict
from scenarios.watch import Watched


@dataclass
class Doctor:
    """One phone's healing, from the first look to the verdict.

    Attributes:
        bench: the phone and what to work on it with.
        risk: the highest risk that is allowed.
        allow: effects that are allowed although nothing can undo them.
        scenarios: those that are asked for, in the order of treatment.
    """

    bench: Bench
    risk: Risk
    allow: frozenset[Effect]
    scenarios: Sequence[Scenario] = ()
    _treatments: list[Treatment] = field(default_factory=list)
    _needed: list[NotTried] = field(default_factory=list)
    _in_vain: dict[str, str] = field(default_factory=dict)
    _announced: list[Scenario] = field(default_factory=list)
    _yours: list[Scenario] = field(default_factory=list)
    _left: list[Scenario] = field(default_factory=list)
    _retries: list[tuple[Scenario, int]] = field(default_factory=list)
    _tries: int = 0
    _deeds: int = 0
    _slow_at: int = 0
    _has_seen: bool = False
    _awake: Awake | None = None
    _patient: Patient = field(init=False)

    def __post_init__(self) -> None:
        self._patient = Patient(self.bench)

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
        first = self._begin()
        if first.judgment == "done":
            return Outcome(SKIPPED, f"nothing to treat: {first.reasons[0]}")
        if scenario.cause is None:
            return Outcome(SKIPPED, "it names no cause")
        binding = Binding.ALWAYS
        if isinstance(scenario.cause, Cause):
            found = find(scenario, scenario.cause, self._patient.chart)
            binding = found.binding
            if reason := self._not_worth_it(found):
                return Outcome(SKIPPED, reason)
            if not scenario.fix:
                self._yours.append(scenario)
                return Outcome(SKIPPED, f"a person alone can end it: {found.shown()}")
        else:
            self._treat_what_shows_now()
            if reason := self._not_worth_trying() or self._not_behind_a_hang(scenario):
                return Outcome(SKIPPED, reason)
        may_open = self._patient.chart.may_open
        if lack := missing(scenario.needs, self.bench.phone, may_open=may_open):
            return Outcome(SKIPPED, lack)
        if binding is Binding.ALWAYS and (reason := self._not_at_that_price(scenario)):
            return Outcome(SKIPPED, reason)
        if isinstance(scenario.cause, Cause) and (held := self._patient.held_for_good()):
            if held.fact not in scenario.cause.facts:
                self._left.append(scenario)
            return Outcome(SKIPPED, f"it would not help yet: {held.says}")
        if flags := flags_missing(scenario, self.risk, self.allow):
            self._needed.append(NotTried(scenario, flags))
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
        if not self._not_worth_trying():
            self._try_once_more()
        moved = self._patient.now().is_well
        watched = self._patient.measured()
        if moved and not watched.is_well and watched.judgment != "slow":
            self._treat_what_stood_behind(watched)
            first, watched = self._begin(), self._patient.measured()
        cure = None
        if watched.is_well and self._treatments:
            cure = find_cure(self.bench, self._treatments, watched, self._patient.watch)
            if cure.last is not None:
                watched = self._patient.timed() if cure.last.is_well else cure.last
        if self._treatments or self._in_vain:
            # What stood before the last change says nothing about the phone as it is left.
            self._patient.chart.is_stale()
        else:
            self._patient.chart.refresh()
        idle = cure.idle if cure is not None else []
        case = Case(
            first=first,
            last=watched,
            cure=cure,
            treatments=tuple(self._treatments),
            not_tried=tuple(self._needed),
            in_vain=self._ended(PUT_BACK),
            for_good=self._ended(FOR_GOOD),
            not_done=self._ended(NOT_DONE),
            lost=tuple(lost(self.bench.journal.changes.values())),
            besides=done_besides(self.bench, [t for t in self._treatments if t not in idle]),
            yours=tuple(self._yours),
            left=tuple(self._left),
            facts=self._patient.chart.facts(),
            risk=self.risk,
            allow=self.allow,
            untouched_until=self._patient.untouched_until,
            is_hung=self._patient.is_hung,
            left_open=self._left_open(),
        )
        told = tell_verdict(self.bench, case)
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
        along = went_along(bench, self._treatments, self._patient.shown)
        return [*still_changed(bench.journal, bench.registry), *along]

    def _ended(self, so: str) -> tuple[str, ...]:
        """The names of those that were in vain and ended so."""
        return tuple(name for name, its in self._in_vain.items() if its == so)

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
            chart.may_open = last.status != UNKNOWN.status and not self._hangs()
        self._patient.note(watched)
        self._retries.clear()
        for scenario in self._untreated():
            self.treat(scenario)

    def _untreated(self) -> Iterator[Scenario]:
        """What may be treated still, in order: what stands, or needs somebody's leave, may not."""
        done = [treatment.scenario for treatment in self._treatments]
        done += [*self._yours, *self._left, *(one.scenario for one in self._needed)]
        return (s for s in self.scenarios if not s.unset and s not in done)

    def _not_worth_it(self, found: Finding) -> str:
        """Why a readable cause is not treated; empty where it is."""
        if not found.holds:
            return found.why_not()
        assert self._patient.first is not None
        if self._patient.first.is_well and found.binding is Binding.ALWAYS:
            return f"the backup moves despite it: {found.shown()}"
        return ""

    def _not_at_that_price(self, scenario: Scenario) -> str:
        """Why a fix that cannot be quite undone is not for now; empty where it is.

        What was treated before may have been enough, or may only now have taken effect, as Wi-Fi
        that has to find its network: the counter and the facts are asked again.
        """
        is_gentle = scenario.risk <= Risk.REVERSIBLE and not scenario.effects
        if is_gentle or not self._treatments or not isinstance(scenario.cause, Cause):
            return ""
        if self._patient.now().is_well:
            return "the counter moves already"
        self._patient.chart.is_stale()
        found = find(scenario, scenario.cause, self._patient.chart)
        return "" if found.holds else found.why_not()

    def _not_worth_trying(self) -> str:
        """Why a fix for what nothing shows is not tried; empty where it is."""
        watched = self._patient.now()
        if watched.is_well:
            return "the counter moves already"
        if watched.judgment == "slow" and self._slow_at != self._tries > 0:
            # A Photos that begins anew sends previews before it goes on: that is no large file yet.
            self._slow_at = self._tries
            watched = self._patient.watch()
        if watched.is_well:
            return "the counter moves already"
        if watched.judgment == "slow":
            return f"it is slow, not stuck: {watched.reasons[0]}"
        if self._patient.was_hung:
            self._hangs()  # what was done since may have ended it, and then its words count again
        status = self._patient.said(watched)
        if named := [one for one in self._needed if is_named(one.scenario, status)]:
            # Behind what Photos itself says nothing else can be seen to help.
            return f"first what Photos says: {named[0].scenario.name!r} needs {named[0].flags}"
        facts = self._patient.chart.facts()
        held = hindrance(facts, status, self._patient.untouched_until)
        if held is None:
            return ""
        # What a fact speaks for is a person's to end first: behind it no guess could be told apart.
        is_yours = held.is_borne_out and bool(self._yours)
        if held.is_certain or is_yours or self._is_out_of_reach(watched):
            return f"it would not help: {held.says}"
        return ""

    def _is_out_of_reach(self, watched: Watched) -> bool:
        """Whether a phone that lets nobody tap shows no counter, or kept what it shows from us."""
        was_refused = any(
            isinstance(s.cause, Cause) and s.name in self._in_vain for s in self.scenarios
        )
        return bool(self._patient.untouched_until) and (watched.is_blind or was_refused)

    def _not_behind_a_hang(self, scenario: Scenario) -> str:
        """Why a gentle guess waits, where Photos does not answer; empty where it need not.

        Behind a Photos that hangs no guess can be seen to help, and some of them move files: what
        restarts it comes first, and whatever waited for that is tried after it.
        """
        ender = next((one for one in self.scenarios if _restarts_photos(one)), None)
        if scenario.risk > Risk.REVERSIBLE or ender is None or not self._hangs():
            return ""
        told = f"Photos does not answer, so {ender.name!r} is first"
        if flags := flags_missing(ender, self.risk, self.allow):
            return f"{told}: it needs {flags}"
        if flags_missing(scenario, self.risk, self.allow):
            return ""
        self._retries.append((scenario, self._deeds))
        return told

    def _treat_what_shows_now(self) -> None:
        """Goes through the readable causes again, once what had covered Photos is gone.

        A question in front of it, or a frozen screen, hides what its own words would name.
        """
        assert self._patient.first is not None
        has_seen = self._patient.last is not None and self._patient.last.status != UNKNOWN.status
        was_covered = self._patient.first.status == UNKNOWN.status or self._patient.was_hung
        if self._has_seen or not was_covered or not has_seen or self._hangs():
            return
        self._has_seen = True
        chart, last = self._patient.chart, self._patient.last
        assert last is not None
        chart.is_stale()
        chart.may_open = True
        chart.note(last.status, last.said.counter)
        for scenario in self._untreated():
            if isinstance(scenario.cause, Cause):
                self.treat(scenario)

    def _try_once_more(self) -> bool:
        """Tries again what was in vain while Photos showed nothing, where something has ended that.

        So is what has waited for it. Behind a Photos that hangs nothing else can be seen to help,
        nor at times be done. So whoever has restarted it asks the gentle fixes again, before any
        that may lose data.

        Returns:
            Whether one of them was the cure.
        """
        waiting, self._retries = self._retries, []
        for scenario, deeds in waiting:
            if deeds < self._deeds:
                if self._apply(scenario, Binding.ALWAYS).how == TREATED:
                    return True
            else:
                self._retries.append((scenario, deeds))
        return False

    def _ask_what_is_open(self) -> bool:
        """Asks again for the gentler causes that nothing decided, before data may go.

        Returns:
            Whether the counter goes on since one of them was treated.
        """
        chart = self._patient.chart
        before = len(self._treatments)
        open_ones = self._left_open()
        if not open_ones:
            return False
        chart.refresh()
        for scenario in open_ones:
            if isinstance(scenario.cause, Cause) and scenario.cause.holds(chart.facts()):
                self.treat(scenario)
        return len(self._treatments) > before and self._patient.now().is_well

    def _left_open(self) -> tuple[Scenario, ...]:
        """Gentler than what loses data, and left open although a command would tell."""
        facts = self._patient.chart.facts()
        return tuple(
            s
            for s in self._untreated()
            if s.risk < Risk.APP_DATA and s.fix and isinstance(s.cause, Cause)
            if s.cause.holds(facts) is None and not self._patient.chart.lacking(s)
            if not any(is_on_a_page(c.fact) for c in s.cause.deciding(facts))
        )

    def _apply(self, scenario: Scenario, binding: Binding) -> Outcome:
        status = self._patient.status()
        named, is_blind = is_named(scenario, status), status == UNKNOWN.status
        before = self._deeds
        self._tries += 1
        self._in_vain.pop(scenario.name, None)
        tried = attempt(self._patient, scenario)
        if not tried.problem:
            treatment = Treatment(scenario, binding, named, tried.above, tried.up_to)
            self._treatments.append(treatment)
            return Outcome(TREATED, scenario.why or scenario.name)
        ended = self._in_vain[scenario.name] = fate(self.bench, tried)
        if scenario.cause is UNSEEN:
            self._deeds += has_ended_something(self.bench, tried)
            if is_blind and self._deeds == before:
                self._retries.append((scenario, before))
        return Outcome(IN_VAIN, tried.problem, ended)

    def _hangs(self) -> bool:
        """Whether Photos does not answer, as far as is known since the last change."""
        return self._patient.hangs(self._deeds + len(self._treatments))


def _restarts_photos(scenario: Scenario) -> bool:
    steps = walk(scenario.fix) if scenario.cause is UNSEEN else ()
    return any(isinstance(step, Run) and step.operation == "photos.restart" for step in steps)


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
