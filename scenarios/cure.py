"""Which of several changes was the cure: one is put back, and the counter looked at again.

One round, and only where the answer can be seen: what Photos' own words named is needed, what
binds only out of sight cannot be judged so, and the last few items would be gone while looking.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scenarios.binding import Binding
from scenarios.sentences import left_in
from scenarios.steps import Bench
from scenarios.treatment import Treatment, Tried, apply, can_be_put_back, put_back
from scenarios.watch import Watched

# As many as a phone may back up while one change after another is taken back.
FEWEST_LEFT = 10


@dataclass
class Cure:
    """What of the changes was needed.

    Attributes:
        needed: those that stand because the counter needs them, or its words named them. Empty
            where it goes on without any: what held it up was over once it had been ended.
        idle: those that were put back, because it went on without them.
        kept: those that bind only out of sight, kept on the strength of their own fact.
        is_together: whether some of `needed` could not be told apart.
        last: what was seen after the last change of this search; None where nothing was changed.
    """

    needed: list[Treatment]
    idle: list[Treatment] = field(default_factory=list)
    kept: list[Treatment] = field(default_factory=list)
    is_together: bool = False
    last: Watched | None = None


def are_few(watched: Watched) -> bool:
    """Whether too few are left to tell causes apart; what cannot be read is not few."""
    left = left_in(watched.readings[-1])
    return watched.judgment == "done" if left is None else left < FEWEST_LEFT


def find_cure(
    bench: Bench,
    treatments: Sequence[Treatment],
    moving: Watched,
    look: Callable[[str], Watched],
) -> Cure:
    """Puts changes back one by one for as long as the counter goes on without them.

    Args:
        bench: what to work with.
        treatments: all that stand, in the order in which they were applied.
        moving: the watch that saw the counter go on with all of them.
        look: watches once more, under a title.

    Raises:
        UnstuckError: the phone failed; what stands is in the journal.
    """
    hidden = [t for t in treatments if t.binding is not Binding.ALWAYS]
    cure = Cure(needed=[t for t in treatments if t not in hidden], kept=hidden)
    doubtful = [t for t in cure.needed if not t.is_named and can_be_put_back(bench, t)]
    if len(cure.needed) < 2:
        return cure  # stuck without it, moving with it: nothing else can have been the cure
    for treatment in doubtful:
        if are_few(cure.last or moving):
            cure.is_together = True
            break
        put_back(bench, treatment.above, treatment.up_to)
        cure.last = look(f"does it go on without the fix of {treatment.scenario.name!r}?")
        place = cure.needed.index(treatment)
        if cure.last.is_well:
            del cure.needed[place]
            cure.idle.append(treatment)
            continue
        tried: Tried = apply(bench, treatment.scenario, phase="again")
        cure.needed[place] = Treatment(
            treatment.scenario, treatment.binding, True, tried.above, tried.up_to
        )
        cure.last = look("does it move now?")
    return cure
