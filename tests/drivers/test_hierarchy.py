"""Dumps of every form that phones and tools give, and of forms that broke on the way."""

import contextlib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from drivers.hierarchy import decode, parse
from drivers.nodes import Bounds

SHARED = Path(__file__).parents[2].parent / "shared" / "hierarchies"

HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
TWO = (
    '<hierarchy rotation="1"><node index="0" text="" resource-id="a:id/root" class="V" package="a"'
    ' content-desc="" clickable="true" enabled="true" bounds="[0,0][800,480]">'
    '<node index="0" text="Hello" class="T" package="a" bounds="[10,20][110,60]" /></node>'
    "</hierarchy>"
)


def node(attributes, inner=""):
    return f'<node class="V" package="a" bounds="[0,0][9,9]" {attributes}>{inner}</node>'


def one(attributes):
    return parse(f"<hierarchy>{node(attributes)}</hierarchy>").nodes[0]


def index():
    if not SHARED.is_dir():
        return []
    return yaml.safe_load((SHARED / "INDEX.yaml").read_text(encoding="utf-8"))["files"]


@pytest.mark.skipif(not index(), reason="the shared hierarchies are not beside this clone")
@pytest.mark.parametrize("entry", index(), ids=lambda entry: entry["file"])
def test_a_real_screen_is_read_as_its_index_says(entry):
    screen = parse((SHARED / entry["file"]).read_text(encoding="utf-8"))

    ids = list(dict.fromkeys(n.resource_id for n in screen.nodes if n.resource_id))
    texts = {text for n in screen.nodes for text in (n.text, n.desc) if text}
    counts = {p: sum(n.package == p for n in screen.nodes) for p in screen.packages}

    # The index counted a Java trace's "<clinit>" and a node that is cut off as nodes as well.
    assert len(screen.nodes) == entry["nodes"] or set(entry["flags"]) & {"text_before_xml"}
    assert counts == entry["packages"]
    assert len(ids) == entry["resource_id_count"]
    assert ids[: len(entry["resource_ids"])] == entry["resource_ids"]
    assert set(entry["texts"]) <= texts


def test_a_dump_is_nodes_with_their_place_in_the_tree():
    screen = parse(HEAD + TWO)
    root, child = screen.nodes

    assert (screen.rotation, screen.bounds, screen.complete) == (1, Bounds(0, 0, 800, 480), True)
    assert (root.position, root.parent, root.end, root.depth, root.id_name) == (0, -1, 2, 0, "root")
    assert (child.position, child.parent, child.end, child.depth) == (1, 0, 2, 1)
    assert child.text == "Hello"
    assert child.resource_id == ""
    assert child.bounds == Bounds(10, 20, 110, 60)


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "java.io.FileNotFoundException: x\n\tat a.<clinit>(A.java:5)\n{}",
        "{}UI hierchary dumped to: /dev/tty",
        "WARNING: linker\r\n{}\r\nUI hierchary dumped to: /sdcard/window_dump.xml\r\n",
        "\ufeff{}",
        "<displays><display id='0'><window layer='7'>{}</window></display></displays>",
    ],
)
def test_what_stands_round_the_hierarchy_is_no_part_of_it(around):
    screen = parse(around.format(HEAD + TWO))

    assert [n.text for n in screen.nodes] == ["", "Hello"]
    assert screen.complete


def test_appium_names_elements_after_their_class():
    screen = parse(
        '<hierarchy index="0" class="hierarchy" rotation="0" width="1080" height="2254">\n'
        '  <android.widget.Button index="0" package="a" text="OK" content-desc="fine"'
        ' clickable="true" displayed="false" bounds="[0,2200][90,2400]" />\n</hierarchy>'
    )

    assert screen.nodes[0].class_name == "android.widget.Button"
    assert screen.nodes[0].desc == "fine"
    assert not screen.nodes[0].visible
    assert screen.bounds == Bounds(0, 0, 1080, 2254)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a&amp;b &lt;c&gt; &quot;d&quot;", 'a&b <c> "d"'),
        ("Signed in\nBacking up.", "Signed in\nBacking up."),
        ("Signed in&#10;Backing up.", "Signed in\nBacking up."),
        ("&#55357;&#56395; hi", "👋 hi"),
        ("&#128075; hi", "👋 hi"),
        ("&#x1F44B;", "👋"),
        ("a&#7;b", "a b"),
        ("a\x07b", "a b"),
        ("&#55357;", "\ufffd"),
        ("R&B", "R&B"),
        ("\uf161", "\uf161"),
        ("&#99999999;", "\ufffd"),
    ],
)
def test_text_survives_what_serializers_do_to_it(raw, text):
    assert one(f'text="{raw}"').text == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_as_the_terminal_wrote_it(encoding):
    raw = f"<hierarchy>\r\n{node('text=' + repr('Wi-Fi • 中'))}\r\r\n</hierarchy>".encode(encoding)

    assert parse(decode(raw)).nodes[0].text == "Wi-Fi • 中"


