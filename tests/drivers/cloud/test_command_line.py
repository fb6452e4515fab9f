"""`python -m drivers.cloud` as a person types it: what it prints, and its exit codes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from drivers.cloud import rclone
from drivers.cloud.__main__ import main
from tests.conftest import ROOT
from tests.drivers.cloud.conftest import Cloud, content
from tests.drivers.cloud.rescues import make_rescue

Serve = Callable[..., Cloud]
Capture = pytest.CaptureFixture[str]


def said(capsys: Capture) -> tuple[list[str], list[str]]:
    """The lines of stdout and of stderr since it was asked last."""
    printed = capsys.readouterr()
    return printed.out.splitlines(), printed.err.splitlines()


def test_a_transfer_says_what_it_did_and_then_that_nothing_was_left_to_do(
    serve: Serve, pictures: Path, capsys: Capture
) -> None:
    cloud = serve("webdav")
    place = cloud.remote("it")
    assert main(["transfer", str(pictures), place, "--dry-run"]) == 0
    assert said(capsys) == (["would transfer 6 files, 3 MB"], [])
    assert content(cloud.folder) == {}
    assert main(["transfer", str(pictures), place, "--bandwidth", "100 MB"]) == 0
    out, err = said(capsys)
    size = "verified by size (--compare-content reads everything back)"
    assert out == [f"transferred 6 files, 3 MB; {size}"]
    assert err[-2].startswith("copying to it:photos 100%  3 MB of 3 MB")
    assert err[-1].startswith("comparing with it:photos 100%  3 MB of 3 MB")
    assert main(["transfer", str(pictures), place]) == 0
    assert said(capsys)[0] == [f"transferred 0 files, 0 B; {size}"]


def test_a_sync_says_where_it_put_what_it_replaced(
    pictures: Path, tmp_path: Path, capsys: Capture
) -> None:
    target = tmp_path / "other"
    target.mkdir()
    (target / "a.jpg").write_bytes(b"another one")
    (target / "only here.jpg").write_bytes(b"only here")
    assert main(["sync", str(pictures), str(target), "--dry-run"]) == 0
    assert said(capsys)[0] == ["would transfer 6 files, 3 MB", "would remove 1 file: only here.jpg"]
    assert main(["sync", str(pictures), str(target)]) == 0
    out, _ = said(capsys)
    assert out[0] == "transferred 6 files, 3 MB; verified by hash"
    assert out[1] == "removed 1 file: only here.jpg"
    assert out[2].startswith(f"what was replaced or removed is in {target}.replaced/")
    assert content(target) == content(pictures)


def test_what_is_wrong_with_a_place_is_one_line_before_anything_else(
    serve: Serve, pictures: Path, capsys: Capture
) -> None:
    serve("webdav").remote("shut", password="wrong-and-long")
    for verb in ("transfer", "sync"):
        assert main([verb, str(pictures), "nowhere:x"]) == 1
        assert "there is no remote 'nowhere'" in said(capsys)[1][-1]
        assert main([verb, str(pictures), "shut:x"]) == 1
        assert "refuses the sign-in" in said(capsys)[1][-1]
        assert main([verb, str(pictures / "none"), str(pictures)]) == 1
        assert "none is not there" in said(capsys)[1][-1]
    assert main(["upload", str(pictures), str(pictures)]) == 1
    out, err = said(capsys)
    assert not out
    assert len(err) == 1
    assert "holds no rescue" in err[0]
    assert main(["upload", "shut:x", str(pictures)]) == 1
    assert "shut:x is a remote: `upload` takes a rescue's folder" in said(capsys)[1][-1]


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal there")
def test_ctrl_c_ends_it_also_where_a_cloud_is_frozen(tmp_path: Path, pictures: Path) -> None:
    # It is connected to, and never answers.
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        place = Cloud("webdav", tmp_path, frozen.getsockname()[1]).remote("it")
        process = subprocess.Popen(
            [sys.executable, "-m", "drivers.cloud", "transfer", str(pictures), place],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
            # A shell that runs the tests in the background has them ignore it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        try:
            frozen.settimeout(60)
            caller, _ = frozen.accept()
            with caller:
                waiting = psutil.Process(process.pid).children()
                os.killpg(process.pid, signal.SIGINT)
                out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, out) == (2, "")
    assert err == "interrupted: run the same command again to go on\n"
    assert waiting
    assert not psutil.wait_procs(waiting, timeout=0)[1]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["copy", "a:", "b:"],
        ["sync", "a:"],
        ["sync", "a:b", "b:c", "--bandwidth", "2"],
        ["sync", "a:b", "b:c", "--bandwidth", "0B"],
    ],
)
def test_a_wrong_command_line_ends_with_4(words: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 4
    assert "error: " in said(capsys)[1][-1]


def test_a_forgotten_colon_is_no_folder(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["transfer", str(pictures), "dav"]) == 1
    assert "dav is no remote, which has a colon (`drive:Photos`)" in said(capsys)[1][-1]
    rclone.run(["config", "create", "dav", "alias", f"remote={tmp_path}/there"])
    (tmp_path / "dav" / "Phone").mkdir(parents=True)
    assert main(["upload", str(pictures), "dav/Phone"]) == 1
    assert "write `dav:Phone` for the remote, `./dav/Phone` for" in said(capsys)[1][-1]
    assert content(tmp_path / "dav") == {}
    (pictures / "a.jpg").rename(tmp_path / "dav" / "one.jpg")
    assert main(["transfer", "./dav", "./out"]) == 0
    assert said(capsys)[0] == ["transferred 1 file, 500 kB; verified by hash"]


def test_a_result_is_told_in_any_encoding(pictures: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "📷 old.jpg").write_bytes(b"old")
    ran = subprocess.run(
        [sys.executable, "-m", "drivers.cloud", "sync", str(pictures), str(target)],
        cwd=ROOT, capture_output=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert (ran.returncode, b"Traceback" in ran.stderr) == (0, False)
    assert b"removed 1 file: \\U0001f4f7 old.jpg" in ran.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals there")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_what_ends_an_upload_leaves_nothing_behind(
    tmp_path: Path, pictures: Path, name: str
) -> None:
    rescue = make_rescue(tmp_path / "rescue", pictures)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    line = ["upload", str(rescue), str(tmp_path / "out"), "--bandwidth", "10kB"]
    process = subprocess.Popen(
        [sys.executable, "-m", "drivers.cloud", *line],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
        preexec_fn=lambda: signal.signal(signal.Signals[name], signal.SIG_DFL),
    )  # fmt: skip
    try:
        while not list(temporary.glob(".unstuck-upload-*")) and process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
        process.send_signal(signal.Signals[name])
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, out) == (2, "")
    assert err.endswith("interrupted: run the same command again to go on\n")
    assert list(temporary.iterdir()) == []
