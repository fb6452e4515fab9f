"""Transfers between real servers: done, verified, resumed, refused in one line."""

from __future__ import annotations

import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.cloud import rclone
from drivers.cloud.outcome import describe
from drivers.cloud.transfers import sync, transfer
from drivers.cloud.work import Options
from drivers.errors import HostError
from drivers.rescue.progress import Silent
from tests.drivers.cloud.conftest import PROTOCOLS, Cloud, content
from tests.drivers.rescue.conftest import Listener

Serve = Callable[..., Cloud]
PAIRS = [("webdav", "s3"), ("s3", "sftp"), ("sftp", "webdav")]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_one_cloud_arrives_in_another(
    serve: Serve, pictures: Path, source: str, target: str
) -> None:
    one, other = serve(source), serve(target)
    shutil.copytree(pictures, one.folder / "photos", dirs_exist_ok=True)
    done = transfer(one.remote("one"), other.remote("other"))
    assert done.is_verified is True
    assert done.files == 6
    assert content(other.folder / "photos") == content(pictures)
    again = transfer("one:photos", "other:photos")
    assert (again.files, again.size, again.is_verified) == (0, 0, True)


def test_what_has_no_common_hash_is_said_and_can_be_read_back(serve: Serve, pictures: Path) -> None:
    place = serve("webdav").remote("dav")
    assert transfer(str(pictures), place).compared == "size"
    thorough = transfer(str(pictures), place, Options(compares_content=True))
    assert (thorough.compared, thorough.is_verified) == ("content", True)


def test_same_size_and_other_content_is_found_when_it_is_read_back(
    serve: Serve, pictures: Path
) -> None:
    cloud = serve("webdav")
    place = cloud.remote("dav")
    transfer(str(pictures), place)
    damaged = cloud.folder / "photos" / "a.jpg"
    date = damaged.stat().st_mtime
    damaged.write_bytes(bytes(500_000))
    os.utime(damaged, (date, date))
    with pytest.raises(HostError, match=r"not equal.*1 file: a\.jpg"):
        transfer(str(pictures), place, Options(compares_content=True))


def test_a_dry_run_transfers_nothing(serve: Serve, pictures: Path) -> None:
    cloud = serve("s3")
    done = transfer(str(pictures), cloud.remote("s3"), Options(is_dry=True))
    assert (done.files, done.is_verified) == (6, None)
    assert content(cloud.folder) == {}


class Killer(Silent):
    """Kills a server when the first bytes have arrived, and keeps what it is told."""

    def __init__(self, cloud: Cloud, after: int) -> None:
        self.cloud = cloud
        self.after = after
        self.seen = 0
        self.lines: list[str] = []

    def announce(self, line: str) -> None:
        self.lines.append(line)

    def advance(self, size: int) -> None:
        self.seen += size
        if self.seen >= self.after:
            self.cloud.kill()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    # rclone waits a quarter of a minute for an SSH server that is gone, whatever it is told.
    "protocol",
    ["webdav", "s3", pytest.param("sftp", marks=pytest.mark.full)],
)
def test_goes_on_after_the_server_was_killed(
    serve: Serve, pictures: Path, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RCLONE_TRANSFERS", "1")
    cloud = serve(protocol)
    place = cloud.remote("it")
    slowly, killer = Options(bytes_per_s=1_000_000), Killer(cloud, after=700_000)
    with pytest.raises(HostError, match="cannot be reached: run it again") as failure:
        transfer(str(pictures), place, slowly, killer)
    assert "\n" not in str(failure.value)
    assert killer.lines[0].startswith("it:photos does not answer; it is tried again (rclone: ")
    cloud.start()
    done = transfer(str(pictures), place)
    assert done.is_verified is True
    assert 0 < done.files < 6
    # A killed S3 server leaves a temporary file of its own in its folder.
    assert content(cloud.folder / "photos").items() >= content(pictures).items()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_wrong_password_is_one_line(serve: Serve, pictures: Path, protocol: str) -> None:
    place = serve(protocol).remote("shut", password="wrong-and-long")
    for act in (transfer, sync):
        for target in (place, f"{place}/album"):
            with pytest.raises(HostError, match=r"shut:photos.* refuses the sign-in") as failure:
                act(str(pictures), target)
            assert "\n" not in str(failure.value)
        assert "wrong-and-long" not in str(failure.value)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_full_target_is_one_line(tiny: str, pictures: Path) -> None:
    with pytest.raises(HostError, match=r"tiny:photos .*is full") as failure:
        transfer(str(pictures), tiny)
    assert "\n" not in str(failure.value)


class Counting(Listener):
    """Holds what arrives to what there is."""

    seen = 0

    def advance(self, size: int) -> None:
        self.seen += size
        assert self.seen <= 3_000_000  # what is sent again has not arrived


@pytest.mark.full  # rclone's own patience: half a minute
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_full_target_ends_it_with_all_of_rclones_patience(tiny: str, pictures: Path) -> None:
    heard = Counting()
    with pytest.raises(HostError, match=r"tiny:photos .*is full"):
        transfer(str(pictures), tiny, watcher=heard)
    assert len([line for line in heard.lines if "tried again" in line]) <= 6


class Full(http.server.BaseHTTPRequestHandler):
    """A WebDAV server that has room for nothing, and says so by the book (RFC 4918, 11.5)."""

    def answer(self, status: int, body: bytes = b"") -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PROPFIND(self) -> None:
        self.answer(
            207,
            b'<?xml version="1.0"?><d:multistatus xmlns:d="DAV:"><d:response><d:href>/photos/'
            b"</d:href><d:propstat><d:prop><d:resourcetype><d:collection/></d:resourcetype>"
            b"</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
            b"</d:multistatus>",
        )

    def do_MKCOL(self) -> None:
        self.answer(405)

    def do_PUT(self) -> None:
        self.answer(507)

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002
        """Nobody listens."""


@pytest.fixture
def full_server() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Full)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("impatient")
def test_a_target_that_says_507_is_full(full_server: str, pictures: Path) -> None:
    rclone.run(["config", "create", "full", "webdav", f"url={full_server}", "vendor=other"])
    with pytest.raises(HostError, match="full:photos is full: make room"):
        transfer(str(pictures), "full:photos")


