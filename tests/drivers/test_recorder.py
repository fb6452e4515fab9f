"""A recording: whole, readable, comparable, and nobody's business."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.exchange import Exchange
from drivers.identity import About, Identity
from drivers.recorder import Recorder
from drivers.redact import Redactor
from tests.full_disk import room_for

ABOUT = About(Identity("0a1b2c3d4e", "f00d"), "Pixel 8", "google", "14", 34, "en-US", 0)


def record(path: Path, *exchanges: Exchange) -> str:
    with Recorder(path, ABOUT, Redactor("0a1b2c3d4e")) as recorder:
        for exchange in exchanges:
            recorder.hear(exchange)
    return path.read_text(encoding="utf-8")


def test_an_exchange_is_a_block_with_its_times_on_a_line_of_their_own(tmp_path: Path) -> None:
    text = record(
        tmp_path / "x.txt",
        Exchange("shell", "echo hi", "hi\n", "", 0, 100.0, 0.25, 0.2, 0.05),
        Exchange("shell", "cat x", "no end", "cat: x\n", 1, 101.5, 0.5, 0.5, 0.05),
    )
    assert text == (
        "unstuck-recording: 1\nmodel: Pixel 8\nvendor: google\nandroid: 14\nsdk: 34\n"
        "locale: en-US\nuser: 0\n"
        "\n== 1 shell exit=0\n@ +0.0000 0.2500 computer=0.0500 wire=0.0500 phone=0.1500\n"
        "> echo hi\n| hi\n"
        "\n== 2 shell exit=1\n@ +1.5000 0.5000 computer=0.0000 wire=0.0500 phone=0.4500\n"
        "> cat x\n|~ no end\n! cat: x\n"
    )


def test_a_call_that_was_not_answered_is_in_it_with_the_reason(tmp_path: Path) -> None:
    text = record(
        tmp_path / "x.txt",
        Exchange("shell", "dumpsys x", "", "the link dropped", None, 0.0, 1.0),
        Exchange("link", "phone SERIAL is back after 1.0s", "", "", None, 1.0, 0.0),
    )
    assert "\n== 1 shell\n" in text
    assert "\n> dumpsys x\n!~ the link dropped\n" in text
    assert "\n== 2 link\n" in text


def test_xml_is_broken_between_its_tags_and_nowhere_else(tmp_path: Path) -> None:
    xml = '<?xml version="1.0"?><hierarchy><node text="a > b"/></hierarchy>'
    text = record(tmp_path / "x.txt", Exchange("agent", "dump[]", xml, "", None, 0.0, 0.1))
    lines = [
        line[3:] if line[1] == "~" else line[2:] for line in text.splitlines() if line[:1] == "|"
    ]
    assert "".join(lines) == xml
    assert len(lines) == 4


def test_half_a_letter_is_written_as_its_number(tmp_path: Path) -> None:
    cut_off = Exchange("agent", "dump[]", "\ud83d", "", None, 0.0, 0.1)
    assert "\n|~ \\ud83d\n" in record(tmp_path / "x.txt", cut_off)


def test_a_full_disk_ends_it_once(tmp_path: Path) -> None:
    exchange = Exchange("shell", "echo hi", "hi\n", "", 0, 0.0, 0.1)
    with Recorder(tmp_path / "x.txt", ABOUT, str) as recorder:
        with room_for(10, tmp_path / "x.txt"), pytest.raises(OSError, match="too large"):
            recorder.hear(exchange)
        recorder.hear(exchange)
    assert "echo hi" not in (tmp_path / "x.txt").read_text(encoding="utf-8")


def test_what_is_personal_is_not_in_it(tmp_path: Path) -> None:
    text = record(
        tmp_path / "x.txt",
        Exchange("shell", "ls 0a1b2c3d4e", "a@example.com IMG_1.jpg\n", "", 0, 0.0, 0.1),
    )
    assert "a@example.com" not in text
    assert "0a1b2c3d4e" not in text
    assert "IMG_1" not in text
