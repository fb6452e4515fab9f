"""The page docs/doctor.md: what came of healing ill phones, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.ailments import Ailment
from benchmarks.article import LAST_SOLUTION, Walk
from benchmarks.healing import LONG_PATIENCE_S, PATIENCE_S, Healing
from benchmarks.shares import Shares
from drivers.vocabulary import Risk

# What heal is allowed where it is compared.
_GIVEN = Risk.DISRUPTIVE


@dataclass(frozen=True)
class Table:
    """What came of one kind of phone.

    Attributes:
        profile: the kind.
        healings: in the order in which they are listed.
    """

    profile: str
    healings: tuple[Healing, ...]


@dataclass
class Found:
    """All that one command has come to so far.

    Attributes:
        tables: of each kind of phone, the one that everything is shown of first.
        walks: through the article.
        timed: healings whose time was taken apart.
    """

    tables: list[Table] = field(default_factory=list)
    walks: list[Walk] = field(default_factory=list)
    timed: list[Shares] = field(default_factory=list)


def page(found: Found, command: str) -> str:
    """The whole page, each part only where there is something for it."""
    tables, walks, timed = found.tables, found.walks, found.timed
    healings = [healing for table in tables for healing in table.healings]
    lines = [
        "# What the doctor does to ill phones",
        "",
        f"Written by `{command}`.",
        "",
        "Each phone is a virtual one of its own, set up as first-phone.md asks for, made ill by",
        "ordinary adb commands, `virtual fault` and `virtual circumstance`, healed with every",
        "`--allow`, and judged by `virtual state` afterwards.",
        f"The patience is {PATIENCE_S:g} s, and {LONG_PATIENCE_S:g} s where Photos' data may go:",
        "it then looks through its library. Several phones at a time on one computer, which had",
        "other work as well: the seconds are upper bounds.",
        "",
        f"**{sum(h.is_true for h in healings)} of {len(healings)}** are what they should be:",
        "",
        "- a phone that is called well is held up by nothing any more, in front or in the",
        "  background; one that is called unwell is held up; one that is called slow sends bytes",
        "- nothing is changed that neither the ailments had broken nor the verdict names",
        "- every setting of ours that stands is needed: put back alone, it would hold the backup",
        "  up again, in front, in the background or off the cable",
        "- no app's data was risked where something gentler would do, and nothing was done that",
        "  was not allowed",
        "- once everything of ours was taken back, every setting is what it was (but Photos' own,",
        "  where its data was lost on purpose), and every photo is there",
        "",
    ]
    if walks:
        lines += _compared(tables, walks)
    if timed:
        lines += _times(timed)
    for table in tables:
        lines += _healings(table)
    return "\n".join(lines).rstrip("\n") + "\n"


def _healings(table: Table) -> Iterator[str]:
    true = sum(healing.is_true for healing in table.healings)
    yield f"## {table.profile}: {true} of {len(table.healings)}"
    yield ""
    yield "| ailments | allowed | verdict | as it should be | seconds | changes kept | tried |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for h in table.healings:
        right = f"**no**: {h.untruth}" if h.untruth else "yes"
        yield (
            f"| {_names(h.ailments)} | {h.risk.word} | {_cell(h.sentence)} | {_cell(right)} | "
            f"{h.took_s:.1f} | {h.kept} | {len(h.tried)} |"
        )
    yield ""


def _compared(tables: Sequence[Table], walks: Sequence[Walk]) -> Iterator[str]:
    found = {(h.ailments, h.risk): h for h in tables[0].healings}
    both = [(found[w.ailments, _GIVEN], w) for w in walks if (w.ailments, _GIVEN) in found]
    yield "## Beside the article"
    yield ""
    yield f"The same phones, walked through the article from solution 1 to {LAST_SOLUTION} until"
    yield "the counter moves, every step done whether or not it can help, with the patience of a"
    yield "healing. Heal is allowed to interrupt, not to lose data."
    yield ""
    if both:
        well = sum(healed.is_well for healed, _ in both)
        moved = sum(walked.solution is not None for _, walked in both)
        costly = sum(walked.data_lost > 0 for _, walked in both)
        yield f"Of these {len(both)} phones heal leaves {well} with nothing that holds them up, and"
        yield f"loses nothing; the article gets {moved} to move, and loses an app's own data on"
        yield f"{costly} of them."
        yield ""
    yield (
        "| ailment | heal: seconds | changes kept | data lost | ends | article: seconds | "
        "changes made | data lost | ends |"
    )
    yield f"| --- |{' --- |' * 8}"
    for healed, walked in both:
        yield (
            f"| {_names(walked.ailments)} | {healed.took_s:.1f} | {healed.kept} | no | "
            f"{healed.word} | {walked.took_s:.1f} | {walked.changes} | {_lost(walked)} | "
            f"{_end(walked)} |"
        )
    yield ""


def _lost(walked: Walk) -> str:
    parts = [f"apps' own, {walked.data_lost} times"] if walked.data_lost else []
    parts += [f"{walked.photos_lost} photos"] if walked.photos_lost else []
    return ", ".join(parts) or "no"


def _end(walked: Walk) -> str:
    if walked.solution is None:
        return "never moves"
    return f"moves after solution {walked.solution}" if walked.solution else "moves by itself"


def _times(timed: Sequence[Shares]) -> Iterator[str]:
    yield "## Where the time goes, at the far end of a USB cable"
    yield ""
    yield "`virtual-phone --latency usb`: messages and commands take as long as was published for"
    yield f"an adb over USB. The patience is {PATIENCE_S:g} s here; `pytest` has 120 s unless it is"
    yield "told otherwise. Ourselves is the processor time of what heals; several phones at a time."
    yield ""
    yield "| ailment | verdict | seconds | the phone | the patience | ourselves |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in timed:
        yield (
            f"| {one.ailment.name} | {_cell(one.sentence.partition(':')[0])} | {one.took_s:.1f} | "
            f"{one.phone_s:.1f} | {one.patience_s:.1f} | {one.computer_s:.1f} |"
        )
    yield ""


def _names(ailments: Sequence[Ailment]) -> str:
    return " + ".join(ailment.name for ailment in ailments)


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")
