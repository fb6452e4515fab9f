"""The phone as a healing knows it: what was seen of it first and last, and what it shows.

It looks and remembers; what is done about it is the doctor's to decide. It must not know pytest.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.contact import untouched_until
from drivers.errors import PhoneError, PhoneLostError
from drivers.photos.counter import Counter
from drivers.photos.pages import is_home
from drivers.photos.status import UNKNOWN
from drivers.vocabulary import Facts
from scenarios.diagnosis import Chart
from scenarios.events import Busy, Noted, PhaseBegan, PhaseEnded
from scenarios.hindrances import Hindrance, hindrance
from scenarios.steps import Bench
from scenarios.watch import (
    Watched,
    bring_to_counter,
    does_answer,
    is_status_page,
    question_in_front,
    watch,
)

# A rate is told from so many items; one alone is moving.
_ADVANCES = 5


@dataclass
class Patient:
    """One phone while it is healed.

    Attributes:
        bench: the phone and what to work on it with.
        chart: what it shows.
        first: the baseline, or what took its place; None until the first look.
        last: the last look; None where something was changed since.
        shown: the facts of the diagnosis.
        was_hung: whether Photos did not answer when it was diagnosed.
        untouched_until: the switch that lets adb tap, on a phone that refuses it; else empty.
    """

    bench: Bench
    chart: Chart = field(init=False)
    first: Watched | None = None
    last: Watched | None = None
    shown: Facts = field(default_factory=dict)
    was_hung: bool = False
    untouched_until: str = ""
    _has_hung: bool = False
    _is_asked: bool = False

    def __post_init__(self) -> None:
        self.chart = Chart(self.bench.phone, self.bench.announce)

    def baseline(self) -> Watched:
        """Looks for one patience whether it is stuck at all."""
        first = self.watch("is it stuck at all?", name="baseline")
        if first.judgment == "done" and self._is_frozen():
            first = self.last = first.frozen()
        self.first = first
        return first

    def _is_frozen(self) -> bool:
        """Whether Photos' page would not open, nor does now: what its home says may be old."""
        try:
            screen = self.bench.phone.screen()
        except PhoneLostError:
            raise
        except PhoneError:
            return False
        is_closed = is_home(screen) and not is_status_page(self.bench.phone, screen)
        return is_closed and not does_answer(self.bench.phone)

    def watch(
        self, title: str = "does it move now?", advances: int = 1, *, name: str = "watch"
    ) -> Watched:
        """Looks at the counter for one patience at most.

        Args:
            title: what for, as a person is told.
            advances: items after which enough was seen.
            name: the phase's.

        Raises:
            PhoneLostError: the phone went away.
        """
        bench = self.bench
        bench.announce(PhaseBegan(name, title))
        found = because = ""
        try:
            last = self.last = watch(
                bench.phone,
                timeout_s=bench.patience_s,
                advances=advances,
                announce=bench.announce,
            )
            found = last.judgment
            because = last.reasons[0] if last.is_blind else ""
        finally:
            bench.announce(PhaseEnded(name, found=found, because=because, is_cut=not found))
        return last

    def now(self) -> Watched:
        """The last look, or a new one where something was changed since."""
        return self.last or self.watch()

    def timed(self) -> Watched:
        """A look at enough items to tell a rate."""
        return self.watch("how fast is it?", _ADVANCES)

    def measured(self) -> Watched:
        """The last look; where the counter moves, one that tells a rate and does not end standing.

        What was handed over by hand, and what lay before another obstacle, goes up and nothing
        more: a counter that stops short has to go on once more, or to be slow at least.
        """
        last = self.now()
        if last.judgment != "moving":
            return last
        measured = self.timed()
        if measured.judgment != "moving" or measured.advanced >= _ADVANCES:
            return measured
        again = self.watch("does it go on?")
        if again.is_well:
            return measured.and_then(again)
        return measured if again.judgment == "slow" else again

    def diagnose(self, first: Watched) -> None:
        """Reads what the phone shows, as far as Photos lets it."""
        self.chart.is_stale()
        # A phone that moves needs no pages read, and one whose screen is frozen has none.
        if not first.is_well:
            self.untouched_until = untouched_until(self.bench.phone)
            # Whatever the look ended at: after a while Android's own question covers what hangs.
            self.was_hung = self.hangs()
        is_shown = not first.is_well and first.readings[-1].status != UNKNOWN.status
        self.chart.may_open = is_shown and not self.was_hung
        if self.was_hung:
            self.bench.announce(Noted("Photos does not answer a tap: its pages cannot be read"))
        self.note(first)
        self.shown = self.chart.facts()

    def note(self, watched: Watched) -> None:
        """Takes what a look showed into the chart; of a screen that is frozen the counter alone."""
        last = watched.readings[-1]
        said = UNKNOWN.status if self.is_hung else last.status
        is_asked = not (watched.is_well or self.is_hung)
        question = question_in_front(self.bench.phone) if is_asked else None
        self.chart.note(said, Counter(last.done, last.total, last.left), question)

    def changed(self) -> None:
        """What was read and seen before a change says nothing about the phone after it."""
        self.chart.is_stale()
        self.last = None

    def interrupted(self) -> None:
        """What was done may have ended what hung, or brought it about: it is asked again."""
        self._is_asked = False

    def hangs(self) -> bool:
        """Whether Photos opens no page, and its counter stands; asked once between two changes."""
        if not self._is_asked:
            self._is_asked = True
            self._has_hung = False
            if not self._goes_on:
                self.bench.announce(Busy("seeing whether Photos answers a tap"))
                self._has_hung = not does_answer(self.bench.phone)
        return self.is_hung

    @property
    def is_hung(self) -> bool:
        """Whether Photos did not answer when it was last asked to, and has not gone on since."""
        return self._has_hung and not self._goes_on

    @property
    def is_covered(self) -> bool:
        """Whether the last look told nothing new: nothing was to be read, or what was is old."""
        return self.is_hung or self.last is None or self.last.is_blind

    @property
    def _goes_on(self) -> bool:
        return self.last is not None and (self.last.is_well or self.last.judgment == "slow")

    def said(self, watched: Watched) -> str:
        """The word of `photos.status` in the end of a look; a frozen screen's is an old one."""
        return UNKNOWN.status if self.is_hung and not watched.is_well else watched.status

    def status(self) -> str:
        """What Photos says now, which names the cause or does not."""
        if self.is_hung:
            return UNKNOWN.status
        if self.last is not None:
            return self.last.readings[-1].status
        return bring_to_counter(self.bench.phone).status

    def held_for_good(self) -> Hindrance | None:
        """What a person has to end first; while it lasts no change to the phone moves anything."""
        facts = self.chart.facts()
        said = str(facts.get("photos.status", UNKNOWN.status))
        held = hindrance(facts, self.said(self.last) if self.last is not None else said)
        if held is None or not held.is_final or (self.last is not None and self.last.is_well):
            return None
        return held
