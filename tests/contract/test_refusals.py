"""What each control and operation does on a phone that refuses, on one that is too old for it, and
where the value is there already: asked of the whole registry, so that no new one is forgotten.
"""

from __future__ import annotations

import pytest

from drivers.android.refusals import REFUSALS, refusals_of
from drivers.android.send import refusal_of
from drivers.errors import StablePhoneError
from drivers.identity import Identity
from drivers.restart import Met
from drivers.shell import ShellResult
from drivers.vocabulary import registry
from scenarios.journal import begin
from scenarios.marks import Mark
from scenarios.model import Run, SetControl
from scenarios.reference import sample_values
from scenarios.steps import Bench, NotHereError, perform

CONTROLS = registry().controls
OPERATIONS = registry().operations
FIRST_API = 26
MARK = Mark("scenario.yaml", 1, 1)
REFUSED = (
    "\nException occurred while executing:\njava.lang.SecurityException: Neither user 2000 nor "
    "current process has android.permission.WRITE_SECURE_SETTINGS.\n"
)


class RefusingPhone:
    """Refuses everything in the words of Android, and notes what it was asked."""

    serial, package, user, sdk, link, restarts = "refusing", "com.example.photos", 0, 34, "usb", 0
    met = Met("serial", 1, 0.0)

    def __init__(self, sdk=34):
        self.sdk, self.sent = sdk, []

    def shell(self, command, *, timeout_s=10.0):
        self.sent.append(command)
        return ShellResult(command, "", REFUSED, 255)

    def batch(self, commands, *, timeout_s=10.0):
        return [self.shell(command) for command in commands]

    ask = batch

    def facts(self, names=None):
        self.sent.append("facts")
        return {}


def is_by_shell(thing):
    module = type(thing).__module__
    return module.startswith("drivers.android") or module in {
        "drivers.photos.package",
        "drivers.photos.access",
        "drivers.photos.app",
    }


@pytest.mark.parametrize("name", sorted(n for n, c in CONTROLS.items() if is_by_shell(c)))
def test_a_control_that_is_refused_says_so_and_is_not_believed(name):
    control, phone = CONTROLS[name], RefusingPhone()
    for value in sample_values(control.fact.type):
        with pytest.raises(StablePhoneError) as caught:
            control.apply(phone, value)
        assert str(caught.value)


# What needs a file of this computer, or names of files on the phone, gets that far and no further.
ARGUMENTS = {
    "media.set_aside": {"items": ("largest",)},
    "storage.fill": {"leave": 10**9},
    "app.clear_data": {"package": "com.example.app"},
}


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, operation in OPERATIONS.items()
        if is_by_shell(operation) or type(operation).__module__ == "drivers.photos.removal"
    ),
)
def test_an_operation_that_is_refused_says_so(name, monkeypatch):
    monkeypatch.setattr("drivers.photos.remembering.remember", lambda phone: {})
    operation, phone = OPERATIONS[name], RefusingPhone()
    arguments = ARGUMENTS.get(name, {})
    with pytest.raises(StablePhoneError) as caught:
        operation.run(phone, arguments, operation.prepare(phone, arguments))
    assert str(caught.value)
    assert phone.sent


@pytest.fixture
def bench_of(tmp_path):
    def make(phone):
        journal = begin(tmp_path, Identity("serial", "id"), phone.serial)
        return Bench(phone, journal, registry(), 1.0, lambda event: None)

    return make


def reads(monkeypatch, name, value):
    monkeypatch.setattr(type(CONTROLS[name]), "read", lambda self, phone: value)


@pytest.mark.parametrize("name", sorted(CONTROLS))
def test_a_value_that_is_there_already_is_left_alone(name, monkeypatch, bench_of):
    value_type = CONTROLS[name].fact.type
    for value in sample_values(value_type):
        phone = RefusingPhone()
        reads(monkeypatch, name, value)
        bench = bench_of(phone)
        perform(bench, SetControl(MARK, name, value_type, value), {})
        assert phone.sent == []
        assert not bench.journal.changes


@pytest.mark.parametrize("name", sorted(CONTROLS))
def test_what_cannot_be_read_is_not_set(name, monkeypatch, bench_of):
    value_type = CONTROLS[name].fact.type
    phone = RefusingPhone(sdk=36)
    reads(monkeypatch, name, None)
    monkeypatch.setattr(type(CONTROLS[name]), "snapshot", lambda self, phone, was: None)
    bench = bench_of(phone)
    with pytest.raises(StablePhoneError, match="could not be put back"):
        perform(bench, SetControl(MARK, name, value_type, sample_values(value_type)[0]), {})
    assert phone.sent == []
    assert not bench.journal.changes


@pytest.mark.parametrize("name", sorted(n for n, c in CONTROLS.items() if c.since > FIRST_API))
def test_a_control_is_not_tried_below_its_first_api_level(name, monkeypatch, bench_of):
    control = CONTROLS[name]
    phone = RefusingPhone(sdk=control.since - 1)
    reads(monkeypatch, name, None)
    bench = bench_of(phone)
    value = sample_values(control.fact.type)[0]
    with pytest.raises(NotHereError, match=f"from API {control.since} on.* has API {phone.sdk}"):
        perform(bench, SetControl(MARK, name, control.fact.type, value), {})
    assert phone.sent == []
    assert not bench.journal.changes


@pytest.mark.parametrize("name", sorted(n for n, o in OPERATIONS.items() if o.since > FIRST_API))
def test_an_operation_is_not_tried_below_its_first_api_level(name, bench_of):
    operation = OPERATIONS[name]
    phone = RefusingPhone(sdk=operation.since - 1)
    bench = bench_of(phone)
    with pytest.raises(NotHereError, match=f"from API {operation.since} on"):
        perform(bench, Run(MARK, name, {}, {}), {})
    assert phone.sent == []
    assert not bench.journal.changes


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.source)
def test_every_recorded_refusal_is_recognized_and_concerns_something(refusal, shared):
    for name in refusal.source.split(", "):
        text = (shared / "recordings" / name).read_text()
        is_failure = text.lstrip().startswith(("Failure", "adb: failed"))
        assert is_failure or refusal_of(ShellResult("", text, "", 255))
    plans = [
        *(
            c.commands(v)
            for c in CONTROLS.values()
            for v in sample_values(c.fact.type)[:1]
            if c.fact.name != "network.private_dns"
        ),
        ["pm install-create"],
        *(o.commands({}) for n, o in OPERATIONS.items() if n not in ARGUMENTS),
    ]
    assert any(refusal in refusals_of(lines) for lines in plans)
