"""What went wrong with a cloud, in one line that says what to do.

Sources: the words that rclone 1.75 gave with `rclone serve webdav`, `s3` and `sftp`, and the error
names of Google Drive's, Microsoft Graph's, Dropbox's and Amazon S3's APIs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# What a full place is said to be where only its free room told.
FULL = "quota exceeded: less is free than was still to come"
# And one that is too short for a name, where only the name's length told.
TOO_LONG = "file name too long, once it is encrypted"
_UNREACHABLE = re.compile(
    r"connection refused|no such host|i/o timeout|network is unreachable|connection reset"
    r"|no route to host|TLS handshake timeout|server closed|\bEOF\b|broken pipe"
    r"|connection lost|use of closed network connection",
    re.IGNORECASE,
)
_TOO_FAST = re.compile(
    r"rate ?limit|slow ?down|too ?many ?(requests|write)|\b429\b|\b503\b", re.IGNORECASE
)
_REFUSED = (
    "{place} refuses the sign-in: the password or key is wrong, or the sign-in has expired; "
    "set it right with `rclone config`, or `rclone config reconnect {name}:`"
)
_KINDS = (
    (
        re.compile(r"unable to decrypt configuration", re.IGNORECASE),
        "rclone's configuration is encrypted: set RCLONE_CONFIG_PASS, or RCLONE_PASSWORD_COMMAND "
        "to what prints its password",
    ),
    (
        re.compile(r"mustn't overlap|overlapping remotes", re.IGNORECASE),
        "{place} and the source are the same, or one inside of the other: name a folder elsewhere",
    ),
    (
        re.compile(
            r"\b401\b|Unauthorized|InvalidAccessKeyId|SignatureDoesNotMatch|unable to authenticate"
            r"|invalid_grant|invalid_access_token|expired_access_token|token (has )?expired"
            r"|InvalidAuthenticationToken",
            re.IGNORECASE,
        ),
        _REFUSED,
    ),
    (
        re.compile(
            r"\b507\b|insufficient ?storage|no space left|storageQuota|quota ?(has been )?exceeded"
            r"|insufficient_space|quotaLimitReached|StorageFull|disk quota|not enough space"
            r"|too big for remaining disk space",
            re.IGNORECASE,
        ),
        "{place} is full: make room there and run it again, it goes on where it stopped",
    ),
    (
        re.compile(
            r"didn't find section in config file|unknown remote|didn't find backend", re.IGNORECASE
        ),
        "there is no remote {name!r}: `rclone listremotes` shows yours, `rclone config` makes one",
    ),
    (
        _UNREACHABLE,
        "{place} cannot be reached: run it again when it can, it goes on where it stopped",
    ),
    # Behind what cannot be reached: a token that has expired is fetched over the same network.
    (re.compile(r"couldn't fetch token|empty token found", re.IGNORECASE), _REFUSED),
    (re.compile(r"directory not found", re.IGNORECASE), "{place} is not there"),
    (
        re.compile(r"immutable file modified|do not match: immutable", re.IGNORECASE),
        "{place} holds a file of the same name and other content as {what}, and cannot set it "
        "aside: it was left as it is; name another folder",
    ),
    (
        # Of Linux, of OneDrive and SharePoint, of Dropbox, of S3.
        re.compile(
            r"(file ?)?name(s)? (is )?too long|ENAMETOOLONG|path ?(is )?too long|pathIsTooLong"
            r"|malformed_path|KeyTooLong",
            re.IGNORECASE,
        ),
        "{place} does not take {what}: a name is too long for it, or becomes so by its encryption; "
        "all else is copied first, so give it a shorter name, or name another cloud",
    ),
    (
        # What rclone's own servers say when their disk is full, and others for other reasons.
        re.compile(r"\b405\b|SSH_FX_FAILURE|InternalError|\b500\b|\b403\b", re.IGNORECASE),
        "{place} does not take {what}: it is full, or may not be written to",
    ),
)
_LONGEST = 300
# What a cloud's own people look a request up by: it tells its user nothing.
_NUMBERS = re.compile(r",? *\b(?:RequestID|HostID|request id|host id): ?[\w+/=.-]*", re.IGNORECASE)


def kind_of(words: str) -> int | None:
    """Which kind of trouble rclone's words tell of; None where none is known."""
    return next((n for n, (pattern, _) in enumerate(_KINDS) if pattern.search(words)), None)


def explain(words: Sequence[str], place: str, name: str, what: str = "a file") -> str:
    """One line for a person.

    Args:
        words: rclone's messages, the most telling of each kind first.
        place: the one that the trouble is with.
        name: the remote's.
        what: the file at which it failed.

    Returns:
        What is wrong and what to do, with rclone's own words behind it.
    """
    told = [(kind, line) for line in words if (kind := kind_of(line)) is not None]
    if not told:
        at = "" if what == "a file" else f" at {what}"
        return f"{place}: rclone failed{at}: {shortened(words[-1] if words else 'no reason given')}"
    # The kinds are in the order of how much they tell.
    kind, line = min(told, key=lambda one: one[0])
    sentence = _KINDS[kind][1].format(place=place, name=name, what=what)
    return f"{sentence} (rclone: {shortened(line)})"


def is_refusal(words: str) -> bool:
    """Whether a cloud answered, and took nothing; one that asks for slowness will take it yet."""
    return not (_UNREACHABLE.search(words) or _TOO_FAST.search(words))


def describe_retry(words: str, place: str) -> str:
    """One line for a person who sees nothing move, while rclone tries something again.

    Args:
        words: rclone's, of the retry.
        place: the one that is tried.
    """
    trouble = "does not answer" if _UNREACHABLE.search(words) else "does not take what it gets"
    return f"{place} {trouble}; it is tried again (rclone: {shortened(words)})"


def shortened(line: str) -> str:
    """One line of at most 300 characters, without the numbers of requests."""
    text = " ".join(_NUMBERS.sub("", line).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
