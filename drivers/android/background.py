"""What Android lets Photos do in the background.

Sources: AppOpsService, AppIdleHistory (usage stats) and AppHibernationShellCommand (API 31) of
AOSP frameworks/base (API 26 and 34 read); recordings cmd_appops_*.txt,
dumpsys_appops_photos_xiaomi_pad6_a14.txt and usagestats_*.txt. The answer of
`am get-standby-bucket` was not recorded: ActivityManagerShellCommand is the reference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.android.dump import block_after, lines_of, word_bool
from drivers.android.send import fill, send
from drivers.errors import StablePhoneError
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Control, Fact, Facts, Reader, Reading

if TYPE_CHECKING:
    from drivers.phone import Phone

BACKGROUND = Fact(
    "photos.background",
    ValueType("enum", ("allowed", "restricted")),
    "Whether Photos may work in the background (the battery choice 'Restricted' in Settings).",
    since=28,
)
BUCKET = Fact(
    "photos.standby_bucket",
    ValueType(
        "enum",
        ("exempted", "active", "working_set", "frequent", "rare", "restricted", "never"),
    ),
    "How recently Android believes Photos was used; the rarer, the fewer jobs it may run.",
    since=28,
)
HIBERNATED = Fact(
    "photos.hibernated",
    ValueType("bool"),
    "Whether Android put Photos to sleep because it was not opened for months.",
    since=31,
)
_OP = "RUN_ANY_IN_BACKGROUND"
# Names, and the numbers that Android 8 and 9 print (AppOpsManager.MODE_*). Whatever was set and is
# not allow restricts, `default` as well (AppStateTracker, API 28 to 34); where nothing was set, no
# mode is printed. The older RUN_IN_BACKGROUND is not read: it is asked only of apps that target
# Android 7 or older (ActivityManagerService.appRestrictedInBackgroundLocked, API 26 to 34).
_MODES = {
    "allow": "allowed",
    "default": "restricted",
    "ignore": "restricted",
    "deny": "restricted",
    "foreground": "restricted",
    "0": "allowed",
    "1": "restricted",
    "2": "restricted",
    "3": "restricted",
    "4": "restricted",
}
_OP_LINE = re.compile(rf"\s*(?:Uid mode: )?{_OP}: (?:mode=)?(?P<mode>\w+)(?:;|\s|$)")
_DEFAULT_MODE = re.compile(r"\s*Default mode: (?P<mode>\w+)\s*$")
_OP_IN_PACKAGE = re.compile(rf"\s*{_OP} \((?P<mode>[a-z]+)\b")
_UID_HEADING = re.compile(r"\s*Uid u(?P<user>\d+)[ais]\d+:\s*$")
_PACKAGE_HEADING = re.compile(r"\s*Package (?P<name>[\w.]+):\s*$")

# UsageStatsManager.STANDBY_BUCKET_*
_BUCKETS = {
    5: "exempted",
    10: "active",
    20: "working_set",
    30: "frequent",
    40: "rare",
    45: "restricted",
    50: "never",
}
_BUCKET_LINE = re.compile(r"\s*package=(?P<name>\S+) u=(?P<user>\d+) bucket=(?P<bucket>\d+) ")


def read_op(text: str, reading: Reading) -> Facts:
    """Reads `cmd appops get PKG [RUN_ANY_IN_BACKGROUND]`.

    The first line counts: a mode of the whole uid is printed before the package's, and overrides
    it. "No operations." is the default mode, which newer phones name on the next line; an op that
    is missing from a longer list may have been cut off, so nothing is said then.

    Raises:
        ValueError: the phone refused, or does not know the op (before API 28).
    """
    lines = lines_of(text)
    for line in lines:
        if found := _OP_LINE.match(line):
            word = _MODES.get(found["mode"])
            return {} if word is None else {BACKGROUND.name: word}
    if any(line.strip() == "No operations." for line in lines):
        default = next((d for line in lines if (d := _DEFAULT_MODE.match(line))), None)
        word = _MODES.get(default["mode"]) if default else "allowed"
        return {} if word is None else {BACKGROUND.name: word}
    return {}


def read_ops(text: str, reading: Reading) -> Facts:
    """Reads the package's part of `dumpsys appops`.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    for index, line in enumerate(lines):
        uid = _UID_HEADING.match(line)
        if not uid or int(uid["user"]) != reading.user:
            continue
        block, _ = block_after(lines, index)
        package = next(
            (
                i
                for i, inner in enumerate(block)
                if (found := _PACKAGE_HEADING.match(inner)) and found["name"] == reading.package
            ),
            None,
        )
        if package is None:
            continue
        modes = [found["mode"] for inner in block[:package] if (found := _OP_LINE.match(inner))]
        own, _ = block_after(block, package)
        modes += [
            found["mode"]
            for inner in own
            if (found := _OP_IN_PACKAGE.match(inner) or _OP_LINE.match(inner))
        ]
        word = _MODES.get(modes[0]) if modes else None
        return {} if word is None else {BACKGROUND.name: word}
    return {}


