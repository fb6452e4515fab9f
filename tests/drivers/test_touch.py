"""Where a tap goes down: every case here is a view that another one covers, clips or hides."""

from pathlib import Path

import pytest

from drivers.hierarchy import parse
from drivers.nodes import Bounds, Selector
from drivers.touch import subtract

SHARED = Path(__file__).parents[2].parent / "shared" / "hierarchies"


def point(xml, **selector):
    screen = parse(f"<hierarchy>{xml}</hierarchy>")
    node = screen.find(Selector(**selector)) or next(
        n for n in screen.nodes if Selector(**selector).matches(n)
    )
    return node.tap_point(screen)


def view(bounds, attributes="", inner=""):
    return f'<node package="a" bounds="{bounds}" {attributes}>{inner}</node>'


def screen_of(inner, bounds="[0,0][1000,2000]"):
    return view(bounds, "", inner)


def test_a_label_is_tapped_where_it_stands_inside_its_row():
    row = view("[0,100][1000,200]", 'clickable="true"', view("[600,120][800,180]", 'text="Backup"'))

    assert point(screen_of(row), text="Backup") == (700, 150)


def test_a_row_is_not_tapped_on_the_switch_that_it_holds():
    switch = view("[400,100][1000,200]", 'clickable="true" checkable="true" text="switch"')
    row = view("[0,100][1000,200]", 'clickable="true" text="row"', switch)

    assert point(screen_of(row), text="row") == (200, 150)
    assert point(screen_of(row), text="switch") == (700, 150)


def test_a_child_of_the_same_size_is_the_row_itself():
    child = view("[0,100][1000,200]", 'clickable="true"')
    row = view("[0,100][1000,200]", 'clickable="true" text="row"', child)

    assert point(screen_of(row), text="row") == (500, 150)


def test_a_half_hidden_row_is_tapped_on_the_half_that_shows():
    shown = view(
        "[0,500][1000,1000]",
        'scrollable="true"',
        view("[0,900][1000,1100]", 'clickable="true" text="row"'),
    )

    assert point(screen_of(shown), text="row") == (500, 950)


def test_a_button_floating_over_a_row_is_avoided():
    row = view("[0,1000][1000,1100]", 'clickable="true" text="row"')
    button = view("[450,1000][1000,1100]", 'clickable="true"')

    assert point(screen_of(row + button), text="row") == (225, 1050)


@pytest.mark.parametrize(("orders", "reached"), [((1, 2), False), ((2, 1), True)])
def test_drawing_order_says_who_is_on_top_where_the_dump_has_it(orders, reached):
    row = view("[0,100][1000,200]", f'clickable="true" text="row" drawing-order="{orders[0]}"')
    sheet = view("[0,0][1000,2000]", f'clickable="true" drawing-order="{orders[1]}"')

    assert (point(screen_of(row + sheet), text="row") is not None) is reached


def test_a_keyboard_covers_what_lies_behind_it():
    app = screen_of(view("[0,1500][1000,1600]", 'clickable="true" text="row"'))
    keyboard = view("[0,1400][1000,2000]", "", view("[0,1400][1000,2000]"))

    assert point(app + keyboard, text="row") is None


def test_a_layer_decides_between_windows_where_the_dump_names_it():
    row = view("[0,0][500,500]", 'clickable="true" text="row"')
    big = view("[0,0][1000,2000]")
    windows = '<window layer="{}">' + row + '</window><window layer="{}">' + big + "</window>"

    assert point(windows.format(1, 2), text="row") is None
    assert point(windows.format(2, 1), text="row") == (250, 250)


def test_what_has_no_taker_is_tapped_itself():
    assert point(screen_of(view("[0,0][100,100]", 'text="web page"')), text="web page") == (50, 50)


@pytest.mark.parametrize(
    "attributes",
    [
        'clickable="true" enabled="false" text="row"',
        'clickable="true" visible-to-user="false" text="row"',
    ],
)
def test_what_would_do_nothing_has_no_point(attributes):
    assert point(screen_of(view("[0,0][100,100]", attributes)), text="row") is None


def test_what_lies_outside_the_screen_has_no_point():
    assert (
        point(screen_of(view("[0,2100][1000,2200]", 'clickable="true" text="row"')), text="row")
        is None
    )


def test_nothing_is_left_of_what_is_covered_whole():
    assert subtract(Bounds(0, 0, 100, 100), [Bounds(0, 0, 100, 60), Bounds(0, 50, 100, 100)]) == []


def test_a_gap_of_a_few_pixels_is_no_place_to_tap():
    assert subtract(Bounds(0, 0, 100, 100), [Bounds(0, 0, 98, 100)]) == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared hierarchies are not beside this clone")
@pytest.mark.parametrize("path", sorted(SHARED.glob("*.xml")), ids=lambda path: path.name)
def test_on_real_screens_every_enabled_button_is_tapped_on_itself_alone(path):
    screen = parse(path.read_text(encoding="utf-8"))
    buttons = [n for n in screen.nodes if n.clickable and n.enabled and screen.is_visible(n)]
    points = {n.position: n.tap_point(screen) for n in buttons}

    for node in buttons:
        if where := points[node.position]:
            assert screen.visible_bounds(node).contains(*where)
            others = [n for n in buttons if n.bounds.contains(*where) and n.window == node.window]
            family = {n.position for n in (*screen.ancestors(node), *screen.subtree(node))}
            smaller = [n for n in others if n.bounds.area < node.bounds.area]
            assert [n for n in smaller if n.position not in family] == []
    # An advertisement that its own button covers whole is the one view here without a place.
    assert sum(where is None for where in points.values()) <= 1
