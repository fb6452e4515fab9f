"""Proves many scenarios on several virtual phones at once, where nobody said how many.

A proof waits most of its time, for a counter that is to stand still or to move, so that two at
once on each core take a third of the time. A person's phone is one, and is never spread over.
"""

from __future__ import annotations

import os

import pytest

from drivers.errors import UnstuckError
from drivers.fleet import PickError
from scenarios.choosing import PICKED, find_phone, lookup_in
from scenarios.collection import asked_files
from scenarios.options import REGRESS, OptionError, read_wish
from scenarios.saying import tell

# Fewer files are looked on at, step by step, which several phones at once do not allow.
_MANY = 8
_MOST_PHONES = 8
# What chooses among them, looks closely, keeps to one order, or runs nothing at all.
_ALONE = (
    "keyword", "markexpr", "lf", "collectonly", "help", "version", "markers", "showfixtures",
    "show_fixtures_per_test", "cacheshow", "setuponly", "setupplan", "setupshow", "usepdb", "trace",
    "stepwise", "unstuck_restore_only",
)  # fmt: skip


def spread(config: pytest.Config) -> None:
    """Sets `-n` for a run that proves many scenarios on phones of its own.

    To be called before pytest-xdist reads it. What is wrong with the run is not said here.
    """
    asked = config.option
    if getattr(asked, "numprocesses", 0) is not None or hasattr(config, "workerinput"):
        return
    is_watched = asked.capture == "no" or asked.verbose > 0
    if is_watched or any(getattr(asked, name, None) for name in _ALONE):
        return
    look_up = lookup_in(config)
    try:
        wish = read_wish(look_up)
        is_one_story = wish.mode not in ("", REGRESS) or look_up("record")
        if is_one_story or len(asked_files(config)) < _MANY:
            return
        picked = config.stash[PICKED] = find_phone(wish, tell)
    except (OptionError, PickError, UnstuckError):
        return
    if picked.virtual is not None:
        # The long ones are not to wait behind each other.
        asked.numprocesses, asked.dist = min(2 * _cores(), _MOST_PHONES), "worksteal"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
