"""Every control that shell can set, on a phone behind the real adb server; here the virtual one.

What the phone itself says (`virtual state`) is the witness: a control that reads its own writing
back wrongly would agree with itself.
"""

from __future__ import annotations

import json

import pytest

from drivers.errors import StablePhoneError
from drivers.pauses import pauses
from drivers.phone import connect
from drivers.vocabulary import registry
from fixtures.launch import virtual_phone

# Two Androids, between which the commands and the dumps took other forms.
PROFILES = ("pixel-8", "pixel-xl")

# Where the opposite of the present value does not say it all.
OTHER_VALUES = {
    "battery.level": (5,),
    "battery.plugged": ("none", "wireless"),
    "battery.saver_trigger": (20, 0),
    "power.stay_on": (("usb",), ("ac", "usb", "wireless"), ()),
    "power.screen_timeout": (600.0,),
    "power.idle_state": ("idle",),
    "network.private_dns": ("off",),
    "network.private_dns_host": ("dns.quad9.net", "none", "one.one.one.one"),
    "photos.media_access": ("none", "all"),
    "photos.background": ("restricted", "allowed"),
    "photos.background_data": ("restricted", "unrestricted", "allowed"),
    "photos.standby_bucket": ("rare", "working_set"),
}
# Set through screens, and proven with them.
SHELL_CONTROLS = sorted(
    name
    for name, control in registry().controls.items()
    if type(control).__module__.startswith("drivers.android")
    or name in {"photos.enabled", "photos.media_access"}
)
# What use itself moves, so that the phone does not count it among its settings.
MOVED_BY_USE = {"power.awake", "power.idle_state", "photos.standby_bucket"}
# What a phone on a cable does not do.
NEEDS_BATTERY = {"battery.saver", "battery.saver_adaptive", "power.idle_state"}
TIMEOUT_S = 5.0


@pytest.fixture(scope="module", params=PROFILES)
def phone(request):
    with (
        virtual_phone(["--profile", request.param]) as launched,
        connect(launched.serial, launched.client) as phone,
    ):
        yield phone


def settings_of(phone):
    """What the phone itself says of every setting."""
    settings = json.loads(phone.shell("virtual state").stdout)["settings"]
    return {name: value for name, value in settings.items() if name not in MOVED_BY_USE}


def await_settings(phone, expected):
    """Reads until the phone is as expected: Wi-Fi takes a moment to come back."""
    for _ in pauses(TIMEOUT_S):
        if (now := settings_of(phone)) == expected:
            break
    return now


def await_value(phone, control, value):
    """Reads until the control has settled, as the engine does."""
    for _ in pauses(TIMEOUT_S):
        if (now := control.read(phone)) == value:
            break
    return now


def plain(value):
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("name", SHELL_CONTROLS)
def test_a_control_sets_what_the_phone_then_says_and_puts_it_back(phone, name):
    control = registry().controls[name]
    if control.since > phone.sdk:
        pytest.skip(f"{name} can be set from API {control.since} on, this phone has {phone.sdk}")
    plug = registry().controls["battery.plugged"]
    unplugged = plug.snapshot(phone, plug.read(phone)) if name in NEEDS_BATTERY else None
    if unplugged is not None:
        plug.apply(phone, "none")
    try:
        before, truth_before = control.read(phone), settings_of(phone)
        snapshot = json.loads(json.dumps(control.snapshot(phone, control.read(phone))))
        for value in OTHER_VALUES.get(name, (not before,)):
            control.apply(phone, value)
            assert await_value(phone, control, value) == value
            assert name in MOVED_BY_USE or plain(settings_of(phone)[name]) == plain(value)
        control.restore(phone, snapshot)
        control.restore(phone, snapshot)  # twice: a crash may have come after the first
        assert await_value(phone, control, before) == before
        assert await_settings(phone, truth_before) == truth_before
    finally:
        plug.restore(phone, unplugged)


def test_battery_saver_on_a_cable_is_refused_by_name(phone):
    with pytest.raises(StablePhoneError, match=r"external power \(usb\).*unplug it"):
        registry().controls["battery.saver"].apply(phone, True)


def test_readings_that_somebody_else_faked_are_left_alone(phone):
    phone.shell("dumpsys battery set level 50")
    try:
        with pytest.raises(StablePhoneError, match="faked already, and not by us"):
            registry().controls["battery.level"].snapshot(phone, 50)
    finally:
        phone.shell("dumpsys battery reset")


def test_an_unset_setting_is_unset_again(phone):
    control = registry().controls["battery.saver_trigger"]
    phone.shell("settings delete global low_power_trigger_level")
    snapshot = control.snapshot(phone, control.read(phone))
    control.apply(phone, 30)
    control.restore(phone, snapshot)
    assert phone.shell("settings get global low_power_trigger_level").stdout.strip() == "null"


def test_calling_a_network_metered_is_taken_back_even_from_another_one(phone):
    control = registry().controls["network.metered"]
    if control.since > phone.sdk:
        pytest.skip("before Android 8.1 a new policy was always metered")
    snapshot = control.snapshot(phone, control.read(phone))
    control.apply(phone, True)
    assert await_value(phone, control, True) is True
    phone.shell("svc wifi disable")
    control.restore(phone, snapshot)
    phone.shell("svc wifi enable")
    assert await_value(phone, control, False) is False


def test_a_diagnosis_reads_what_the_phone_says(phone):
    facts, truth = phone.facts(), settings_of(phone)
    read = {name: plain(facts[name]) for name in truth if name in facts}
    assert len(read) >= 15
    assert read == {name: truth[name] for name in read}


@pytest.mark.parametrize("order", [("plugged", "level"), ("level", "plugged")])
def test_two_faked_readings_are_put_back_whichever_came_first(phone, order):
    controls = [registry().controls[f"battery.{name}"] for name in order]
    values = {"battery.plugged": "none", "battery.level": 9}
    before = [control.read(phone) for control in controls]
    snapshots = []
    for control in controls:
        snapshots.append(control.snapshot(phone, control.read(phone)))
        control.apply(phone, values[control.fact.name])

    for control, snapshot, was in list(zip(controls, snapshots, before, strict=True))[::-1]:
        control.restore(phone, snapshot)
        assert control.read(phone) == was
    for control, snapshot in zip(controls, snapshots, strict=True):
        control.restore(phone, snapshot)  # again: a crash may have come after the last one
    assert phone.facts(["battery.faked"]) == {"battery.faked": False}
