"""What a run was asked to do: command line over environment over ini file, each checked once.

Every option `--name` is also `unstuck_name` in the ini file and `UNSTUCK_NAME` in the
environment. Modes and their errors apply only where scenarios were asked for. This module must
not know pytest: it is given a way to look things up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from drivers.attached import Address
from drivers.fleet import Pick
from drivers.values import FALSE_WORDS, TRUE_WORDS, parse_duration
from drivers.vocabulary import PHOTOS_PACKAGE, Effect, Risk

HEAL, REGRESS, CHECK = "heal", "regress", "check"
MODES = (HEAL, REGRESS, CHECK)

# On a phone that the harness started nothing of anybody's can be lost, and its time is short.
_OWN_PATIENCE_S = 1.0
_PATIENCE_S = 120.0
# Longer than any look is worth; who waits for a night may look again in the morning.
_LONGEST_PATIENCE_S = 86_400.0

# FrameworkParsingPackageUtils.validateName in AOSP: what Android takes for a package's name.
_PACKAGE = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+\Z", re.ASCII)

# What argparse stores and what a word in the environment or the ini file is called.
Lookup = Callable[[str], "str | list[str] | None"]


class OptionError(ValueError):
    """An option that cannot be meant; one line that says what to write instead."""


@dataclass(frozen=True)
class Wish:
    """What can be read off the options before a phone is looked for.

    Attributes:
        phones: what `--phone` names, often nothing.
        adb: the adb server; None: the owner's.
        mode: as named; empty: it follows from who starts the phone.
        variables: `--var NAME=VALUE`.
        photos: the Photos package.
    """

    phones: tuple[str, ...]
    adb: Address | None
    mode: str
    variables: dict[str, str]
    photos: str


@dataclass(frozen=True)
class Options:
    """What a run may do to its phone.

    Attributes:
        mode: heal, regress or check.
        risk: the highest risk of a fix.
        allow: effects that are allowed although nothing can undo them.
        patience_s: seconds without progress after which a backup counts as not moving.
        test_account: the account that may be experimented with; empty where none is named.
        is_ours: whether the harness starts the phone itself.
        is_named: whether a person named the phone.
        confirm: the serial of the phone whose apps' data may be lost; empty where none is named.
        may_look: whether check mode may open Photos.
    """

    mode: str
    risk: Risk
    allow: frozenset[Effect]
    patience_s: float
    test_account: str
    is_ours: bool
    is_named: bool
    confirm: str
    may_look: bool = False


def read_wish(lookup: Lookup) -> Wish:
    """Reads what is needed to find the phone.

    Raises:
        OptionError: an option cannot be meant.
    """
    mode = _word(lookup, "mode")
    if mode and mode not in MODES:
        raise OptionError(f"--mode={mode}: expected one of {', '.join(MODES)}")
    adb = _word(lookup, "adb")
    try:
        address = Address.parse(adb) if adb else None
    except ValueError as error:
        raise OptionError(f"--adb={adb}: {error}") from error
    variables = {}
    for given in _words(lookup, "var"):
        name, equals, value = given.partition("=")
        if not equals or not name:
            raise OptionError(f"--var={given}: expected NAME=VALUE")
        variables[name] = value
    photos = _word(lookup, "photos") or PHOTOS_PACKAGE
    if not _PACKAGE.match(photos):
        raise OptionError(f"--photos={photos!a}: expected a package such as {PHOTOS_PACKAGE}")
    return Wish(_words(lookup, "phone"), address, mode, variables, photos)


def read_options(lookup: Lookup, wish: Wish, pick: Pick) -> Options:
    """Reads what may be done to the phone that was picked.

    Raises:
        OptionError: an option cannot be meant, or does not fit the phone or another option.
    """
    is_ours = pick.virtual is not None
    mode = wish.mode or (REGRESS if is_ours else HEAL)
    if mode == HEAL and pick.by_default:
        raise OptionError(
            "--mode=heal needs a phone, and none is visible to adb: plug one in "
            "(docs/first-phone.md), or name one with --phone"
        )
    patience = _word(lookup, "patience")
    try:
        patience_s = parse_duration(patience) if patience else 0.0
    except ValueError as error:
        raise OptionError(f"--patience={patience}: {error}") from error
    if patience and patience_s <= 0:
        raise OptionError(f"--patience={patience}: expected a duration above zero, such as 120s")
    if patience_s > _LONGEST_PATIENCE_S:
        raise OptionError(f"--patience={patience}: expected at most 24h: every look takes as long")
    options = Options(
        mode=mode,
        risk=_risk(lookup, is_ours=is_ours),
        allow=_allowed(lookup) | (frozenset(Effect) if is_ours else frozenset()),
        patience_s=patience_s or (_OWN_PATIENCE_S if is_ours else _PATIENCE_S),
        test_account=_word(lookup, "test_account"),
        is_ours=is_ours,
        is_named=is_ours or bool(wish.phones),
        confirm=_word(lookup, "confirm"),
        may_look=_flag(lookup, "look"),
    )
    _refuse(options, pick)
    return options


def _refuse(options: Options, pick: Pick) -> None:
    if options.may_look and options.mode != CHECK:
        raise OptionError("--look lets --mode=check open Photos: write both, or leave it away")
    if options.mode == REGRESS and not options.is_ours and not options.test_account:
        raise OptionError(
            f"--mode=regress breaks phone {pick.serial} on purpose: it needs "
            "--test-account=EMAIL, the account that this phone backs up to"
        )
    if options.is_ours:
        return
    if options.risk > Risk.REVERSIBLE and not options.is_named:
        raise OptionError(
            f"--risk={options.risk.word} needs the phone to be named: write --phone={pick.serial}"
        )
    if options.confirm and options.confirm != pick.serial:
        raise OptionError(
            f"--confirm={options.confirm} names another phone than the one that is meant: "
            f"write --confirm={pick.serial}, or leave it away"
        )
    if options.risk >= Risk.APP_DATA and not options.confirm:
        is_wipe = options.risk == Risk.WIPE
        what = "leads up to erasing the whole phone" if is_wipe else "can lose an app's data"
        raise OptionError(f"--risk={options.risk.word} {what}: write --confirm={pick.serial} too")


def idle(options: Options) -> Iterator[str]:
    """What was given and means nothing in this run, a line each.

    Nothing is refused for it: the environment or the ini file may hold it for other runs, and what
    it says is no less true.
    """
    if options.test_account and options.mode != REGRESS:
        yield f"--test-account means nothing with --mode={options.mode}: only regress asks for it"
    if options.confirm and (options.is_ours or options.risk < Risk.APP_DATA):
        yield "--confirm means nothing here: only --risk=app-data and above ask for it"


def _risk(lookup: Lookup, *, is_ours: bool) -> Risk:
    word = _word(lookup, "risk")
    if not word:
        return Risk.APP_DATA if is_ours else Risk.REVERSIBLE
    try:
        return Risk.parse(word)
    except ValueError as error:
        raise OptionError(f"--risk={word}: {error}") from error


def _allowed(lookup: Lookup) -> frozenset[Effect]:
    words = _words(lookup, "allow")
    known = {effect.value: effect for effect in Effect}
    for word in words:
        if word not in known:
            raise OptionError(f"--allow={word}: expected {' or '.join(known)}")
    return frozenset(known[word] for word in words)


def _flag(lookup: Lookup, name: str) -> bool:
    word = _word(lookup, name)
    if word and word.lower() not in (*TRUE_WORDS, *FALSE_WORDS):
        raise OptionError(f"--{name}={word}: expected on or off")
    return word.lower() in TRUE_WORDS


def _word(lookup: Lookup, name: str) -> str:
    value = lookup(name)
    return (value[-1] if value else "") if isinstance(value, list) else value or ""


def _words(lookup: Lookup, name: str) -> tuple[str, ...]:
    value = lookup(name)
    if isinstance(value, list):
        return tuple(value)
    return tuple(value.split()) if value else ()
