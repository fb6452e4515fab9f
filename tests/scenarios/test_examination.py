"""What check mode says, on a phone that is played back: nothing is opened and nothing is sent."""

from __future__ import annotations

import pytest

from drivers.errors import NotHealedError
from drivers.photos.question import OTHER, UPLOAD_AGAIN, Question
from drivers.photos.status import Status
from drivers.photos.witnesses import NOTIFICATION, Statement
from drivers.vocabulary import Risk, registry
from scenarios import diagnosis, examination
from scenarios.events import Diagnosed, Event, Noted, Planned
from scenarios.examination import Examination
from scenarios.loader import load
from scenarios.steps import Bench

HEAD = "risk: reversible\nexpect: {counter: {advances: 1}}\n"
SAVER = f"name: Battery saver\n{HEAD}cause: {{battery.saver: on}}\nfix: [{{battery.saver: off}}]\n"
OFF = f"name: Wi-Fi is off\n{HEAD}cause: {{network.wifi: off}}\nfix: [{{network.wifi: on}}]\n"
HOT = f"name: The phone is too hot\nwhy: Cool it.\n{HEAD}cause: {{power.thermal_status: severe}}\n"
RESTART = f"name: Photos hangs\n{HEAD}cause: unseen\nfix: [photos.restart]\n".replace(
    "reversible", "disruptive"
)


class Phone:
    """As much of a phone as check mode asks."""

    package, user, serial = "com.google.android.apps.photos", 0, "0a1b"

    def __init__(self, **facts: object) -> None:
        self.shown = {name.replace("__", "."): value for name, value in facts.items()}

    def facts(self, names: object = None) -> dict[str, object]:
        return dict(self.shown)


@pytest.fixture
def examined(tmp_path, monkeypatch):
    """Examines scenarios on a phone; returns the outcome of each, the verdict and the events."""

    def examine(
        phone: Phone,
        *texts: str,
        said: Status | None = None,
        may_look: bool = False,
        hangs: bool = False,
        asks: Question | None = None,
        untouched_until: str = "",
    ):
        paths = []
        for number, text in enumerate(texts):
            paths.append(tmp_path / f"{number}.yaml")
            paths[-1].write_text(text, encoding="utf-8")
        scenarios = list(load(paths, variables={}, environ={}))
        heard = Statement(NOTIFICATION, 0.0, "B", said or Status(), None, "" if said else "nothing")
        monkeypatch.setattr(examination, "look_passively", lambda *_: (heard,))
        monkeypatch.setattr(examination, "bring_to_counter", lambda _: said or Status())
        monkeypatch.setattr(examination, "untouched_until", lambda _: untouched_until)
        monkeypatch.setattr(examination, "does_answer", lambda _: not hangs)
        monkeypatch.setattr(examination, "question_in_front", lambda _: asks)
        monkeypatch.setattr(diagnosis, "name_skipped", lambda *_: ())
        events: list[Event] = []
        bench = Bench(phone, None, registry(), 1.0, events.append)
        found = Examination(bench, Risk.REVERSIBLE, frozenset(), scenarios, may_look)
        return (
            [said_of(lambda s=s: found.examine(s).reason) for s in scenarios],
            (said_of(lambda: str(found.verdict()))),
            events,
        )

    return examine


def said_of(ask) -> str:
    try:
        return ask()
    except NotHealedError as error:
        return f"held up: {error}"


def test_what_holds_is_named_with_its_commands_and_the_line_to_type(examined) -> None:
    [saver], verdict, events = examined(Phone(battery__saver=True), SAVER)
    assert saver.startswith("held up: battery.saver is on: Battery saver; heal would send:\n  cmd")
    assert verdict.startswith("held up: Held up: battery saver.\n  next: `pytest --phone=0a1b`")
    [planned] = [event for event in events if isinstance(event, Planned)]
    [treat] = [step for step in planned.steps if step.kind == "treat"]
    assert treat.sends == ("cmd power set-mode 0",)


def test_what_a_person_alone_can_end_is_a_finding_too(examined) -> None:
    _, verdict, _ = examined(Phone(battery__saver=True, power__thermal_status="severe"), SAVER, HOT)
    assert "too hot; no fix can end this" in verdict
    assert verdict.startswith("held up: ")


