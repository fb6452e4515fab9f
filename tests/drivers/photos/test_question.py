"""What Photos asks over its home, told by the words of an answer or the ids of an alert."""

import pytest

from drivers.hierarchy import parse
from drivers.photos.question import NOTHING, OTHER, UPLOAD_AGAIN, Question, question_of
from tests.drivers.fakes import page, view

PATCHED = "app.revanced.android.apps.photos"
HOME = view(1, "selected_account_disc", "", "Alice")
MENU = view(2, "og_bento_card_title", "Backing up")
AGAIN = [
    view(8, "android:id/alertTitle", "Upload your photos"),
    view(9, "android:id/button2", "Re-upload all", clickable="true"),
    view(10, "android:id/button1", "New files only", clickable="true"),
]
# A language whose words the lexicon does not hold.
FOREIGN = [
    view(8, "android:id/alertTitle", "Fotos neu hochladen?"),
    view(10, "android:id/button1", "Nur neue", clickable="true"),
]
UPDATE = [
    view(3, "android:id/alertTitle", "Update Photos"),
    view(4, "android:id/button2", "Not now", clickable="true"),
]
LAUNCHER = "com.launcher"


def asked(*views, package=None):
    return question_of(parse(f"<hierarchy>{page(*views)}</hierarchy>"), package)


@pytest.mark.parametrize(
    ("views", "asks"),
    [
        ([HOME], NOTHING),
        ([HOME, *AGAIN], UPLOAD_AGAIN),
        ([*FOREIGN], OTHER),
        # Over the menu no question stands: whether one waits behind it cannot be told.
        ([HOME, MENU], None),
        # What is answered on the way is no question.
        ([HOME, *UPDATE], NOTHING),
        ([view(3, "alertTitle", "Rate us", package=LAUNCHER)], None),
        ([view(3, text="New files only", package=LAUNCHER)], None),
    ],
    ids=["home", "known", "not understood", "menu", "known dialog", "another's", "their words"],
)
def test_a_screen_tells_what_is_asked_as_far_as_it_can(views, asks):
    found = asked(*views)
    assert (found.asks if found else None) == asks


def test_a_question_is_told_in_its_own_words():
    assert asked(*FOREIGN) == Question(OTHER, "Fotos neu hochladen?", ("Nur neue",))
    assert asked(*FOREIGN).describe() == "'Fotos neu hochladen?' with 'Nur neue'"


def test_a_patched_build_asks_under_its_own_name():
    views = [view(10, "android:id/button1", "New files only", package=PATCHED)]
    assert asked(*views).asks == UPLOAD_AGAIN
    assert asked(*views, package="com.google.android.apps.photos") is None
