"""What is known of Photos' words, as a page: docs/lexicon.md, written from the lexicon itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from drivers.photos.lexicon import GENERATIONS, Wording, wordings
from drivers.photos.status import STATUSES

_KNOWN_STATUSES = tuple(status for status in STATUSES if status != "unknown")
_NOTHING = "·"

_HEAD = """\
# What Google Photos says, as far as it is known

Written from `drivers/photos/lexicon/*.yaml` by `python -m drivers.photos.lexicon`; a test keeps it
current. Nothing here was translated by us: what was found nowhere is missing, and is read as
`unknown`. Found a wording on your phone? Add it to your language's file with where you saw it.

How sure each wording is: **A** the maker's own page or source, or a real dump; **B** a public
project that drives the app with it; **D** an article or a forum. Generations of the app:
`assistant` (to 2020), `menu` (the account menu of 2020 to 2024), `bento` (its cards, since 2024).
"""


def page() -> str:
    """The whole page, Markdown."""
    spoken = [w for w in wordings() if w.kind in {"status", "counter"}]
    languages = list(dict.fromkeys(w.language for w in spoken))
    silent = sorted({w.language for w in wordings()} - set(languages))
    unheard = [s for s in _KNOWN_STATUSES if s not in {w.means for w in spoken}]
    parts = [
        _HEAD,
        "## Language, generation, status\n",
        _coverage(spoken, languages),
        f"In no language found: {', '.join(f'`{status}`' for status in unheard)}.\n",
        "Only pages to tap, no status, found in: " + ", ".join(silent) + ".\n",
        "## Statuses and counters\n",
        _listing(spoken),
        "## What is tapped\n",
        _listing(w for w in wordings() if w.kind == "say"),
    ]
    return "\n".join(parts)


def _coverage(spoken: Sequence[Wording], languages: Iterable[str]) -> str:
    columns = (*_KNOWN_STATUSES, "counter")
    rows = [("language", "generation", *columns), ("---",) * (len(columns) + 2)]
    for language in languages:
        for generation in GENERATIONS:
            best = [_best(spoken, language, generation, column) for column in columns]
            rows.append((language, generation, *best))
    return _table(rows)


def _best(spoken: Sequence[Wording], language: str, generation: str, column: str) -> str:
    letters = [
        w.confidence
        for w in spoken
        if w.language == language
        and generation in w.generations
        and (w.means == column or (column == w.kind == "counter"))
    ]
    return min(letters, default=_NOTHING)


def _listing(entries: Iterable[Wording]) -> str:
    rows = [("language", "means", "words", "where", "sure", "source"), ("---",) * 6]
    rows += [
        (
            w.language,
            f"`{w.means or 'counter'}`",
            w.words.replace("|", "\\|"),
            ", ".join((*w.generations, w.place)),
            w.confidence,
            w.source,
        )
        for w in entries
    ]
    return _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> str:
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)
