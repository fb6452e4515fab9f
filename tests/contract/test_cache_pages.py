"""The way to "Clear cache" in the shapes that makers give it, each drawn by the virtual phone.

AOSP's page is one whose skeleton was recorded (settings_app_storage_ru_tree_fragment.txt); MIUI's
and One UI's are built from what d4rken-org/sdmaid-se says of them, since no public dump was found.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from drivers.errors import StablePhoneError
from drivers.hierarchy import parse
from drivers.photos import settings_pages
from drivers.shell import ShellResult
from drivers.vocabulary import registry
from fixtures.virtual.phone import Options, VirtualPhone
from fixtures.virtual.shell.main import sh
from fixtures.virtual.streams import Collected
from fixtures.virtual.ui.hierarchy import agent_xml

PHOTOS = "com.google.android.apps.photos"


class HeldPhone:
    """A virtual phone in this process, in the place of one behind adb."""

    serial, package, user, sdk = "held", PHOTOS, 0, 34

    def __init__(self, vendor, locale):
        self._loop = asyncio.new_event_loop()
        self.virtual = self._loop.run_until_complete(self._start(Options(locale=locale, seed=1)))
        self.virtual.profile = replace(self.virtual.profile, vendor=vendor)

    async def _start(self, options):
        return VirtualPhone(options)

    def screen(self):
        return parse(agent_xml(self.virtual.ui.windows(), rotation=0, sdk=34))

    def tap(self, x, y):
        self.virtual.ui.tap(x, y)

    def shell(self, command, *, timeout_s=10.0):
        return self._loop.run_until_complete(self._run(command))

    async def _run(self, command):
        out, err = Collected(), Collected()
        process = self.virtual.processes.spawn(
            sh, ["sh", "-c", command], uid=2000, env={"PATH": "/system/bin"},
            descriptors={1: out, 2: err},
        )  # fmt: skip
        code = await asyncio.wait_for(process.wait(), 20)
        return ShellResult(command, out.data.decode(), err.data.decode(), code)

    @property
    def data(self):
        """What clearing the cache must leave: Photos' own data, and the backup's switch."""
        photos = self.virtual.state.photos
        return self.virtual.state.packages[PHOTOS].data_bytes, photos.backup, photos.account

    def close(self):
        self._loop.run_until_complete(self.virtual.processes.end_all())
        self._loop.close()


@pytest.fixture(params=["google", "samsung", "xiaomi"])
def phone(request):
    held = HeldPhone(request.param, "en-US")
    yield held
    held.close()


def clear_cache(phone):
    return registry().operations["photos.clear_cache"].run(phone, {}, None)


def test_the_cache_goes_and_the_data_stays(phone):
    before = phone.data
    phone.shell("virtual fault add corrupt-cache")
    clear_cache(phone)
    assert phone.virtual.state.faults == []
    assert phone.data == before
    assert phone.screen().package == PHOTOS


def test_a_cache_that_is_empty_is_left_alone(phone):
    before = phone.data
    phone.virtual.state.packages[PHOTOS].cache_bytes = 0
    clear_cache(phone)
    assert phone.data == before


def test_a_page_without_the_button_is_refused_with_the_way_by_hand(phone, monkeypatch):
    monkeypatch.setattr(settings_pages, "_TIMEOUT_S", 0.2)
    monkeypatch.setattr(settings_pages, "_APP_INFO", "am start -W -a android.settings.SETTINGS")
    before = phone.data
    phone.shell("virtual fault add corrupt-cache")
    with pytest.raises(StablePhoneError, match="do it by hand: Settings > Apps > Photos"):
        clear_cache(phone)
    assert phone.virtual.state.faults == ["corrupt-cache"]
    assert phone.data == before
