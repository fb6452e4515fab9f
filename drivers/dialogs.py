"""What stands in the way of a screen, and what may be done about it: recognized by id, by policy.

A dialog is answered only as the policy declares, and every answer is told. Nothing is granted,
nothing is switched on, no app is closed that still lives: the default answers put a question off.
What is not recognized is left alone. This module must not know scenarios.

Sources of the ids: permission dialogs, AOSP PermissionController `grant_permissions.xml` (and
PackageInstaller up to Android 9), seen in dumps of Android 12 to 14; error dialogs, AOSP
`AppNotRespondingDialog` and `AppErrorDialog` (`aerr_*`, Android 7 and newer), seen in a dump;
the full-screen hint, AOSP `ImmersiveModeConfirmation`, seen in a dump; Photos' own, the public
projects named in docs/lexicon.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from drivers.nodes import Node, Screen, Selector
from drivers.photos.lexicon import say
from drivers.photos.status import is_photos_package
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
class Kind:
    """One kind of dialog.

    Attributes:
        name: permission, permission_media, not_responding, crashed, update, tour, explanation,
            promotion, full_screen or chooser.
        signs: any of these on the screen makes it this kind.
        title: what holds its question.
        answers: what can be tapped, by a word that a policy uses.
    """

    name: str
    signs: tuple[Selector, ...]
    title: tuple[Selector, ...]
    answers: Mapping[str, tuple[Selector, ...]]


@dataclass(frozen=True)
class Dialog:
    """A dialog that is on the screen.

    Attributes:
        kind: the name of its kind.
        package: who drew it.
        title: its question, as it is shown; empty where it has none that is known.
        answers: the nodes that can be tapped, by word.
    """

    kind: str
    package: str
    title: str
    answers: Mapping[str, Node]


@dataclass(frozen=True)
class Answered:
    """A dialog and what was done about it."""

    dialog: Dialog
    answer: str

    def __str__(self) -> str:
        return f"{self.dialog.kind} {self.dialog.title!r} of {self.dialog.package}: {self.answer}"


# What is done about each kind: words of its answers, `back`, or `leave`, in order of preference.
Policy = Mapping[str, tuple[str, ...]]

# BACK cancels a permission request without counting as a refusal (AOSP GrantPermissionsActivity,
# result CANCELED); "Wait" leaves a hung app as it is, since restarting it is a scenario's to do.
DEFAULT_POLICY: Policy = {
    "permission": (BACK,),
    "not_responding": ("wait",),
    "crashed": ("close",),
    "update": ("later",),
    "tour": ("skip",),
    "explanation": (BACK,),
    "promotion": ("later", BACK),
    "full_screen": ("ok",),
    "chooser": (BACK,),
}


def _ids(*names: str, package: str | None = None) -> tuple[Selector, ...]:
    return tuple(Selector(id=name, package=package) for name in names)


# In the order in which they are recognized: the system's own stand in front of everything.
KINDS = (
    Kind(
        "not_responding",
        signs=_ids("android:id/aerr_wait"),
        title=_ids("android:id/alertTitle"),
        answers={
            "wait": _ids("android:id/aerr_wait"),
            "close": _ids("android:id/aerr_close"),
        },
    ),
    Kind(
        "crashed",
        signs=_ids("android:id/aerr_restart", "android:id/aerr_close", "android:id/aerr_app_info"),
        title=_ids("android:id/alertTitle"),
        answers={
            "close": _ids("android:id/aerr_close"),
            "restart": _ids("android:id/aerr_restart"),
        },
    ),
    Kind(
        "permission",
        signs=_ids("permission_deny_button", "permission_deny_and_dont_ask_again_button")
        + _ids("permission_allow_button", "permission_allow_all_button")
        + _ids("permission_allow_foreground_only_button", "permission_no_upgrade_button"),
        title=_ids("permission_message"),
        answers={
            "allow": _ids("permission_allow_all_button", "permission_allow_button")
            + _ids("permission_allow_foreground_only_button", "permission_allow_always_button"),
            "once": _ids("permission_allow_one_time_button"),
            "selected": _ids("permission_allow_selected_button"),
            "deny": _ids("permission_deny_button", "permission_deny_and_dont_ask_again_button")
            + _ids("permission_no_upgrade_button"),
        },
    ),
    Kind(
        "full_screen",
        signs=_ids("immersive_cling_title"),
        title=_ids("immersive_cling_title"),
        answers={"ok": _ids("android:id/ok", "ok")},
    ),
    Kind(
        "chooser",
        signs=_ids("android:id/resolver_list"),
        title=_ids("android:id/title"),
        answers={
            "once": _ids("android:id/button_once"),
            "always": _ids("android:id/button_always"),
        },
    ),
    Kind(
        "tour",
        signs=_ids("welcomescreens_skip_button"),
        title=_ids("title"),
        answers={"skip": _ids("welcomescreens_skip_button")},
    ),
    Kind(
        "explanation",
        signs=_ids("backup_understandability_image"),
        title=_ids("title"),
        answers={},
    ),
    Kind(
        "promotion",
        signs=_ids("auto_backup_switch", "not_now_button"),
        title=_ids("title"),
        answers={"later": _ids("not_now_button")},
    ),
)


def recognize(screen: Screen) -> Dialog | None:
    """The dialog that stands in front, if it is one of the known kinds."""
    for kind in (*KINDS, _update()):
        sign = screen.find(*kind.signs)
        # "Not now" stands in every app; only the answer to an update of Photos is ours to give.
        if sign and (kind.name != "update" or _offers_update(sign.package)):
            title = screen.find(*kind.title)
            found = {word: screen.find(*answer) for word, answer in kind.answers.items()}
            return Dialog(
                kind.name,
                sign.package,
                (title.text or title.desc) if title else "",
                {word: node for word, node in found.items() if node is not None},
            )
    return None


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


def _offers_update(package: str) -> bool:
    return is_photos_package(package) or package == "com.android.vending"


def _update() -> Kind:
    # Photos' prompt to update itself: an alert whose refusal says "Not now" in the lexicon's words.
    return Kind(
        "update",
        signs=(say("not_now"),),
        title=_ids("title", "alertTitle"),
        answers={"later": (*_ids("negative_button"), say("not_now"))},
    )
