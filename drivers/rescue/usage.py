"""Command lines that are wrong end with 4, as everywhere in Unstuck; argparse's own is 2."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

EXIT_USAGE = 4


class Parser(argparse.ArgumentParser):
    """argparse's, with the exit code of a wrong command line."""

    def error(self, message: str) -> NoReturn:
        """Says what is wrong, and ends."""
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"{self.prog}: error: {message}\n")
