"""`python -m drivers.cloud upload|transfer|sync FROM TO`: to a cloud, and verified there.

FROM and TO are `remote:folder` of rclone's own configuration (`rclone config` makes remotes), or
folders of this computer; `upload` takes a rescue's. Run it again to go on after an interruption.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from drivers.cloud.outcome import Transferred, describe
from drivers.cloud.transfers import sync, transfer
from drivers.cloud.upload import upload
from drivers.cloud.work import Options
from drivers.ending import ended_in_order
from drivers.errors import HostError
from drivers.rescue.progress import Bar
from drivers.rescue.telling import tell
from drivers.rescue.usage import Parser
from drivers.values import parse_size

_DESCRIPTION = """\
Copies to a cloud, and verifies it there. Run it again to go on after an
interruption: what is there does not travel again.

  upload    a rescue of `python -m drivers.rescue`, after checking that it is whole
  transfer  a folder into another; what else is there stays
  sync      makes TO equal to FROM; what it replaces is moved to TO.replaced
"""
_EPILOG = """\
examples:
  rclone config                                                makes a remote, here `drive`
  python -m drivers.cloud upload ~/phone drive:Phone
  python -m drivers.cloud transfer drive:Phone ./back
  python -m drivers.cloud sync --dry-run onedrive:Photos drive:Photos

exit codes:
  0  done and verified, or a dry run, or there was nothing to transfer
  1  not: one line says why
  2  interrupted
  4  the command line is wrong

More in docs/rescue.md.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Transfers; what asks the process to end is answered as Ctrl-C is.

    Returns:
        0 where it is done and verified, was a dry run, or had nothing to do; 1 where not; 2
        interrupted; 4 for a wrong command line.
    """
    parser = Parser(
        prog="python -m drivers.cloud",
        usage="%(prog)s [options] {upload,transfer,sync} FROM TO",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("verb", choices=["upload", "transfer", "sync"], help="what to do, see above")
    add("source", metavar="FROM", help="REMOTE:FOLDER, or ./folder or /folder of this computer")
    add("target", metavar="TO", help="likewise")
    add("--dry-run", action="store_true", help="only say what would be done")
    add("--bandwidth", type=_size, metavar="SIZE", help="at most so much a second, such as 2MB")
    add("--compare-content", action="store_true", help="read back what has no hash to compare")
    given = parser.parse_args(arguments)
    options = Options(given.dry_run, given.bandwidth, given.compare_content)
    bar = Bar()
    try:
        with ended_in_order():
            done = _do(given, options, bar)
    except HostError as error:
        bar.announce(str(error))
        return 1
    except KeyboardInterrupt:
        bar.announce("interrupted: run the same command again to go on")
        return 2
    tell(describe(done))
    return 1 if done.missing else 0


def _do(given: argparse.Namespace, options: Options, bar: Bar) -> Transferred:
    if given.verb == "upload":
        return upload(Path(given.source), given.target, options, bar)
    act = sync if given.verb == "sync" else transfer
    return act(given.source, given.target, options, bar)


def _size(text: str) -> int:
    try:
        if size := parse_size(text):
            return size
        raise ValueError("expected more than 0: without a limit there is none")
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
