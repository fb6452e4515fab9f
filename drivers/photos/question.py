"""What Photos asks on its screen, and waits for before it goes on: `photos.question`.

Told by the words of an answer where the lexicon holds them, else by the ids of an alert (AOSP
`alert_dialog_material.xml`: `alertTitle`, `button1`, the same in AndroidX). Alerts that
`drivers.dialog_kinds` knows are answered on the way and are no question. This module must not know
adb: one screen in, a question out.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.nodes import Node, Screen, Selector
from drivers.photos.pages import is_home
from drivers.photos.status import is_photos_package
from drivers.values import ValueType
from drivers.vocabulary import Fact

NOTHING, UPLOAD_AGAIN, OTHER = "none", "upload_again", "other"

_TITLES = (Selector(id="alertTitle"),)
_ANSWERS = tuple(Selector(id=f"android:id/button{number}") for number in (1, 2, 3))


@dataclass(frozen=True)
class Question:
    """What stands over Photos' home.

    Attributes:
        asks: a word of `photos.question`.
        title: its title as it is shown; empty where it has none.
        answers: the words of its buttons, in the order of `_ANSWERS`.
    """

    asks: str
    title: str = ""
    answers: tuple[str, ...] = ()

    def describe(self) -> str:
        """The question in a person's line: `'Upload your photos' with 'New files only'`."""
        answers = " and ".join(map(repr, self.answers))
        return " with ".join(filter(None, [repr(self.title) if self.title else "", answers]))


def question_of(screen: Screen, package: str | None = None) -> Question | None:
    """Reads the question off a screen.

    Args:
        screen: any screen.
        package: the Photos package; by default any that calls itself photos.

    Returns:
        The question, or that there is none; None where the screen cannot tell: it shows another
        app, or a page that lies over the home, where questions stand.
    """
    from drivers.dialog_kinds import recognize
    from drivers.photos.lexicon import say

    new_files = _of_photos(screen, package, say("new_files_only"))
    title, answers = _of_photos(screen, package, *_TITLES), _answers(screen, package)
    if new_files:
        return Question(UPLOAD_AGAIN, title[0].text if title else "", answers)
    if title and answers and recognize(screen) is None:
        return Question(OTHER, title[0].text, answers)
    return Question(NOTHING) if is_home(screen) else None


def _answers(screen: Screen, package: str | None) -> tuple[str, ...]:
    return tuple(node.text for node in _of_photos(screen, package, *_ANSWERS) if node.text)


def _of_photos(screen: Screen, package: str | None, *selectors: Selector) -> list[Node]:
    """The nodes that are meant, that can be seen, and that Photos drew."""
    found = [node for selector in selectors for node in screen.find_all(selector)]
    return [n for n in found if (n.package == package if package else is_photos_package(n.package))]


FACTS = (
    Fact(
        "photos.question",
        ValueType("enum", (NOTHING, UPLOAD_AGAIN, OTHER)),
        "What Google Photos asks on its screen, and waits to have answered.",
    ),
)
