"""Photos' own "Free up space": the local originals go, the cloud keeps them.

The page is reached by Photos' link to it, whatever generation and language (gist 4ft35t of 2022
and qhhonx/pixelbridge of 2026 start it so; its ids are theirs: `free_up_button`,
`free_up_space_completed_title`, `done_button`). Heal never chooses it: what is deleted here comes
back by downloading alone, and in a lesser quality than it had unless Photos keeps originals.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from drivers.android.send import fill, send
from drivers.errors import StablePhoneError
from drivers.photos.app import open_app
from drivers.photos.options import Quality
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.android.inventory import MediaFile
    from drivers.nodes import Screen
    from drivers.phone import Phone

# The class keeps its name in builds whose package has another one.
_OPEN = (
    "am start -W --user {user} -a android.intent.action.VIEW "
    "-d https://photos.google.com/link/freeupspace -n "
    "{package}/com.google.android.apps.photos.home.entrypoint.deeplink.HomeDeepLinkActivity"
)
_WAY = "Photos > account picture > Free up space on this device"
_PAGE_TIMEOUT_S = 15.0
# Some thousand files, of a slow phone.
_FREE_TIMEOUT_S = 600.0


class FreeUp(Operation):
    """Has Photos delete from the phone what it has backed up.

    Refused unless Photos uploads in original quality: what it has made smaller would be all that
    is left. Which files go is Photos' own choice; they are counted by what is there afterwards.
    """

    name = "storage.free_up"
    doc = "Deletes from the phone, by Photos' own page, what is in the cloud in original quality."
    base_risk = Risk.APP_DATA
    results: ClassVar[Mapping[str, ValueType]] = {
        "files": ValueType("count"),
        "freed": ValueType("bytes"),
    }
    deletes_originals = True

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the command, and what a finger taps then."""
        return [_OPEN, "screen: Free up"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Frees up, and counts what is gone.

        Returns:
            `files` and `freed`: how many files are gone, and their size; 0 where Photos has
            nothing to free up.

        Raises:
            StablePhoneError: the quality is not original or cannot be read, or Photos does not
                show its page.
        """
        from drivers.android.inventory import gone_files, media_files

        quality = Quality().read(phone)
        if quality != "original":
            raise StablePhoneError(
                f"phone {phone.serial}: Photos uploads in quality {quality or '(not to be read)'}:"
                " the originals are on the phone alone, and are not given up",
                serial=phone.serial,
                command=f"screen: {_WAY}",
            )
        before = media_files(phone)
        gone: Collection[MediaFile] = ()
        if _free_up(phone):
            gone = gone_files(phone, before - media_files(phone))
        return {
            f"{self.name}.files": len(gone),
            f"{self.name}.freed": sum(file.size or 0 for file in gone),
        }


def _free_up(phone: Phone) -> bool:
    """Goes through Photos' page; False where it has nothing to free up."""
    from drivers.dialogs import wait_past_dialogs
    from drivers.nodes import Selector
    from drivers.photos.lexicon import say
    from drivers.photos.navigation import tap
    from drivers.photos.visits import by_hand

    button = Selector(id="free_up_button")
    done = (Selector(id="free_up_space_completed_title"), Selector(id="done_button"))

    def shown(screen: Screen) -> Screen | None:
        return screen if screen.find(button, say("nothing_to_free"), *done) else None

    command = fill(_OPEN, phone)
    send(phone, command, timeout_s=30.0)
    try:
        with by_hand(phone, f"do it by hand: {_WAY}", command=command):
            page = wait_past_dialogs(
                phone, shown, expected="Photos' page Free up space", timeout_s=_PAGE_TIMEOUT_S
            )
            if page.find(button) is None:
                return False
            tap(phone, button, expected="the button that frees up space")
            wait_past_dialogs(
                phone,
                lambda s: s.find(*done),
                expected="the end of freeing up space",
                timeout_s=_FREE_TIMEOUT_S,
            )
            return True
    finally:
        open_app(phone)


OPERATIONS = (FreeUp(),)
