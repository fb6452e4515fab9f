"""What a rescue came to, as data and as lines for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drivers.rescue.manifest import Entry
from drivers.rescue.survey import Survey
from drivers.rescue.verification import shown
from drivers.values import format_size

UNSEEN = (
    "Not in it, because adb cannot see it: what is in a Locked Folder, a secure folder, a work "
    "profile or another user's space, and what is in the cloud only. Google Photos moves items out "
    "of its Locked Folder and downloads from the cloud; then rescue again."
)


@dataclass(frozen=True)
class Outcome:
    """What a rescue came to.

    Attributes:
        survey: what the phone holds.
        entries: what is here of it, and what is here from before.
        copied: how many files came over this time, and their bytes.
        travelled: bytes that came from the phone.
        equal: how many files share the content of another.
        failures: phone paths that are not here, with the reason.
        gone: phone paths that were deleted on the phone meanwhile.
        lost: phone paths whose files here are damaged or missing, and which the phone has no more.
    """

    survey: Survey
    entries: Sequence[Entry]
    copied: int
    travelled: int
    equal: int
    failures: Mapping[str, str]
    gone: Sequence[str]
    lost: Sequence[str]

    @property
    def is_whole(self) -> bool:
        """Whether everything that the phone holds is here, equal on both sides."""
        return not self.failures and not self.lost


def describe(outcome: Outcome) -> list[str]:
    """Says in lines what a rescue came to."""
    lines = [
        f"{len(outcome.survey.items)} files on the phone, {outcome.copied} copied now "
        f"({format_size(outcome.travelled)} travelled)"
    ]
    if outcome.equal:
        lines.append(f"{outcome.equal} files are equal to another one and stored once with it")
    if outcome.survey.older:
        lines.append(f"{outcome.survey.older} files are older than --since and were left out")
    if outcome.survey.without_file:
        lines.append(
            f"{outcome.survey.without_file} entries of the media store have no file on the phone"
        )
    lines += [f"deleted on the phone meanwhile: {shown(path)}" for path in outcome.gone]
    lines += [f"NOT copied: {shown(p)}: {reason}" for p, reason in outcome.failures.items()]
    lines += [f"damaged here, and on the phone no more: {shown(path)}" for path in outcome.lost]
    lines.append(UNSEEN)
    return lines
