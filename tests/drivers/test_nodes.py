import pytest

from drivers.hierarchy import parse
from drivers.nodes import Selector

SCREEN = parse(
    '<hierarchy><node package="com.example" bounds="[0,0][1000,2000]" class="F">'
    '<node package="com.example" resource-id="com.example:id/off" text="Backup" '
    'bounds="[0,2100][9,2200]"/>'
    '<node package="com.example" resource-id="com.example:id/switchWidget" text="" '
    'content-desc="Backup" bounds="[0,100][1000,200]" visible-to-user="true"/>'
    '<node package="com.example" text="BACKUP" bounds="[0,200][1000,300]"/>'
    '<node package="com.example" resource-id="message_list" text="hidden" '
    'visible-to-user="false" bounds="[0,300][1000,400]"/>'
    '</node><node package="com.android.systemui" text="9:02" bounds="[0,0][1000,50]"/></hierarchy>'
)


@pytest.mark.parametrize(
    ("selector", "position"),
    [
        (Selector(id="com.example:id/switchWidget"), 2),
        (Selector(id="switchWidget"), 2),
        (Selector(desc="backup"), 2),
        (Selector(text="Backup"), 3),
        (Selector(say=frozenset({"backup"})), 2),
        (Selector(text="9:02", package="com.android.systemui"), 5),
    ],
)
def test_the_first_visible_node_that_is_meant_is_found(selector, position):
    found = SCREEN.find(selector)

    assert found is not None
    assert found.position == position


@pytest.mark.parametrize(
    "selector",
    [
        Selector(text="Back"),
        Selector(id="Widget"),
        Selector(id="off"),  # lies below the edge of the screen
        Selector(text="hidden"),
        Selector(text="9:02", package="com.example"),
        Selector(text=""),
        Selector(desc=""),
    ],
)
def test_parts_of_words_and_what_cannot_be_seen_are_not_found(selector):
    assert SCREEN.find(selector) is None


def test_the_first_fruitful_selector_wins():
    found = SCREEN.find(
        Selector(id="missing"), Selector(text="Backup"), Selector(id="switchWidget")
    )

    assert found is not None
    assert found.text == "BACKUP"


def test_a_selector_is_exactly_one_thing():
    with pytest.raises(ValueError, match="exactly one"):
        Selector(id="a", text="b")
    with pytest.raises(ValueError, match="exactly one"):
        Selector()


def test_trees_are_equal_exactly_if_nothing_differs():
    xml = "<hierarchy><node text='a' bounds='[0,0][5,5]'/></hierarchy>"

    assert parse(xml) == parse(xml + "trailing words")
    assert parse(xml) != parse(xml.replace("'a'", "'b'"))


SYSTEM = "com.android.systemui"


def windows(*shown):
    return parse(
        "<hierarchy>"
        + "".join(
            f'<node package="{package}" bounds="[0,{top}][1000,{bottom}]">'
            f'<node package="{inner}" text="x" bounds="[0,{top}][9,{bottom}]"/></node>'
            for package, inner, top, bottom in shown
        )
        + "</hierarchy>"
    )


@pytest.mark.parametrize(
    ("screen", "package"),
    [
        (windows((SYSTEM, SYSTEM, 0, 50), ("com.example", "com.example", 0, 2000)), "com.example"),
        (windows(("com.example", "com.example", 0, 2000), (SYSTEM, SYSTEM, 0, 50)), "com.example"),
        # An open shade: its notifications' views are other apps'.
        (windows((SYSTEM, "android", 0, 2000), ("com.example", "com.example", 0, 2000)), SYSTEM),
        # A dialog smaller than half of the screen, in front of its app.
        (windows(("android", "android", 900, 1200), ("com.example", "x", 0, 2000)), "android"),
        (windows(("com.example", "x", 0, 2000), ("android", "android", 900, 1200)), "android"),
        (
            windows(("a.inputmethod.b", "x", 1400, 2000), ("com.example", "x", 0, 2000)),
            "com.example",
        ),
        (windows((SYSTEM, SYSTEM, 0, 50)), SYSTEM),
        (windows(("", "", 0, 2000)), ""),
    ],
)
def test_the_app_in_front_is_neither_a_bar_nor_a_keyboard_nor_behind_a_dialog(screen, package):
    assert screen.package == package


def test_the_system_bars_are_no_content():
    assert SCREEN.package == "com.example"
    assert all(n.package == "com.example" for n in SCREEN.content())
    assert [n.position for n in SCREEN.children(SCREEN.nodes[0])] == [1, 2, 3, 4]
    assert SCREEN.parent(SCREEN.nodes[0]) is None
    assert len(SCREEN.roots) == 2
