"""Waiting and scrolling, on a phone that turns its pages only when it is looked at or touched."""

import pytest

from drivers.errors import TransientPhoneError
from drivers.hierarchy import parse
from drivers.nodes import Selector
from drivers.screen import describe, scroll_to, wait_for, wait_settled
from tests.drivers.fakes import PagedPhone, page, view

BACKUP = Selector(text="Backup")


class Restless(PagedPhone):
    """Turns its page at every look, so many times."""

    def __init__(self, turns):
        super().__init__({n: page(view(1, text=f"page {n}")) for n in range(turns + 1)})
        self.looks = 0

    def screen(self):
        self.page = min(self.looks, max(self.pages))
        self.looks += 1
        return super().screen()


def test_what_is_there_is_not_waited_for():
    phone = Restless(0)

    assert wait_for(phone, lambda s: s.find(Selector(text="page 0")), expected="it", timeout_s=0)
    assert phone.looks == 1


def test_what_comes_is_waited_for():
    phone = Restless(3)

    assert (
        wait_for(phone, lambda s: s.find(Selector(text="page 3")), expected="it").text == "page 3"
    )
    assert phone.looks == 4


def test_what_does_not_come_is_named_with_what_was_there_instead():
    phone = PagedPhone({"home": page(view(1, text="Library"))})

    with pytest.raises(TransientPhoneError) as error:
        wait_for(phone, lambda s: s.find(BACKUP), expected="the row Backup", timeout_s=0)
    assert "phone fake: the row Backup was not there" in str(error.value)
    assert "com.google.android.apps.photos with 'Library'" in str(error.value)
    assert "<node" in error.value.output


def test_a_screen_is_settled_once_two_looks_are_equal():
    phone = Restless(3)

    assert wait_settled(phone).find(Selector(text="page 3"))
    assert phone.looks == 5


def test_a_counter_that_goes_on_keeps_no_screen_from_settling_and_no_list_from_its_end():
    class Counting(PagedPhone):
        looks = 0

        def screen(self):
            self.looks += 1
            rows = [view(row, text=f"row {row}") for row in range(2, 9)]
            counter = view(1, text=f"{self.looks} of 200 MB")
            self.pages["list"] = parse(
                f"<hierarchy>{page(counter, *rows, scrollable='true')}</hierarchy>"
            )
            return super().screen()

    phone = Counting({"list": page()})

    assert wait_settled(phone).find(Selector(text="row 8"))
    with pytest.raises(TransientPhoneError, match="scrolled to both ends"):
        scroll_to(phone, BACKUP)
    assert phone.done == ["swipe up", "swipe down"]


def test_a_list_that_moved_by_a_hair_has_not_settled():
    rows = [view(row, text=f"row {row}") for row in range(2, 9)]
    at_rest = page(*rows)
    moving = at_rest.replace("[0,", "[1,")
    before, after = (parse(f"<hierarchy>{xml}</hierarchy>") for xml in (moving, at_rest))

    assert not before.stands_like(after)
    assert after.stands_like(after)


def test_a_ticking_clock_unsettles_nothing():
    clock = {
        n: page(view(2, text="Library")) + view(0, text=f"9:0{n}", package="com.android.systemui")
        for n in range(3)
    }
    phone = PagedPhone(clock)
    looks = iter(range(3))
    phone.screen = lambda: phone.pages[next(looks)]

    assert wait_settled(phone).find(Selector(text="9:01"))


def list_of(*texts):
    rows = "".join(view(row, text=text) for row, text in enumerate(texts, start=2))
    return page(rows, scrollable="true")


PAGES = {"top": list_of("A", "B"), "middle": list_of("B", "C"), "end": list_of("C", "Backup")}
TURNS = {
    ("top", "swipe up"): "middle",
    ("middle", "swipe up"): "end",
    ("end", "swipe down"): "middle",
    ("middle", "swipe down"): "top",
}


def test_scrolling_ends_where_it_is_found():
    phone = PagedPhone(PAGES, TURNS)

    screen, node = scroll_to(phone, BACKUP)
    assert node in screen.nodes
    assert phone.done == ["swipe up", "swipe up"]


def test_what_lies_above_is_found_after_the_end():
    phone = PagedPhone(PAGES, TURNS)
    phone.page = "end"

    scroll_to(phone, Selector(text="A"))
    assert phone.page == "top"


def test_what_is_on_neither_end_is_told():
    phone = PagedPhone(PAGES, TURNS)

    with pytest.raises(TransientPhoneError, match="text: Z is not on this page"):
        scroll_to(phone, Selector(text="Z"))


def test_a_page_that_does_not_scroll_is_told_at_once():
    phone = PagedPhone({"home": page(view(1, text="Library"))})

    with pytest.raises(TransientPhoneError, match="not on this page"):
        scroll_to(phone, BACKUP)
    assert phone.done == []


def test_an_empty_screen_can_be_described():
    assert (
        describe(PagedPhone({"x": '<node bounds="[0,0][9,9]"/>'}).screen())
        == "nothing with no words"
    )


def test_half_an_address_is_not_left_over_when_words_are_cut():
    disc = view(1, desc="Signed in as Ada Tester ada.tester@example.com")

    shown = describe(parse(f"<hierarchy>{page(disc)}</hierarchy>"))
    assert "Signed in as Ada Tester" in shown
    assert "@" not in shown
