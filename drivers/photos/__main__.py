"""`python -m drivers.photos`: what the harness reads from Photos' words, without a phone."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from drivers.photos.status import UNKNOWN, read_status, status_of


def main(arguments: list[str] | None = None) -> int:
    """Reads one text or one hierarchy and prints JSON.

    Returns:
        0; 2 where the hierarchy's file cannot be opened or holds none, with the reason on stderr.
    """
    parser = argparse.ArgumentParser(prog="python -m drivers.photos", description=__doc__)
    parser.add_argument("--locale", default="", metavar="TAG", help="BCP 47 tag, such as de-AT")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("text", nargs="?", metavar="TEXT", help="what Photos shows")
    what.add_argument("--hierarchy", type=Path, metavar="FILE.xml", help="a screen's dump")
    options = parser.parse_args(arguments)
    if options.hierarchy is None:
        status = read_status(options.text, options.locale)
    else:
        from drivers.hierarchy import decode, parse

        try:
            xml = decode(options.hierarchy.read_bytes())
            status = status_of(parse(xml), options.locale)
        except (OSError, ValueError) as error:
            print(f"{options.hierarchy}: {error}", file=sys.stderr)
            print(json.dumps(UNKNOWN.as_json()))
            return 2
    print(json.dumps(status.as_json(), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
