"""The way to a phone that may be unplugged at any time, shared by the workers of one rescue."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from drivers import recovery
from drivers.errors import PhoneLostError, TransientPhoneError

if TYPE_CHECKING:
    from drivers.adb import Client

_Answer = TypeVar("_Answer")

# A link that drops so often without a byte between will not carry a rescue.
_MOST_DROPS = 5


class Link:
    """Waits for the phone where it drops; whoever notices first does so for all.

    Args:
        client: the adb server.
        serial: the phone.
        timeout_s: how long somebody may take to plug it in again.
        announce: told in one line what is being waited for.
    """

    def __init__(
        self, client: Client, serial: str, *, timeout_s: float, announce: Callable[[str], None]
    ) -> None:
        self.client = client
        self.serial = serial
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
        """Waits until the phone is there again.

        Args:
            generation: of this link when the failed attempt began; if another worker has regained
                it since, there is nothing to wait for.
            error: by which the drop was noticed.

        Raises:
            PhoneLostError: it did not come back in time, or dropped again and again.
            StablePhoneError: it came back, and may not be used.
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
            recovery.regain(self.client, self.serial, timeout_s=self._timeout_s, log=self._announce)
            self.generation += 1
