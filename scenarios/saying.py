"""Lines of a run's own, where a person reads them: with pytest's terminal, and without."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import textwrap

import pytest

# A command is copied whole, so that it stays on one line wherever that is wider than the rest.
_COMMAND = re.compile(r"`[^`]*`")


def tell(text: str) -> None:
    """Prints where there is no session, and hence no terminal of pytest's.

    What the output cannot show is written as its number; whoever reads along may be gone.
    """
    encoding = sys.stdout.encoding or "utf-8"
    with contextlib.suppress(OSError):
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)


def say(config: pytest.Config, text: str) -> None:
    """Writes lines where a person reads them, no wider than the terminal, or than $COLUMNS."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:  # absent in xdist's workers, whose controller says the same
        return
    reporter.ensure_newline()
    is_limited = reporter.isatty or os.environ.get("COLUMNS")
    for line in text.splitlines():
        for part in _wrapped(line, shutil.get_terminal_size().columns) if is_limited else [line]:
            # At once, so that Ctrl-C finds no line without its end.
            reporter.write(f"{part}\n", flush=True)


def _wrapped(line: str, width: int) -> list[str]:
    whole = _COMMAND.sub(lambda found: found[0].replace(" ", "\0"), line)
    inside = line[: len(line) - len(line.lstrip())]
    lines = textwrap.wrap(
        whole,
        width,
        subsequent_indent=f"{inside}  ",
        break_on_hyphens=False,
        break_long_words=False,
    )
    return [part.replace("\0", " ") for part in lines]
