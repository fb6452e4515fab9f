"""On which virtual phones the contracts of screens hold."""

from __future__ import annotations

import pytest


def phones(*more: str) -> list[object]:
    """The newest and the oldest pages of Photos always, further ones with `--full`.

    The matrix (`python -m benchmarks.matrix`) walks the others' pages too, scenario by scenario.

    Args:
        more: PROFILE[/GENERATION[/LOCALE]] of each further phone.
    """
    return ["pixel-8", "pixel-xl", *(pytest.param(p, marks=pytest.mark.full) for p in more)]
