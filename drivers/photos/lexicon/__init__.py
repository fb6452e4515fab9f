"""What Photos says, in every language that was found, and what it means.

One YAML file a language; each wording names the app's generations and the place where it stands,
its source, and how sure that is: A the maker's own page, source or a real dump, B a public
project that drives the app with it, D an article or a forum. Nothing here was translated by us:
what was found nowhere is missing, and read as unknown.

This module must not know screens: it maps words to meanings and keys to words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, cast

from drivers.nodes import Selector
from drivers.photos.counter import PLACE
from drivers.wording import plain

GENERATIONS = ("assistant", "menu", "bento")
CONFIDENCES = ("A", "B", "D")

# What a wording's numbers are, in braces, as in "{left} items left"; `number` counts no items.
_ROLE = re.compile(r"\{(done|total|left|number)\}")
# A few words that the source left out; they never hold a number.
_ANY = "{any}"
# What is counted, by a language's own list of nouns: one wording is as many as there are nouns.
_THINGS = "{things}"
_ANY_WORDS = "[^#\n]{0,24}"
# Round a statement; Photos ends the same words with and without a full stop.
_ENDINGS = " .,:;!…。،؛।-"


@dataclass(frozen=True)
class Wording:
    """One thing that Photos says.

    Attributes:
        language: BCP 47 tag of the file it stands in.
        kind: status, counter, beside (means something only beside one of the two) or say (to be
            tapped; the Settings app's own words, which have no generation, are of this kind too).
        means: a word of `photos.status`, a key of `say`, or empty.
        words: as Photos shows it; numbers in braces by their role, `{any}` where the source left
            words out.
        roles: what its numbers are, in the order of the text.
        generations: of the app, oldest first: assistant (to 2020), menu (2020 to 2024), bento.
        place: where it stands.
        source: who saw it there.
        confidence: A, B or D.
    """

    language: str
    kind: str
    means: str
    words: str
    roles: tuple[str, ...]
    generations: tuple[str, ...]
    place: str
    source: str
    confidence: str

    @cached_property
    def template(self) -> str:
        """Its words as they are compared: plain, with a place for each number."""
        return statement(plain(_ROLE.sub(PLACE, self.words)))


def statement(words: str) -> str:
    """Takes the punctuation off both ends of plain words.

    >>> statement("backing up...")
    'backing up'
    """
    return words.strip(_ENDINGS)


@cache
def wordings() -> tuple[Wording, ...]:
    """Every wording of every language, in the order of the files.

    Raises:
        ValueError: a file of ours is wrong; the message names it and the entry.
    """
    return tuple(w for path in sorted(_folder().glob("*.yaml")) for w in read_file(path))


@cache
def _by_template() -> Mapping[str, tuple[Wording, ...]]:
    found: dict[str, list[Wording]] = {}
    for wording in wordings():
        if wording.kind != "say" and _ANY not in wording.words:
            found.setdefault(wording.template, []).append(wording)
    return {template: tuple(entries) for template, entries in found.items()}


@cache
def _with_gaps() -> tuple[tuple[re.Pattern[str], Wording], ...]:
    gaps = [w for w in wordings() if w.kind != "say" and _ANY in w.words]
    return tuple(
        (re.compile(_ANY_WORDS.join(map(re.escape, w.template.split(_ANY)))), w) for w in gaps
    )


def lookup(template: str, language: str = "") -> Wording | None:
    """What a statement means.

    Args:
        template: plain words with places for numbers, without punctuation at the end.
        language: BCP 47 tag of the phone; its own wordings come first. All languages are
            looked through in any case, since Android has a language for each app.

    Returns:
        The wording, or None where nobody was found to have seen these words.
    """
    entries = _by_template().get(template) or tuple(
        wording for pattern, wording in _with_gaps() if pattern.fullmatch(template)
    )
    return min(entries, key=lambda w: not _is_same_language(w, language), default=None)


@cache
def say(key: str) -> Selector:
    """A selector for what is to be tapped, right in every language that was found.

    Raises:
        ValueError: no such key; the message lists them.
    """
    words = frozenset(w.template for w in wordings() if w.kind == "say" and w.means == key)
    if not words:
        raise ValueError(f"the lexicon has no {key!r}; it has {', '.join(sorted(keys()))}")
    return Selector(say=words)


def keys() -> frozenset[str]:
    """What `say` knows."""
    return frozenset(w.means for w in wordings() if w.kind == "say")


def keys_of(text: str) -> tuple[str, ...]:
    """The keys of `say` that a text on the screen answers to."""
    template = statement(plain(text))
    return tuple(
        dict.fromkeys(w.means for w in wordings() if w.kind == "say" and w.template == template)
    )


def read_file(path: Path) -> Iterator[Wording]:
    """Reads the wordings of one language.

    Raises:
        ValueError: the file says something else than this module's fields.
    """
    import yaml  # not needed by those who only want the selectors' types

    # Every scalar is text: `off` and `no` are words here, never booleans.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    text = path.read_text(encoding="utf-8")
    raw = cast("Mapping[str, Any]", yaml.load(text, Loader=loader))  # noqa: S506 - makes text only
    sections: list[tuple[str, str, Sequence[Mapping[str, Any]]]] = [
        *(("status", means, entries) for means, entries in raw.get("status", {}).items()),
        ("counter", "", raw.get("counter", [])),
        ("beside", "", raw.get("beside", [])),
        *(("say", key, entries) for key, entries in raw.get("say", {}).items()),
        *(("system", key, entries) for key, entries in raw.get("system", {}).items()),
    ]
    for section, means, entries in sections:
        for entry in entries:
            try:
                wording = Wording(
                    language=raw["language"],
                    kind="say" if section == "system" else section,
                    means=means,
                    words=entry["words"],
                    roles=tuple(_ROLE.findall(entry["words"])),
                    generations=() if section == "system" else tuple(entry["generations"]),
                    place=entry["place"],
                    source=raw["sources"][entry["source"]],
                    confidence=entry["confidence"],
                )
            except KeyError as error:
                raise ValueError(f"{path.name}: {entry!r} lacks {error}") from error
            _check(wording, path, needs_generation=section != "system")
            if _THINGS in wording.words:
                yield from _expand(wording, raw["things"], raw["other_things"])
            else:
                yield wording


def _expand(wording: Wording, things: Sequence[str], others: Sequence[str]) -> Iterator[Wording]:
    for thing in (*things, *others):
        words = wording.words.replace(_THINGS, thing)
        if thing in things:
            yield replace(wording, words=words)
        else:
            source = f"{wording.source}; there of {things[0]}"
            yield replace(wording, words=words, confidence=CONFIDENCES[-1], source=source)


def _check(wording: Wording, path: Path, *, needs_generation: bool) -> None:
    if wording.confidence not in CONFIDENCES:
        raise ValueError(f"{path.name}: {wording.words!r}: confidence is one of {CONFIDENCES}")
    known = set(wording.generations) <= set(GENERATIONS)
    if not known or needs_generation != bool(wording.generations):
        raise ValueError(f"{path.name}: {wording.words!r}: generations are {GENERATIONS}")


def _folder() -> Path:
    return Path(__file__).parent


def _is_same_language(wording: Wording, language: str) -> bool:
    return bool(language) and wording.language.split("-")[0] == language.lower().split("-")[0]
