import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.wording import plain, shown


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Don’t allow", "Don't allow"),
        ("Wi\u2011Fi", "wi-fi"),
        ("1:13\u202fpm", "1:13 PM"),
        ("Gedwongen stop\u00adpen", "Gedwongen stoppen"),
        ("\u202bمحامي فون\u202c\u200e", "محامي فون"),
        ("فضای ذخیره\u200cسازی", "فضای ذخیرهسازی"),
        ("\uf161 Backup\ue001", "Backup"),
        ("Pamięć wewnętrzna\u00a0i podręczna", "Pamięć wewnętrzna i podręczna"),
        ("Sauvegarde terminée", "Sauvegarde termine\u0301e"),
        ("١٢٬٣٤٥", "12٬345"),
        ("１２件", "12件"),
        ("Wi-Fi 接続の待機中", "Wi-Fi接続の待機中"),
        ("Backing up\x07", "backing up"),
        ("Backup ☁\ufe0f", "Backup ☁"),
    ],
)
def test_what_a_phone_wraps_words_in_is_no_part_of_them(one, other):
    assert plain(one) == plain(other)


@pytest.mark.parametrize(("one", "other"), [("Backup", "Back up"), ("1,234", "1234"), ("é", "e")])
def test_what_is_spelled_differently_stays_different(one, other):
    assert plain(one) != plain(other)


def test_lines_stay_lines():
    assert plain("Signed in\r\nBacking up.\rAccount") == "signed in\nbacking up.\naccount"


@given(st.text())
def test_reducing_twice_changes_nothing(text):
    assert plain(plain(text)) == plain(text)


@given(st.text())
def test_what_is_shown_can_be_printed(text):
    assert all(c.isprintable() or c == "\n" for c in shown(text))


def test_what_is_shown_keeps_case_and_digits():
    assert shown("\u200fBacking up • ١٢\u200f") == "Backing up • ١٢"
