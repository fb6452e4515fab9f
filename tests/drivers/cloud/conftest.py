"""Real rclone servers on loopback, and a configuration of rclone's that knows only them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drivers.cloud import rclone, remotes
from drivers.errors import HostError

USER, PASSWORD = "someone", "right-and-long"
PROTOCOLS = ("webdav", "s3", "sftp")


@dataclass
class Cloud:
    """One `rclone serve`, and the folder that it serves.

    Attributes:
        normalizes: whether it takes names for one that differ in how their letters are composed.
    """

    protocol: str
    folder: Path
    port: int
    wrapper: list[str] = field(default_factory=list)
    normalizes: bool = False
    process: subprocess.Popen[str] | None = None
    reader: threading.Thread | None = None

    @property
    def name(self) -> str:
        return f"{self.protocol}{self.port}"

    def start(self) -> None:
        sign_in = (
            ["--auth-key", f"{USER},{PASSWORD}"]
            if self.protocol == "s3"
            else ["--user", USER, "--pass", PASSWORD]
        )
        command = [rclone.binary(), "serve", self.protocol, str(self.folder), *sign_in]
        if not self.normalizes:
            command.append("--no-unicode-normalization")
        self.process = subprocess.Popen(
            [*self.wrapper, *command, "--addr", f"127.0.0.1:{self.port}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        # It names its address once it listens there, and says no such line where it cannot.
        if not any(f"127.0.0.1:{self.port}" in line for line in self.process.stderr):
            self.kill()
            pytest.skip(f"rclone serve {self.protocol} does not start here")
        # A pipe that nobody empties would hold it up.
        self.reader = threading.Thread(target=self.process.stderr.read, daemon=True)
        self.reader.start()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.reader is not None:
                self.reader.join()
                self.reader = None
            if self.process.stderr is not None:
                self.process.stderr.close()
            self.process = None

    def remote(self, name: str, password: str = PASSWORD) -> str:
        """Makes a remote of the configuration; returns the place of its first folder."""
        here = f"127.0.0.1:{self.port}"
        options = {
            "webdav": [f"url=http://{here}", "vendor=rclone", f"user={USER}", f"pass={password}"],
            "s3": [
                "provider=Rclone", f"endpoint=http://{here}", f"access_key_id={USER}",
                f"secret_access_key={password}",
            ],
            "sftp": [
                "host=127.0.0.1", f"port={self.port}", f"user={USER}", f"pass={password}",
                "known_hosts_file=none",
            ],
        }[self.protocol]  # fmt: skip
        made = rclone.run(["config", "create", name, self.protocol, *options])
        assert made.exit_code == 0, made.problems
        return f"{name}:photos"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty configuration of our own; the owner's is never looked at."""
    try:
        rclone.binary()
    except HostError as error:
        pytest.skip(str(error))
    for name in [name for name in os.environ if name.startswith("RCLONE_")]:
        monkeypatch.delenv(name)
    path = tmp_path / "rclone.conf"
    path.touch()
    monkeypatch.setenv("RCLONE_CONFIG", str(path))
    return path


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that fails on purpose is not worth rclone's minutes of patience."""
    monkeypatch.setenv("RCLONE_LOW_LEVEL_RETRIES", "1")
    monkeypatch.setenv("RCLONE_RETRIES", "1")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Cloud]]:
    """Starts servers; all are ended."""
    clouds: list[Cloud] = []

    def start(
        protocol: str,
        wrapper: Callable[[Path], list[str]] | None = None,
        *,
        normalizes: bool = False,
    ) -> Cloud:
        folder = tmp_path / f"cloud{len(clouds)}"
        (folder / "photos").mkdir(parents=True)
        before = wrapper(folder) if wrapper else []
        cloud = Cloud(protocol, folder, free_port(), before, normalizes)
        clouds.append(cloud)
        cloud.start()
        return cloud

    yield start
    for cloud in clouds:
        cloud.kill()


@pytest.fixture
def tiny_disk() -> Callable[[Path], list[str]]:
    """What to put before a command so that a folder is a disk of 2 MB for it alone."""
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=2m", "none", "/mnt"]
    if not shutil.which("unshare") or subprocess.run(probe, capture_output=True).returncode:
        pytest.skip("no namespaces here: a small disk cannot be had without being root")

    def wrapper(folder: Path) -> list[str]:
        # tmpfs begins empty: the first folder, S3's bucket, is made again.
        script = 'mount -t tmpfs -o size=2m none "$0" && mkdir "$0/photos" && exec "$@"'
        return ["unshare", "-rm", "sh", "-c", script, str(folder)]

    return wrapper


@pytest.fixture
def tiny(serve: Callable[..., Cloud], tiny_disk: Callable[[Path], list[str]], protocol: str) -> str:
    """A place with room for less than the pictures; `protocol` is the test's own argument."""
    return serve(protocol, tiny_disk).remote("tiny")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Six files of half a megabyte, with folders and names that are easy to get wrong."""
    folder = tmp_path / "pictures"
    for name in ("a.jpg", "b c.jpg", "-n.jpg", "DCIM/Ä é.jpg", "DCIM/😀.jpg", "DCIM/it's.mp4"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(500_000))
    return folder


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that `gp:` stands for, which is taken for Google Photos."""
    folder = tmp_path / "photos"
    rclone.run(["config", "create", "gp", "alias", f"remote={folder}"])
    real = remotes.sections
    fake = {"gp": {"type": remotes.GOOGLE_PHOTOS}}
    monkeypatch.setattr(remotes, "sections", lambda: {**real(), **fake})
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Relative path to bytes, of every file."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
