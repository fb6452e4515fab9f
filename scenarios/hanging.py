"""A Photos that hangs, on a phone that is not virtual: its process stopped, where adb is root.

A stopped process neither draws nor answers, as one that waits for itself; `am force-stop` ends it
all the same. adbd is root on emulators without Google's store and after `adb root` on debuggable
builds (AOSP packages/modules/adb, daemon/main.cpp); an app's process takes signals from nobody
else. Not recorded from a phone. It must not know pytest.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.android.send import fill
from drivers.phone import Phone
from drivers.photos.app import open_app

HUNG = "hung-app"


@dataclass(frozen=True)
class OtherWay:
    """How a fault is brought about without the command `virtual`.

    Attributes:
        there: what is sent.
        back: what takes it back, also where a fix has ended the process.
    """

    there: str
    back: str


def other_way(phone: Phone, fault: str) -> OtherWay | None:
    """The way in for a fault on a phone that is not virtual; None where there is none.

    Photos is opened for it: only a process can be stopped.

    Raises:
        StablePhoneError: Photos cannot be opened.
        TransientPhoneError: the link failed.
    """
    if fault != HUNG or phone.shell("id -u").stdout.strip() != "0":
        return None
    open_app(phone)
    found = "p=$(pidof {package}) && kill -"
    return OtherWay(
        fill(f"{found}STOP $p", phone),
        fill(f"{found}CONT $p; true", phone),
    )