def test_bytes_of_no_encoding_cost_their_own_words():
    raw = b'<hierarchy><node text="a\xff" /><node text="b" /></hierarchy>'

    assert [n.text for n in parse(decode(raw)).nodes] == ["a\ufffd", "b"]


def test_an_inner_class_as_an_element_is_read():
    screen = parse(
        '<hierarchy><a.b.Outer$Inner text="x"><node text="y"/></a.b.Outer$Inner></hierarchy>'
    )

    assert [(n.text, n.depth) for n in screen.nodes] == [("x", 0), ("y", 1)]


def test_a_line_break_between_attributes_is_no_part_of_a_value():
    assert one('text="two\nlines"\n   content-desc="x"').text == "two\nlines"


def test_single_quotes_hold_double_ones():
    assert one("text='say \"hi\"\nnow'").text == 'say "hi"\nnow'


def test_a_broken_off_dump_keeps_what_came_before():
    screen = parse((HEAD + TWO)[:-40])

    assert not screen.complete
    assert screen.nodes[0].resource_id == "a:id/root"


def test_a_fragment_without_a_root_is_read_as_far_as_it_goes():
    screen = parse('0,0][9,9]">' + node('text="a"') + node('text="b"') + '<node text="c')

    assert [n.text for n in screen.nodes] == ["a", "b"]
    assert [n.window for n in screen.nodes] == [0, 1]
    assert not screen.complete


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ERROR: could not get idle state.",
        "null root node",
        "<html><body/></html>",
        "<hierarchy/>",
    ],
)
def test_what_is_no_hierarchy_is_refused_with_what_is_there(text):
    with pytest.raises(ValueError, match="hierarchy"):
        parse(text)


def test_a_piece_missing_inside_a_tag_costs_what_it_held():
    screen = parse(
        f'<hierarchy>{node("text=" + chr(34) + "a" + chr(34))}<node text="b" c -- gap --'
        'id="x" package="a" bounds="[0,0][9,9]"/></hierarchy>'
    )

    assert [(n.text, n.package) for n in screen.nodes] == [("a", "a"), ("b", "a")]


def test_windows_carry_their_layer():
    screen = parse(
        '<displays><display id="0"><window index="0" layer="3"><hierarchy rotation="0">'
        f'{node("")}</hierarchy></window><window index="1" layer="9"><hierarchy rotation="0">'
        f"{node('')}</hierarchy></window></display></displays>"
    )

    assert [(n.window, n.layer) for n in screen.nodes] == [(0, 3), (1, 9)]


def test_a_logged_accessibility_tree_is_read_by_its_arrows():
    screen = parse(
        "D: ===>>> TREE BEGIN <<<===\n"
        "D:  android.widget.FrameLayout:null:null\n"
        "D: > android.view.ViewGroup:null:com.android.settings:id/action_bar\n"
        "D: >> android.widget.TextView:Speicher: Apps:null\n"
        "D: > android.widget.FrameLayout:null:android:id/list_container\n"
    )

    assert [n.depth for n in screen.nodes] == [0, 1, 2, 1]
    assert [n.parent for n in screen.nodes] == [-1, 0, 1, 0]
    assert screen.nodes[2].text == "Speicher: Apps"
    assert screen.packages == ("com.android.settings",)


def test_no_entity_can_be_declared():
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "boom">]>'
        + f"<hierarchy>{node(chr(34).join(['text=', '&a;', '']))}</hierarchy>"
    )

    assert "boom" not in parse(bomb).nodes[0].text


def test_a_thousand_levels_are_no_recursion():
    deep = '<node bounds="[0,0][9,9]">' * 1000 + "</node>" * 1000

    assert parse(f"<hierarchy>{deep}</hierarchy>").nodes[-1].depth == 999


@given(st.text())
def test_any_text_in_an_attribute_leaves_the_tree_whole(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    screen = parse(f"<hierarchy>{node('', node(chr(34).join(['text=', escaped, ''])))}</hierarchy>")

    assert len(screen.nodes) == 2


@given(st.integers(min_value=0, max_value=len(HEAD + TWO)), st.text(max_size=20))
def test_a_dump_cut_and_garbled_anywhere_gives_nodes_or_a_reason(cut, garbage):
    nodes = ()
    with contextlib.suppress(ValueError):
        nodes = parse((HEAD + TWO)[:cut] + garbage).nodes

    assert [n.position for n in nodes] == list(range(len(nodes)))
    assert all(-1 <= n.parent < n.position < n.end <= len(nodes) for n in nodes)
