"""Words for the phone's shell, quoted so that no text becomes a command.

Android's shell is mksh since Android 4.0 (AOSP external/mksh), and dash, bash and toybox sh read
these forms alike. This module must not know scenarios.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# What no POSIX shell gives a meaning, in any place but the first word's.
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+\Z")


def quote(argv: Sequence[str]) -> str:
    """Writes an argument list as one shell command that runs exactly it.

    The first word is always quoted: `if`, `A=1` and mksh's built-in aliases (`stop`, `r`,
    `suspend`, …; AOSP external/mksh/src/main.c) mean something there when they stand bare.

    Args:
        argv: the command and its arguments, at least one.

    Raises:
        ValueError: no command, an empty one, or a text that holds NUL, which no argument can.
    """
    if not argv or not argv[0]:
        raise ValueError("expected a command, not an empty one")
    return " ".join([_quoted(argv[0]), *map(quote_word, argv[1:])])


def quote_word(text: str) -> str:
    """Writes one argument, which may be anything but the command itself.

    Raises:
        ValueError: the text holds NUL.
    """
    if "\0" not in text and _PLAIN.match(text):
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    if "\0" in text:
        raise ValueError("an argument cannot hold the character NUL")
    # Within single quotes nothing means anything but the next single quote.
    return "'" + text.replace("'", "'\\''") + "'"
