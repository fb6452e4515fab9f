"""The printed vocabulary leaves nothing out, and says of each thing what a person must know."""

from __future__ import annotations

import re
from itertools import pairwise

from drivers.vocabulary import Registry, registry
from scenarios.reference import vocabulary_page, vocabulary_text

COLUMN_BAR = re.compile(r"(?<!\\)\|")


def test_everything_is_there(vocabulary: Registry) -> None:
    for known in (vocabulary, registry()):
        text, page = vocabulary_text(known), vocabulary_page(known)
        for name in (*known.facts, *known.operations):
            assert f"  {name} " in text
            assert f"`{name}`" in page or f"### {name}" in page
        for name in (*known.controls, *known.operations):
            assert f"### {name}\n" in page


def test_a_line_of_the_terminal(vocabulary: Registry) -> None:
    lines = {
        line.split()[0]: " ".join(line.split())
        for line in vocabulary_text(vocabulary).splitlines()
        if line
    }
    assert (
        lines["battery.level"]
        == "battery.level ! a percentage such as 15%. What battery.level means."
    )
    assert lines["battery.saver"].startswith("battery.saver * on or off.")
    assert lines["storage.free"].startswith("storage.free a size")
    assert lines["media.add"] == (
        "media.add reversible. What media.add does. Takes `count` (a whole number)."
    )


def test_an_entry_of_the_page(vocabulary: Registry) -> None:
    page = vocabulary_page(vocabulary)
    access = page.split("### photos.media_access\n")[1].split("###")[0]
    assert "- Risk: reversible for all, selected; disruptive for none.\n" in access
    transfer = page.split("### cloud.transfer\n")[1].split("###")[0]
    assert "- Effects: uploads.\n" in transfer
    assert "`verified` (on or off)" in transfer


def test_every_command_of_a_line_is_shown_and_no_filter() -> None:
    page = vocabulary_page(registry())
    [row] = [line for line in page.splitlines() if line.startswith("| `media.count`")]
    assert "`dumpsys package {package}; content query --user {user} --uri" in row
    assert "grep" not in row
    assert "echo" not in row


def test_a_value_that_nobody_can_set_is_not_among_those_taken() -> None:
    page = vocabulary_page(registry())
    for name, taken, refused in (
        ("photos.media_access", "one of all, none", "selected"),
        ("photos.standby_bucket", "one of active, working_set, frequent, rare", "exempted, never"),
        ("power.idle_state", "one of active, idle", "inactive, idle_pending, sensing"),
    ):
        entry = page.split(f"### {name}\n")[1].split("###")[0]
        assert f"- Takes: {taken}" in entry
        assert f"refused where a file sets it: {refused}" in entry


def test_each_operation_shows_what_it_sends_and_what_nothing_takes_back() -> None:
    page = vocabulary_page(registry()).split("## Operations\n")[1].split("\n## ")[0]
    entries = dict(entry.split("\n", 1) for entry in page.split("### ")[1:])
    assert entries.keys() == registry().operations.keys()
    assert [name for name, entry in entries.items() if "```sh\n" not in entry] == []
    assert "pm clear" in entries["app.clear_data"]
    assert "- Undo: nothing takes it back.\n" in entries["app.clear_data"]
    assert "data that it deleted stays lost" in entries["photos.clear_data"]
    assert "- Undo: none needed.\n" in entries["photos.open"]


def test_tables_keep_their_columns() -> None:
    """A bar in a command would begin a column of its own."""
    lines = vocabulary_page(registry()).splitlines()
    for head, row in pairwise(lines):
        if head.startswith("|") and row.startswith("|"):
            assert len(COLUMN_BAR.findall(head)) == len(COLUMN_BAR.findall(row)), row