def test_what_is_not_there_is_one_line(serve: Serve, tmp_path: Path) -> None:
    place = serve("webdav").remote("dav")
    with pytest.raises(HostError, match="no remote 'nowhere'"):
        transfer("nowhere:x", place)
    with pytest.raises(HostError, match="dav:missing is not there"):
        transfer("dav:missing", str(tmp_path / "out"))


def test_a_sync_sets_aside_what_it_replaces_and_removes(serve: Serve, pictures: Path) -> None:
    cloud = serve("sftp")
    place = cloud.remote("it")
    target = cloud.folder / "photos"
    (target / "only here.jpg").write_bytes(b"only here")
    (target / "a.jpg").write_bytes(b"another one")
    dry = sync(str(pictures), place, Options(is_dry=True))
    assert (dry.files, dry.size, dry.removed) == (6, 3_000_000, ("only here.jpg",))
    assert content(target).keys() == {"only here.jpg", "a.jpg"}
    done = sync(str(pictures), place)
    assert (done.is_verified, done.removed) == (True, ("only here.jpg",))
    assert content(target) == content(pictures)
    aside = cloud.folder / done.set_aside.partition(":")[2]
    assert content(aside) == {"only here.jpg": b"only here", "a.jpg": b"another one"}


def test_a_sync_that_fails_says_what_it_removed_and_where_that_is(
    serve: Serve, pictures: Path
) -> None:
    cloud = serve("sftp")
    place = cloud.remote("it")
    (cloud.folder / "photos" / "only here.jpg").write_bytes(b"only here")
    (pictures / "link.jpg").symlink_to(pictures / "a.jpg")
    with pytest.raises(HostError, match=r"1 file: link\.jpg") as failure:
        sync(str(pictures), place)
    told = str(failure.value)
    assert "removed were 1 file: only here.jpg; what was replaced or removed is in it:" in told
    assert "\n" not in told


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_transfer_sets_aside_what_it_replaces(
    serve: Serve, pictures: Path, protocol: str
) -> None:
    cloud = serve(protocol)
    place = f"{cloud.remote('it')}/album"
    (cloud.folder / "photos" / "album").mkdir()
    (cloud.folder / "photos" / "album" / "a.jpg").write_bytes(b"another one of this name")
    done = transfer(str(pictures), place)
    # Where a cloud sets aside by copying, that is no transfer.
    assert (done.files, done.size) == (6, 3_000_000)
    assert content(cloud.folder / "photos" / "album") == content(pictures)
    aside = cloud.folder / done.set_aside.partition(":")[2]
    assert content(aside) == {"a.jpg": b"another one of this name"}


def test_what_cannot_be_set_aside_is_not_replaced(serve: Serve, pictures: Path) -> None:
    cloud = serve("webdav")
    cloud.remote("it")
    (cloud.folder / "a.jpg").write_bytes(b"another one of this name")
    with pytest.raises(HostError, match="same name and other content") as failure:
        transfer(str(pictures), "it:")
    assert "\n" not in str(failure.value)
    assert (cloud.folder / "a.jpg").read_bytes() == b"another one of this name"
    assert (cloud.folder / "b c.jpg").exists()


