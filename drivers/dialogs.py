"""What stands in the way of a screen, and what may be done about it: answered by policy.

A dialog is answered only as the policy declares, and every answer is told. Nothing is granted,
nothing is switched on, no app is closed that still lives: the default answers put a question off.
What is not recognized is left alone. This module must not know scenarios.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from drivers.dialog_kinds import Dialog, recognize
from drivers.nodes import Node, Screen
from drivers.screen import WAIT_TIMEOUT_S, Looking, wait_for

_log = logging.getLogger(__name__)
_Found = TypeVar("_Found")

# A phone that asks again and again is not answered for ever.
MOST_ANSWERS = 8

BACK = "back"
LEAVE = "leave"


class Answering(Looking, Protocol):
    """A phone that can be looked at, tapped, and sent back."""

    def key(self, name: str) -> None:
        """Presses a key by the agent's name."""


@dataclass(frozen=True)
class Answered:
    """A dialog and what was done about it."""

    dialog: Dialog
    answer: str

    def __str__(self) -> str:
        return f"{self.dialog.kind} {self.dialog.title!r} of {self.dialog.package}: {self.answer}"


# What is done about each kind: words of its answers, `back`, or `leave`, in order of preference.
Policy = Mapping[str, tuple[str, ...]]

# BACK cancels a permission request, which Android tells apart from a refusal (AOSP
# PermissionController, GrantPermissionsViewHandler.CANCELED and DENIED). "Wait" leaves a hung app
# as it is, since restarting it is a scenario's to do.
DEFAULT_POLICY: Policy = {
    "permission": (BACK,),
    "not_responding": ("wait",),
    "crashed": ("close",),
    "update": ("later",),
    "tour": ("skip",),
    "explanation": (BACK,),
    "confirmation": (LEAVE,),
    "promotion": ("later", BACK),
    "full_screen": ("ok",),
    "chooser": (BACK,),
}


def answer(
    phone: Answering, screen: Screen, dialog: Dialog, policy: Policy = DEFAULT_POLICY
) -> Answered:
    """Does about a dialog what the policy declares.

    Args:
        phone: whose screen it is.
        screen: the screen on which it was recognized.
        dialog: what was recognized.
        policy: kinds it does not name are left alone.

    Returns:
        What was done: the answer's word, `back`, or `leave` where the policy says so or none of
        the answers it names is there and can be reached.
    """
    word, point = _choose(screen, dialog, policy.get(dialog.kind, ()))
    if point:
        phone.tap(*point)
    elif word == BACK:
        phone.key("back")
    done = Answered(dialog, word)
    _log.info("phone %s: %s", phone.serial, done)
    return done


def _choose(
    screen: Screen, dialog: Dialog, words: Sequence[str]
) -> tuple[str, tuple[int, int] | None]:
    for word in words:
        node = dialog.answers.get(word)
        if point := node.tap_point(screen) if node else None:
            return word, point
        if word == BACK:
            return word, None
    return LEAVE, None


def wait_past_dialogs(
    phone: Answering,
    condition: Callable[[Screen], _Found | None],
    *,
    expected: str,
    timeout_s: float = WAIT_TIMEOUT_S,
    policy: Policy = DEFAULT_POLICY,
    tell: Callable[[Answered], None] = lambda answered: None,
) -> _Found:
    """Looks until a condition gives something, answering what stands in the way meanwhile.

    Args:
        phone: whose screen.
        condition: gives what was looked for, or None while it is not there.
        expected: what was looked for, in words.
        timeout_s: seconds for all of it.
        policy: what may be done about which kind.
        tell: hears each answer; the log hears them too.

    Raises:
        TransientPhoneError: it did not come.
    """
    answers = 0
    last: tuple[Node, ...] = ()

    def past(screen: Screen) -> _Found | None:
        nonlocal answers, last
        if found := condition(screen):
            return found
        dialog = recognize(screen)
        # The same tree once more: the last answer has not arrived yet.
        if dialog and answers < MOST_ANSWERS and screen.content() != last:
            last = screen.content()
            answers += 1
            tell(answer(phone, screen, dialog, policy))
        return None

    return wait_for(phone, past, expected=expected, timeout_s=timeout_s)
