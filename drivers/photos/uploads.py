"""Uploads that a person starts: chosen items by hand, and the answer to Photos' own question.

Thumbnails are the pictures of the home's grid: descriptions such as "Photo taken on …" may be
localized, so they are told by class and place. This module must not know the counter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from drivers.android.send import send
from drivers.errors import NothingToDoError, TransientPhoneError
from drivers.pauses import pauses
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import PATIENCE, Effect, Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.nodes import Node, Screen
    from drivers.phone import Phone
    from drivers.photos.status import Status

_TIMEOUT_S = 10.0
# The question belongs to Photos' home: one that stands still for so long without it asks nothing.
_ASKS_WITHIN_S = 2.0
# How long an item may take before it counts as standing: as long as the run's patience, within
# these bounds. And between two looks.
_SHORTEST_STANDING_S, _STANDING_S = 5.0, 60.0
_LOOK_EVERY_S = 0.25
# A finger that stays: longer than the half second of Android's long press
# (ViewConfiguration.DEFAULT_LONG_PRESS_TIMEOUT, AOSP), and than the longest one in Accessibility.
_HOLD_MS = 1600


class UploadManually(Operation):
    """Chooses items in Photos' grid and backs them up, whatever the queue stands at.

    The queue takes the newest item first, so the oldest are what waits longest: those at the end
    of the grid are taken, or as far down as half a minute of scrolling leads. With `singly` each
    is opened and backed up on its own page; else they are selected and go together.
    """

    name = "photos.upload_manually"
    doc = "Selects so many items in Photos and has them backed up by hand."
    base_risk = Risk.REVERSIBLE
    effects = frozenset({Effect.UPLOADS})
    arguments: ClassVar[Mapping[str, ValueType]] = {
        "count": ValueType("count"),
        "singly": ValueType("bool"),
        PATIENCE: ValueType("seconds"),
    }
    results: ClassVar[Mapping[str, ValueType]] = {"uploaded": ValueType("count")}
    repeats = True

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows what a finger does."""
        way = "open each of" if arguments.get("singly") else "select"
        return [f"screen: Photos > {way} {arguments.get('count', 1)} items > Back up now"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Selects, backs up, and counts until as many went up, or no more do.

        They stand after `patience`, which no file has to give, and after a minute at the latest.

        Returns:
            `uploaded`: by how many the counter went on; absent where no counter was seen.

        Raises:
            StablePhoneError: there are no items in sight, or no way to back them up.
        """
        from drivers.photos.visits import visit

        count = arguments.get("count", 1)
        wanted = count if isinstance(count, int) and count else 1
        if arguments.get("singly"):
            hand_over, way = _back_up_singly, "Photos > open an item > Back up now"
        else:
            hand_over, way = _back_up_selected, "Photos > hold an item, tap others > Back up now"
        with visit(phone, way):
            uploaded = _upload(phone, wanted, hand_over, _standing_s(arguments))
        return {} if uploaded is None else {f"{self.name}.uploaded": uploaded}


class NewFilesOnly(Operation):
    """Answers Photos' question whether to upload everything again: only what is new."""

    name = "photos.new_files_only"
    doc = "Answers Photos' question about uploading everything again: new files only."
    base_risk = Risk.REVERSIBLE
    effects = frozenset({Effect.UPLOADS})

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows what a finger taps."""
        return ["screen: Photos > New files only"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Answers it.

        Raises:
            NothingToDoError: Photos does not ask.
        """
        from drivers.dialogs import wait_past_dialogs
        from drivers.photos.lexicon import say
        from drivers.photos.navigation import leave_status_page, tap
        from drivers.photos.pages import is_home
        from drivers.photos.visits import visit
        from drivers.screen import Stillness, wait_for

        answer, question = say("new_files_only"), "the question whether to upload everything again"
        stillness = Stillness(_ASKS_WITHIN_S)
        with visit(phone, "Photos > New files only"):
            leave_status_page(phone)  # the question stands over the photos alone
            seen = wait_past_dialogs(
                phone,
                lambda s: s if s.find(answer) or (is_home(s) and stillness.reached(s)) else None,
                expected=question,
                timeout_s=_TIMEOUT_S,
            )
            if seen.find(answer) is None:
                raise NothingToDoError(
                    f"phone {phone.serial}: Photos does not ask whether to upload everything again",
                    serial=phone.serial,
                    output=seen.xml[:4000],
                )
            tap(phone, answer, expected=question, timeout_s=_TIMEOUT_S)
            wait_for(
                phone,
                lambda s: s.find(answer) is None,
                expected="the question answered",
                timeout_s=_TIMEOUT_S,
            )
        return {}


def _standing_s(arguments: Mapping[str, Value]) -> float:
    given = arguments.get(PATIENCE)
    patience_s = float(given) if isinstance(given, (int, float)) else _STANDING_S
    return min(max(patience_s, _SHORTEST_STANDING_S), _STANDING_S)


def _upload(
    phone: Phone, count: int, hand_over: Callable[[Phone, int], None], standing_s: float
) -> int | None:
    from drivers.photos.navigation import backup_status, go_home, leave_status_page
    from drivers.screen import wait_for

    before = backup_status(phone)
    go_home(phone)
    leave_status_page(phone)
    wait_for(phone, _thumbnails, expected="items that can be selected", timeout_s=_TIMEOUT_S)
    hand_over(phone, count)
    return _count(phone, before, count, standing_s)


def _back_up_selected(phone: Phone, count: int) -> None:
    """Holds the first, taps the others, and backs them up together."""
    from drivers.photos.lexicon import say
    from drivers.photos.navigation import tap
    from drivers.screen import scroll_through, wait_for

    button = say("back_up_now")
    *_, screen = scroll_through(phone)
    for number, node in enumerate(_thumbnails(screen)[-count:]):
        x, y = node.bounds.center
        if number:
            phone.tap(x, y)
            continue
        send(phone, f"input swipe {x} {y} {x} {y} {_HOLD_MS}")
        wait_for(
            phone,
            lambda s: s.find(button) is not None,
            expected="the selection with its button to back up",
            timeout_s=_TIMEOUT_S,
        )
    tap(phone, button, expected="the button that backs the selection up")
    wait_for(
        phone,
        lambda s: s.find(button) is None,
        expected="the selection handed over",
        timeout_s=_TIMEOUT_S,
    )


def _back_up_singly(phone: Phone, count: int) -> None:
    """Opens one after another and backs up each that waits on its own page.

    The page of an item that is backed up has no button for that: it is passed over.

    Raises:
        TransientPhoneError: none in sight has the button.
    """
    from drivers.photos.lexicon import say
    from drivers.screen import scroll_through, wait_for, wait_settled

    button = say("back_up_now")
    *_, grid = scroll_through(phone)
    handed = 0
    for node in reversed(_thumbnails(grid)):
        phone.tap(*node.bounds.center)
        wait_for(
            phone,
            lambda s: not _thumbnails(s),
            expected="the item's own page",
            timeout_s=_TIMEOUT_S,
        )
        page = wait_settled(phone)
        found = page.find(button)
        if found and (point := found.tap_point(page)):
            phone.tap(*point)
            handed += 1
        phone.key("back")
        wait_for(phone, _thumbnails, expected="the grid behind the item", timeout_s=_TIMEOUT_S)
        if handed == count:
            return
    if not handed:
        raise TransientPhoneError(
            f"phone {phone.serial}: no item in sight has a button to back it up",
            serial=phone.serial,
            output=grid.xml[:4000],
        )


def _count(phone: Phone, before: Status, count: int, standing_s: float) -> int | None:
    """Watches the counter go on, item by item, until it stands."""
    from drivers.photos.counter import advance
    from drivers.photos.navigation import backup_status

    uploaded: int | None = None
    last = before
    while True:
        # Photos offers no event for its counter; the next look is the only way to know.
        for _ in pauses(standing_s, longest_s=_LOOK_EVERY_S):
            now = backup_status(phone)
            step = advance(last.counter, now.counter)
            if step is not None:
                uploaded = (uploaded or 0) + step
                last = now
            if now.status == "complete" or (uploaded or 0) >= count:
                return uploaded
            if step:
                break
        else:
            return uploaded


def _thumbnails(screen: Screen) -> list[Node]:
    """The pictures of the grid that a finger reaches, from top to bottom."""
    grids = [node for node in screen.nodes if node.scrollable]
    return [
        node
        for grid in grids
        for node in screen.subtree(grid)
        if node.class_name.endswith("ImageView") and node.desc and node.tap_point(screen)
    ]


OPERATIONS = (UploadManually(), NewFilesOnly())
