"""Photos' options on a phone behind real adb: read, set and put back by finger, as it truly is."""

import json

import pytest

from drivers.errors import StablePhoneError
from drivers.nodes import Selector
from drivers.phone import connect
from drivers.photos import lexicon, navigation
from drivers.photos.app import open_app
from drivers.photos.backup import Backup
from drivers.photos.pages import is_home
from drivers.vocabulary import registry
from fixtures.launch import arguments_of, virtual_phone
from tests.contract.phones import phones


def truth(phone, name):
    return json.loads(phone.shell("virtual state").stdout)["settings"][name]


@pytest.fixture(scope="module", params=phones("pixel-8/menu", "pixel-8//ar"))
def phone(request):
    with (
        virtual_phone([*arguments_of(request.param), "--media", "500"]) as launched,
        connect(launched.serial, launched.client) as phone,
    ):
        open_app(phone)
        yield phone


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("photos.quality", "saver"),
        ("photos.cellular", "unlimited"),
        ("photos.cellular_videos", True),
        ("photos.roaming", True),
        ("photos.folders", {"Screenshots": True}),
    ],
)
def test_it_is_read_set_and_put_back(phone, name, value):
    control = registry().controls[name]
    before = truth(phone, name)
    snapshot = control.snapshot(phone, control.read(phone))
    assert snapshot == before

    control.apply(phone, value)
    after = {**before, **value} if isinstance(value, dict) else value
    assert (truth(phone, name), control.read(phone)) == (after, after)
    control.apply(phone, value)
    control.restore(phone, snapshot)
    assert truth(phone, name) == before
    assert is_home(phone.screen())


def test_a_daily_limit_is_chosen_where_there_are_limits(phone):
    control = registry().controls["photos.cellular"]
    if "pixel-xl" in phone.about.model.lower().replace(" ", "-"):
        with pytest.raises(StablePhoneError, match="no daily limit"):
            control.apply(phone, 10 * 10**6)
    else:
        control.apply(phone, 10 * 10**6)
        assert truth(phone, "photos.cellular") == 10 * 10**6
    control.apply(phone, "off")
    assert truth(phone, "photos.cellular") == "off"


def test_a_folder_that_there_is_not_is_refused(phone):
    with pytest.raises(StablePhoneError, match="No Such Folder"):
        registry().controls["photos.folders"].apply(phone, {"No Such Folder": True})


def test_without_backup_the_options_have_no_value_and_are_refused(phone):
    Backup().apply(phone, False)
    try:
        assert registry().controls["photos.quality"].read(phone) is None
        with pytest.raises(StablePhoneError, match="only while it is on"):
            registry().controls["photos.cellular"].apply(phone, "unlimited")
    finally:
        Backup().apply(phone, True)


def test_where_no_source_has_the_words_nothing_is_read_and_nothing_is_guessed(monkeypatch):
    # As in a language in which nobody wrote down what the drawer of 2019 calls its settings.
    unheard = Selector(text="a word that no screen has")
    monkeypatch.setattr(
        navigation, "say", lambda key: unheard if key == "settings" else lexicon.say(key)
    )
    with (
        virtual_phone([*arguments_of("pixel-xl"), "--media", "5"]) as launched,
        connect(launched.serial, launched.client) as phone,
    ):
        open_app(phone)
        assert registry().controls["photos.roaming"].read(phone) is None
