"""The four ways to see a backup go on, asked together: each may be wrong or silent alone.

The counter on the screen stands still where the app hangs; the notification is missing where the
owner switched it off (importance NONE: no notification is not "idle"); bytes flow for other
reasons than a backup; the media store knows what there is to back up, not what was. This module
reads them; what they mean together is `drivers.photos.judgment`'s to say.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from drivers.android.notifications import NOTIFICATIONS, read_notifications
from drivers.android.send import fill, refusal_of
from drivers.android.traffic import BYTES_SENT, read_traffic
from drivers.android.traffic import COMMAND as TRAFFIC_COMMAND
from drivers.errors import PhoneError, PhoneLostError
from drivers.photos.notification import COMMAND as NOTIFICATION_COMMAND
from drivers.photos.notification import notified_status
from drivers.photos.status import UNKNOWN, Status, status_of
from drivers.vocabulary import Facts, Reading

if TYPE_CHECKING:
    from drivers.phone import Phone
    from drivers.shell import ShellResult

_Read = TypeVar("_Read")

SCREEN = "screen"
NOTIFICATION = "notification"
TRAFFIC = "traffic"
MEDIA = "media"
WITNESSES = (SCREEN, NOTIFICATION, TRAFFIC, MEDIA)

# A dump of netstats takes seconds on a phone with months of history.
PROBE_TIMEOUT_S = 20.0

# Counted on the phone: a library of 50,000 items would be megabytes of rows.
MEDIA_COMMAND = (
    "content query --user {user} --uri content://media/external/file --projection _id "
    "--where 'media_type=1 OR media_type=3' | grep -c '^Row: '"
)


@dataclass(frozen=True)
class Statement:
    """What one witness said, or why it said nothing.

    Attributes:
        witness: screen, notification, traffic or media.
        at_s: monotonic seconds when it was asked.
        confidence: A (numbers the system counted itself), B or D as the lexicon is sure of the
            words; empty where nothing was said.
        status: what the words said; `UNKNOWN` for traffic and media.
        number: bytes sent (traffic) or items on the phone (media); None where not read.
        silence: why nothing was said; empty where something was.
    """

    witness: str
    at_s: float
    confidence: str = ""
    status: Status = UNKNOWN
    number: int | None = None
    silence: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether it said nothing."""
        return bool(self.silence)

    def age_s(self, now_s: float | None = None) -> float:
        """Seconds since it was asked; `now_s` is monotonic, the present where left out."""
        return (time.monotonic() if now_s is None else now_s) - self.at_s

    def describe(self) -> str:
        """One line for a report, without its age."""
        if self.is_silent:
            return f"{self.witness}: silent, {self.silence}"
        if self.witness == TRAFFIC:
            return f"{self.witness}: {self.number} bytes sent ({self.confidence})"
        if self.witness == MEDIA:
            return f"{self.witness}: {self.number} items on the phone ({self.confidence})"
        counter = f", {self.status.counter}" if self.status.counter else ""
        return f"{self.witness}: {self.status.status}{counter} ({self.confidence})"


def ask_witnesses(
    phone: Phone, *, uid: int | None = None, screen: bool = True
) -> tuple[Statement, ...]:
    """Asks all four at once: one round trip of the shell and, for the screen, one agent call.

    Args:
        phone: in any state; nothing is opened, and only Photos' own words count on the screen.
        uid: Photos' uid for the user in front, where it is known already.
        screen: False leaves the agent alone (check mode with Photos not in front).

    Returns:
        One statement each, in the order of `WITNESSES`; a witness that fails is silent and says
        why, and never takes another one down.

    Raises:
        PhoneLostError: the phone went away and did not come back.
    """
    reading = Reading(package=phone.package, user=phone.user, uid=uid)
    seen = _ask_screen(phone) if screen else _silent(SCREEN, "not asked")
    commands = (NOTIFICATION_COMMAND, TRAFFIC_COMMAND, MEDIA_COMMAND)
    at_s = time.monotonic()
    try:
        results = phone.ask([fill(c, phone) for c in commands], timeout_s=PROBE_TIMEOUT_S)
    except PhoneLostError:
        raise
    except PhoneError as error:
        return (seen, *(_silent(w, str(error), at_s) for w in WITNESSES[1:]))
    shade, traffic, media = results
    return (
        seen,
        _hear_notification(shade, reading, phone.about.locale, at_s),
        _count_traffic(traffic, reading, at_s),
        _count_media(media, at_s),
    )


def of_screen(status: Status, at_s: float) -> Statement:
    """What a look at the screen said, for who looks more often than all witnesses are asked."""
    if not status.is_known and not status.counter:
        return _silent(SCREEN, "nothing on it is a status that the lexicon holds", at_s)
    return Statement(SCREEN, at_s, confidence=status.confidence, status=status)


def _ask_screen(phone: Phone) -> Statement:
    at_s = time.monotonic()
    try:
        return of_screen(status_of(phone.screen(), phone.about.locale, phone.package), at_s)
    except PhoneLostError:
        raise
    except (PhoneError, ValueError) as error:
        return _silent(SCREEN, str(error), at_s)


def _hear_notification(shade: ShellResult, reading: Reading, locale: str, at_s: float) -> Statement:
    status = _read(lambda: notified_status(shade.stdout, reading, locale), UNKNOWN)
    if status.is_known:
        return Statement(NOTIFICATION, at_s, confidence=status.confidence, status=status)
    if refusal := refusal_of(shade):
        return _silent(NOTIFICATION, refusal, at_s)
    nothing: Facts = {}
    settings = _read(lambda: read_notifications(shade.stdout, reading), nothing)
    if settings.get(NOTIFICATIONS.name) is False:
        return _silent(NOTIFICATION, "switched off, so none proves nothing", at_s)
    return _silent(NOTIFICATION, "Photos shows none about the backup", at_s)


def _count_traffic(result: ShellResult, reading: Reading, at_s: float) -> Statement:
    nothing: Facts = {}
    number = _read(lambda: read_traffic(result.stdout, reading), nothing).get(BYTES_SENT.name)
    if not isinstance(number, int):
        return _silent(TRAFFIC, refusal_of(result) or _ended(result, "netstats"), at_s)
    return Statement(TRAFFIC, at_s, confidence="A", number=number)


def _count_media(result: ShellResult, at_s: float) -> Statement:
    count = result.stdout.strip()
    # grep counts none as 0 with exit code 1; a refused query counts none as well.
    if refusal := refusal_of(result):
        return _silent(MEDIA, refusal, at_s)
    if not count.isdecimal():
        return _silent(MEDIA, _ended(result, "the media store"), at_s)
    return Statement(MEDIA, at_s, confidence="A", number=int(count))


def _read(read: Callable[[], _Read], otherwise: _Read) -> _Read:
    try:
        return read()
    except ValueError:
        # Not such an output at all; the refusal in it is what the statement will say.
        return otherwise


def _ended(result: ShellResult, what: str) -> str:
    return f"{what} gave no figure (exit code {result.exit_code})"


def _silent(witness: str, why: str, at_s: float | None = None) -> Statement:
    return Statement(witness, time.monotonic() if at_s is None else at_s, silence=why)
