import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.photos.counter import Counter, advance, take_numbers
from drivers.wording import plain

# One zero of each script whose digits Android prints somewhere: Latin, Arabic, Persian, Hindi,
# Bengali, Thai, Burmese, full width.
ZEROS = "0٠۰०০๐၀０"


@pytest.mark.parametrize(
    ("text", "template", "numbers"),
    [
        ("1,234 items left", "# items left", (1234,)),
        ("1.234 Elemente", "# elemente", (1234,)),
        ("1 234 567 items", "# items", (1234567,)),
        ("1\u202f234 items", "# items", (1234,)),
        ("1'234 items", "# items", (1234,)),
        ("1’234 items", "# items", (1234,)),
        ("12,34,567 items", "# items", (1234567,)),
        ("١٢٬٣٤٥", "#", (12345,)),
        ("3 of 40", "# of #", (3, 40)),
        ("124.88 mb of 15 gb", "#.# mb of # gb", (15,)),
        ("5 10", "# #", (5, 10)),
        ("1,2 items", "#.# items", ()),
        ("1.234,5", "#.#", ()),
        ("1,234.567", "#.#", ()),
        ("v7.58.0", "v#.#", ()),
        ("no number", "no number", ()),
    ],
)
def test_counts_are_whole_numbers_however_they_are_grouped(text, template, numbers):
    assert take_numbers(plain(text)) == (template, numbers)


@given(
    st.integers(min_value=0, max_value=10**7),
    st.sampled_from(ZEROS),
    st.sampled_from(",. '٬،\u00a0\u202f"),
)
def test_a_count_is_read_in_the_digits_of_every_script(number, zero, separator):
    grouped = f"{number:,}".replace(",", separator)
    written = "".join(chr(ord(zero) + int(c)) if c.isdecimal() else c for c in grouped)

    assert take_numbers(plain(f"a {written} b")) == ("a # b", (number,))


@pytest.mark.parametrize(
    ("before", "after", "items"),
    [
        (Counter(done=1, total=40), Counter(done=4, total=40), 3),
        (Counter(left=12), Counter(left=9), 3),
        (Counter(left=12), Counter(left=15), 0),
        (Counter(done=39, total=40), Counter(done=1, total=12), 0),
        (Counter(done=5, left=3), Counter(done=6, left=9), 1),
        (Counter(left=12), Counter(done=3), None),
        (Counter(), Counter(left=3), None),
    ],
)
def test_only_what_was_certainly_backed_up_counts(before, after, items):
    assert advance(before, after) == items


@pytest.mark.parametrize(
    ("counter", "words", "value"),
    [
        (Counter(done=1, total=40), "1 of 40", {"done": 1, "total": 40}),
        (Counter(left=0), "0 left", {"left": 0}),
        (Counter(done=7), "7 items", {"done": 7}),
        (Counter(), "no counter", {}),
    ],
)
def test_a_counter_says_what_is_known_and_nothing_else(counter, words, value):
    assert str(counter) == words
    assert counter.as_value() == value
    assert bool(counter) is bool(value)