def test_a_sync_of_nothing_is_refused(serve: Serve, tmp_path: Path, pictures: Path) -> None:
    cloud = serve("webdav")
    place = cloud.remote("it")
    transfer(str(pictures), place)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(HostError, match="is empty: a sync would empty it:photos as well"):
        sync(str(empty), place)
    with pytest.raises(HostError, match="cannot set aside"):
        sync(str(pictures), "it:")
    assert content(cloud.folder / "photos") == content(pictures)


def test_the_bandwidth_is_limited_in_bytes_and_for_the_comparison_too(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    real = rclone.run

    def run(arguments: list[str], *told: Any, **rules: Any) -> rclone.Ran:
        commands.append(arguments)
        return real(arguments, *told, **rules)

    monkeypatch.setattr(rclone, "run", run)
    transfer(str(pictures), str(tmp_path / "out"), Options(bytes_per_s=200_000_000))
    limited = [words[0] for words in commands if "200000000B" in words]
    assert limited == ["copy", "check"]
    with pytest.raises(HostError, match="more than 0"):
        Options(bytes_per_s=0)


def test_a_whole_bucket_says_where_what_it_replaces_will_go(
    serve: Serve, pictures: Path, tmp_path: Path
) -> None:
    cloud = serve("s3")
    place = cloud.remote("it")
    rclone.run(["config", "create", "way", "alias", "remote=it:"])
    for target in (place, f"{place}/album"):
        heard = Listener()
        transfer(str(pictures), target, watcher=heard)
        assert heard.lines == []  # there is nothing yet that could be replaced
    for target in (place, "way:photos"):
        heard = Listener()
        transfer(str(pictures), target, Options(is_dry=True), heard)
        assert heard.lines[0].startswith(f"{target} is a whole bucket")
    one = tmp_path / "one"
    one.mkdir()
    (one / "a.jpg").write_bytes(b"another one of this name")
    heard = Listener()
    done = transfer(str(one), place, watcher=heard)
    assert "that goes to a bucket of its own, it:photos.replaced, made for it" in heard.lines[0]
    assert done.set_aside.startswith("it:photos.replaced/")
    heard = Listener()
    transfer(str(one), f"{place}/album", watcher=heard)
    assert heard.lines == []


def test_a_transfer_of_nothing_is_not_called_verified(serve: Serve, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = transfer(str(empty), serve("webdav").remote("it"))
    assert (done.files, done.is_verified, done.compared) == (0, None, "")
    assert describe(done) == [
        "transferred 0 files, 0 B", f"{empty} holds no files: nothing is verified"
    ]  # fmt: skip
    (empty / "link.jpg").symlink_to("nowhere")
    with pytest.raises(HostError, match=r"holds links.*1 file: link\.jpg"):
        transfer(str(empty), "it:photos")


def test_what_rclone_is_set_to_is_looked_at_first(
    serve: Serve, pictures: Path, configuration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = serve("webdav").remote("it")
    monkeypatch.setattr("drivers.cloud.transfers.require_open", lambda _: pytest.fail("too late"))
    monkeypatch.setenv("RCLONE_TRANSFERS", "abc")
    with pytest.raises(HostError, match=r"^rclone cannot be used as it is .*: Failed.*\"abc\""):
        transfer(str(pictures), place)
    monkeypatch.delenv("RCLONE_TRANSFERS")
    configuration.write_text("[x")
    for act in (transfer, sync):
        with pytest.raises(HostError, match=r"could not parse line: \[x") as failure:
            act(str(pictures), place)
        assert "\n" not in str(failure.value)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("protocol", ["webdav", "sftp"])
def test_a_name_that_is_too_long_once_it_is_encrypted_is_named(
    serve: Serve, pictures: Path, protocol: str
) -> None:
    cloud = serve(protocol)
    place = cloud.remote("it")
    rclone.run(["config", "create", "secret", "crypt", f"remote={place}", "password=of-length"])
    long = f"{'a' * 200}.jpg"
    (pictures / "DCIM" / long).write_bytes(b"long")
    with pytest.raises(
        HostError, match=rf"secret:x does not take DCIM/{long}: a name is too long"
    ) as failure:
        transfer(str(pictures), "secret:x")
    assert "full" not in str(failure.value)
    (pictures / "DCIM" / long).rename(pictures / "DCIM" / long[-143:])
    assert transfer(str(pictures), "secret:x").is_verified
