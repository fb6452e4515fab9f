"""The hooks by which a run announces itself: what evidence and reports listen to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from scenarios.events import Event


def pytest_unstuck_event(item: pytest.Item | None, event: Event) -> None:
    """Something happened while an item, or between items, worked on a phone.

    Called in the process that talks to the phone, in the order in which things happen.

    Args:
        item: the scenario's item; None for what belongs to the run itself.
        event: see `scenarios.events`.
    """