def test_what_the_notification_says_is_enough_where_no_setting_is_to_blame(examined) -> None:
    full = Status("cloud_full", text="Account storage is full")
    _, verdict, _ = examined(Phone(battery__saver=False), SAVER, said=full)
    assert "the account's storage is full; no fix can end this" in verdict
    waits = Status("waiting_power", text="Waiting for\npower")
    _, verdict, _ = examined(Phone(battery__saver=False), SAVER, RESTART, said=waits)
    assert "Photos itself says 'Waiting for power'" in verdict
    assert "next: `pytest --phone=0a1b --risk=disruptive`" in verdict


def test_a_certain_cause_that_a_fix_ends_is_not_called_past_fixing(examined) -> None:
    phone = Phone(network__wifi=False, network__validated=False)
    _, verdict, events = examined(phone, OFF, said=Status("offline", text="No connection"))
    assert verdict.startswith("held up: Held up: Wi-Fi being off.\n  next: `pytest")
    assert "no fix can end this" not in str(events)


def test_behind_what_a_person_has_to_end_the_rest_waits_for_the_next_run(examined) -> None:
    full = Status("cloud_full", text="Account storage is full")
    _, verdict, _ = examined(Phone(battery__saver=True), SAVER, said=full)
    assert "the account's storage is full; no fix can end this" in verdict
    assert "also found: battery saver; left as it is until then, so run again" in verdict


def test_what_is_left_to_think_of_is_not_called_past_trying(examined) -> None:
    phone = Phone(battery__saver=False, network__validated=True)
    offline = Status("offline", text="No connection")
    _, verdict, _ = examined(phone, SAVER, RESTART, said=offline)
    assert "service may be down.\n" in verdict
    assert "or try: `pytest --phone=0a1b --risk=disruptive`" in verdict


def test_what_a_person_has_to_end_is_told_once(examined) -> None:
    phone = Phone(battery__saver=True, power__thermal_status="severe")
    *_, events = examined(phone, SAVER, HOT)
    [table] = [event for event in events if isinstance(event, Diagnosed)]
    assert [cause.found.partition(" (")[0] for cause in table.causes] == [
        "Battery saver", "The phone is too hot",
    ]  # fmt: skip
    assert table.causes[0].refusal == "first your part"
    assert not [line for line in table.rest if "too hot" in line]


OFF_IN_PHOTOS = (
    f"name: Backup is off\n{HEAD}cause: {{photos.status: off}}\nfix: [{{photos.backup: on}}]\n"
    "effects: [uploads]\n"
)


@pytest.mark.parametrize(
    ("facts", "said", "words"),
    [
        ({}, Status("off", text="Backup is off"), "what Photos itself says: 'Backup is off'"),
        ({}, Status("cloud_full", text="Full"), "your part: the account's storage is full"),
        ({"network__validated": False}, Status("offline"), "your part: no network"),
    ],
    ids=["named and not allowed", "never to be ended from here", "certain, and no fix for it"],
)
def test_no_guess_is_promised_that_heal_would_not_try(examined, facts, said, words) -> None:
    gentle = RESTART.replace("photos.restart", "{media.set_aside: largest}")
    gentle = gentle.replace("disruptive", "reversible")
    *_, events = examined(Phone(**facts), OFF_IN_PHOTOS, gentle, said=said)
    [planned] = [event for event in events if isinstance(event, Planned)]
    assert planned.guesses == ()
    assert planned.rest[-1].startswith(f"nothing on a guess before {words}")


def test_a_guess_is_planned_where_a_fix_may_end_what_is_certain(examined) -> None:
    gentle = RESTART.replace("photos.restart", "{media.set_aside: largest}")
    gentle = gentle.replace("disruptive", "reversible")
    phone = Phone(network__wifi=False, network__validated=False)
    *_, events = examined(phone, OFF, gentle, said=Status("offline"))
    [planned] = [event for event in events if isinstance(event, Planned)]
    assert [step.title for step in planned.guesses] == ["Photos hangs"]


def test_where_nothing_holds_it_says_what_was_not_seen(examined) -> None:
    [saver], verdict, _ = examined(Phone(battery__saver=False), SAVER)
    assert saver == "not the cause: battery.saver is off"
    assert verdict.startswith("Nothing that can be seen holds the backup up")
    assert "--look" in verdict


