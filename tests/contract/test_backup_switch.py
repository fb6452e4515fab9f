"""The backup's switch on a phone behind real adb, in every generation and language there is."""

import json

import pytest

from drivers.errors import StablePhoneError
from drivers.phone import connect
from drivers.photos.app import open_app
from drivers.photos.backup import Backup, ToggleBackup
from drivers.photos.pages import is_home
from fixtures.launch import arguments_of, virtual_phone
from tests.contract.phones import phones


def truth(phone):
    return json.loads(phone.shell("virtual state").stdout)["settings"]["photos.backup"]


@pytest.fixture(scope="module", params=phones("pixel-8/menu", "pixel-8//de-DE"))
def phone(request):
    with (
        virtual_phone([*arguments_of(request.param), "--media", "500"]) as launched,
        connect(launched.serial, launched.client) as phone,
    ):
        open_app(phone)
        yield phone


def test_it_is_read_set_and_put_back(phone):
    control = Backup()
    before = control.snapshot(phone, control.read(phone))

    control.apply(phone, False)
    assert (truth(phone), control.read(phone)) == (False, False)
    control.apply(phone, False)
    control.restore(phone, before)
    assert (truth(phone), control.read(phone)) == (True, True)
    assert is_home(phone.screen())


def test_off_and_on_again_leaves_it_on(phone):
    operation = ToggleBackup()
    prepared = operation.prepare(phone, {})

    operation.run(phone, {}, prepared)
    assert truth(phone) is True


def test_what_is_off_is_not_toggled_and_half_a_run_is_put_back(phone):
    operation = ToggleBackup()
    prepared = operation.prepare(phone, {})
    Backup().apply(phone, False)

    with pytest.raises(StablePhoneError, match="the backup is off: nothing to toggle"):
        operation.run(phone, {}, operation.prepare(phone, {}))
    operation.undo(phone, prepared)
    assert truth(phone) is True
