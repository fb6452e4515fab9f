"""`python -m drivers.rescue`: brings a phone's photos and videos to this computer, verified.

Run it again to go on after an interruption, or to add what is new: nothing is copied twice, and
nothing on the phone is changed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from drivers.attached import Address
from drivers.errors import HostError, PhoneError
from drivers.rescue.manifest import Manifest
from drivers.rescue.progress import Bar, during
from drivers.rescue.telling import tell
from drivers.rescue.usage import Parser
from drivers.rescue.verification import (
    advice,
    day,
    files,
    readable,
    redated,
    shown,
    stored_once,
    verify,
)

_DESCRIPTION = """\
Brings a phone's photos and videos to this computer, and compares size and
SHA-256 of each. Run it again to go on after an interruption, or to add what is
new: nothing is copied twice, and nothing on the phone is changed.
"""
_EPILOG = """\
examples:
  python -m drivers.rescue 0a1b2c3d ~/phone                     everything
  python -m drivers.rescue --since 2026-01-31 0a1b2c3d ~/phone  what is newer
  python -m drivers.rescue --verify ~/phone                     is it still whole?
  python -m drivers.cloud upload ~/phone drive:Phone            on to a cloud

exit codes:
  0  everything is here and whole
  1  something is not here, damaged, or the disk is full: it is named
  2  interrupted
  4  the command line is wrong
  7  the phone is lost or cannot be used

More in docs/rescue.md.
"""
EXIT_WHOLE, EXIT_NOT_WHOLE, EXIT_INTERRUPTED, EXIT_PHONE = 0, 1, 2, 7


def main(arguments: Sequence[str] | None = None) -> int:
    """Rescues, or verifies.

    Returns:
        0 where everything is here and whole; 1 where something is not; 2 interrupted; 4 for a
        wrong command line; 7 where the phone is lost or cannot be used.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.verify is not None:
        if options.serial or options.adb or options.since or options.compare_content:
            parser.error("--verify needs no phone: give the folder alone")
        return _verify(options.verify)
    if options.folder is None:
        parser.error("give the phone's serial and a folder")
    bar = Bar()
    try:
        return _rescue(options, bar)
    except HostError as error:
        bar.announce(str(error))
        return EXIT_NOT_WHOLE
    except PhoneError as error:
        bar.announce(f"{error}{_kept(options.folder)}")
        return EXIT_PHONE
    except KeyboardInterrupt:
        bar.announce(f"interrupted{_kept(options.folder)}")
        return EXIT_INTERRUPTED


def _kept(folder: Path) -> str:
    if readable(folder) is None:
        return ""
    return "; what arrived is kept: run the same command again to go on"


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m drivers.rescue",
        usage="%(prog)s [--adb HOST:PORT] [--since DATE] [--compare-content] SERIAL DIR\n"
        "       %(prog)s --verify DIR",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--adb", type=_address, metavar="HOST:PORT", help="the adb server, else the usual one")
    add("--since", type=_date, metavar="DATE", help="only files changed since, such as 2026-01-31")
    add("--compare-content", action="store_true", help="have the phone hash what is here already")
    add("--verify", type=Path, metavar="DIR", help="check a rescue against its manifest")
    add("serial", nargs="?", metavar="SERIAL", help="the phone, as `adb devices` calls it")
    add("folder", nargs="?", type=Path, metavar="DIR", help="new, empty, or an earlier rescue's")
    return parser


def _address(text: str) -> Address:
    try:
        return Address.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _date(text: str) -> dt.datetime:
    from drivers.rescue.operation import parse_date

    try:
        return parse_date(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _rescue(options: argparse.Namespace, bar: Bar) -> int:
    # Only here: checking a copy needs no adbutils.
    from drivers.fleet import await_phone
    from drivers.phone import connect
    from drivers.rescue.outcome import describe
    from drivers.rescue.rescuing import rescue
    from drivers.server import ensure_server

    client = ensure_server(options.adb or Address.from_environment(), bar.announce)
    await_phone(client, options.serial, announce=bar.announce)
    with during(bar, f"asking {options.serial}"):
        phone = connect(options.serial, client)
    with phone:
        outcome = rescue(
            phone,
            options.folder,
            since=options.since,
            compares_content=options.compare_content,
            watcher=bar,
        )
    verdict = "whole" if outcome.is_whole else "NOT whole"
    tell([*describe(outcome), f"{verdict}: {shown(str(options.folder))}"])
    return EXIT_WHOLE if outcome.is_whole else EXIT_NOT_WHOLE


def _verify(folder: Path) -> int:
    manifest = readable(folder)
    entries = stored_once(manifest) if manifest else []
    bar = Bar()
    try:
        with during(bar, "verifying", sum(entry.size for entry in entries)):
            findings = verify(folder, bar.advance)
    except KeyboardInterrupt:
        bar.announce("interrupted")
        return EXIT_INTERRUPTED
    if findings:
        deed = advice(findings)
        end = f"NOT whole: {shown(str(folder))}" + (f": {deed}" if deed else "")
        tell([*(finding.describe() for finding in findings), end])
        return EXIT_NOT_WHOLE
    tell(_whole(folder, manifest, len(entries)))
    return EXIT_WHOLE


def _whole(folder: Path, manifest: Manifest | None, count: int) -> Iterator[str]:
    """What there is to say of a copy in which nothing is wrong."""
    yield f"whole: {shown(str(folder))}: {files(count)}, each equal to what the phone had"
    if manifest and (since := manifest.header.since):
        left_out = files(manifest.header.left_out)
        yield f"left out, as older than --since {day(since)}: {left_out} of the phone"
    if manifest and (others := redated(folder, manifest)):
        yield (
            "not of the date that the phone had, which the manifest has: "
            f"{files(len(others))}, the first of them {shown(others[0])}"
        )


if __name__ == "__main__":
    sys.exit(main())