def read_bucket(text: str, reading: Reading) -> Facts:
    """Reads `am get-standby-bucket PKG`: a number alone; without PKG, `name: number` for each app.

    Raises:
        ValueError: the phone refused.
    """
    words = [line.strip() for line in lines_of(text) if line.strip()]
    own = [
        word[len(reading.package) + 1 :].strip()
        for word in words
        if word.startswith(f"{reading.package}:")
    ]
    number = own[0] if own else words[0] if len(words) == 1 else ""
    if not number.isdecimal():
        return {}
    name = _BUCKETS.get(int(number))
    return {} if name is None else {BUCKET.name: name}


def read_usage(text: str, reading: Reading) -> Facts:
    """Reads the bucket now off `dumpsys usagestats`; its events only tell what it was once.

    Raises:
        ValueError: the phone refused to dump.
    """
    for line in lines_of(text):
        found = _BUCKET_LINE.match(line)
        if found and found["name"] == reading.package and int(found["user"]) == reading.user:
            name = _BUCKETS.get(int(found["bucket"]))
            return {} if name is None else {BUCKET.name: name}
    return {}


def read_hibernation(text: str, reading: Reading) -> Facts:
    """Reads `cmd app_hibernation get-state PKG`: true or false.

    Raises:
        ValueError: the phone refused, or has no such service.
    """
    answer = word_bool("\n".join(lines_of(text)).strip())
    return {} if answer is None else {HIBERNATED.name: answer}


_GET_OP = f"cmd appops get --user {{user}} {{package}} {_OP}"
_GET_BUCKET = "am get-standby-bucket --user {user} {package}"
_GET_HIBERNATION = "cmd app_hibernation get-state --user {user} {package}"


class Background(Control):
    """The app op behind the battery choice "Restricted" (API 28)."""

    fact = BACKGROUND
    since = 28

    def read(self, phone: Phone) -> Value | None:
        """Asks the service."""
        return read_op(send(phone, fill(_GET_OP, phone)).stdout, Reading()).get(BACKGROUND.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        mode = "ignore" if value == "restricted" else "allow"
        return [f"cmd appops set --user {{user}} {{package}} {_OP} {mode}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Sets the op's mode for the package."""
        send(phone, fill(self.commands(value)[0], phone))


class StandbyBucket(Control):
    """The standby bucket (API 28).

    What shell sets stays "forced by user" until the app is used, so it is not exactly put back:
    the same value read later is not the same phone. An exempted app keeps its bucket whatever is
    set, and is refused.
    """

    fact = BUCKET
    since = 28
    is_exact = False
    shown_only = ("exempted", "never")

    def read(self, phone: Phone) -> Value | None:
        """Asks for the number."""
        return read_bucket(send(phone, fill(_GET_BUCKET, phone)).stdout, Reading()).get(BUCKET.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        return [f"am set-standby-bucket --user {{user}} {{package}} {value}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Sets the bucket.

        Raises:
            StablePhoneError: the app is exempted, or the bucket cannot be set from shell.
        """
        if value in self.shown_only:
            raise StablePhoneError(f"no app can be put into the standby bucket {value} from shell")
        if self.read(phone) == "exempted":
            raise StablePhoneError(
                f"Photos is exempted from standby on phone {phone.serial}: setting its bucket "
                "would change nothing",
                serial=phone.serial,
                command=fill(_GET_BUCKET, phone),
                output="5",
            )
        send(phone, fill(self.commands(value)[0], phone))

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Sets the bucket that was there; one that shell cannot set is left to the phone."""
        if isinstance(snapshot, str) and snapshot not in self.shown_only:
            self.apply(phone, snapshot)


class Hibernated(Control):
    """Hibernation, by `cmd app_hibernation` (API 31)."""

    fact = HIBERNATED
    since = 31

    def read(self, phone: Phone) -> Value | None:
        """Asks the service."""
        answer = send(phone, fill(_GET_HIBERNATION, phone)).stdout
        return read_hibernation(answer, Reading()).get(HIBERNATED.name)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the one command."""
        state = "true" if value else "false"
        return [f"cmd app_hibernation set-state --user {{user}} {{package}} {state}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Sets the state for the user in front."""
        send(phone, fill(self.commands(value)[0], phone))


FACTS = (BACKGROUND, BUCKET, HIBERNATED)
READERS = (
    Reader(_GET_OP, (BACKGROUND.name,), read_op, since=28),
    Reader(_GET_BUCKET, (BUCKET.name,), read_bucket, since=28),
    Reader(_GET_HIBERNATION, (HIBERNATED.name,), read_hibernation, since=31),
    Reader("dumpsys appops --package {package}", (BACKGROUND.name,), read_ops, in_diagnosis=False),
    Reader("dumpsys usagestats", (BUCKET.name,), read_usage, in_diagnosis=False, since=28),
)
CONTROLS = (Background(), StandbyBucket(), Hibernated())
