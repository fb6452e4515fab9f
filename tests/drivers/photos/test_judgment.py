"""The judgment over two askings, as a table: what was said and what it comes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.photos.judgment import CHATTER_BYTES, JUDGMENTS, judge
from drivers.photos.status import Status, read_status
from drivers.photos.witnesses import (
    MEDIA,
    NOTIFICATION,
    SCREEN,
    TRAFFIC,
    WITNESSES,
    Statement,
    of_screen,
)

LITTLE, MUCH = CHATTER_BYTES - 1, CHATTER_BYTES


def asked(screen="", notification="", sent=None, media=None):
    """What the four said; an empty word or None is a witness that said nothing."""
    spoken = [
        Statement(name, 0.0, confidence="B", status=read_status(text))
        if text
        else Statement(name, 0.0, silence="nothing there")
        for name, text in ((SCREEN, screen), (NOTIFICATION, notification))
    ]
    counted = [
        Statement(name, 0.0, confidence="A", number=number)
        if number is not None
        else Statement(name, 0.0, silence="not read")
        for name, number in ((TRAFFIC, sent), (MEDIA, media))
    ]
    return (*spoken, *counted)


@pytest.mark.parametrize(
    ("before", "after", "word", "advanced"),
    [
        # The counter alone says moving, on the screen or in the notification.
        (asked("Backing up 1 of 40", sent=0), asked("Backing up 4 of 40", sent=MUCH), "moving", 3),
        (asked("12 items left", sent=0), asked("9 items left", sent=LITTLE), "moving", 3),
        (asked("12 items left"), asked("9 items left"), "moving", 3),
        (asked(notification="12 items left"), asked(notification="11 items left"), "moving", 1),
        (asked("5 items left", "5 items left"), asked("5 items left", "3 items left"), "moving", 2),
        # It stood still: the bytes decide.
        (asked("12 items left", sent=0), asked("12 items left", sent=MUCH), "slow", 0),
        (asked("12 items left", sent=0), asked("12 items left", sent=LITTLE), "stuck", 0),
        (asked("12 items left"), asked("12 items left"), "stuck", 0),
        (asked("12 items left", sent=9), asked("12 items left", sent=1), "stuck", 0),
        (asked("12 items left", sent=0), asked("15 items left", sent=0, media=9), "stuck", 0),
        # Words that wait are no progress even without a counter; bare "Backing up" may be some.
        (asked("Waiting for Wi-Fi", sent=0), asked("Waiting for Wi-Fi", sent=0), "stuck", 0),
        (asked("Getting ready to back up"), asked("Getting ready to back up"), "stuck", 0),
        (asked("Backing up", sent=0), asked("Backing up", sent=MUCH), "unknown", 0),
        (asked("Backing up", sent=0), asked("Backing up", sent=0), "unknown", 0),
        # What was skipped is no work left; where other items are, they may stand behind it.
        (asked("A photo or video was skipped"), asked("A photo or video was skipped"), "done", 0),
        (
            asked("A photo or video was skipped • 9 items left", sent=0),
            asked("A photo or video was skipped • 9 items left", sent=0),
            "stuck",
            0,
        ),
        # Words that end it.
        (asked("Backup complete", sent=0), asked("Backup complete", sent=0), "done", 0),
        (asked("3 items left", sent=0), asked("Backup complete", sent=MUCH), "done", 3),
        (asked("Backup is off", sent=0), asked("Backup is off", sent=0), "off", 0),
        (asked("12 items left"), asked("Backup is off. 12 items left"), "off", 0),
        (
            asked("Backup complete", "9 items left"),
            asked("Backup complete", "7 items left"),
            "moving",
            2,
        ),
        # Nobody saw anything.
        (asked(), asked(), "unknown", 0),
        (asked(sent=0, media=5), asked(sent=MUCH, media=5), "unknown", 0),
        (asked(), asked("12 items left"), "unknown", 0),
        ((), (), "unknown", 0),
    ],
)
def test_what_the_witnesses_say_together(before, after, word, advanced):
    judgment = judge(before, after)

    assert (judgment.word, judgment.advanced) == (word, advanced)
    assert judgment.reasons[0]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (asked("Backup complete"), asked("Backup complete", "Backing up"), "'Backing up'"),
        (asked("5 items left", "5 items left"), asked("5 items left", "3 items left"), "frozen"),
        (asked("5 items left", sent=0), asked("3 items left", sent=9), "only 9 bytes"),
        (asked("Backup complete", sent=0), asked("Backup complete", sent=MUCH), f"{MUCH} bytes"),
        (asked("Waiting for Wi-Fi", sent=0), asked("Waiting for Wi-Fi", sent=MUCH), "Wi-Fi"),
    ],
)
def test_two_that_cannot_both_be_right_are_a_result_of_their_own(before, after, words):
    judgment = judge(before, after)

    assert len(judgment.contradictions) == 1
    assert words in judgment.contradictions[0]


def test_a_counter_that_no_screen_shows_is_told_from_end_to_end():
    judgment = judge(asked(notification="249 items left"), asked(notification="239 items left"))
    assert judgment.reasons[0] == (
        "the counter of the notification went on by 10, 249 left -> 239 left"
    )
    ended = judge(asked(notification="3 items left"), asked(notification="Backing up"), seen=2)
    assert ended.reasons[0] == "the counter of the screen went on by 2"


def test_witnesses_that_agree_contradict_nothing():
    judgment = judge(
        asked("12 items left", "12 items left", sent=0, media=40),
        asked("9 items left", "9 items left", sent=MUCH, media=40),
    )

    assert judgment.contradictions == ()
    assert judgment.witnesses == (SCREEN, NOTIFICATION, TRAFFIC)
    assert not judgment.rests_on_one


def test_what_was_sent_meanwhile_bears_out_a_counter_that_came_to_its_end():
    judgment = judge(asked("12 items left", sent=0), asked("Backup complete", sent=MUCH))

    assert (judgment.word, judgment.witnesses) == ("done", (SCREEN, TRAFFIC))
    silent = judge(asked("Backup complete", sent=0), asked("Backup complete", sent=MUCH))
    assert silent.witnesses == (SCREEN,)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (asked("12 items left"), asked("12 items left")),
        (asked("12 items left"), asked("9 items left")),
        (asked("Backup complete"), asked("Backup complete")),
        (asked(), asked()),
    ],
)
def test_a_verdict_on_one_witness_says_so(before, after):
    assert judge(before, after).rests_on_one


def test_a_counter_without_words_is_enough_to_move():
    before, after = (of_screen(Status(left=left, text=f"{left}"), at_s=0.0) for left in (12, 9))

    assert judge([before], [after]).word == "moving"
    assert judge([before], [before]).word == "stuck"
    assert judge([], [before]).word == "unknown"
    assert judge([before], [after]).contradictions == ()


def test_what_closer_looks_saw_between_the_askings_counts():
    before, after = asked("Backing up 39 of 40"), asked("Backing up 1 of 12")

    assert judge(before, after).word == "stuck"
    assert (judge(before, after, seen=2).word, judge(before, after, seen=2).advanced) == (
        "moving",
        2,
    )


def test_who_was_silent_is_said_with_the_reason():
    reasons = judge(asked("12 items left"), asked("12 items left")).reasons

    assert "notification: silent, nothing there" in reasons
    assert "traffic: silent, not read" in reasons


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (asked(sent=9), asked(sent=1), "anew"),
        (asked(media=5), asked(media=8), "3 new items"),
        (asked(media=0), asked(media=0), "no photos or videos"),
    ],
)
def test_what_explains_a_figure_is_said(before, after, reason):
    assert any(reason in line for line in judge(before, after).reasons)


def test_a_statement_ages_and_describes_itself():
    statement = of_screen(read_status("Backing up • 12 items left"), at_s=100.0)

    assert statement.age_s(now_s=104.5) == 4.5
    assert statement.describe() == "screen: uploading, 12 left (B)"
    assert of_screen(read_status("Library"), at_s=0.0).is_silent


TEXTS = (
    "",
    "12 items left",
    "9 items left",
    "Backing up",
    "Backup complete",
    "Backup is off",
    "Waiting for Wi-Fi",
    "Backing up 3 of 9",
)
ASKINGS = st.builds(
    asked,
    st.sampled_from(TEXTS),
    st.sampled_from(TEXTS),
    st.one_of(st.none(), st.integers(0, 10**9)),
    st.one_of(st.none(), st.integers(0, 10**5)),
)


@given(ASKINGS, ASKINGS)
def test_every_pair_of_askings_has_one_judgment_with_a_reason(before, after):
    judgment = judge(before, after)

    assert judgment.word in JUDGMENTS
    assert judgment.reasons[0]
    assert set(judgment.witnesses) <= set(WITNESSES)
    assert judgment.word != "moving" or judgment.advanced > 0
    assert judgment.word != "slow" or judgment.bytes_sent >= CHATTER_BYTES
    assert judgment.word not in {"slow", "stuck"} or judgment.advanced == 0
