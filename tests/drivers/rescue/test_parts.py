"""The parts that need no phone: batches and hashes, landings, the meter, dates."""

from __future__ import annotations

import doctest
import hashlib
import importlib
import io
import itertools
import os
import pkgutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import drivers.cloud
import drivers.rescue
from drivers.rescue.digest import Digesting
from drivers.rescue.hashing import batches, is_tame, read_hashes
from drivers.rescue.landing import Landing, arrived, partial_path
from drivers.rescue.manifest import PARTIAL
from drivers.rescue.meter import Meter, clock
from drivers.rescue.operation import parse_date
from drivers.rescue.progress import Bar, during
from drivers.rescue.survey import Item
from drivers.rescue.sync import KEPT_BYTES, REST_BLOCK, encode, quote

MODULES = [
    f"{package.__name__}.{module.name}"
    for package in (drivers.rescue, drivers.cloud)
    for module in pkgutil.iter_modules(package.__path__)
]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_are_true(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


@given(raw=st.binary(min_size=1, max_size=80).filter(lambda raw: b"\0" not in raw))
def test_a_shell_reads_back_what_was_quoted(raw: bytes) -> None:
    path = raw.decode("utf-8", "surrogateescape")
    script = b"printf %s " + encode(quote(path))
    assert subprocess.run(["bash", "-c", script], capture_output=True, check=True).stdout == raw


@given(
    items=st.lists(
        st.builds(Item, st.text(min_size=1, max_size=300), st.integers(0, 10**8), st.just(0)),
        max_size=300,
    )
)
def test_batches_hold_every_item_once_and_stay_small(items: list[Item]) -> None:
    found = list(batches(items))
    assert [item for batch in found for item in batch] == items
    for batch in found:
        assert (
            len(" ".join(quote(item.path) for item in batch).encode("utf-8", "replace")) < 100_000
        )
        assert sum(item.size for item in batch[:-1]) <= 64 << 20


def test_a_file_that_cannot_be_read_leaves_the_others_their_hashes() -> None:
    text = f"{'a' * 64}  /x y\n{'b' * 64}  /z\n"
    assert read_hashes(text, ["/gone", "/x y", "/z"]) == {"/x y": "a" * 64, "/z": "b" * 64}


@given(name=st.text(min_size=1))
def test_only_names_that_come_back_as_they_are_share_a_command(name: str) -> None:
    if is_tame(name):
        assert name.encode().decode() == name
        assert read_hashes(f"{'c' * 64}  {name}\n", [name]) == {name: "c" * 64}


def test_a_landing_goes_on_where_it_was(tmp_path: Path) -> None:
    (tmp_path / PARTIAL).mkdir()
    data = bytes(range(256)) * 1000
    item = Item("/a", len(data), 1)
    path = partial_path(tmp_path, item)
    assert arrived(path, item) == 0
    with Digesting(KEPT_BYTES) as digesting:
        first = Landing(path, digesting)
        assert first.write([data[:150_000], data[150_000:200_000]]) == 200_000
        first.close()
        offset = arrived(path, item)
        assert offset == 200_000 // REST_BLOCK * REST_BLOCK
        second = Landing(path, digesting, offset)
        second.write([memoryview(data)[offset:]])
        second.close()
        assert second.digest.hexdigest() == hashlib.sha256(data).hexdigest()
    assert path.read_bytes() == data
    assert arrived(path, item) == len(data)
    assert arrived(partial_path(tmp_path, Item("/a", len(data), 2)), item) == 0


@pytest.mark.parametrize("taken", [0, 1, 9, 10, 11, 25, 40])
def test_what_one_write_leaves_is_written_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    blocks = [b"0123456789", b"", b"abcdefghijklmno", b"ABCDEFGHIJKLMNO"]

    def some(file: int, blocks: Sequence[bytes]) -> int:
        return os.write(file, b"".join(blocks)[:taken])

    monkeypatch.setattr("drivers.rescue.landing.os.writev", some)
    with Digesting(KEPT_BYTES) as digesting:
        landing = Landing(tmp_path / "a", digesting)
        assert landing.write(blocks) == landing.size == 40
        landing.close()
    assert (tmp_path / "a").read_bytes() == b"".join(blocks)


def test_rate_and_remaining_time_are_those_of_late() -> None:
    meter = Meter("copying", 1_000_000_000, now=0)
    for second in range(1, 21):
        meter.advance(1_000_000, second)
    for second in range(21, 41):
        meter.advance(20_000_000, second)
    line = meter.line(40)
    assert line == "copying  42%  420 MB of 1 GB  20 MB/s  0:29 left"
    assert meter.summary(40) == "copying  42%  420 MB of 1 GB  10.5 MB/s  in 0:40"


@given(width=st.integers(0, 200))
def test_a_bar_takes_the_room_that_the_words_leave(width: int) -> None:
    meter = Meter("copying", 1_000_000_000, now=0)
    meter.advance(400_000_000, 4)
    words = "copying  40%  400 MB of 1 GB  100 MB/s  0:06 left"
    line = meter.line(4, width=width)
    assert line.replace(" [", "").replace("#", "").replace(".", "").replace("]", "") == words
    assert len(line) <= max(width, len(words))
    if width >= 80:
        assert "[########............]" in line


def test_no_remaining_time_is_told_before_the_rate_means_something() -> None:
    meter = Meter("copying", 1_049_000_000, now=0)
    meter.advance(154, 1)
    assert meter.line(2) == "copying   0%  154 B of 1.049 GB  77 B/s"
    meter.advance(1 << 16, 2)
    assert meter.line(2).endswith(" left")
    meter = Meter("copying", 1_049_000_000, now=0)
    meter.advance(50_000_000, 1)
    assert "left" not in meter.line(1)


def test_a_terminal_without_a_size_is_taken_for_one_of_80_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = os.terminal_size((0, 0))
    monkeypatch.setattr("drivers.rescue.progress.os.get_terminal_size", lambda _: size)
    with (tmp_path / "pty").open("w+") as stream:
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
        bar = Bar(stream, now=lambda: 0.0, is_ticking=False)
        bar.begin("copying", 100)
        bar.end()
        stream.seek(0)
        assert "[....................]   0%  0 B of 100 B" in stream.read()


def test_a_meter_that_stands_still_promises_nothing_and_says_since_when() -> None:
    meter = Meter("copying", 10, now=0)
    assert meter.line(4) == "copying   0%  0 B of 10 B"
    meter.advance(5, 1)
    meter.advance(-5, 2)
    assert "left" not in meter.line(3)
    assert meter.line(62) == "copying   0%  0 B of 10 B  nothing moved for 1:01"
    meter.advance(9, 63)
    assert "nothing moved" not in meter.line(64)
    # A cloud that has taken everything may still have to say so.
    meter.advance(1, 65)
    assert meter.line(75) == "copying 100%  10 B of 10 B  nothing moved for 0:10"
    assert clock(86_399) == "23:59:59"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_draws_over_itself_on_a_terminal_only() -> None:
    seconds = iter(range(1000))
    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        bar = Bar(stream, now=lambda: float(next(seconds)), is_ticking=False)
        bar.begin("copying", 100)
        for _ in range(4):
            bar.advance(25)
        bar.announce("a line")
        bar.end()
    assert terminal.getvalue().count("\n") == 2
    assert "\r\x1b[K" in terminal.getvalue()
    lines = pipe.getvalue().splitlines()
    assert "\r" not in pipe.getvalue()
    assert "a line" in lines
    assert lines[-1].startswith("copying 100%  100 B of 100 B")


def test_what_stands_is_said_ever_less_often() -> None:
    now = 0.0
    terminal, pipe = Terminal(), io.StringIO()
    bars = [Bar(stream, now=lambda: now, is_ticking=False) for stream in (terminal, pipe)]
    for bar in bars:
        bar.begin("copying", 100)
        bar.advance(50)
    while now < 300:
        now += 1
        for bar in bars:
            bar.tick()
    said = [line.rpartition(" ")[2] for line in pipe.getvalue().splitlines()]
    assert said == ["0:10", "0:20", "0:40", "1:20", "2:40"]
    assert terminal.getvalue().count("nothing moved for") == 300 - 4
    for bar in bars:
        bar.end()
        bar.tick()
    assert pipe.getvalue().splitlines()[-1] == "copying  50%  50 B of 100 B  in 5:00"


def test_what_has_no_bytes_is_shown_only_where_it_takes_long() -> None:
    now = 0.0
    terminal, pipe = Terminal(), io.StringIO()
    bars = [Bar(stream, now=lambda: now, is_ticking=False) for stream in (terminal, pipe)]
    for bar in bars:
        with during(bar, "asking drive:"):
            bar.tick()
    assert pipe.getvalue() == ""
    assert "asking" not in terminal.getvalue()
    for bar in bars:
        bar.begin("asking drive:", None)
    now = 10.0
    for bar in bars:
        bar.tick()
        bar.end()
    assert pipe.getvalue() == "asking drive:  0:10\n"
    assert terminal.getvalue().endswith("asking drive:  0:10\r\x1b[K")


def test_a_bar_ticks_by_itself_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.rescue.progress._TICK_S", 0.01)
    ticked = threading.Event()
    before = threading.active_count()

    class Stream(Terminal):
        def write(self, text: str) -> int:
            if "nothing moved for" in text:
                ticked.set()
            return super().write(text)

    # Each look at the clock is three seconds later than the one before.
    clock = itertools.count(0.0, 3.0)
    bar = Bar(Stream(), now=lambda: next(clock))
    with during(bar, "copying", 100):
        assert ticked.wait(30)
    assert threading.active_count() == before


def test_dates_are_of_this_computers_zone_unless_they_say() -> None:
    assert parse_date("2026-01-31").tzinfo is not None
    assert parse_date("2026-01-31T10:00:00+00:00").timestamp() == 1769853600
    with pytest.raises(ValueError, match="expected a date such as"):
        parse_date("31.1.2026")
