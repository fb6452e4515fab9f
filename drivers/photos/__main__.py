"""`python -m drivers.photos`: what the harness reads from Photos' words, without a phone."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from drivers.photos.status import UNKNOWN, Status, read_status, status_of


def main(arguments: list[str] | None = None) -> int:
    """Reads one text or one hierarchy and prints JSON.

    Returns:
        0, also where nothing in it is a status. A file that holds no hierarchy is unknown as
        well, with the reason on stderr; one that cannot be opened is a usage error.
    """
    parser = argparse.ArgumentParser(prog="python -m drivers.photos", description=__doc__)
    parser.add_argument("--locale", default="", metavar="TAG", help="BCP 47 tag, such as de-AT")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("text", nargs="?", metavar="TEXT", help="what Photos shows")
    what.add_argument("--hierarchy", metavar="FILE.xml", help="a screen's dump, - for stdin")
    options = parser.parse_args(arguments)
    if options.hierarchy is None:
        status = read_status(options.text, options.locale)
    else:
        try:
            is_stdin = options.hierarchy == "-"
            raw = sys.stdin.buffer.read() if is_stdin else Path(options.hierarchy).read_bytes()
        except OSError as error:
            parser.error(f"cannot read {options.hierarchy}: {error.strerror}")
        status = _read_screen(raw, options.locale)
    print(json.dumps(status.as_json(), ensure_ascii=False))
    return 0


def _read_screen(raw: bytes, locale: str) -> Status:
    from drivers.hierarchy import decode, parse  # not for a text alone

    try:
        return status_of(parse(decode(raw)), locale)
    except ValueError as error:
        print(f"nothing read: {error}", file=sys.stderr)
        return UNKNOWN


if __name__ == "__main__":
    sys.exit(main())
