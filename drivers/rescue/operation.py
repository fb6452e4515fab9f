"""`rescue.copy`: a scenario's way to bring the phone's media to this computer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from drivers.errors import HostError
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone
    from drivers.rescue.progress import Watcher


class Copy(Operation):
    """Copies all media to this computer and compares size and SHA-256 of each file.

    Nothing changes on the phone, and nothing is ever deleted on the computer: there is nothing to
    take back. With `per_phone` each phone has a folder of its own below `to`.
    """

    name = "rescue.copy"
    doc = "Copies all photos and videos of the phone to this computer, and proves each one equal."
    base_risk = Risk.LOOK
    arguments: ClassVar[Mapping[str, ValueType]] = {
        "to": ValueType("text"),
        "since": ValueType("text"),
        "per_phone": ValueType("bool"),
        "compare_content": ValueType("bool"),
    }
    results: ClassVar[Mapping[str, ValueType]] = {
        "verified": ValueType("bool"),
        "files": ValueType("count"),
        "copied": ValueType("bytes"),
        "left_out": ValueType("count"),
    }

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows what a person would type."""
        options = f" --since {arguments['since']}" if "since" in arguments else ""
        options += " --compare-content" if arguments.get("compare_content") is True else ""
        phone = "/PHONE" if arguments.get("per_phone") is True else ""
        return [f"python -m drivers.rescue{options} SERIAL {arguments.get('to', 'DIR')}{phone}"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Copies, and tells nobody on the way."""
        from drivers.rescue.progress import Silent

        return self.run_watched(phone, arguments, prepared, Silent())

    def run_watched(
        self, phone: Phone, arguments: Mapping[str, Value], prepared: Json, watcher: Watcher
    ) -> Facts:
        """Copies, and says in the end what the command line would, also what adb cannot see.

        Raises:
            HostError: the folder is not fit for it, or its disk is full; or the date is none.
            PhoneError: the phone is lost, or may not be read.
        """
        from drivers.rescue.outcome import describe
        from drivers.rescue.rescuing import default_folder, rescue  # adbutils comes with it

        folder = Path(str(arguments["to"])).expanduser() if "to" in arguments else None
        if folder and arguments.get("per_phone") is True:
            folder /= phone.identity.key
        try:
            since = parse_date(str(arguments["since"])) if "since" in arguments else None
        except ValueError as error:
            raise HostError(f"rescue.copy: {error}") from error
        outcome = rescue(
            phone,
            folder or default_folder(phone),
            since=since,
            compares_content=arguments.get("compare_content") is True,
            watcher=watcher,
        )
        for line in describe(outcome):
            watcher.announce(line)
        return {
            f"{self.name}.verified": outcome.is_whole,
            f"{self.name}.files": len(outcome.survey.items),
            f"{self.name}.copied": outcome.travelled,
            f"{self.name}.left_out": len(outcome.survey.older),
        }


def parse_date(text: str) -> dt.datetime:
    """Reads a date, or a date with its time, of this computer's zone unless it names one.

    >>> parse_date("2026-01-31").hour
    0

    Raises:
        ValueError: it is none.
    """
    try:
        found = dt.datetime.fromisoformat(text)
        # A year that has no midnight here, such as 1, is no date of a photo either.
        return found.astimezone() if found.tzinfo is None else found
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"expected a date such as 2026-01-31, not {text!r}") from error


OPERATIONS = (Copy(),)
