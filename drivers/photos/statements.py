"""The statements in one text: which of its pieces the lexicon holds, and the numbers in them.

A status line, a notification and a content description are one or several statements, joined by
bullets, lines, sentences or brackets. Each has to be, whole, one that the lexicon holds; how far
the work is ("1/312", "45%") may stand in it besides. This module must not know what a status is
worth, nor screens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from drivers.photos.counter import FRACTION, PLACE, Counter, take_numbers
from drivers.photos.lexicon import Wording, lookup, statement
from drivers.wording import plain

# Photos joins title and counter with the first; in right-to-left layouts the halves are swapped.
# Lines and sentences come from the account disc's description.
_STRONG = re.compile(r"\n+| +[•‧∙] +|(?<=[.!])\s+|(?<=[…。！])\s*|(?<=\.{3})\s*")
# These also stand inside other sentences, so every piece has to be known.
_WEAK = re.compile(r"[,،、] *|: +| +[-–—·|/] +| *[()] *")
# How far the work is, in a template: `1/312`, `45%`, in Turkish `%45`. A date has two strokes.
_RATIO = re.compile(rf"(?<![{PLACE}/.]){PLACE} ?/ ?{PLACE}(?![{PLACE}/.])")
_SHARE = re.compile(rf"[%٪] ?(?:{FRACTION}|{PLACE})|(?:{FRACTION}|{PLACE}) ?[%٪]")
# What may stand between that and the words, which have their own punctuation at the end.
_JOINTS = " \n•‧∙()"
_PAIR = 2
# Only while it works does Photos say how far it is; beside another status it is a date.
WORKING = ("uploading", "getting_ready")


@dataclass(frozen=True)
class Hit:
    """One statement that the lexicon holds, with its numbers.

    Attributes:
        text: the statement, as a person sees it.
        wording: what the lexicon says of it.
        counter: the numbers in it that count items.
    """

    text: str
    wording: Wording
    counter: Counter


def statements(text: str, locale: str) -> tuple[list[Hit], bool]:
    """Finds the statements of a text, whole before in pieces.

    Args:
        text: without the marks that nobody sees.
        locale: BCP 47 tag of the phone.

    Returns:
        Those that the lexicon holds, and whether they are all that the text says.
    """
    if hit := _lookup(text, locale):
        return [hit], True
    strong = [piece for piece in _STRONG.split(text) if piece.strip()]
    if len(strong) > 1:
        found = [statements(piece, locale) for piece in strong]
        return [hit for hits, _ in found for hit in hits], all(is_all for _, is_all in found)
    weak = [piece for piece in _WEAK.split(text) if piece.strip()]
    hits = [hit for piece in weak if (hit := _lookup(piece, locale))]
    return (hits, True) if len(hits) == len(weak) > 1 else ([], False)


def _lookup(text: str, locale: str) -> Hit | None:
    template, numbers = take_numbers(plain(text))
    wording = lookup(statement(template), locale)
    if wording is not None and len(wording.roles) == len(numbers):
        roles = zip(wording.roles, numbers, strict=True)
        counter = Counter(**{role: number for role, number in roles if role != "number"})
        return Hit(text.strip(), wording, counter)
    return _lookup_working(text, template, numbers, locale)


def _lookup_working(text: str, template: str, numbers: tuple[int, ...], locale: str) -> Hit | None:
    """A status of one who works, with how far it is: the numbers are all in that."""
    ratio, share = _RATIO.search(template), _SHARE.search(template)
    progress = ratio or share
    if not progress:
        return None
    halves = template[: progress.start()], template[progress.end() :]
    rest = " ".join(half.strip(_JOINTS) for half in halves)
    wording = lookup(statement(rest), locale)
    if wording is None or wording.means not in WORKING or PLACE in rest:
        return None
    if not ratio:
        return Hit(text.strip(), wording, Counter())
    # A place in the text itself is no number's.
    if len(numbers) != _PAIR or numbers[0] > numbers[1]:
        return None
    return Hit(text.strip(), wording, Counter(done=numbers[0], total=numbers[1]))
