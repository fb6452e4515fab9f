"""What the witnesses mean together: moving, slow, stuck, done, off or unknown, and why.

Moving is the counter's alone to say; slow and stuck differ by the bytes that Photos' own uid sent
meanwhile. No verdict rests on one witness without saying so, and where two contradict each other
that is a result of its own. Pure: statements in, a judgment out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from drivers.photos.counter import advance
from drivers.photos.status import Status
from drivers.photos.witnesses import MEDIA, NOTIFICATION, SCREEN, TRAFFIC, Statement

JUDGMENTS = ("moving", "slow", "stuck", "done", "off", "unknown")

# Photos asks its servers things while nothing is uploaded: settings, sync, telemetry. What it
# sends beyond this in one watch counts as uploading; the smallest photo that Photos takes
# (256 by 256 pixels) is about as large.
CHATTER_BYTES = 32 * 1024

_SPEAKING = (SCREEN, NOTIFICATION)
# What Photos says where it backs nothing up, or nobody's photos.
OFF = frozenset({"off", "signed_out", "other_account"})
_WORKING = frozenset({"uploading", "getting_ready", "scanning", "compressing", "cloud_sync"})
# What Photos says where nothing that it knows of holds it up.
PROGRESSING = _WORKING | {"complete", "skipped_items"}

_Heard = Mapping[str, Statement]


@dataclass(frozen=True)
class Judgment:
    """What a watch came to.

    Attributes:
        word: one of `JUDGMENTS`.
        advanced: items certainly backed up between the two askings.
        bytes_sent: what Photos sent between them; None where that could not be read.
        reasons: a sentence each, the deciding one first.
        contradictions: a sentence for each two witnesses that cannot both be right.
        witnesses: who bears it out.
    """

    word: str
    advanced: int
    bytes_sent: int | None
    reasons: tuple[str, ...]
    contradictions: tuple[str, ...]
    witnesses: tuple[str, ...]

    @property
    def rests_on_one(self) -> bool:
        """Whether it rests on a single witness, or on none."""
        return len(self.witnesses) <= 1


def judge(before: Sequence[Statement], after: Sequence[Statement], *, seen: int = 0) -> Judgment:
    """Compares what the witnesses said at the beginning and at the end of a watch.

    Args:
        before: the first asking; a witness may be missing or silent.
        after: the second one, at least one patience later.
        seen: items that closer looks at the screen saw go on in between; the two askings alone
            miss them where a round ended and the next one began.

    Returns:
        The judgment; `unknown` where nobody said anything that decides.
    """
    first, last = _heard(before), _heard(after)
    steps = {w: step for w in _SPEAKING if (step := _step(first.get(w), last.get(w))) is not None}
    if seen:
        steps[SCREEN] = max(seen, steps.get(SCREEN, 0))
    sent = _sent(first.get(TRAFFIC), last.get(TRAFFIC))
    word, reason, witnesses = _decide(first, last, steps, sent)
    return Judgment(
        word,
        max(steps.values(), default=0),
        sent,
        (reason, *_notes(first, last, after)),
        tuple(_contradictions(last, steps, sent)),
        witnesses,
    )


def _decide(
    first: _Heard, last: _Heard, steps: Mapping[str, int], sent: int | None
) -> tuple[str, str, tuple[str, ...]]:
    """The word, the reason that decides, and who bears it out."""
    is_sending = sent is not None and sent >= CHATTER_BYTES
    sender = (TRAFFIC,) if is_sending else ()
    sleeper = (TRAFFIC,) if sent is not None and not is_sending else ()
    said = {w: last[w].status for w in _SPEAKING if w in last}
    moved = tuple(w for w in steps if steps[w] > 0)
    done = tuple(w for w, status in said.items() if is_done(status))
    off = tuple(w for w, status in said.items() if status.status in OFF)
    # The screen is asked for the state before the notification, which may be an old one.
    speaker = next(iter(said), None)

    if speaker in done and set(moved) <= set(done):
        others = sleeper or (sender if moved else ())
        return "done", f"Photos says on the {speaker}: {_quote(said[done[0]])}", (*done, *others)
    if moved:
        reason = f"the counter of the {moved[0]} went on by {steps[moved[0]]}"
        if moved[0] != SCREEN:  # whose readings are told one by one
            before, after = (heard[moved[0]].status.counter for heard in (first, last))
            reason += f", {before} -> {after}" if before and after else ""
        return "moving", reason, (*moved, *sender)
    if speaker in off:
        return "off", f"Photos says on the {speaker}: {_quote(said[off[0]])}", (*off, *sleeper)
    if not steps:
        if is_sending:
            return "unknown", f"no counter was to be seen; Photos sent {sent} bytes", sender
        return "unknown", "neither a counter nor telling words of Photos were to be seen", sender
    words = f"Photos went no further than {_quote(said[next(iter(steps))])}"
    if is_sending:
        return "slow", f"{words}, yet sent {sent} bytes", (*steps, TRAFFIC)
    if sent is None:
        return "stuck", f"{words}; what it sent could not be read", tuple(steps)
    return "stuck", f"{words}, and sent {sent} bytes", (*steps, TRAFFIC)


def is_done(status: Status) -> bool:
    """Whether nothing is left to do; what was skipped stays skipped, and is no work left."""
    if status.status == "skipped_items":
        return _rest(status) == 0
    return status.status == "complete"


def _step(first: Statement | None, last: Statement | None) -> int | None:
    """Items backed up by what one witness said; None where its two sayings cannot be compared."""
    if first is None or last is None:
        return None
    if last.status.status == "complete":
        return _rest(first.status)
    step = advance(first.status.counter, last.status.counter)
    if step is not None:
        return step
    # Without a counter, "Backing up" twice may hide progress; any other words twice are none.
    is_same = first.status.status == last.status.status
    return 0 if is_same and last.status.status not in {"uploading", "unknown"} else None


def _rest(status: Status) -> int:
    """What was still to do before all was done, as far as it was shown."""
    if status.left is not None:
        return status.left
    if status.done is not None and status.total is not None:
        return max(0, status.total - status.done)
    return 0


def _sent(first: Statement | None, last: Statement | None) -> int | None:
    if first is None or last is None or first.number is None or last.number is None:
        return None
    # The phone began to count anew (a reboot, a reset): the difference means nothing.
    return last.number - first.number if last.number >= first.number else None


def _contradictions(last: _Heard, steps: Mapping[str, int], sent: int | None) -> Iterator[str]:
    said = {w: last[w].status for w in _SPEAKING if w in last and last[w].status.is_known}
    if len({_group(status) for status in said.values()}) > 1:
        yield " but ".join(f"the {w} says {_quote(status)}" for w, status in said.items())
    if steps.get(SCREEN) == 0 and steps.get(NOTIFICATION, 0) > 0:
        yield "the notification's counter went on but the screen's did not: it may be frozen"
    if sent is None:
        return
    if sent < CHATTER_BYTES and any(steps.values()):
        yield f"the counter went on but only {sent} bytes were sent: the cloud may have had them"
    quiet = [(w, s) for w, s in said.items() if _group(s) != "working"]
    if sent >= CHATTER_BYTES and quiet and not any(steps.values()):
        witness, status = quiet[0]
        yield f"the {witness} says {_quote(status)} but Photos sent {sent} bytes"


def _group(status: Status) -> str:
    if status.status in _WORKING:
        return "working"
    if status.status in OFF:
        return "off"
    return "done" if status.status == "complete" else "waiting"


def _notes(first: _Heard, last: _Heard, after: Sequence[Statement]) -> Iterator[str]:
    yield from (t.describe() for t in after if t.is_silent)
    traffic = [t.number or 0 for t in (first.get(TRAFFIC), last.get(TRAFFIC)) if t]
    if len(traffic) > 1 and traffic[1] < traffic[0]:
        yield "the phone began to count bytes anew meanwhile"
    if any(t.status.status == "skipped_items" for t in last.values()):
        yield "what was skipped stays on this phone alone: it is too large, or of another type"
    media = [t.number or 0 for t in (first.get(MEDIA), last.get(MEDIA)) if t]
    if media and media[-1] == 0:
        yield "there are no photos or videos on the phone"
    elif len(media) > 1 and media[1] > media[0]:
        yield f"{media[1] - media[0]} new items appeared meanwhile, which may hide progress"


def _heard(statements: Sequence[Statement]) -> _Heard:
    return {t.witness: t for t in statements if not t.is_silent}


def _quote(status: Status) -> str:
    """The words in one line: a card's lie below each other."""
    return repr(" ".join((status.text or status.status).split()))
