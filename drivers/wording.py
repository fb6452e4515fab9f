"""What makes two pieces of on-screen text the same words, whatever the phone wrapped them in.

Phones put bidi marks round names, soft hyphens into Dutch settings, narrow no-break spaces into
times, typographic apostrophes into English and digits of the user's script into numbers. None of
that is meaning. This module must not know screens, languages or Google Photos.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = dict.fromkeys(map(ord, "‘’ʼ＇`´"), "'")
_TATWEEL = "\u0640"  # stretches Arabic words; never part of the spelling
_OBJECT = "\ufffc"  # stands where a picture is set into text
_BLANKS = re.compile(r"[^\S\n]+")
# Chinese and Japanese set blanks round foreign words or leave them out, as the typographer likes.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_BLANK_BY_CJK = re.compile(rf"(?<=[{_CJK}]) | (?=[{_CJK}])")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    r"""Reduces text to what a person would call its words.

    Compatibility forms are composed (NFKC), digits of every script become ASCII digits, dashes
    and apostrophes become the ASCII ones; format characters (bidi marks, soft hyphens, joiners),
    private-use glyphs, variation selectors and control characters go; blanks are collapsed and
    case is folded. Line breaks stay, because they separate statements.

    >>> plain("\u200fWi\u2011Fi\u00a0\u0661\u0662\u200f")
    'wi-fi 12'
    """
    text = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(map(_plain_character, text.translate(_APOSTROPHES)))
    # Folding case can decompose (Turkish dotted I), so compose once more.
    folded = unicodedata.normalize("NFKC", _BLANKS.sub(" ", kept).casefold())
    folded = _BLANK_BY_CJK.sub("", folded)
    return "\n".join(line.strip() for line in folded.split("\n")).strip()


def _plain_character(character: str) -> str:
    if character.isascii():
        return character if character.isprintable() or character == "\n" else " "
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    if category in {"Zl", "Zp"}:
        return "\n"
    if category in {"Cc", "Zs"}:
        return " "
    dropped = category in {"Cf", "Co", "Cs", "Cn"} or character in {_TATWEEL, _OBJECT}
    return "" if dropped or _is_variation_selector(character) else character


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def shown(text: str) -> str:
    r"""Text as a person sees it: invisible marks and control characters gone, case kept.

    >>> shown("\u202bBacking up\u202c\u00ad")
    'Backing up'
    """
    return "".join(map(_shown_character, text)).strip()


def _shown_character(character: str) -> str:
    if character == "\n" or character.isprintable():
        return "" if unicodedata.category(character) == "Co" else character
    return " " if unicodedata.category(character) in {"Cc", "Zs"} else ""
