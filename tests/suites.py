"""Where other projects' suites are, for the tests that let them judge us."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "UNSTUCK_SUITES"


def found_in_suites(*names: str) -> list[Path]:
    """The files that end in these names below the folder that the variable names.

    Skips the test where the variable is not set or a file is not there.
    """
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} names no folder with other projects' suites")
    found = []
    for name in names:
        hits = sorted(Path(folder).glob(f"**/{name}"))
        if not hits:
            pytest.skip(f"{folder} holds no {name}")
        found.append(hits[0])
    return found
