"""Facts that only a screen shows: read by the engine wherever a cause or a step speaks of them."""

from drivers.values import ValueType
from drivers.vocabulary import Fact
from scenarios import engine
from scenarios.undo import shows


class Quality:
    fact = Fact("photos.quality", ValueType("text"), "")

    def read(self, phone):
        return phone.quality


class FakePhone:
    def __init__(self, quality):
        self.quality = quality

    def facts(self, names):
        return {name: 80 for name in names if name == "battery.level"}


class Vocabulary:
    readers = ()
    controls = {"photos.quality": Quality()}


def test_a_control_that_no_command_tells_is_read_on_its_page(monkeypatch):
    monkeypatch.setattr(engine, "registry", Vocabulary)
    names = ["battery.level", "photos.quality"]
    assert engine.read_facts(FakePhone("saver"), names) == {
        "battery.level": 80,
        "photos.quality": "saver",
    }


def test_what_its_page_does_not_show_is_absent(monkeypatch):
    monkeypatch.setattr(engine, "registry", Vocabulary)
    assert engine.read_facts(FakePhone(None), ["photos.quality"]) == {}


def test_a_map_shows_what_was_set_of_it_and_no_less():
    seen = {"Screenshots": True, "Download": False}
    assert shows(seen, {"Screenshots": True})
    assert not shows(seen, {"Screenshots": False})
    assert not shows(seen, {"Camera": False})
    assert not shows(None, {"Screenshots": True})
