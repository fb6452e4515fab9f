"""`cloud.upload`, `cloud.transfer` and `cloud.sync`: a scenario's way to the clouds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from drivers.errors import HostError
from drivers.values import Json, Value, ValueType, format_size
from drivers.vocabulary import Effect, Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.cloud.outcome import Transferred
    from drivers.cloud.work import Options
    from drivers.phone import Phone
    from drivers.rescue.progress import Watcher

_HOW: Mapping[str, ValueType] = {
    "dry_run": ValueType("bool"),
    "bandwidth": ValueType("bytes"),
    "compare_content": ValueType("bool"),
}


class _CloudOperation(Operation):
    """What the three have in common."""

    base_risk = Risk.LOOK
    effects = frozenset({Effect.UPLOADS})
    results: ClassVar[Mapping[str, ValueType]] = {
        "verified": ValueType("bool"),
        "compared": ValueType("enum", ("hash", "content", "size", "name")),
        "files": ValueType("count"),
        "size": ValueType("bytes"),
        "left_out": ValueType("count"),
    }
    verb: ClassVar[str]

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows rclone's command line."""
        flags = " --dry-run" if arguments.get("dry_run") is True else ""
        limit = arguments.get("bandwidth")
        if isinstance(limit, int):
            flags += f" --bwlimit {format_size(limit)}/s"
        phone = "/PHONE" if arguments.get("per_phone") is True else ""
        source, target = arguments.get("from", "RESCUE"), arguments.get("to", "TARGET")
        places = f"{source}{phone if 'from' in arguments else ''} {target}{phone}"
        return [f"rclone {self.verb}{flags} {places}", f"rclone check {places}"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Does it, and tells nobody on the way."""
        from drivers.rescue.progress import Silent

        return self.run_watched(phone, arguments, prepared, Silent())

    def run_watched(
        self, phone: Phone, arguments: Mapping[str, Value], prepared: Json, watcher: Watcher
    ) -> Facts:
        """Does it, and says in the end what the command line would.

        Raises:
            HostError: in one line, what a person can mend.
        """
        from drivers.cloud.outcome import describe

        done = self._do(phone, arguments, watcher)
        for line in describe(done):
            watcher.announce(line)
        return self._facts(done)

    @abstractmethod
    def _do(self, phone: Phone, arguments: Mapping[str, Value], watcher: Watcher) -> Transferred:
        """Does what the command line's verb of the same name does."""

    def _facts(self, done: Transferred) -> Facts:
        facts: dict[str, Value] = {
            f"{self.name}.files": done.files,
            f"{self.name}.size": done.size,
            f"{self.name}.left_out": done.left_out,
        }
        if done.is_verified is not None:
            facts[f"{self.name}.verified"] = done.is_verified and not done.missing
            facts[f"{self.name}.compared"] = done.compared
        return facts


class Upload(_CloudOperation):
    """Uploads a rescue, after checking that it is whole; nothing in the cloud is deleted.

    With `per_phone` each phone has a folder of its own below `to`, and below `from`.
    """

    name = "cloud.upload"
    doc = "Uploads what rescue.copy brought to this computer to a cloud, and verifies it there."
    verb = "copy"
    arguments: ClassVar[Mapping[str, ValueType]] = {
        "to": ValueType("text"),
        "from": ValueType("text"),
        "per_phone": ValueType("bool"),
        **_HOW,
    }
    required: ClassVar[tuple[str, ...]] = ("to",)

    def _do(self, phone: Phone, arguments: Mapping[str, Value], watcher: Watcher) -> Transferred:
        from drivers.cloud.places import below
        from drivers.cloud.upload import upload
        from drivers.rescue.rescuing import default_folder

        named, target = arguments.get("from"), _place(self, arguments, "to")
        folder = Path(str(named)).expanduser() if named else default_folder(phone)
        if arguments.get("per_phone") is True:
            target = below(target, phone.identity.key)
            folder = folder / phone.identity.key if named else folder
        return upload(folder, target, _options(arguments), watcher)


class Transfer(_CloudOperation):
    """Copies from one cloud to another; nothing is deleted on either side."""

    name = "cloud.transfer"
    doc = "Copies a folder of one cloud into another cloud, and verifies it there."
    verb = "copy"
    arguments: ClassVar[Mapping[str, ValueType]] = {
        "from": ValueType("text"),
        "to": ValueType("text"),
        **_HOW,
    }
    required: ClassVar[tuple[str, ...]] = ("from", "to")

    def _do(self, phone: Phone, arguments: Mapping[str, Value], watcher: Watcher) -> Transferred:
        from drivers.cloud.transfers import transfer

        source, target = _place(self, arguments, "from"), _place(self, arguments, "to")
        return transfer(source, target, _options(arguments), watcher)


class Sync(_CloudOperation):
    """Makes one cloud's folder equal to another's; what is replaced is set aside beside it."""

    name = "cloud.sync"
    doc = "Makes a folder of one cloud equal to another's; what it replaces is set aside."
    verb = "sync"
    arguments: ClassVar[Mapping[str, ValueType]] = Transfer.arguments
    required: ClassVar[tuple[str, ...]] = Transfer.required

    def _do(self, phone: Phone, arguments: Mapping[str, Value], watcher: Watcher) -> Transferred:
        from drivers.cloud.transfers import sync

        source, target = _place(self, arguments, "from"), _place(self, arguments, "to")
        return sync(source, target, _options(arguments), watcher)


def _place(operation: Operation, arguments: Mapping[str, Value], name: str) -> str:
    place = str(arguments.get(name, ""))
    if not place:
        raise HostError(f"{operation.name} needs `{name}`, such as `drive:Photos`")
    # A shell does that for a command line; rclone would make a folder called `~`.
    return str(Path(place).expanduser()) if place.startswith("~") else place


def _options(arguments: Mapping[str, Value]) -> Options:
    from drivers.cloud.work import Options

    limit = arguments.get("bandwidth")
    return Options(
        is_dry=arguments.get("dry_run") is True,
        bytes_per_s=limit if isinstance(limit, int) and not isinstance(limit, bool) else None,
        compares_content=arguments.get("compare_content") is True,
    )


OPERATIONS = (Upload(), Transfer(), Sync())
