"""Where a place ends, behind remotes that only lead to others."""

from __future__ import annotations

import pytest

from drivers.cloud import rclone, remotes
from drivers.cloud.remotes import End, ends

SECTIONS = {
    "drive": {"type": "drive"},
    "photos": {"type": "google photos"},
    "alias": {"type": "alias", "remote": "photos:album/x"},
    "twice": {"type": "alias", "remote": "alias:y/"},
    "home": {"type": "alias", "remote": "/home/me"},
    "secret": {"type": "crypt", "remote": "drive:enc"},
    "hashed": {"type": "hasher", "remote": "twice:"},
    "both": {"type": "union", "upstreams": 'drive:a photos:album:ro "home:two words:nc"'},
    "parts": {"type": "combine", "upstreams": "one=drive:a two=photos:album"},
    "circle": {"type": "alias", "remote": "circle:"},
}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("/home/me", [End("local", "/home/me")]),
        ("./a:b", [End("local", "./a:b")]),
        ("drive:a", [End("drive", "drive:a")]),
        ("nowhere:a", [End("", "nowhere:a")]),
        ("alias:", [End("google photos", "photos:album/x")]),
        ("twice:z", [End("google photos", "photos:album/x/y/z")]),
        ("home:a", [End("local", "/home/me/a")]),
        ("alias,remote=drive:b", [End("local", "drive/b")]),
        ("alias,remote='drive:b':c", [End("drive", "drive:b/c")]),
        (":alias,remote='photos:album':c", [End("google photos", "photos:album/c")]),
        (":gphotos:album/a", [End("google photos", ":gphotos:album/a")]),
        ("secret:a", [End("drive", "drive:enc", ("crypt",))]),
        ("hashed:a", [End("google photos", "photos:album/x/y", ("hasher",))]),
        (
            "both:a",
            [
                End("drive", "drive:a", ("union",)),
                End("google photos", "photos:album", ("union",)),
                End("local", "/home/me/two words", ("union",)),
            ],
        ),
        ("parts:two/b", [End("google photos", "photos:album/b")]),
        ("parts:one", [End("drive", "drive:a")]),
        (
            "parts:",
            [
                End("drive", "drive:a", ("combine",)),
                End("google photos", "photos:album", ("combine",)),
            ],
        ),
    ],
)
def test_a_place_is_followed_to_its_end(
    place: str, expected: list[End], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remotes, "sections", lambda: SECTIONS)
    assert ends(place) == expected


def test_a_circle_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remotes, "sections", lambda: SECTIONS)
    assert [end.kind for end in ends("circle:a")] == ["alias"]


def test_the_configuration_and_the_environment_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    rclone.run(["config", "create", "one", "alias", "remote=two:b"])
    monkeypatch.setenv("RCLONE_CONFIG_TWO_TYPE", "alias")
    monkeypatch.setenv("RCLONE_CONFIG_TWO_REMOTE", "/a")
    assert ends("one:c") == [End("local", "/a/b/c")]
