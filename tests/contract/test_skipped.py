"""What Photos of its year skips, by what the phone itself says and by what is read of it."""

from __future__ import annotations

import json

import pytest

from drivers.phone import connect
from drivers.vocabulary import registry
from fixtures.launch import virtual_phone

CAMERA = "/sdcard/DCIM/Camera"


@pytest.mark.parametrize(
    ("profile", "skipped"),
    [
        ("pixel-xl", {"pano.jpg", "huge.jpg", "drawing.svg"}),  # 75 MB until 2020
        ("pixel-8", {"huge.jpg", "drawing.svg"}),
    ],
)
def test_the_limits_are_those_of_the_photos_on_the_phone(profile, skipped):
    with (
        virtual_phone(["--profile", profile, "--media", "3"]) as launched,
        connect(launched.serial, launched.client) as phone,
    ):
        for name, size in (("pano.jpg", 90), ("huge.jpg", 250), ("drawing.svg", 1)):
            phone.shell(f"truncate -s {size * 10**6} {CAMERA}/{name}")
        registry().operations["media.scan"].run(phone, {}, None)
        assert set(phone.facts(["media.unsupported"])["media.unsupported"]) == skipped
        truth = json.loads(phone.shell("virtual state").stdout)
        assert truth["media"]["skipped"] == len(skipped)
