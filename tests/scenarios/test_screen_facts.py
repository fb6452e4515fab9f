"""Facts that only a screen shows: read by the engine wherever a cause or a step speaks of them."""

from types import SimpleNamespace
from typing import ClassVar

import pytest

from drivers.errors import ScenarioError
from drivers.identity import Identity
from drivers.values import ValueType
from drivers.vocabulary import Fact, Operation, Risk
from scenarios import facts
from scenarios import journal as journals
from scenarios.conditions import Condition, Conditions, Is
from scenarios.events import StepEnded
from scenarios.facts import read_facts
from scenarios.marks import Mark
from scenarios.model import Run, SetControl, When
from scenarios.needs import Needs, missing
from scenarios.steps import Bench, perform
from scenarios.templates import Before, Template
from scenarios.undo import shows

MARK = Mark("scenario.yaml", 1, 1)


class Quality:
    fact = Fact("photos.quality", ValueType("text"), "")

    def read(self, phone):
        return phone.quality


class FakePhone:
    sdk = 34
    about = SimpleNamespace(android="14", vendor="google")

    def __init__(self, quality):
        self.quality = quality

    def facts(self, names):
        return {name: 80 for name in names if name == "battery.level"}


class Vocabulary:
    readers = ()
    operations: ClassVar[dict] = {}
    controls: ClassVar[dict] = {"photos.quality": Quality()}


def test_a_control_that_no_command_tells_is_read_on_its_page(monkeypatch):
    monkeypatch.setattr(facts, "registry", Vocabulary)
    names = ["battery.level", "photos.quality"]
    assert read_facts(FakePhone("saver"), names) == {
        "battery.level": 80,
        "photos.quality": "saver",
    }


def test_what_its_page_does_not_show_is_absent(monkeypatch):
    monkeypatch.setattr(facts, "registry", Vocabulary)
    assert read_facts(FakePhone(None), ["photos.quality"]) == {}


def needs(**wanted):
    conditions = (
        Condition(MARK, name.replace("_", ".", 1), ValueType("text"), Is(value))
        for name, value in wanted.items()
    )
    return Needs(MARK, facts=Conditions(MARK, tuple(conditions)))


def test_a_need_that_only_a_page_shows_is_looked_up_where_photos_may_be_opened(monkeypatch):
    monkeypatch.setattr(facts, "registry", Vocabulary)
    wanted = needs(photos_quality="original")
    assert missing(wanted, FakePhone("original"), may_open=True) == ""
    assert missing(wanted, FakePhone("saver"), may_open=True) == "needs photos.quality is original"


def test_a_need_that_may_not_be_looked_up_is_not_held_against_the_phone(monkeypatch):
    monkeypatch.setattr(facts, "registry", Vocabulary)
    assert missing(needs(photos_quality="original"), FakePhone("saver")) == ""
    both = needs(photos_quality="original", phone_maker="acme")
    assert missing(both, FakePhone("saver")) == "needs phone.maker is acme"


def test_when_is_asked_of_a_page(monkeypatch):
    monkeypatch.setattr(facts, "registry", Vocabulary)
    heard = []
    bench = Bench(FakePhone("saver"), None, Vocabulary, 1.0, heard.append)
    inner = When(MARK, needs(battery_level=80).facts, ())
    for quality, done in (("saver", [{"battery.level": 80}]), ("original", [])):
        heard.clear()
        perform(bench, When(MARK, needs(photos_quality=quality).facts, (inner,)), {})
        ended = [event.before for event in heard if isinstance(event, StepEnded)]
        assert ended == [{"photos.quality": "saver"}, *done]


def test_what_is_not_done_needs_no_fact(monkeypatch):
    monkeypatch.setattr(facts, "registry", Vocabulary)
    heard = []
    bench = Bench(FakePhone("saver"), None, Vocabulary, 1.0, heard.append)
    ssid = Template(MARK, ValueType("text"), (Before("network.ssid", ValueType("text")),))
    inner = SetControl(Mark("scenario.yaml", 5, 5), "network.ssid", ValueType("text"), ssid)
    perform(bench, When(MARK, needs(photos_quality="original").facts, (inner,)), {})
    with pytest.raises(ScenarioError, match=r"did not show network\.ssid"):
        perform(bench, When(MARK, needs(photos_quality="saver").facts, (inner,)), {})
    assert [event.problem for event in heard if isinstance(event, StepEnded)] == ["", ""]


class Compress(Operation):
    name, doc, base_risk, repeats = "photos.compress", "", Risk.LOOK, True

    def commands(self, arguments):
        return ()

    def run(self, phone, arguments, prepared):
        phone.quality = {"original": "saver", "saver": "express"}[phone.quality]
        return {}


def test_until_is_asked_of_a_page(monkeypatch, tmp_path):
    monkeypatch.setattr(facts, "registry", Vocabulary)
    monkeypatch.setattr(Vocabulary, "operations", {"photos.compress": Compress()})
    phone = FakePhone("original")
    bench = Bench(
        phone,
        journals.begin(tmp_path, Identity("acme", "1"), "serial"),
        Vocabulary,
        1.0,
        print,
    )
    until = needs(photos_quality="express").facts
    perform(bench, Run(MARK, "photos.compress", until=until, within_s=30.0), {})
    assert phone.quality == "express"


def test_a_map_shows_what_was_set_of_it_and_no_less():
    seen = {"Screenshots": True, "Download": False}
    assert shows(seen, {"Screenshots": True})
    assert not shows(seen, {"Screenshots": False})
    assert not shows(seen, {"Camera": False})
    assert not shows(None, {"Screenshots": True})
