"""Filling the phone's storage for a fault, and making room by trimming caches.

Sources: toybox `fallocate` and `truncate` do not both exist on every Android, `dd` does;
`pm trim-caches` is PackageManagerShellCommand (API 26 and 34 read), not recorded from a phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from drivers.android.bulky import name_bulky
from drivers.android.send import fill, send
from drivers.android.storage import FREE, read_df
from drivers.errors import StablePhoneError
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Facts, Operation, Reading, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

# Where shell may write on /data, and no app or scanner looks.
FILE = "/data/local/tmp/unstuck.fill"
_MEBIBYTE = 1 << 20
# What stays free whatever is asked: below it Android itself starts to fail.
_RESERVE = 50 * _MEBIBYTE
# A slow phone writes 20 MB a second.
_SLOWEST_BYTES_PER_S = 20 * 10**6
# More than any phone has: "free as much as can be freed".
_EVERYTHING = 99_999_999_999_999
_TRIM_TIMEOUT_S = 120.0


class Fill(Operation):
    """Writes one file so large that only so much stays free; undo removes it."""

    name = "storage.fill"
    doc = "Fills the phone's storage with a file of ours, so that only so much stays free."
    base_risk = Risk.REVERSIBLE
    arguments: ClassVar[Mapping[str, ValueType]] = {"leave": ValueType("bytes")}
    required: ClassVar[tuple[str, ...]] = ("leave",)

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the command; MEBIBYTES follows from what is free then."""
        return [f"fallocate -l MEBIBYTES {FILE} || dd if=/dev/zero of={FILE} bs=1048576"]

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Names the file, whether or not it comes to be."""
        return FILE

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Writes the file.

        Raises:
            StablePhoneError: less is free already, or Android would be endangered, or the phone
                would not write.
        """
        leave = arguments.get("leave")
        if not isinstance(leave, int) or leave < _RESERVE:
            raise StablePhoneError(
                f"storage.fill leaves at least {_RESERVE // _MEBIBYTE} MiB, or Android fails"
            )
        mebibytes = (read_free(phone) - leave) // _MEBIBYTE
        if mebibytes <= 0:
            return {}  # less is free already: the state that was asked for
        size = mebibytes * _MEBIBYTE
        command = (
            f"fallocate -l {size} {FILE} 2>/dev/null"
            f" || dd if=/dev/zero of={FILE} bs={_MEBIBYTE} count={mebibytes}"
        )
        send(phone, command, timeout_s=30.0 + size / _SLOWEST_BYTES_PER_S)
        return {}

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Removes the file."""
        send(phone, f"rm -f {FILE}")


class TrimCaches(Operation):
    """Empties the caches of all apps, oldest first: no command empties one app's alone.

    `pm clear --cache-only` is never called: it wipes all data to Android 12, and hangs after.
    """

    name = "storage.trim_caches"
    doc = "Empties the caches of all apps, to make room on the phone."
    base_risk = Risk.DISRUPTIVE
    repeats, spent = True, "freed"
    results: ClassVar[Mapping[str, ValueType]] = {
        "freed": ValueType("bytes"),
        "largest": ValueType("list"),
        "unused": ValueType("list"),
    }

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the one command."""
        return [f"pm trim-caches {_EVERYTHING}"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Trims, and names what takes most room.

        Returns:
            `freed`: by how much more is free; `largest`: the apps that had the largest caches, as
            Android last counted them (once a day); `unused`: apps that nobody opened for three
            months. The lists are absent where the phone does not tell.

        Raises:
            StablePhoneError: the phone refused.
        """
        named = name_bulky(phone)
        before = read_free(phone)
        send(phone, fill(self.commands(arguments)[0], phone), timeout_s=_TRIM_TIMEOUT_S)
        freed = max(read_free(phone) - before, 0)
        found = {"freed": freed, **named}
        return {f"{self.name}.{name}": value for name, value in found.items()}


def read_free(phone: Phone) -> int:
    """Asks how many bytes are free on /data.

    Raises:
        StablePhoneError: the phone does not say.
    """
    command = "df -k /data"
    result = send(phone, command)
    free = read_df(result.stdout, Reading()).get(FREE.name)
    if not isinstance(free, int):
        raise StablePhoneError(
            f"phone {phone.serial} does not say how much storage is free",
            serial=phone.serial,
            command=command,
            exit_code=result.exit_code,
            output=result.output[:4096],
        )
    return free


OPERATIONS = (Fill(), TrimCaches())
