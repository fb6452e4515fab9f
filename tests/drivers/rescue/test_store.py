"""The media store is read, and what it knows is found, whatever names there are."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.phone import Phone
from drivers.rescue.looking import Looking
from drivers.rescue.rescuing import rescue
from drivers.rescue.store import Behind, Known, look_behind, read
from drivers.rescue.sync import Stat, encode, quote
from tests.drivers.rescue.conftest import content, do

CHATS = "/storage/emulated/0/Chats"
NAMES = [
    "cr\r\nlf.jpg", "e\x1b[31mf.jpg", "y\nRow: 9 _id=77, _data=z.jpg", "\nx\n.jpg", "by\udcff.jpg",
    "y\nRow: 6 _id=77, _data=NULL\n.jpg", "b\udcff\nRow: 1 _id=1, _data=NULL\n.jpg", "é😀.jpg",
    "a, b=c.jpg",
]  # fmt: skip
PIECES = st.sampled_from(
    [*"ab?é\n\r\udcff", "\nRow: 0 _id=7, _data=", "\nRow: 1 _id=8, _data=", "NULL", "\nError"]
)
PART = st.lists(PIECES, min_size=1, max_size=5).map("".join)
PATHS = st.lists(PART, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))


class Files:
    """A phone that holds these files."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = set(paths)

    def look(self, paths: Sequence[str]) -> Iterator[tuple[str, Stat | None]]:
        for path in paths:
            yield path, self._stat(path)

    def list(self, folders: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        for folder in folders:
            below = [p[len(folder) + 1 :] for p in self.paths if p.startswith(f"{folder}/")]
            yield folder, sorted({name.partition("/")[0] for name in below})

    def _stat(self, path: str) -> Stat | None:
        if any(other.startswith(f"{path}/") for other in self.paths):
            return Stat(stat.S_IFDIR, 0, 0)
        return Stat(stat.S_IFREG, 1, 0) if path in self.paths else None


def printed(paths: Iterable[str], ending: str = "", code: int = 0) -> bytes:
    """As `content query` prints rows of the store: Java's strings, nothing quoted."""
    known = [encode(path).decode("utf-8", "replace") for path in paths]
    rows = "".join(f"Row: {n} _id={n + 40}, _data={path}\n" for n, path in enumerate(known))
    return f"{rows or 'No result found.'}{ending}\nexit code {code}".encode()


def behind(files: Files, known: Iterable[str]) -> Behind:
    return look_behind(cast("Looking", files), Known(frozenset(known)), {})


@given(paths=st.lists(PATHS, max_size=4, unique=True))
@example(paths=["/a", "/a\nRow: 0 _id=7, _data=/a"])
@example(paths=["/\nRow: 0 _id=7, _data=/\nRow: 0 _id=7, _data="])
def test_every_file_is_found_or_the_phone_is_not_called_empty_there(paths: list[str]) -> None:
    files = Files(path for path in paths if not any(p.startswith(f"{path}/") for p in paths))
    known = read(printed(sorted(files.paths)))
    found = look_behind(cast("Looking", files), known, {})
    assert known.trouble == ""
    assert files.paths <= found.found.keys() or found.unclear


@given(paths=st.lists(PATHS, max_size=3, unique=True))
def test_a_name_in_ascii_is_read_as_it_is(paths: list[str]) -> None:
    plain = [path for path in paths if path.isascii() and "\nRow: " not in path]
    assert read(printed(plain)).paths == set(plain)


def test_what_was_deleted_is_told_from_what_has_another_name() -> None:
    files = Files(["/s/Bilder \udce9/x.jpg", "/s/y\nRow: 1 _id=9, _data=NULL", "/s/known é.jpg"])
    known = ["/s/Bilder \ufffd/x.jpg", "/s/y", "/s/gone.jpg", "/s/known é.jpg"]
    found = behind(files, [*known, "/s/known ü.jpg"])
    assert found.found.keys() == files.paths
    assert found.nothing == ("/s/gone.jpg", "/s/known ü.jpg")
    assert found.unclear == ()


def test_a_folder_that_may_be_meant_is_told() -> None:
    files = Files(["/s/y\nRow: 1 _id=9, _data=/z.jpg", "/s/y.jpg"])
    assert behind(files, ["/s/y", "/z.jpg", "/s/y.jpg"]).unclear == ("/s/y",)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b"\nexit code 0", "it gives no answer"),
        (b"sh: content: not found\n\nexit code 127", "sh: content: not found"),
        (printed(["/a"], code=137), "it ended with exit code 137"),
        (
            printed(["/a"], "Error while accessing provider:media\njava.lang.X: why\n\tat y\n"),
            "Error while accessing provider:media",
        ),
        (printed([]), ""),
        (b"WARNING: linker: unused\n" + printed(["/a"]), ""),
    ],
)
def test_an_answer_that_broke_off_is_told_from_one_that_ended(answer: bytes, trouble: str) -> None:
    known = read(answer)
    assert known.trouble == trouble
    assert known.paths == ({"/a"} if b"/a" in answer else set())


def test_any_name_outside_of_the_camera_folders_arrives(phone: Phone, copy: Path) -> None:
    do(phone, f"mkdir -p {CHATS}")
    for number, name in enumerate(NAMES):
        do(phone, f"echo {number} > {quote(f'{CHATS}/{name}')}")
    do(phone, "content call --uri content://media --method scan_volume --arg external_primary")
    try:
        outcome = rescue(phone, copy)
    finally:
        do(phone, f"rm -r {CHATS}")
    assert outcome.is_whole
    assert outcome.survey.without_file == ()
    there = {f"{number}\n".encode() for number in range(len(NAMES))}
    assert there <= set(content(copy).values())
