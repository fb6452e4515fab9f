"""What a healing came to: the cure, or the honest reason why there is none.

It judges nothing anew but what happens with Photos left by HOME. It must not know pytest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from drivers.android.inventory import media_files
from drivers.errors import PhoneError, PhoneLostError
from drivers.photos.status import UNKNOWN
from drivers.values import format_size
from drivers.vocabulary import Effect, Facts, Risk
from scenarios.background import judged_in_background
from scenarios.binding import Binding, is_on_cable, returning
from scenarios.conditions import Cause
from scenarios.cure import FEWEST_LEFT, Cure, are_few
from scenarios.diagnosis import flags_missing
from scenarios.events import Captured
from scenarios.hindrances import RESCUE, Hindrance, hindrance, left_out
from scenarios.holders import facts_of, holder
from scenarios.model import Scenario
from scenarios.sentences import (
    command_line,
    duration,
    items,
    left_alone,
    left_in,
    listed,
    progress,
    rate,
    time_left,
)
from scenarios.steps import Bench
from scenarios.told import Told
from scenarios.treatment import Treatment
from scenarios.watch import Watched

_TURN_ON = (
    "open Photos, tap the picture at its top right, and turn backup on for the account that is to "
    "have the photos; sign in where it asks for that"
)
_Notes = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class NotTried:
    """A fix that was not allowed.

    Attributes:
        scenario: whose fix.
        flags: what would allow it.
    """

    scenario: Scenario
    flags: str


@dataclass(frozen=True)
class Case:
    """One healing, as far as it got.

    Attributes:
        first: the watch before anything was treated.
        last: the watch that is judged.
        cure: which changes were needed; None where nothing moves, or nothing was changed.
        treatments: every fix that took.
        not_tried: what more could be allowed.
        in_vain: names of what was tried and put back.
        is_over: names of what was tried in vain and left nothing to put back, such as a restart.
        yours: what holds and has no fix, since a person alone can end it.
        left: what holds and was left as it is, since a person has to end something else first.
        facts: of the phone as it is left.
        risk: the highest that was allowed.
        allow: effects that were allowed.
        untouched_until: what a person has to do before adb may tap; empty where it may.
        for_good: names of what was tried in vain and cannot be put back.
        not_done: names of what was tried and could not even be begun.
        lost: what went that nobody but this phone had, a clause each.
        besides: what was done apart from the treatments and is not to be undone, a clause each.
        is_done_with: what was done apart from them and left nothing behind, a clause each.
        is_hung: whether Photos does not answer, so that its words are old ones.
        left_open: what is gentler than to lose data, and might hold for all that the phone tells.
        elsewhere: what holds, and has a fix among what was not asked for.
    """

    first: Watched
    last: Watched
    cure: Cure | None
    treatments: tuple[Treatment, ...]
    not_tried: tuple[NotTried, ...]
    in_vain: tuple[str, ...]
    yours: tuple[Scenario, ...]
    left: tuple[Scenario, ...]
    facts: Facts
    risk: Risk
    allow: frozenset[Effect]
    untouched_until: str = ""
    for_good: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    is_done_with: tuple[str, ...] = ()
    is_hung: bool = False
    left_open: tuple[Scenario, ...] = ()
    is_over: tuple[str, ...] = ()
    elsewhere: tuple[Scenario, ...] = ()


def tell_verdict(bench: Bench, case: Case) -> Told:
    """The verdict, in one sentence and what belongs to it.

    Raises:
        PhoneLostError: the phone went away.
    """
    if case.last.is_well:
        return _well(bench, case)
    return Told(*_unwell(bench, case))


def _well(bench: Bench, case: Case) -> Told:
    cure = case.cure or Cure(needed=[])
    if cure.idle and not cure.needed:
        rest = "it goes on without the changes, which were put back"
    elif cure.idle or cure.kept or case.lost or case.besides or case.is_done_with:
        rest = ""
    else:
        rest = "nothing else was changed" if cure.needed else "nothing was changed"
    sentence = "; ".join(filter(None, [_what_helped(case, cure), rest]))
    return Told(f"{sentence}.", tuple(_well_notes(bench, case, cure)))


def _well_notes(bench: Bench, case: Case, cure: Cure) -> _Notes:
    yield "bears it out", _lone_witness(case.last)
    if not case.treatments:
        yield "left in front", "Photos, which was opened to look at it"
    if case.last.judgment == "moving":
        yield "to go", time_left(case.last)
    said = case.last.readings[-1].text or case.last.said.text
    yield "not backed up", left_out(case.last.status, said)
    if cure.idle and cure.needed:
        names = listed([holder(t.scenario) for t in cure.idle])
        yield "no longer needed and put back", names
    if cure.kept:
        yield "also treated", _kept(bench, cure)
    yield "also done", listed(case.is_done_with)
    yield from _beyond_recall(case)
    if clauses := returning(case.facts):
        yield "while on the cable", f"once unplugged, {listed(clauses)}"
    elif any(t.binding is Binding.OFF_CABLE for t in cure.kept) and is_on_cable(case.facts):
        yield "while on the cable", "once unplugged, nothing that was found holds it up either"


def _lone_witness(last: Watched) -> str:
    """The one witness on whom a verdict rests, who may err; empty where there are more."""
    if not last.verdict.rests_on_one:
        return ""
    return f"the {last.verdict.witnesses[0]} alone"


def _beyond_recall(case: Case) -> _Notes:
    """What nothing brings back, whatever the run came to."""
    yield "also done, and not to be undone", listed(case.besides)
    yield "lost for it", listed(case.lost)
    yield from _left_open(case)


def _left_open(case: Case) -> _Notes:
    """What gentler cause there might be, for whoever has lost data or is asked to lose it."""
    is_asked = any(one.scenario.risk >= Risk.APP_DATA for one in case.not_tried)
    if is_asked or case.lost:
        yield "not ruled out", listed([_undecided(s, case.facts) for s in case.left_open])


def _undecided(scenario: Scenario, facts: Facts) -> str:
    cause = scenario.cause
    names = [c.fact for c in cause.deciding(facts)] if isinstance(cause, Cause) else []
    return f"{scenario.name!r} (the phone does not show {listed(names)})"


def _what_helped(case: Case, cure: Cure) -> str:
    seen = progress(case.last)
    if cure.idle and not cure.needed:
        either = " or ".join(dict.fromkeys(holder(t.scenario) for t in cure.idle))
        return f"Fixed: {either} was holding {_held(case)}; {seen}"
    if not cure.needed:
        if case.last.judgment == "done":
            return f"Done: {case.last.reasons[0]}"
        return f"Moving since Photos was opened: {seen}"
    names = list(dict.fromkeys(holder(t.scenario) for t in cure.needed))
    verb = "were" if len(names) > 1 else "was"
    together = " together" if len(names) > 1 else ""
    few = cure.is_together and are_few(case.last)
    doubt = f" (fewer than {FEWEST_LEFT} items were left to tell them apart)" if few else ""
    return f"Fixed: {listed(names)} {verb}{together} holding {_held(case)}{doubt}; {seen}"


def _held(case: Case) -> str:
    """What was held up: as many items as were left at first, where that was to be seen."""
    left = left_in(case.first.readings[-1])
    left = case.first.said.left if left is None else left
    return items(left) if left is not None else "the backup"


def _kept(bench: Bench, cure: Cure) -> str:
    names = listed(list(dict.fromkeys(holder(t.scenario) for t in cure.kept)))
    if any(t.binding is Binding.BACKGROUND for t in cure.kept):
        heard = judged_in_background(bench)
        if heard:
            return f"{names}; judged in the background: {heard}"
    armed = [t for t in cure.kept if t.binding is Binding.OFF_CABLE]
    when = "unplugged, it would hold the backup up again" if armed else "the phone shows it"
    return f"{names} ({when})"


def _unwell(bench: Bench, case: Case) -> tuple[str, tuple[tuple[str, str], ...]]:
    last = case.last
    status = UNKNOWN.status if case.is_hung else last.status
    held = hindrance(case.facts, status, case.untouched_until)
    if last.judgment == "slow" and not (held is not None and held.is_certain):
        notes = [("to go", _slow_time_left(bench, last)), ("next", "let it go on")]
        return f"Slow, not stuck: {_speed(last)}.", (*notes, *_done_all_the_same(case))
    sentence, deed, other = _why_not(bench, case, held)
    then = left_alone(list(dict.fromkeys(holder(scenario) for scenario in case.left)))
    yours = _yours_too(case, sentence, held)
    notes = [("next", deed), ("also yours to end", yours), ("also found", then)]
    notes.append(("otherwise", other))
    if held is None or not held.is_certain:  # else no flag would help
        notes += _by_flags(case.not_tried)
    return f"{sentence}.", (*notes, *_done_all_the_same(case))


def _yours_too(case: Case, sentence: str, held: Hindrance | None) -> str:
    """What else only a person can end, and the sentence does not say."""
    others = [s for s in case.yours if held is None or held.fact not in facts_of(s)]
    return listed(list(dict.fromkeys(repr(s.name) for s in others if s.name not in sentence)))


def _why_not(bench: Bench, case: Case, held: Hindrance | None) -> tuple[str, str, str]:
    """Why it does not move: the sentence, what a person can do about it, and what else."""
    last = case.last
    if case.elsewhere and not (held is not None and held.is_certain):
        free = [s for s in case.elsewhere if not flags_missing(s, case.risk, case.allow)]
        wanted = free or case.elsewhere
        sentence = f"Needs more: what was selected does not treat {wanted[0].name!r}"
        given = replace(bench.given, which=())
        line = command_line(bench.phone.serial, case.risk, case.allow, wanted, given)
        return sentence, f"`{line}`, which takes every scenario", ""
    if held is not None and _explains(held, case):
        return f"Not curable from here: {held.says}", held.deed, held.otherwise
    if case.not_tried:
        shown = [one.scenario for one in case.not_tried if isinstance(one.scenario.cause, Cause)]
        # What a fact speaks for comes first, and alone; a guess only where nothing does.
        wanted = shown or _gentlest([one.scenario for one in case.not_tried], case.allow)
        guess = held if not shown else None
        seen = "Photos does not answer a tap" if case.is_hung else last.reasons[0]
        # What is merely left to think of is no headline while there is more to try.
        why = guess.says if guess is not None and not guess.is_mere else seen
        found = f"; what was found: {shown[0].name!r}" if shown else ""
        sentence = f"Needs more: the backup is {last.judgment}: {why}{found}"
        dear = [one for one in wanted if one.risk >= Risk.APP_DATA]
        is_safer_by_hand = last.judgment == "off" and dear and (shown or dear == wanted)
        wanted = dear if is_safer_by_hand else wanted
        again = command_line(bench.phone.serial, case.risk, case.allow, wanted, bench.given)
        agreed = f"if you agree to it, `{again}`"
        if is_safer_by_hand:
            return sentence, _TURN_ON, agreed
        if guess is None:
            return sentence, agreed, ""
        return sentence, agreed, f"{guess.says}: {guess.deed}" if guess.is_mere else guess.deed
    if held is not None:
        return f"Not curable from here: {held.says}", held.deed, held.otherwise
    if case.yours:
        return f"Not curable from here: {case.yours[0].name}", case.yours[0].why, ""
    if last.judgment == "off":
        return f"Off: {last.reasons[0]}", _TURN_ON, ""
    if last.judgment == "unknown":
        _attach_screen(bench)
        return (
            f"Unreadable: {last.reasons[0]}",
            "look at the screen in the report, and send it with "
            f"`python -m drivers.screen {bench.phone.serial}`",
            "",
        )
    return (
        f"The backup is {last.judgment}: {last.reasons[0]}; no fix for it is known here",
        "leave the phone on Wi-Fi and on its charger overnight",
        RESCUE,
    )


def _gentlest(guesses: list[Scenario], allow: frozenset[Effect]) -> list[Scenario]:
    """Of guesses those to agree to first: what interrupts, before what nothing can undo."""
    gentle = [s for s in guesses if s.risk < Risk.APP_DATA and s.effects <= allow]
    return gentle or guesses


def _explains(held: Hindrance, case: Case) -> bool:
    """Whether a hindrance is the answer, although more could be tried.

    Where a fact speaks for a fix, the fix is asked for first. Where nothing does, what the phone
    itself bears out comes before any; a mere guess only before what may lose data. That nobody
    may tap is no answer to what needs no tap.
    """
    if held.is_certain:
        return True
    if any(isinstance(one.scenario.cause, Cause) for one in case.not_tried):
        return False
    if case.untouched_until and case.not_tried:
        return False
    return held.is_borne_out or all(one.scenario.risk >= Risk.APP_DATA for one in case.not_tried)


def _by_flags(not_tried: Sequence[NotTried]) -> _Notes:
    """What was not tried, each flag with the fixes that it would allow."""
    names: dict[str, list[str]] = {}
    for one in not_tried:
        names.setdefault(one.flags, []).append(repr(one.scenario.name))
    for flags, group in names.items():
        yield f"not tried without {flags}", listed(group)


def _speed(watched: Watched) -> str:
    sent = watched.verdict.bytes_sent or 0
    stood = watched.readings[-1].describe()
    return f"Photos sent {rate(sent, watched.elapsed_s)}, while the counter stood at {stood}"


def _slow_time_left(bench: Bench, watched: Watched) -> str:
    """How long the file on its way may take at most: as long as the largest that the phone holds.

    Which file it is nobody outside of Photos can see. Empty where the sizes cannot be had.
    """
    sent = watched.verdict.bytes_sent or 0
    try:
        sizes = [file.size or 0 for file in media_files(bench.phone)]
    except PhoneLostError:
        raise
    except PhoneError:
        return ""
    if not sent or not any(sizes):
        return ""
    largest = max(sizes)
    left_s = largest * watched.elapsed_s / sent
    return (
        f"at this rate the largest file on the phone ({format_size(largest)}) takes "
        f"about {duration(left_s)}, and no other takes longer"
    )


def _done_all_the_same(case: Case) -> _Notes:
    """What was done although it did not help."""
    names = listed(list(dict.fromkeys(holder(t.scenario) for t in case.treatments)))
    yield "treated meanwhile", names
    yield "tried in vain", listed([repr(n) for n in case.is_over])
    yield "tried in vain and put back", listed([repr(n) for n in case.in_vain])
    yield "tried in vain and not to be put back", listed([repr(n) for n in case.for_good])
    yield "could not be done", listed([repr(n) for n in case.not_done])
    yield from _beyond_recall(case)
    if not (case.treatments or case.in_vain or case.is_over or case.for_good):
        yield "changed", "nothing"


def _attach_screen(bench: Bench) -> None:
    """Keeps the screen that nobody could read for the report, where it can be had."""
    phone = bench.phone
    try:
        shown = Captured("the screen that could not be read", phone.screenshot(), phone.hierarchy())
    except PhoneLostError:
        raise
    except PhoneError:
        return
    bench.announce(shown)