def test_a_look_lists_what_it_leaves(examined) -> None:
    phone = Phone(battery__saver=False, phone__foreground="com.launcher/.Home")
    *_, events = examined(phone, SAVER, said=Status("uploading", left=3), may_look=True)
    assert [e.text for e in events if isinstance(e, Noted)] == ["left by the look: nothing"]


def test_a_photos_that_hangs_is_held_up_whatever_its_screen_says(examined) -> None:
    old = Status("getting_ready", text="Getting ready to back up")
    _, verdict, events = examined(Phone(), RESTART, said=old, may_look=True, hangs=True)
    assert verdict.startswith("held up: Held up: Photos does not answer a tap.\n")
    assert "next: `pytest --phone=0a1b --risk=disruptive`" in verdict
    assert "Getting ready" not in verdict
    [planned] = [event for event in events if isinstance(event, Planned)]
    assert planned.rest[-1].startswith("nothing on a guess before Photos answers: 'Photos hangs'")
    *_, both = examined(Phone(battery__saver=True), SAVER, RESTART, may_look=True, hangs=True)[:2]
    assert "Held up: battery saver and a Photos that does not answer a tap." in both


def test_where_no_tap_is_allowed_the_plan_has_what_needs_none(examined) -> None:
    gentle = RESTART.replace("photos.restart", "{media.set_aside: largest}")
    gentle = gentle.replace("disruptive", "reversible")
    tapped = gentle.replace("{media.set_aside: largest}", "photos.new_files_only")
    tapped = f"{tapped.replace('Photos hangs', 'A tap')}effects: [uploads]\n"
    _, verdict, events = examined(
        Phone(), gentle, tapped, may_look=True, untouched_until="turn on that switch"
    )
    assert "lets adb neither tap nor grant" in verdict
    assert "next: turn on that switch" in verdict
    [planned] = [event for event in events if isinstance(event, Planned)]
    assert [step.title for step in planned.guesses] == ["Photos hangs"]
    assert "not before you turn on that switch" in " ".join(planned.rest)


ASKS = (
    f"name: Photos asks\n{HEAD}cause: {{photos.question: upload_again}}\n"
    "fix: [photos.new_files_only]\neffects: [uploads]\n"
)


def test_a_question_on_the_screen_is_named(examined) -> None:
    asks = Question(UPLOAD_AGAIN, "Upload your photos", ("New files only",))
    _, verdict, _ = examined(Phone(), ASKS, RESTART, may_look=True, asks=asks)
    assert verdict.startswith("held up: Held up: an unanswered question from Photos.\n")
    assert "next: `pytest --phone=0a1b --allow=uploads`" in verdict


def test_a_question_that_is_not_understood_is_told_in_its_own_words(examined) -> None:
    asks = Question(OTHER, "Fotos neu hochladen?", ("Nur neue",))
    _, verdict, events = examined(Phone(), ASKS, RESTART, may_look=True, asks=asks)
    assert verdict.startswith("held up: Held up: Photos asks something on its screen.\n")
    [table] = [event for event in events if isinstance(event, Diagnosed)]
    assert "Photos asks: 'Fotos neu hochladen?' with 'Nur neue'" in table.rest


def test_a_screen_that_was_opened_and_not_understood_is_nothing_seen(examined) -> None:
    _, verdict, _ = examined(Phone(), SAVER, RESTART, may_look=True)
    assert verdict.startswith("held up: Unreadable: Photos was opened")


SKIPPED_FILES = f"name: Photos skipped\nwhy: Look.\n{HEAD}cause: {{photos.status: skipped_items}}\n"


def test_what_heal_would_call_done_is_not_held_up(examined) -> None:
    skipped = Status("skipped_items", text="A photo or video was skipped")
    [first, _], verdict, events = examined(
        Phone(storage__free=10**10), SKIPPED_FILES, RESTART, said=skipped, may_look=True
    )
    assert first == "nothing to treat: Photos says 'A photo or video was skipped'"
    assert verdict.startswith("Nothing that can be seen holds the backup up")
    assert "not backed up: what Photos calls 'A photo or video was skipped'" in verdict
    [planned] = [event for event in events if isinstance(event, Planned)]
    assert [step.kind for step in (*planned.steps, *planned.guesses)] == ["look"]
    waits = Status("skipped_items", left=3, text="Skipped, 3 left")
    *_, verdict, _ = examined(Phone(), SKIPPED_FILES, RESTART, said=waits)
    assert verdict.startswith("held up: Held up: ")
