"""The counter over time: looks at it until it has advanced, or patience is over.

A look changes nothing but what is in front: Photos, and on it the page that shows the counter.
This module must not know phases, steps or reports.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import TracebackType

from drivers.dialog_kinds import recognize
from drivers.dialogs import LEAVE, Answered, wait_past_dialogs
from drivers.errors import PhoneError, PhoneLostError, StablePhoneError, TransientPhoneError
from drivers.exchange import Exchange
from drivers.nodes import Screen
from drivers.pauses import pauses
from drivers.phone import Phone
from drivers.photos.app import open_app
from drivers.photos.judgment import Judgment, judge
from drivers.photos.navigation import leave_status_page, open_status_page
from drivers.photos.pages import DISC, is_account_menu, is_home
from drivers.photos.question import NOTHING, Question, question_of
from drivers.photos.status import UNKNOWN, Status, is_photos_package, status_of
from drivers.photos.witnesses import NOTIFICATION, SCREEN, Statement, ask_witnesses
from drivers.screen import Stillness
from scenarios.counting import count
from scenarios.events import CounterRead, Event, Noted

# As long as the slowest phones take to restart; a phone that is away longer is looked at no more.
_LONGEST_AWAY_S = 300.0
# Opening the account menu: long enough for a slow phone, short beside a person's patience.
_MENU_TIMEOUT_S = 3.0
# A home that stands still for so long asks nothing.
_ASKS_WITHIN_S = 2.0


@dataclass(frozen=True)
class Watched:
    """What a watch saw.

    Attributes:
        readings: every look at which something had changed, the first and the last one always.
        advanced: items that were certainly backed up meanwhile.
        verdict: what all witnesses together come to.
        elapsed_s: seconds from the first look to the last witness.
        said: what Photos said in the end, on its screen, else in its notification.
    """

    readings: tuple[CounterRead, ...]
    advanced: int
    verdict: Judgment
    elapsed_s: float
    said: Status = UNKNOWN

    @property
    def judgment(self) -> str:
        """The word: moving, slow, stuck, done, off or unknown."""
        return self.verdict.word

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is judged so, a sentence each, the deciding one first."""
        return self.verdict.reasons

    @property
    def is_well(self) -> bool:
        """Whether the backup goes on, or has nothing left to do."""
        return self.judgment in {"moving", "done"}

    @property
    def is_blind(self) -> bool:
        """Whether the screen said nothing in the end: neither a counter nor a status."""
        last = self.readings[-1]
        nothing = (last.done, last.total, last.left) == (None, None, None)
        return nothing and last.status == UNKNOWN.status

    @property
    def status(self) -> str:
        """The word of `photos.status` in the end: the screen's, else whatever else said one."""
        shown = self.readings[-1].status
        return self.said.status if shown == UNKNOWN.status else shown

    def frozen(self) -> Watched:
        """The same of a Photos that does not answer: whatever it says, it said before."""
        reasons = ("Photos does not answer a tap, so its words are old ones", *self.reasons)
        return replace(self, verdict=replace(self.verdict, word="stuck", reasons=reasons))

    def and_then(self, later: Watched) -> Watched:
        """Both looks as one, where the later one began as this one ended."""
        then = tuple(replace(r, at_s=r.at_s + self.elapsed_s) for r in later.readings)
        return Watched(
            (*self.readings, *then),
            self.advanced + later.advanced,
            later.verdict,
            self.elapsed_s + later.elapsed_s,
            later.said,
        )

    def describe(self) -> str:
        """The readings with their times: `1 of 40 (0.0s) -> 4 of 40 (0.6s)`."""
        return " -> ".join(f"{r.describe()} ({r.at_s:.1f}s)" for r in self.readings[-6:])


def watch(
    phone: Phone,
    *,
    timeout_s: float,
    advances: int | None,
    announce: Callable[[Event], None],
) -> Watched:
    """Looks at the counter again and again, and asks all witnesses before and after.

    Args:
        phone: whose counter.
        timeout_s: how long, at most.
        advances: ends as soon as that many items were backed up; None watches to the end.
        announce: told each reading that differs from the one before.

    Time in which the phone or its agent had to be brought back is not the backup's: as much is
    added to `timeout_s`, and it is said.

    Returns:
        What was seen; a look that is lost is said and is no reading, and no error.

    Raises:
        PhoneLostError: the phone went away and did not come back.
    """
    with _Eyes(phone, announce) as eyes:
        bring_to_counter(phone)
        before = ask_witnesses(phone)
        counted = count(
            said_of(before, SCREEN),
            eyes.look,
            timeout_s=timeout_s,
            advances=advances,
            announce=announce,
            away_s=lambda: eyes.away_s,
        )
    after = ask_witnesses(phone)
    verdict = judge(before, after, seen=counted.advanced)
    elapsed_s = time.monotonic() - counted.started
    return Watched(counted.readings, verdict.advanced, verdict, elapsed_s, said_by(after))


