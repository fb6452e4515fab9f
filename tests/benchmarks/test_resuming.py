"""A run that is cut off is gone on with: what was come to is not done again, what failed is."""

from __future__ import annotations

import pytest

from benchmarks.resuming import Kept


def fail() -> str:
    raise OSError("gone")


def test_what_was_come_to_outlives_the_run_and_what_failed_is_done_again(tmp_path) -> None:
    path = tmp_path / "results"
    kept = Kept(path)
    assert kept.once("a", lambda: "first") == "first"
    with pytest.raises(OSError, match="gone"):
        kept.once("b", fail)
    resumed = Kept(path)
    assert resumed.once("a", fail) == "first"
    assert resumed.once("b", lambda: "second") == "second"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["results"]


def test_without_a_file_nothing_is_written_and_nothing_is_done_twice(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept = Kept(None)
    assert kept.once("a", lambda: "first") == kept.once("a", fail)
    assert list(tmp_path.iterdir()) == []
