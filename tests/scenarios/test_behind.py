"""The backup in the background: which causes are proven there, and what is seen of it."""

from drivers.photos.status import Status
from drivers.photos.witnesses import NOTIFICATION, TRAFFIC, Statement
from drivers.values import ValueType
from scenarios import behind
from scenarios.conditions import UNSEEN, Cause, Condition, Conditions, Is
from scenarios.events import CounterRead
from scenarios.marks import Mark

HERE = Mark("x.yaml", 1, 1)


class FakePhone:
    def __init__(self):
        self.keys = []

    def key(self, name):
        self.keys.append(name)


def statements(left, sent):
    status = Status("uploading", left=left, text=f"{left} left")
    return (
        Statement(NOTIFICATION, 0.0, "B", status=status),
        Statement(TRAFFIC, 0.0, "A", number=sent),
    )


def watched(monkeypatch, *askings, advances=1):
    answers = [*askings]
    monkeypatch.setattr(
        behind,
        "ask_witnesses",
        lambda phone, screen: answers.pop(0) if len(answers) > 1 else answers[0],
    )
    phone, told = FakePhone(), []
    seen = behind.watch_behind(phone, timeout_s=0.2, advances=advances, announce=told.append)
    assert phone.keys == ["home"]
    return seen, [event for event in told if isinstance(event, CounterRead)]


def test_the_notification_tells_how_it_goes_on(monkeypatch):
    seen, told = watched(monkeypatch, statements(9, 0), statements(9, 0), statements(7, 900_000))
    assert (seen.advanced, seen.judgment, len(told)) == (2, "moving", 2)


def test_what_stands_and_sends_nothing_is_stuck(monkeypatch):
    seen, _ = watched(monkeypatch, statements(9, 0))
    assert (seen.advanced, seen.judgment) == (0, "stuck")


def cause(*sets):
    return Cause(
        HERE,
        tuple(
            Conditions(
                HERE, tuple(Condition(HERE, fact, ValueType("bool"), Is(True)) for fact in facts)
            )
            for facts in sets
        ),
    )


def test_a_cause_is_proven_in_the_background_where_all_of_its_sets_bind_there():
    assert behind.binds_behind(
        cause(["network.data_saver"], ["network.metered", "photos.background"])
    )
    assert not behind.binds_behind(cause(["network.data_saver"], ["network.metered"]))
    assert not behind.binds_behind(UNSEEN)
    assert not behind.binds_behind(None)
