"""Facts wherever they are to be found: told by commands, or shown on a page of Photos.

It must not know scenarios: whoever asks has the names, and knows whether Photos may be opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from drivers.values import Value
from drivers.vocabulary import Facts, registry
from scenarios.watch import bring_to_counter, find_question

if TYPE_CHECKING:
    from drivers.phone import Phone

# What the account menu and the notification say; the menu is asked first, for it says more.
_SAID = frozenset({"photos.status", "photos.counter"})
# What stands over Photos' home, so that the menu has to be left for it.
_ASKED = "photos.question"


def read_facts(phone: Phone, names: Sequence[str]) -> Facts:
    """Reads facts by commands, and on the screen those that no command tells.

    Args:
        phone: the phone; Photos is opened on it only where a name asks for a page.
        names: the facts' names.

    Returns:
        Those that were found; one that this phone does not show is left out.

    Raises:
        StablePhoneError: a page of Photos is not to be reached.
        TransientPhoneError: the link failed.
    """
    facts = dict(phone.facts(names))
    if _SAID & set(names):
        status = bring_to_counter(phone)
        if status.is_known:
            facts["photos.status"] = status.status
        if status.counter:
            facts["photos.counter"] = cast("Value", status.counter.as_value())
    if _ASKED in names:
        question = find_question(phone)
        if question is not None:
            facts[_ASKED] = question.asks
    for name in names:
        if name not in facts and name in registry().controls and is_on_a_page(name):
            value = registry().controls[name].read(phone)
            if value is not None:
                facts[name] = value
    return facts


def is_on_a_page(name: str) -> bool:
    """Whether Photos has to be opened for a fact."""
    return (
        name in _SAID
        or name == _ASKED
        or (name in registry().controls and not _is_told_by_commands(name))
    )


def _is_told_by_commands(name: str) -> bool:
    return any(name in reader.facts for reader in registry().readers)
