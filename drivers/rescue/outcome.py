"""What a rescue came to, as data and as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from drivers.rescue.manifest import NAME, PARTIAL, Entry, Missing
from drivers.rescue.survey import Survey
from drivers.rescue.verification import day, files, shown
from drivers.values import format_size

UNSEEN = (
    "Not in it, because adb cannot see it: what is in a Locked Folder, a secure folder, a work "
    "profile or another user's space, and what is in the cloud only. Google Photos moves items out "
    "of its Locked Folder and downloads from the cloud; then rescue again. Nor is what no gallery "
    "shows outside of DCIM, Pictures and Movies, such as folders with a .nomedia file."
)

_FOREIGN = "of no rescue, move it out of the folder"
_UNSURE = (
    "its entry is lost, or it never had one; it may be of a file that is nowhere else: keep it, in "
    "another folder"
)

# So many of a kind are named one by one: a phone may have thousands.
_NAMED = 10


@dataclass(frozen=True)
class Outcome:
    """What a rescue came to.

    Attributes:
        survey: what the phone holds.
        before: how many of its files were here already, by name, size and date.
        entries: what is here of it, and what is here from before.
        copied: how many files came over this time.
        entered: how many more got an entry, their content being here already.
        travelled: bytes that came from the phone.
        equal: files that are stored once with another of equal content.
        changed: files that came in another version than was here: the entries of the one and the
            other, which are both here.
        failures: phone paths that are not here, with the reason.
        gone: phone paths that were deleted on the phone meanwhile.
        lost: phone paths whose files here are damaged or missing, and which the phone has no more.
        in_part: files that are here in part, and which the phone has no more as they were.
        strays: places here that have no entry; they stay as they are.
        may_be_ours: whether the manifest may have lost their entries.
        is_compared: whether the phone has hashed what was here already as well.
    """

    survey: Survey
    before: int
    entries: Sequence[Entry]
    copied: int
    entered: int
    travelled: int
    equal: Sequence[Entry]
    changed: Sequence[tuple[Entry, Entry]]
    failures: Mapping[str, str]
    gone: Sequence[str]
    lost: Sequence[str]
    in_part: Sequence[Missing]
    strays: Sequence[str]
    may_be_ours: bool
    is_compared: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether everything that the phone holds is here, and nothing else.

        Each file was equal on both sides when it came; of one that was here before, that holds as
        long as nobody changed it on the phone and left it its size and date, unless it was compared
        once more. It is what `verify` says of the copy a moment later.
        """
        return not (self.failures or self.lost or self.in_part or self.strays)


def describe(outcome: Outcome) -> list[str]:
    """Says in lines what a rescue came to."""
    survey = outcome.survey
    lines = [
        f"{files(len(survey.items))} {where(survey)}, {outcome.copied} copied now "
        f"({format_size(outcome.travelled)} travelled)"
        + (f", {outcome.entered} entered whose content is here" if outcome.entered else "")
    ]
    lines += _before(outcome)
    lines += _equal(outcome.equal)
    lines += _changed(outcome.changed)
    if survey.older:
        lines.append(f"left out, as older than --since: {files(len(survey.older))}")
    lines += _nothing(survey.without_file)
    lines += [f"deleted on the phone meanwhile: {shown(path)}" for path in outcome.gone]
    lines += [f"NOT copied: {shown(p)}: {reason}" for p, reason in outcome.failures.items()]
    lines += [f"damaged here, and on the phone no more: {shown(path)}" for path in outcome.lost]
    lines += [f"here in part: {shown(each.path)}: {each.reason}" for each in outcome.in_part]
    lines += [_stray(place, may_be_ours=outcome.may_be_ours) for place in outcome.strays]
    lines.append(UNSEEN)
    return lines


def where(survey: Survey) -> str:
    """Of which files a survey speaks."""
    return f"on the phone, changed since {day(survey.since)}" if survey.since else "on the phone"


def _before(outcome: Outcome) -> Iterator[str]:
    if outcome.before and outcome.is_compared:
        yield f"here from before, and equal by SHA-256 once more: {files(outcome.before)}"
    elif outcome.before:
        yield (
            f"here from before, by name, size and date: {files(outcome.before)} "
            "(--compare-content has the phone hash them again)"
        )


def _stray(place: str, *, may_be_ours: bool) -> str:
    if place.startswith(f"{PARTIAL}/"):
        may_be_ours = place.endswith(".part")
    return f"{_UNSURE if may_be_ours else _FOREIGN}: {shown(place)}"


def _equal(entries: Sequence[Entry]) -> Iterator[str]:
    if entries:
        yield f"stored once with another one that is equal: {files(len(entries))}"
    for entry in entries[:_NAMED]:
        yield f"equal: {shown(entry.path)}: its content is in {shown(entry.stored)}"
    if len(entries) > _NAMED:
        yield f"equal: {len(entries) - _NAMED} more, each with its `path` in {NAME}"


def _nothing(paths: Sequence[str]) -> Iterator[str]:
    if paths:
        yield f"known to the media store, but not on the phone: {files(len(paths))}"
    for path in paths[:_NAMED]:
        yield f"not on the phone: {shown(path)}"
    if len(paths) > _NAMED:
        yield f"not on the phone: {len(paths) - _NAMED} more"


def _changed(changes: Sequence[tuple[Entry, Entry]]) -> Iterator[str]:
    for old, new in changes[:_NAMED]:
        yield (
            f"changed on the phone: {shown(new.path)}: as it is now it is in {shown(new.stored)}, "
            f"as it was in {shown(old.stored)}"
        )
    if len(changes) > _NAMED:
        yield f"changed on the phone: {len(changes) - _NAMED} more, each twice in {NAME}"
