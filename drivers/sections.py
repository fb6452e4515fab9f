"""The outputs of many commands in one text: `dumpsys` of every service, and a bug report.

Each part has the name of its service, or its command, in the line before it (frameworks/native
cmds/dumpsys and cmds/dumpstate, Android 8 to 17). Pure: text in, commands and their texts out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# `DUMP OF SERVICE battery:`, with a priority in the parts of a bug report that are asked first;
# `------ SYSTEM PROPERTIES (getprop) ------`.
_HEADING = re.compile(
    r"DUMP OF SERVICE (?:(?:CRITICAL|HIGH|NORMAL) )?(?P<service>[\w.]+):\s*$"
    r"|-{6} [A-Z][^()]*\((?P<command>[^()]+)\) -{6}\s*$"
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# What follows a service's part, and a command's.
_END = re.compile(
    r"-{9} [\d.]+s was the duration of dumpsys|-{6} [\d.]+s was the duration of|-{6} [A-Z]"
)


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Cuts such a text into its parts.

    Yields:
        The command of each part and what it printed. A part that runs to the end of the text may
        have been cut there, and ends as the text does.
    """
    command: str | None = None
    part: list[str] = []
    for line in _LINE.findall(text):
        heading = _HEADING.match(line)
        if heading or _END.match(line):
            if command is not None:
                yield command, "".join(part)
            command, part = None, []
        if heading:
            command = heading["command"] or f"dumpsys {heading['service']}"
        elif command is not None:
            part.append(line)
    if command is not None:
        yield command, "".join(part)
