"""Ids that we made up for the virtual phone's screens are nothing that the drivers may rest on."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from fixtures.virtual.ui.templates import load_screens

ROOT = Path(__file__).parents[2]
IDS = yaml.safe_load((ROOT / "fixtures/virtual/ui/ids.yaml").read_text(encoding="utf-8"))
SEEN = {name for names in IDS["seen"].values() for name in names}
OURS = set(IDS["ours"])
PHOTOS = "com.google.android.apps.photos"
# These are found by their words as well, where their id is another.
BESIDE_WORDS = {"tab_assistant", "account_header", "use_without_an_account"}


def test_every_id_of_photos_is_said_to_be_seen_or_ours():
    used = {
        template.resource_id.partition("/")[2]
        for screen in load_screens().values()
        for template in screen.root.walk()
        if template.resource_id.startswith(f"{PHOTOS}:")
    }
    assert used == SEEN | OURS
    assert set() == SEEN & OURS


def test_no_driver_looks_for_an_id_that_is_ours_alone():
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "drivers").rglob("*.py"))
    looked_for = set(re.findall(r"""\bid=["']([^"']+)["']""", sources))
    assert looked_for & OURS <= BESIDE_WORDS
