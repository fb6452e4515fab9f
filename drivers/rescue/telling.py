"""What a command came to, on standard output, whatever names are in it and whoever reads it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from typing import TextIO


def tell(lines: Iterable[str]) -> None:
    """Prints lines; where nobody reads on (`| head`), the rest goes nowhere."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name may hold what the encoding of a file, or of Windows' terminal, does not.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    except BrokenPipeError:
        lead_nowhere(sys.stdout)


def lead_nowhere(stream: TextIO) -> None:
    """Has what is written to a stream from now on go nowhere, since nobody reads it any more.

    Python writes at its end what is left: that must have somewhere to go.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
