"""Which name each file of a rescue is to have in a cloud, without a cloud."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from drivers.cloud.staging import staged
from drivers.rescue.lock import only_one
from drivers.rescue.manifest import NAME, Entry, Header, Manifest

STORAGE = "/storage/emulated/0"


def names(
    folder: Path,
    files: list[tuple[str, str, bytes]],
    *,
    may_replace: bool = True,
    folds: bool = False,
) -> dict[str, bytes]:
    """What is laid out of files, each a path of the phone, a place in the rescue, and bytes."""
    (folder / NAME).touch()
    entries = []
    for number, (path, place, data) in enumerate(files):
        (folder / place).write_bytes(data)
        entries.append(Entry(f"{STORAGE}/{path}", place, len(data), number, data.hex()))
    manifest = Manifest(Header("S", "A", "Pixel 8", ""), entries)
    with staged(folder, manifest, once=False, may_replace=may_replace, folds=folds) as laid:
        return {path.name: path.read_bytes() for path in laid.into.iterdir() if path.name != NAME}


VERSIONS = [("a.jpg", "a.jpg", b"1"), ("a.jpg", "a~2.jpg", b"22"), ("a.jpg", "a~3.jpg", b"333")]


@pytest.mark.parametrize(
    ("files", "may_replace", "expected"),
    [
        (VERSIONS, True, {"a.jpg": b"333", "a~2.jpg": b"1", "a~3.jpg": b"22"}),
        (VERSIONS, False, {"a.jpg": b"1", "a~2.jpg": b"22", "a~3.jpg": b"333"}),
        # Two of the same size a cloud may take for one.
        (
            [*VERSIONS, ("a.jpg", "a~4.jpg", b"444")],
            True,
            {"a.jpg": b"1", "a~2.jpg": b"22", "a~3.jpg": b"333", "a~4.jpg": b"444"},
        ),
        # The newest may be stored with another file, which keeps its own name.
        (
            [VERSIONS[0], ("b.jpg", "b.jpg", b"22"), ("a.jpg", "b.jpg", b"22")],
            True,
            {"a.jpg": b"22", "a~2.jpg": b"1", "b.jpg": b"22"},
        ),
        # It was edited and put back.
        ([*VERSIONS[:2], VERSIONS[0]], True, {"a.jpg": b"1", "a~2.jpg": b"22"}),
    ],
    ids=["replaced", "kept", "of one size", "equal to another", "put back"],
)
def test_the_newest_version_has_the_name_where_it_may_take_it(
    tmp_path: Path,
    files: list[tuple[str, str, bytes]],
    may_replace: bool,
    expected: dict[str, bytes],
) -> None:
    assert names(tmp_path, files, may_replace=may_replace) == expected


def test_accents_are_told_apart_nowhere_and_case_where_the_cloud_does(tmp_path: Path) -> None:
    files = [(n, n, n.encode()) for n in ("\u00e9.jpg", "e\u0301.jpg", "b.jpg", "B.jpg")]
    for _, place, _ in files:
        (tmp_path / place).touch()
    if len(list(tmp_path.iterdir())) < len(files):
        pytest.skip("this computer takes the two for one")
    assert names(tmp_path, files).keys() == {"\u00e9.jpg", "e\u0301~2.jpg", "b.jpg", "B.jpg"}
    laid_out = names(tmp_path, files, folds=True)
    assert laid_out.keys() == {"\u00e9.jpg", "e\u0301~2.jpg", "b.jpg", "B~2.jpg"}
    assert laid_out["B~2.jpg"] == b"B.jpg"


def test_a_name_with_the_sign_that_rclone_quotes_with_is_changed(tmp_path: Path) -> None:
    files = [(n, n, n.encode()) for n in ("‛␊.jpg", "␊.jpg", "a‛.jpg")]
    assert names(tmp_path, files).keys() == {"_␊.jpg", "␊.jpg", "a_.jpg"}


@pytest.mark.skipif(sys.platform == "win32", reason="who holds a folder is not told there")
def test_what_an_upload_left_that_was_killed_is_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    left, new, used = (temporary / f".unstuck-upload-{name}" for name in ("left", "new", "used"))
    theirs = temporary / "theirs"
    rescue = tmp_path / "rescue"
    for folder in (left, new, used, theirs, rescue):
        folder.mkdir(parents=True)
    (rescue / "a.jpg").write_bytes(b"one")
    (left / "a.jpg").symlink_to(rescue / "a.jpg")
    (left / "DCIM").symlink_to(rescue)
    for folder in (left, used, theirs):
        os.utime(folder, (0, 0))
    with only_one(used):
        names(rescue, [("b.jpg", "b.jpg", b"two")])
    assert set(temporary.iterdir()) == {new, used, theirs}
    assert (rescue / "a.jpg").read_bytes() == b"one"
