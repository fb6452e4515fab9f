"""`python -m drivers.cloud` as a person types it: what it prints, and its exit codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.cloud.__main__ import main
from tests.drivers.cloud.conftest import Cloud, content

Serve = Callable[..., Cloud]


def said(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    """The lines of stdout and of stderr since it was asked last."""
    printed = capsys.readouterr()
    return printed.out.splitlines(), printed.err.splitlines()


def test_a_transfer_says_what_it_did_and_then_that_nothing_was_left_to_do(
    serve: Serve, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud = serve("webdav")
    place = cloud.remote("it")
    assert main(["transfer", str(pictures), place, "--dry-run"]) == 0
    assert said(capsys) == (["would transfer 6 files, 3 MB"], [])
    assert content(cloud.folder) == {}
    assert main(["transfer", str(pictures), place, "--bandwidth", "100 MB"]) == 0
    out, err = said(capsys)
    assert out == ["transferred 6 files, 3 MB; verified by size"]
    assert err[-1].startswith("copying to it:photos 100%  3 MB of 3 MB")
    assert main(["transfer", str(pictures), place]) == 0
    assert said(capsys)[0] == ["transferred 0 files, 0 B; verified by size"]


def test_a_sync_says_where_it_put_what_it_replaced(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "other"
    target.mkdir()
    (target / "a.jpg").write_bytes(b"another one")
    assert main(["sync", str(pictures), str(target)]) == 0
    out, _ = said(capsys)
    assert out[0] == "transferred 6 files, 3 MB; verified by hash"
    assert out[1].startswith(f"what was replaced or removed is in {target}.replaced/")
    assert content(target) == content(pictures)


def test_what_is_wrong_with_a_place_is_one_line_before_anything_else(
    serve: Serve, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serve("webdav").remote("shut", password="wrong-and-long")
    for verb in ("transfer", "sync"):
        assert main([verb, str(pictures), "nowhere:x"]) == 1
        assert "there is no remote 'nowhere'" in said(capsys)[1][-1]
        assert main([verb, str(pictures), "shut:x"]) == 1
        assert "refuses the sign-in" in said(capsys)[1][-1]
    assert main(["upload", str(pictures), "nowhere:x"]) == 1
    out, err = said(capsys)
    assert not out
    assert len(err) == 1
    assert "holds no rescue" in err[0]


@pytest.mark.parametrize(
    "words", [[], ["copy", "a:", "b:"], ["sync", "a:"], ["sync", "a:b", "b:c", "--bandwidth", "2"]]
)
def test_a_wrong_command_line_ends_with_4(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 4
    assert "error: " in said(capsys)[1][-1]
