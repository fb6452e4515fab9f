"""What Photos forgets with its data, read before and set again after: access, account, options.

What only Photos itself keeps cannot be brought back: the Locked Folder, and what was never
uploaded from within it. This module must not know what wipes the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drivers.android.notifications import Notifications
from drivers.photos.access import MediaAccess
from drivers.photos.account import Account
from drivers.photos.app import open_app
from drivers.photos.options import CONTROLS as OPTIONS

if TYPE_CHECKING:
    from drivers.phone import Phone
    from drivers.values import Json
    from drivers.vocabulary import Control

# In the order in which they can be set: options show only while backup is on, which the account's
# snapshot holds.
_CONTROLS = (MediaAccess(), Notifications(), Account(), *OPTIONS)


def remember(phone: Phone) -> Json:
    """Reads what `bring_back` will need; what cannot be read is left out.

    Raises:
        TransientPhoneError: the link failed.
    """
    kept: dict[str, Json] = {}
    for control in _CONTROLS:
        if phone.sdk >= control.since and (snapshot := _snapshot(control, phone)) is not None:
            kept[control.fact.name] = snapshot
    return kept


def bring_back(phone: Phone, remembered: Json) -> None:
    """Sets again what differs now. Idempotent.

    Raises:
        StablePhoneError: Photos or the phone refused one of them.
    """
    if not isinstance(remembered, Mapping):
        return
    open_app(phone)
    for control in _CONTROLS:
        name = control.fact.name
        if name in remembered and _snapshot(control, phone) != remembered[name]:
            control.restore(phone, remembered[name])


def _snapshot(control: Control, phone: Phone) -> Json:
    return control.snapshot(phone, control.read(phone))
