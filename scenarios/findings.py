"""What was found, as a table for a person: each cause, what it means, what is done about it.

It decides nothing: what is told here the doctor does by itself. It must not know pytest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from drivers.errors import ScenarioError
from drivers.values import Value
from drivers.vocabulary import Effect, Facts, Risk
from scenarios.binding import Binding
from scenarios.conditions import Cause
from scenarios.diagnosis import Chart, Finding, find, flags_missing
from scenarios.events import DIAGNOSIS, Diagnosed, Event, Found, PhaseBegan, PhaseEnded
from scenarios.hindrances import Hindrance, hindrance
from scenarios.model import Scenario, SetControl, Step, resolve
from scenarios.secrets import Secret
from scenarios.templates import Template

_YOURS, _YOURS_FIRST = "this is yours to do", "first your part"
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


@dataclass(frozen=True)
class Outlook:
    """What becomes of one cause that holds, as far as it can be foreseen.

    Attributes:
        finding: the cause.
        needless: why its fix would be in vain, or cannot be done; empty where neither is so.
        flags: what its fix needs and was not given; empty where nothing is missing.
    """

    finding: Finding
    needless: str = ""
    flags: str = ""

    @property
    def is_treated(self) -> bool:
        """Whether its fix will be done."""
        return bool(self.finding.scenario.fix) and not (self.needless or self.flags)


@contextmanager
def diagnosing(announce: Callable[[Event], None]) -> Iterator[None]:
    """The part of a run in which it is read and told what the phone shows."""
    announce(PhaseBegan(DIAGNOSIS, "what does the phone show?"))
    is_cut = True
    try:
        yield
        is_cut = False
    finally:
        announce(PhaseEnded(DIAGNOSIS, is_cut=is_cut))


def find_all(scenarios: Sequence[Scenario], chart: Chart) -> tuple[Finding, ...]:
    """Holds every readable cause against the chart, in heal's order.

    Raises:
        PhoneLostError: the phone went away.
    """
    readable = [(s, s.cause) for s in scenarios if isinstance(s.cause, Cause) and not s.unset]
    return tuple(find(scenario, cause, chart) for scenario, cause in readable)


def foresee(
    findings: Sequence[Finding],
    facts: Facts,
    risk: Risk,
    allow: frozenset[Effect],
    *,
    is_well: bool = False,
) -> tuple[Outlook, ...]:
    """What becomes of each cause that holds: a fix may end those after it as well.

    Args:
        findings: of `find_all`; those that do not hold are left away, and so is whatever says the
            same of the same facts as one before.
        facts: of the diagnosis.
        risk: the highest that is allowed.
        allow: effects that are allowed.
        is_well: whether the backup moves, so that only what binds out of sight is treated.
    """
    bar = None if is_well else _barrier(facts)
    told: dict[tuple[str, str], Outlook] = {}
    after: dict[str, Value] = {}
    for finding in findings:
        scenario = finding.scenario
        key = (scenario.name, finding.shown())
        if not finding.holds or key in told:
            continue
        needless = ""
        if not scenario.fix:
            pass  # a person alone can end it, whatever is allowed
        elif bar is not None:
            needless = _YOURS if bar.fact in finding.cause.facts else _YOURS_FIRST
        elif is_well and finding.binding is Binding.ALWAYS:
            needless = "the backup moves despite it"
        elif finding.cause.holds({**finding.facts, **after}) is False:
            needless = f"it ends with {_ender(finding, tuple(told.values()))}"
        elif finding.lack:
            needless = f"not on this phone: {finding.lack}"
        flags = "" if needless else flags_missing(scenario, risk, allow)
        told[key] = Outlook(finding, needless, flags)
        if told[key].is_treated:
            after |= _set_by(scenario)
    return tuple(told.values())


def _barrier(facts: Facts) -> Hindrance | None:
    """What a person has to end before any fix matters; None where there is nothing of the kind."""
    held = hindrance(facts, str(facts.get("photos.status", "unknown")))
    return held if held is not None and held.is_final else None


def _set_by(scenario: Scenario) -> dict[str, Value]:
    """What a fix sets in any case, by fact; what is known only later is left away."""
    return {
        step.control: step.value
        for step in scenario.fix
        if isinstance(step, SetControl) and not isinstance(step.value, (Secret, Template))
    }


def _ender(finding: Finding, before: Sequence[Outlook]) -> int:
    """The number of the first of those above whose fix ends this cause too."""
    facts = dict(finding.facts)
    for number, outlook in enumerate(before, 1):
        if outlook.is_treated:
            facts |= _set_by(outlook.finding.scenario)
            if finding.cause.holds(facts) is False:
                return number
    return len(before)


def tell(
    scenarios: Sequence[Scenario],
    findings: Sequence[Finding],
    outlooks: Sequence[Outlook],
    facts: Facts,
    chart: Chart,
    *,
    is_well: bool = False,
    has_plan: bool = False,
) -> Diagnosed:
    """The diagnosis as a table for a person.

    Args:
        scenarios: those that are asked for, in heal's order.
        findings: of `find_all`.
        outlooks: of `foresee`.
        facts: of the diagnosis, with what Photos said wherever that was heard.
        chart: for what else a person has to know by name.
        is_well: whether the backup moves, so that only what binds out of sight is treated.
        has_plan: whether what will be done is told by a plan.

    Raises:
        PhoneLostError: the phone went away.
    """
    named = chart.named([outlook.finding for outlook in outlooks])
    rest = _rest(scenarios, findings, facts, is_well, has_plan)
    causes = tuple(_found(outlook, chart) for outlook in outlooks)
    return Diagnosed(causes, (*named, *rest), has_plan)


def _rest(
    scenarios: Sequence[Scenario],
    findings: Sequence[Finding],
    facts: Facts,
    is_well: bool,
    has_plan: bool,
) -> Iterator[str]:
    """Sentences about what does not hold, and about what no fix can end."""
    held = hindrance(facts, str(facts.get("photos.status", "unknown")))
    is_curable = any(f.holds and f.scenario.fix for f in findings)
    is_hopeless = held is not None and (held.is_final or (held.is_certain and not is_curable))
    # Told already, where it is the cause of a scenario that has no fix.
    is_told = held is not None and any(
        f.holds and not f.scenario.fix and held.fact in f.cause.facts for f in findings
    )
    if held is not None and is_hopeless and not is_told:
        yield f"no fix can end this: {held.describe()}"
    # What does not suit this phone is no cause on it, whatever is not shown.
    if others := sum(f.holds is False or (f.holds is None and bool(f.lack)) for f in findings):
        yield f"{_causes(others)} ruled out by what the phone shows"
    if untold := sum(f.holds is None and not f.lack for f in findings):
        yield f"{_causes(untold)} left open: the phone does not show what would decide"
    unseen = sum(not isinstance(s.cause, Cause) and s.cause is not None for s in scenarios)
    if unseen and not is_well and not is_hopeless and not has_plan:
        yield f"{_causes(unseen)} such as no fact can show: they come last, as far as allowed"


def _causes(count: int) -> str:
    return "1 cause is" if count == 1 else f"{count} causes are"


def _found(outlook: Outlook, chart: Chart) -> Found:
    finding, scenario = outlook.finding, outlook.finding.scenario
    when = "" if finding.binding is Binding.ALWAYS else f", binds {finding.binding.value}"
    may_help = bool(scenario.fix) and not outlook.needless
    return Found(
        found=f"{scenario.name} ({finding.shown()}{when})",
        means=scenario.why or scenario.name,
        deeds=tuple(_in_words(step, chart) for step in scenario.fix) if may_help else (),
        price=price_of(scenario) if may_help else "",
        refusal=f"not without {outlook.flags}" if outlook.flags else outlook.needless,
    )


def price_of(scenario: Scenario) -> str:
    """What a fix risks and costs, for whoever has to agree to it."""
    effects = (_EFFECTS[effect] for effect in sorted(scenario.effects, key=str))
    return "; ".join([_PRICES[scenario.risk], *effects])


def _in_words(step: Step, chart: Chart) -> str:
    """A step with what the phone shows now filled in; what it does not show, told by its name."""
    try:
        return resolve(step, chart.told(_BEFORE.findall(step.describe()))).describe()
    except ScenarioError:
        return _BEFORE.sub(r"\1 as it was", step.describe())
