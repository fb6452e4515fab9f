"""The file of events: one JSON object a line, whatever was shown and however full the disk is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports.events import EventFile
from tests.full_disk import room_for


def read(path: Path) -> list[object]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_event_is_a_line_on_the_disk_at_once(tmp_path: Path) -> None:
    file = EventFile(tmp_path / "new" / "events.jsonl")
    for text in ("one", "zwei\nπ"):
        file.write({"event": "note", "text": text})
        assert read(tmp_path / "new" / "events.jsonl")[-1] == {"event": "note", "text": text}
    file.close()


def test_half_a_letter_comes_back(tmp_path: Path) -> None:
    file = EventFile(tmp_path / "events.jsonl")
    file.write({"text": "cut off: \ud83d"})
    assert read(tmp_path / "events.jsonl") == [{"text": "cut off: \ud83d"}]
    file.close()


def test_without_a_place_it_says_so_once(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    file = EventFile(tmp_path / "taken" / "events.jsonl")
    with pytest.raises(OSError, match="taken"):
        file.write({"text": "one"})
    file.write({"text": "two"})
    file.close()


def test_a_full_disk_ends_it_once(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    file = EventFile(path)
    file.write({"text": "one"})
    with room_for(5, path), pytest.raises(OSError, match="too large"):
        file.write({"text": "two"})
    file.write({"text": "three"})
    file.close()
    assert path.read_text(encoding="utf-8").splitlines() == ['{"text": "one"}', '{"tex']