class _Eyes:
    """Looks at the counter, and finds it again where the phone has restarted since this was made.

    Attributes:
        away_s: seconds that looks took in which the phone or its agent had to be brought back, up
            to what a restart may take.
    """

    def __init__(self, phone: Phone, announce: Callable[[Event], None]) -> None:
        self._phone = phone
        self._announce = announce
        self._restarts = phone.restarts
        self._said = ""
        self._is_mended = False
        self.away_s = 0.0

    def __enter__(self) -> _Eyes:
        self._silence = self._phone.listen(self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._silence()

    def look(self) -> Status | None:
        """What the screen says now; None where this look is lost, which is announced.

        Raises:
            PhoneLostError: the phone went away and did not come back.
        """
        began = time.monotonic()
        self._is_mended = False
        status = self._see()
        if self._is_mended:
            self.away_s = min(self.away_s + time.monotonic() - began, _LONGEST_AWAY_S)
        return status

    def _see(self) -> Status | None:
        try:
            status = status_of(self._phone.screen(), self._phone.about.locale, self._phone.package)
            if self._phone.restarts != self._restarts:
                # Photos is no longer in front; where it cannot be opened yet, the next look tries.
                status = bring_to_counter(self._phone)
                self._restarts = self._phone.restarts
        except PhoneLostError:
            raise
        except PhoneError as error:
            if str(error) != self._said:
                self._said = str(error)
                self._announce(Noted(f"a look at the counter is lost, the watch goes on: {error}"))
            return None
        return status

    def _hear(self, exchange: Exchange) -> None:
        self._is_mended = self._is_mended or exchange.kind == "link"


def bring_to_counter(phone: Phone) -> Status:
    """Reads the status where the counter shows; opens Photos and its account menu if need be.

    A hung app does not open anything: what its frozen screen says is the reading then.

    Raises:
        PhoneLostError: the phone went away and did not come back.
    """
    try:
        screen = phone.screen()
        status = status_of(screen, phone.about.locale, phone.package)
        if status.counter or is_account_menu(screen):
            return status
        if screen.package != phone.package:
            open_app(phone)
        screen = open_status_page(phone, locale=phone.about.locale, timeout_s=_MENU_TIMEOUT_S)
        return status_of(screen, phone.about.locale, phone.package)
    except PhoneLostError:
        raise
    except (TransientPhoneError, StablePhoneError):
        # Hung, or not to be opened at all (disabled): what is in front is the reading then.
        return _look(phone)


def does_answer(phone: Phone) -> bool:
    """Whether Photos opens its page when it is tapped; one that hangs shows what it showed.

    A page that is open already is left first, and so is Android's own "isn't responding": Photos is
    tapped all the same. A phone that lets nobody tap, and a question in front of the home, say
    nothing of Photos: it counts as one that answers, and so does one that is not in front.

    Raises:
        PhoneLostError: the phone went away and did not come back.
    """
    answered: list[Answered] = []
    try:
        screen = phone.screen()
        if not (is_photos_package(screen.package) or _is_stalled(screen)):
            return True
        screen = wait_past_dialogs(
            phone,
            lambda s: s if is_home(s) or recognize(s) is None else None,
            expected="Photos with nothing before it",
            timeout_s=_MENU_TIMEOUT_S,
            tell=answered.append,
        )
        answered.clear()
        if is_status_page(phone, screen):
            leave_status_page(phone)
            if not any(_is_left(phone.screen(), screen) for _ in pauses(_MENU_TIMEOUT_S)):
                return False
        open_status_page(phone, locale=phone.about.locale, timeout_s=_MENU_TIMEOUT_S)
    except PhoneLostError:
        raise
    except TransientPhoneError:
        screen = phone.screen()
        dialog = recognize(screen)
        is_unmoved = dialog is not None and any(
            was.answer != LEAVE and was.dialog.kind == dialog.kind for was in answered
        )
        return not (is_home(screen) or is_unmoved or _is_stalled(screen))
    except StablePhoneError:
        return True
    return True


def question_in_front(phone: Phone) -> Question | None:
    """What Photos asks on the screen as it is; None where the screen does not tell.

    Raises:
        PhoneLostError: the phone went away and did not come back.
    """
    try:
        return question_of(phone.screen(), phone.package)
    except PhoneLostError:
        raise
    except PhoneError:
        return None  # the agent died or gave no hierarchy


def find_question(phone: Phone) -> Question | None:
    """What Photos asks over its home, which is brought to the front for it.

    Raises:
        PhoneLostError: the phone went away and did not come back.
    """
    bring_to_counter(phone)
    stillness = Stillness(_ASKS_WITHIN_S)
    question = None
    try:
        leave_status_page(phone)
        for _ in pauses(_MENU_TIMEOUT_S):
            screen = phone.screen()
            question = question_of(screen, phone.package)
            if question is not None and (question.asks != NOTHING or stillness.reached(screen)):
                return question
    except PhoneLostError:
        raise
    except PhoneError:
        return None
    return question


def is_status_page(phone: Phone, screen: Screen) -> bool:
    """Whether the page is open that tells the state: the menu, or the Assistant of 2019."""
    is_assistant = is_home(screen) and not screen.find(*DISC)
    status = status_of(screen, phone.about.locale, phone.package)
    return is_account_menu(screen) or (is_assistant and status.is_known)


def _is_left(screen: Screen, page: Screen) -> bool:
    return not (_is_stalled(screen) or screen.stands_like(page))


def _is_stalled(screen: Screen) -> bool:
    """Whether Android asks what to do about an app that has not answered for five seconds."""
    dialog = recognize(screen)
    return dialog is not None and dialog.kind == "not_responding"


def _look(phone: Phone) -> Status:
    try:
        return status_of(phone.screen(), phone.about.locale, phone.package)
    except PhoneLostError:
        raise
    except PhoneError:
        # The agent died or gave no hierarchy: one look is lost, the watch goes on.
        return UNKNOWN


def said_by(statements: Sequence[Statement]) -> Status:
    """What Photos says: on its screen, else in its notification; UNKNOWN where on neither."""
    said = {s.witness: s.status for s in statements if not s.is_silent and s.status.is_known}
    return said.get(SCREEN) or said.get(NOTIFICATION) or UNKNOWN


def said_of(statements: Sequence[Statement], witness: str) -> Status:
    """What one witness says; UNKNOWN where it was not asked."""
    return next((s.status for s in statements if s.witness == witness), UNKNOWN)
