"""Nothing is called verified that is not there, whatever its name, whatever rclone passes over."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.cloud import rclone
from drivers.cloud.outcome import Transferred
from drivers.cloud.transfers import sync, transfer
from drivers.errors import HostError
from tests.drivers.cloud.conftest import PROTOCOLS, Cloud, content

Serve = Callable[..., Cloud]
COMPOSED = unicodedata.normalize("NFC", "é.jpg")
DECOMPOSED = unicodedata.normalize("NFD", "é.jpg")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty one."""
    path = tmp_path / "folder"
    path.mkdir()
    return path


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_names_that_differ_only_in_how_letters_are_composed_both_arrive(
    serve: Serve, folder: Path, protocol: str
) -> None:
    (folder / COMPOSED).write_bytes(b"one")
    (folder / DECOMPOSED).write_bytes(b"two")
    if len(content(folder)) < 2:
        pytest.skip("this computer takes the two for one")
    cloud = serve(protocol)
    assert transfer(str(folder), cloud.remote("it")).files == 2
    assert content(cloud.folder / "photos") == content(folder)


def test_a_target_that_takes_two_names_for_one_is_an_error(folder: Path, tmp_path: Path) -> None:
    (folder / "a.jpg").write_bytes(b"one")
    (folder / "A.jpg").write_bytes(b"two")
    if len(content(folder)) < 2:
        pytest.skip("this computer takes the two for one")
    rclone.run(["config", "create", "blind", "local", "case_insensitive=true"])
    with pytest.raises(HostError, match=r"does not hold 1 file: a\.jpg.*differ by case"):
        transfer(str(folder), f"blind:{tmp_path}/out")
    assert len(content(tmp_path / "out")) == 1


def test_a_server_that_takes_two_names_for_one_is_an_error(serve: Serve, folder: Path) -> None:
    (folder / COMPOSED).write_bytes(b"one")
    (folder / DECOMPOSED).write_bytes(b"another")
    if len(content(folder)) < 2:
        pytest.skip("this computer takes the two for one")
    cloud = serve("webdav", normalizes=True)
    with pytest.raises(
        HostError, match=r"does not hold [12] files?: .*how their letters are composed"
    ):
        transfer(str(folder), cloud.remote("it"))


def test_a_link_is_not_passed_over_in_silence(folder: Path, tmp_path: Path) -> None:
    (folder / "a.jpg").write_bytes(b"one")
    (folder / "x: link.jpg").symlink_to("a.jpg")
    with pytest.raises(HostError, match=r"links.* but not 1 file: x: link\.jpg"):
        transfer(str(folder), str(tmp_path / "out"))
    assert content(tmp_path / "out") == {"a.jpg": b"one"}


def test_filters_of_the_environment_are_not_applied(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.jpg").write_bytes(b"one")
    for name, value in {"EXCLUDE": "*.jpg", "MAX_SIZE": "1", "DRY_RUN": "true"}.items():
        monkeypatch.setenv(f"RCLONE_{name}", value)
    assert transfer(str(folder), str(tmp_path / "out")).files == 1
    assert content(tmp_path / "out") == content(folder)


def test_names_with_every_kind_of_line_end_arrive(serve: Serve, folder: Path) -> None:
    for end in ("\n", "\r", "\x0b", "\x1c", "\x85", "\u2028", "\u2029"):
        (folder / f"a{end}- b.jpg").write_bytes(end.encode())
    cloud = serve("webdav")
    assert transfer(str(folder), cloud.remote("it")).is_verified is True
    assert content(cloud.folder / "photos") == content(folder)


@pytest.mark.parametrize("act", [transfer, sync])
@pytest.mark.parametrize("only_target", [COMPOSED, DECOMPOSED])
def test_names_that_the_target_alone_has_twice_are_told_apart(
    folder: Path, tmp_path: Path, act: Callable[..., Transferred], only_target: str
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / COMPOSED).write_bytes(b"one")
    (target / DECOMPOSED).write_bytes(b"another")
    if len(content(target)) < 2:
        pytest.skip("this computer takes the two for one")
    (kept,) = {COMPOSED, DECOMPOSED} - {only_target}
    (folder / kept).write_bytes(b"new")
    before = content(target)
    done = act(str(folder), str(target))
    assert done.is_verified
    if act is sync:
        assert content(target) == {kept: b"new"}
        assert done.removed == (only_target,)
    else:
        assert content(target) == {kept: b"new", only_target: before[only_target]}


def test_a_name_that_rclone_cannot_open_is_named_with_the_reason(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "a.jpg").write_bytes(b"one")
    (folder / "‛␊.jpg").write_bytes(b"two")
    with pytest.raises(
        HostError, match=rf"^{folder}/\S+␊.jpg cannot be read: rclone cannot open .* rename it"
    ):
        transfer(str(folder), str(tmp_path / "out"))
