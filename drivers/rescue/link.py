"""The way to a phone that may be unplugged or restart, shared by the workers of one rescue."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

from drivers import recovery, restart
from drivers.errors import PhoneLostError, TransientPhoneError
from drivers.pauses import pauses
from drivers.rescue.survey import shows_storage
from drivers.rescue.sync import SyncConnection
from drivers.shell import KeptShell

if TYPE_CHECKING:
    from drivers.phone import Phone

_Answer = TypeVar("_Answer")

# A link that drops so often without a byte between will not carry a rescue.
_MOST_DROPS = 5
# How long after a restart, once its user is unlocked, the storage takes to be there: seconds.
_STORAGE_TIMEOUT_S = 60.0


class Link:
    """Waits for the phone where it drops; whoever notices first does so for all.

    Args:
        phone: whose; only what it is is asked of it, its own line stays its own.
        timeout_s: how long somebody may take to plug it in again.
        announce: told in one line what is being waited for.
    """

    def __init__(self, phone: Phone, *, timeout_s: float, announce: Callable[[str], None]) -> None:
        self.client = phone.client
        self.serial = phone.serial
        self._met = phone.met
        self._timeout_s = timeout_s
        self._announce = announce
        self._lock = threading.Lock()
        self._drops = 0
        self._is_abandoned = False
        self.generation = 0

    def moves(self) -> None:
        """Says that something came through."""
        self._drops = 0

    def abandon(self) -> None:
        """Makes every later `regain` fail at once: the rescue is over."""
        self._is_abandoned = True

    def reading(self, read: Callable[[], _Answer]) -> _Answer:
        """Reads something, again and again while the link drops: looking changes nothing.

        Raises:
            PhoneError: as `regain`.
        """
        while True:
            generation = self.generation
            try:
                return read()
            except TransientPhoneError as error:
                self.regain(generation, error)

    def regain(self, generation: int, error: TransientPhoneError) -> None:
        """Waits until the phone is there again and its files can be read.

        Args:
            generation: of this link when the failed attempt began; if another worker has regained
                it since, there is nothing to wait for.
            error: by which the drop was noticed.

        Raises:
            PhoneLostError: it did not come back in time, or dropped again and again.
            StablePhoneError: it came back, and may not be used; or another one did.
        """
        with self._lock:
            if self.generation != generation:
                return
            if self._is_abandoned:
                raise PhoneLostError("the rescue is over", serial=self.serial) from error
            self._drops += 1
            if isinstance(error, PhoneLostError) or self._drops > _MOST_DROPS:
                raise PhoneLostError(
                    f"phone {self.serial} dropped {self._drops} times in a row; last: {error}",
                    serial=self.serial,
                ) from error
            if self.client.find(self.serial) is None:
                self._announce(
                    f"phone {self.serial} dropped: plug it in again, the copy goes on where it "
                    f"was (waiting up to {self._timeout_s:g}s)"
                )
            self._await_phone()
            self.generation += 1

    def _await_phone(self) -> None:
        def climb() -> None:
            recovery.regain(self.client, self.serial, timeout_s=self._timeout_s, log=self._announce)

        climb()
        before = self._met
        with closing(KeptShell(self.client, self.serial)) as shell:
            self._met = restart.await_ready(
                shell,
                self.serial,
                before,
                regain=climb,
                reconnect=lambda: recovery.reconnect(self.client, self.serial),
                log=self._announce,
            )
        if before.has_restarted(self._met):
            self._await_storage()

    def _await_storage(self) -> None:
        """Waits for the storage: until then every file is missing, and none was deleted."""
        for _ in pauses(_STORAGE_TIMEOUT_S):
            if self._shows_storage():
                return
        raise PhoneLostError(
            f"phone {self.serial} has restarted, and shows none of its storage for more "
            f"than {_STORAGE_TIMEOUT_S:g}s",
            serial=self.serial,
            waited_s=_STORAGE_TIMEOUT_S,
        )

    def _shows_storage(self) -> bool:
        try:
            with SyncConnection(self.client, self.serial) as sync:
                return shows_storage(sync, self._met.user)
        except TransientPhoneError:
            return False
