"""Reading a screen aloud: whatever a node is called by really finds it."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

import drivers.phone
from drivers.errors import TransientPhoneError
from drivers.hierarchy import parse
from drivers.outline import main, outline, selector_for
from tests.drivers.fakes import PHOTOS, page, view

SHARED = Path(__file__).parents[2].parent / "shared" / "hierarchies"
MENU = parse(
    "<hierarchy>"
    + page(
        view(1, "photos_autobackup_particle_status_title", "Backing up • 12 items left"),
        view(3, text="Photos settings", clickable="true"),
        view(4, text="Twice"),
        view(5, text="Twice"),
    )
    + "</hierarchy>"
)


def described(text):
    return next(n for n in outline(MENU)["nodes"] if n.get("text") == text)


def test_a_node_comes_with_its_selector_its_place_and_its_meaning():
    assert described("Photos settings") == {
        "depth": 1,
        "text": "Photos settings",
        "selector": "text: Photos settings",
        "tap": [500, 350],
        "says": ["photos_settings"],
        "bounds": [0, 300, 1000, 400],
    }
    assert described("Backing up • 12 items left")["says"] == ["uploading"]
    assert outline(MENU)["status"]["left"] == 12


def test_a_node_that_another_one_hides_by_name_has_no_selector():
    twins = [n for n in outline(MENU)["nodes"] if n.get("text") == "Twice"]

    assert "selector" in twins[0]
    assert "selector" not in twins[1]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared hierarchies are not beside this clone")
@pytest.mark.parametrize("path", sorted(SHARED.glob("*.xml")), ids=lambda path: path.name)
def test_every_selector_finds_the_node_it_stands_at(path):
    screen = parse(path.read_text(encoding="utf-8"))

    for node in screen.nodes:
        if selector := selector_for(node, screen):
            assert screen.find(selector) == node
    json.dumps(outline(screen))


class Shown:
    """What `connect` gives: a phone that shows the menu."""

    about = SimpleNamespace(locale="en")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def screen(self):
        return MENU


def test_the_command_prints_json(monkeypatch, capsys):
    monkeypatch.setattr(drivers.phone, "connect", lambda serial, adb: Shown())

    assert main(["emulator-9"]) == 0
    assert json.loads(capsys.readouterr().out)["package"] == PHOTOS


def test_a_phone_that_is_gone_is_told_with_its_own_exit_code(monkeypatch, capsys):
    def gone(serial, adb):
        raise TransientPhoneError(f"phone {serial} is not attached")

    monkeypatch.setattr(drivers.phone, "connect", gone)

    assert main(["emulator-9", "--adb", "127.0.0.1:5038"]) == 7
    assert "emulator-9 is not attached" in capsys.readouterr().err
