"""Counts the photos before and after whatever might cost one.

New files are no loss. What the media store shows no longer is looked up on the file system; what
is not there either is a loss, and nothing further is done to the phone. What lies in the Locked
Folder of Photos nobody can count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from drivers.android.inventory import MediaFile, gone_files, media_files
from drivers.errors import LossError, PhoneLostError, StablePhoneError
from drivers.phone import Phone
from drivers.vocabulary import Risk

# As many as a person reads; the number says how many there are.
_NAMED = 5


class MediaLossError(LossError):
    """Photos or videos are gone: the run stops."""


@contextmanager
def media_kept(
    phone: Phone, risk: Risk, announce: Callable[[str], None], *, may_free: bool = False
) -> Iterator[None]:
    """Holds what is done inside against the photos that were there before.

    Args:
        phone: whose photos.
        risk: of what is done; up to `reversible` nothing is counted.
        announce: told what was counted.
        may_free: whether the scenario itself names an operation by which photos leave the phone
            because the cloud has them; then they are counted, and are no loss.

    Raises:
        MediaLossError: something is gone, whatever else failed inside; a phone that is lost is not
            counted again.
        StablePhoneError: the photos cannot be counted, so that nothing may be done.
    """
    if risk <= Risk.REVERSIBLE:
        yield
        return
    if phone.facts(["phone.unlocked_since_boot"]).get("phone.unlocked_since_boot") is False:
        raise StablePhoneError(
            f"phone {phone.serial} was not unlocked since it was started: its photos cannot be "
            "seen, so none may be risked; unlock it and run again",
            serial=phone.serial,
        )
    before = media_files(phone)
    try:
        yield
    except PhoneLostError:
        raise  # counting would only wait for the phone once more
    except BaseException:
        _count_again(phone, before, announce, may_free=may_free)
        raise
    _count_again(phone, before, announce, may_free=may_free)


def _count_again(
    phone: Phone, before: frozenset[MediaFile], announce: Callable[[str], None], *, may_free: bool
) -> None:
    missed = before - media_files(phone)
    gone = gone_files(phone, missed) if missed else []
    if gone and may_free:
        announce(
            f"{len(gone)} of {len(before)} photos and videos are no longer on the phone: they were "
            "freed up, and nothing here brings them back; the cloud has them"
        )
    elif gone:
        names = ", ".join(file.path for file in gone[:_NAMED])
        raise MediaLossError(
            f"{len(gone)} of {len(before)} photos and videos are gone from phone {phone.serial}: "
            f"{names}{', …' if len(gone) > _NAMED else ''}; nothing more is done to it. Look into "
            "the trash of Photos before you do anything else"
        )
    else:
        announce(f"all {len(before)} photos and videos are still there")
