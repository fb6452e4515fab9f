"""What Photos' backup notifications say: a witness that needs neither screen nor agent.

Sources: channel ids of recording notification_noredact_photos_channels_a16; title "Backing up",
text "3 items left" and the bar's extras as AugusDogus/fairth tests them (2026). A phone on which
they are switched off (importance NONE) shows none, which says nothing about the backup.
"""

from __future__ import annotations

from dataclasses import replace

from drivers.android.notifications import Notification, parse_records
from drivers.photos.status import PRECEDENCE, UNKNOWN, Status, read_status
from drivers.values import Value
from drivers.vocabulary import Facts, Reader, Reading

_ALL_USERS = -1


def read_notifications(text: str, reading: Reading) -> Facts:
    """Reads what Photos' backup notifications say off `dumpsys notification --noredact`.

    Args:
        text: the dump; one without texts (redacted) holds no status.
        reading: whose notifications are meant.

    Returns:
        `photos.status` and `photos.counter`, each where it was said.

    Raises:
        ValueError: the phone refused to dump.
    """
    status = notified_status(text, reading)
    facts: dict[str, Value] = {}
    if status.is_known:
        facts["photos.status"] = status.status
    if status.counter:
        facts["photos.counter"] = status.counter.as_value()
    return facts


def notified_status(text: str, reading: Reading, locale: str = "") -> Status:
    """The most telling status among Photos' notifications; `UNKNOWN` where none says one.

    The channel is not asked: its id differs between builds, and only words about the backup are
    in the lexicon.

    Raises:
        ValueError: the phone refused to dump.
    """
    said = [
        _with_progress(status, record)
        for record in parse_records(text)
        if record.package == reading.package
        and record.user in {reading.user, _ALL_USERS}
        and (status := read_status(f"{record.title or ''}\n{record.text or ''}", locale)).is_known
    ]
    return min(said, key=lambda s: PRECEDENCE.index(s.status), default=UNKNOWN)


def _with_progress(status: Status, record: Notification) -> Status:
    """Adds the bar's numbers where they are items, which is where they agree with the words."""
    done, total = record.progress, record.progress_max
    if done is None or total is None or status.left is None or total - done != status.left:
        return status
    return replace(status, done=done, total=total)


# Only the lines that are read, since the dump of a phone in use is hundreds of kilobytes.
COMMAND = (
    "dumpsys notification --noredact | grep -E 'NotificationRecord\\(|^ *extras=\\{{$|^ *\\}}$"
    "|android\\.(title|text|progress|progressMax)=|AppSettings: '{package}' '"
)

READERS = (
    Reader(
        COMMAND,
        ("photos.status", "photos.counter"),
        read_notifications,
        in_diagnosis=False,
    ),
)
