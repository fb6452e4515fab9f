"""One line for each kind of trouble, and what rclone's log tells."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from drivers.cloud import places, rclone
from drivers.cloud.trouble import explain
from drivers.errors import HostError
from drivers.vocabulary import Effect, Risk, registry

SAID = [
    ("googleapi: Error 403: The user's Drive storage quota has been exceeded., "
     "storageQuotaExceeded", "is full"),
    ("api error QuotaExceeded: Bucket quota exceeded", "is full"),
    ("upload failed: path/insufficient_space/..", "is full"),
    ("open /mnt/x: no space left on device", "is full"),
    ("a.mp4: preallocate: file too big for remaining disk space", "is full"),
    ("couldn't fetch token: invalid_grant: maybe token expired?", "refuses the sign-in"),
    ("expired_access_token/..", "refuses the sign-in"),
    ("couldn't fetch token: Post \"https://o.example/token\": dial tcp: lookup o.example: "
     "no such host", "cannot be reached"),
    ("couldn't fetch token - maybe it has expired?", "refuses the sign-in"),
    ("api error SignatureDoesNotMatch", "refuses the sign-in"),
    ("dial tcp: lookup cloud.example: no such host", "cannot be reached"),
    ('didn\'t find section in config file ("x")', "no remote"),
    ("Failed to load config file: unable to decrypt configuration and not allowed to ask for "
     "password", "set RCLONE_CONFIG_PASS"),
    ("Failed to copy: source and parameter to --backup-dir mustn't overlap", "elsewhere"),
    ('sftp: "open x/mveb1: file name too long" (SSH_FX_FAILURE)', "a name is too long"),
    ("something nobody has seen\nbefore", "rclone failed: something nobody has seen before"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "told"), SAID)
def test_words_become_one_line(said: str, told: str) -> None:
    line = explain(["an earlier retry", said], "x:photos", "x")
    assert told in line
    assert "\n" not in line


def test_the_numbers_of_a_request_tell_nobody_anything() -> None:
    said = "403 Forbidden, RequestID: 17A8, HostID: NzUwRk+/=, api error InvalidAccessKeyId: oh"
    assert explain([said], "x:", "x").endswith(
        "(rclone: 403 Forbidden, api error InvalidAccessKeyId: oh)"
    )


def test_the_most_telling_words_win() -> None:
    said = ["500 Internal Server Error", "401 Unauthorized", "connection reset by peer"]
    assert "refuses the sign-in" in explain(said, "x:", "x")


def test_statistics_and_problems_are_told_apart() -> None:
    ran = rclone.Ran()
    stats = {"bytes": 5, "totalBytes": 9, "transfers": 1, "errors": 2, "lastError": "oh"}
    lines = [
        json.dumps({"level": "notice", "msg": "Transferred", "stats": stats}),
        json.dumps({"level": "error", "msg": "Failed to copy: no", "object": "a.jpg"}),
        json.dumps({"level": "notice", "msg": "0 differences found"}),
        "panic: runtime error",
        "",
    ]
    told = [rclone.read_line(line, ran) for line in lines]
    assert told[0] == rclone.Stats(done=5, total=9, errors=2, last_error="oh")
    assert told[1:] == [None] * 4
    assert ran.problems == ["a.jpg: Failed to copy: no", "panic: runtime error"]
    assert ran.failed == {"a.jpg": "Failed to copy: no"}
    assert "0 differences found" in ran.messages


def test_a_missing_rclone_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HostError, match=r"\.\[cloud\]"):
        rclone.binary()


@pytest.mark.parametrize(
    ("place", "name", "root"),
    [
        ("drive:", "drive", "drive:"),
        ("my drive:a/b", "my drive", "my drive:a"),
        (":webdav,url='http://h':a/b", ":webdav", ":webdav,url='http://h':a"),
        ("dav,vendor=other:hey/a", "dav", "dav,vendor=other:hey"),
        ('s3,region="a:b,c",env_auth:x/y', "s3", 's3,region="a:b,c",env_auth:x'),
        ("größe.+@-1:a", "größe.+@-1", "größe.+@-1:a"),
        ("/a/b", "", "/a/b"),
        ("./x:y", "", "./x:y"),
        ("-x:y", "", "-x:y"),
        ("a,b", "", "a,b"),
    ],
)
def test_places_are_read_as_rclone_does(place: str, name: str, root: str) -> None:
    assert places.name_of(place) == name
    assert places.root_of(place) == root


def test_one_letter_is_a_drive_on_windows_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "name", "posix")
    assert places.name_of("d:hey") == "d"
    monkeypatch.setattr(os, "name", "nt")
    assert places.name_of("d:hey") == ""
    assert places.name_of("d,vendor=other:hey") == "d"


def test_the_name_of_a_file_is_said_where_one_is_not_taken() -> None:
    words = ["Failed to copy: 405 Method Not Allowed", "Attempt 1/3 failed with 1 errors"]
    assert explain(words, "x:photos", "x", "a.jpg") == (
        "x:photos does not take a.jpg: it is full, or may not be written to "
        "(rclone: Failed to copy: 405 Method Not Allowed)"
    )
    assert explain(["oh"], "x:photos", "x", "a.jpg") == "x:photos: rclone failed at a.jpg: oh"


def test_the_operations_upload_and_cost_nothing_on_the_phone() -> None:
    for name in ("cloud.upload", "cloud.transfer", "cloud.sync"):
        operation = registry().operations[name]
        assert operation.base_risk is Risk.LOOK
        assert operation.effects == {Effect.UPLOADS}
        assert "verified" in operation.results
