"""Who a phone is: what is asked of it once, when it is first met."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """Who a phone is, whatever address adb gives it today.

    Attributes:
        serialno: `ro.serialno`; empty where the phone hides it.
        android_id: `settings get secure android_id` of user 0.
    """

    serialno: str
    android_id: str

    @property
    def key(self) -> str:
        """A word for file names."""
        raw = f"{self.serialno or 'unknown'}-{self.android_id or 'unknown'}"
        return "".join(c if c.isalnum() or c in "-_" else "_" for c in raw)


@dataclass(frozen=True)
class About:
    """What is asked of a phone once, when it is first met."""

    identity: Identity
    model: str
    vendor: str
    android: str
    sdk: int
    locale: str
    user: int
