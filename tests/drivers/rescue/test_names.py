"""Names on file systems that hold less than the phone's."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rescue.names import Names, Rules, numbered, portable, probe

LINUX = Rules()
# As probed on NTFS under Windows, exFAT under Linux, and APFS.
WINDOWS = Rules(
    forbidden=frozenset('<>:"|?*\\' + "".join(map(chr, range(1, 32)))),
    folds=True,
    is_windows=True,
    takes_any_bytes=False,
    counts_bytes=False,
)
STICK = Rules(forbidden=WINDOWS.forbidden, folds=True, is_windows=True, takes_any_bytes=False)
MAC = Rules(folds=True, takes_any_bytes=False)

ALL = [LINUX, WINDOWS, STICK, MAC]

# Bytes as a phone may have them in a name: anything but NUL and the slash.
NAMES = (
    st.binary(min_size=1, max_size=255)
    .map(lambda raw: raw.replace(b"\0", b"x").replace(b"/", b"y"))
    .filter(lambda raw: raw not in {b".", b".."})
    .map(lambda raw: raw.decode("utf-8", "surrogateescape"))
)
PATHS = st.lists(
    st.one_of(NAMES, st.sampled_from(["a", "A", "é", "e\u0301", "CON", "con.", "a~2", "x" * 255])),
    min_size=1,
    max_size=3,
).map("/".join)


def key(place: str, rules: Rules) -> str:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", place).casefold())
    return folded if rules.folds else place


@pytest.mark.parametrize("rules", ALL)
@given(paths=st.lists(PATHS, max_size=12, unique=True))
def test_every_path_gets_a_place_of_its_own_that_can_be(rules: Rules, paths: list[str]) -> None:
    names = Names(rules, ["manifest.jsonl"])
    places = [names.place(path) for path in paths]
    keys = [key(place, rules) for place in places]
    assert len({*keys, "manifest.jsonl"}) == len(paths) + 1
    # What is a file is no folder, or one of them could not be written.
    folders = {
        key("/".join(p.split("/")[:n]), rules) for p in places for n in range(1, p.count("/") + 1)
    }
    assert not folders & set(keys)
    for place in places:
        for part in place.split("/"):
            assert part not in {"", ".", ".."}
            assert not set(part) & rules.forbidden
            assert portable(part, rules) == part


@given(paths=st.lists(PATHS, max_size=6, unique=True))
def test_what_a_later_rescue_places_collides_with_nothing_earlier(paths: list[str]) -> None:
    earlier = Names(WINDOWS)
    taken = [earlier.place(path) for path in paths]
    later = Names(WINDOWS, taken)
    again = [later.place(path) for path in paths]
    assert len({key(place, WINDOWS) for place in [*taken, *again]}) == 2 * len(paths)


@given(name=NAMES)
def test_where_everything_can_be_held_everything_keeps_its_name(name: str) -> None:
    assert Names(LINUX).place(f"DCIM/{name}") == f"DCIM/{name}"


@pytest.mark.parametrize(
    ("name", "rules", "expected"),
    [
        ("IMG.jpg", WINDOWS, "IMG.jpg"),
        ("..", LINUX, "_"),
        ("a:b?.jpg", WINDOWS, "a_b_.jpg"),
        ("nul", WINDOWS, "nul_"),
        ("COM7.old.jpg", WINDOWS, "COM7_.old.jpg"),
        ("COM¹.jpg", WINDOWS, "COM¹_.jpg"),
        ("CONIN$", WINDOWS, "CONIN$_"),
        ("conout$.jpg", STICK, "conout$_.jpg"),
        ("console.jpg", WINDOWS, "console.jpg"),
        ("end.", WINDOWS, "end_"),
        ("by\udcfft", MAC, "by%FFt"),
        ("ж" * 200, STICK, "ж" * 127),
        ("ж" * 200 + ".jpg", STICK, "ж" * 125 + ".jpg"),
        ("ж" * 200, WINDOWS, "ж" * 200),
    ],
)
def test_a_name_changes_as_little_as_it_must(name: str, rules: Rules, expected: str) -> None:
    assert portable(name, rules) == expected


def test_numbers_stand_before_the_extension_and_within_the_limit() -> None:
    assert numbered("a.tar.gz", 3, LINUX) == "a.tar~3.gz"
    assert numbered(".nomedia", 2, LINUX) == ".nomedia~2"
    assert numbered("x" * 251 + ".jpg", 2, LINUX) == "x" * 249 + "~2.jpg"


def test_the_probe_leaves_nothing_behind(tmp_path: Path) -> None:
    rules = probe(tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a").touch()
    assert rules.folds == (tmp_path / "A").exists()


def test_names_that_differ_by_the_form_of_an_accent_alone_are_tried_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exists(path: Path) -> bool:
        """As on HFS+ with case, or ZFS with normalization: case counts, the form does not."""
        wanted = unicodedata.normalize("NFD", path.name)
        return wanted in {unicodedata.normalize("NFD", other.name) for other in tmp_path.iterdir()}

    monkeypatch.setattr(Path, "exists", exists)
    names = Names(probe(tmp_path))
    assert names.place("\u00e9.jpg") == "\u00e9.jpg"
    assert names.place("e\u0301.jpg") == "e\u0301~2.jpg"
