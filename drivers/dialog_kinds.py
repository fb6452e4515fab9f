"""The dialogs that stand in the way of a screen, told apart by their ids.

Sources of the ids: permission dialogs, AOSP PermissionController `grant_permissions.xml` (and
PackageInstaller up to Android 9), seen in dumps of Android 12 to 14; error dialogs, AOSP
`AppNotRespondingDialog` and `AppErrorDialog` (`aerr_*`, Android 7 and newer), seen in a dump;
the full-screen hint, AOSP `ImmersiveModeConfirmation`, seen in a dump; Photos' own,
AugusDogus/fairth, jandeerl/GalleryAutomation and Appium samples. This module must not know what
may be done about them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from drivers.nodes import Node, Screen, Selector
from drivers.photos.lexicon import say
from drivers.photos.status import is_photos_package


@dataclass(frozen=True)
class Kind:
    """One kind of dialog.

    Attributes:
        name: not_responding, crashed, permission, full_screen, chooser, tour, explanation,
            confirmation, promotion or update.
        signs: any of these on the screen makes it this kind.
        title: what holds its question.
        answers: what can be tapped, by a word that a policy uses.
        also: what has to be there beside a sign, where the sign alone is not enough.
        packages: whose signs count, where the sign may stand in any app.
    """

    name: str
    signs: tuple[Selector, ...]
    title: tuple[Selector, ...]
    answers: Mapping[str, tuple[Selector, ...]]
    also: tuple[Selector, ...] = ()
    packages: Callable[[str], bool] = bool

    def find(self, screen: Screen) -> Node | None:
        """The sign that makes a screen this kind, if it is."""
        sign = screen.find(*self.signs)
        if sign is None or not self.packages(sign.package):
            return None
        return sign if not self.also or screen.find(*self.also) else None


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
        "confirmation",
        signs=_ids("done_button"),
        title=_ids("title"),
        answers={"confirm": _ids("done_button")},
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
    for kind in (*KINDS, *_worded_kinds()):
        if sign := kind.find(screen):
            title = screen.find(*kind.title)
            found = {word: screen.find(*answer) for word, answer in kind.answers.items()}
            return Dialog(
                kind.name,
                sign.package,
                (title.text or title.desc) if title else "",
                {word: node for word, node in found.items() if node is not None},
            )
    return None


def _offers_update(package: str) -> bool:
    return is_photos_package(package) or package == "com.android.vending"


@cache
def _worded_kinds() -> tuple[Kind, ...]:
    """Kinds that only their words tell apart; a function, since words are read from files."""
    later = {"later": (*_ids("negative_button"), say("not_now"))}
    title = _ids("title", "alertTitle")
    # Photos asks to turn backup on, and to update itself, in alerts of one form.
    return (
        Kind(
            "promotion",
            (say("not_now"),),
            title,
            later,
            also=(say("turn_on_backup"),),
            packages=is_photos_package,
        ),
        Kind("update", (say("not_now"),), title, later, packages=_offers_update),
    )
