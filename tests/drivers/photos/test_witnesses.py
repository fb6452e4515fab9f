"""Asking the four witnesses: each is read, and each that fails is silent alone and says why."""

from types import SimpleNamespace

import pytest

from drivers.errors import PhoneLostError, StablePhoneError, TransientPhoneError
from drivers.hierarchy import parse
from drivers.photos.witnesses import (
    MEDIA,
    MEDIA_COMMAND,
    NOTIFICATION,
    SCREEN,
    TRAFFIC,
    WITNESSES,
    ask_witnesses,
)
from drivers.shell import ShellResult
from tests.drivers.fakes import PHOTOS, page, view
from tests.drivers.photos.test_notification import dump, record

MENU = page(view(3, "photos_autobackup_particle_status_title", "Backing up • 12 items left"))
TRAFFIC_DUMP = """\
package:com.google.android.apps.photos uid:10151
UID stats:
  Pending bytes: 0
  Complete history:
  ident=[{type=WIFI, subType=COMBINED, metered=false}] uid=10151 set=DEFAULT tag=0x0
    NetworkStatsHistory: bucketDuration=7200
      st=1 rb=1 rp=1 tb=5000 tp=9 op=0
  ident=[{type=WIFI, subType=COMBINED, metered=false}] uid=10151 set=FOREGROUND tag=0x0
    NetworkStatsHistory: bucketDuration=7200
      st=1 rb=1 rp=1 tb=700 tp=9 op=0
UID tag stats:
"""
REFUSED = "java.lang.SecurityException: Permission Denial: can't dump"


class Witnessed:
    """A phone whose four probes answer as they are told to."""

    serial, package, user = "fake", PHOTOS, 0
    about = SimpleNamespace(locale="en-US")

    def __init__(self, **answers):
        self.answers = {
            "shade": dump(record("Backing up", "11 items left")),
            "traffic": TRAFFIC_DUMP,
            "media": "3120\n",
            "screen": f"<hierarchy>{MENU}</hierarchy>",
            **answers,
        }
        self.batches = []

    def screen(self):
        if isinstance(self.answers["screen"], Exception):
            raise self.answers["screen"]
        return parse(self.answers["screen"])

    def ask(self, commands, *, timeout_s):
        self.batches.append(commands)
        if error := self.answers.get("link"):
            raise error
        said = [self.answers[n] for n in ("shade", "traffic", "media")]
        return [
            ShellResult(command=c, stdout=s, stderr="", exit_code=0, elapsed_s=0.0)
            for c, s in zip(commands, said, strict=True)
        ]


def ask(**answers):
    return {s.witness: s for s in ask_witnesses(Witnessed(**answers), screen=True)}


def test_all_four_are_asked_in_one_round_trip():
    phone = Witnessed()
    statements = ask_witnesses(phone)

    assert tuple(s.witness for s in statements) == WITNESSES
    assert len(phone.batches) == 1
    assert [s.describe() for s in statements] == [
        "screen: uploading, 12 left (B)",
        "notification: uploading, 11 left (B)",
        "traffic: 5700 bytes sent (A)",
        "media: 3120 items on the phone (A)",
    ]


@pytest.mark.parametrize(
    ("answers", "witness", "why"),
    [
        ({"screen": "<hierarchy/>"}, SCREEN, "hierarchy"),
        ({"screen": TransientPhoneError("the agent died")}, SCREEN, "the agent died"),
        ({"screen": f"<hierarchy>{page(view(1, text='Library'))}</hierarchy>"}, SCREEN, "lexicon"),
        ({"shade": dump()}, NOTIFICATION, "shows none"),
        (
            {"shade": dump() + f"    AppSettings: {PHOTOS} (10151) importance=NONE userSet=true\n"},
            NOTIFICATION,
            "switched off, so none proves nothing",
        ),
        ({"shade": REFUSED}, NOTIFICATION, "SecurityException"),
        ({"traffic": ""}, TRAFFIC, "netstats gave no figure"),
        ({"traffic": REFUSED}, TRAFFIC, "SecurityException"),
        ({"traffic": TRAFFIC_DUMP.partition("UID tag")[0]}, TRAFFIC, "no figure"),
        ({"media": "0\njava.lang.SecurityException: no"}, MEDIA, "SecurityException"),
        ({"media": ""}, MEDIA, "no figure"),
    ],
)
def test_a_witness_that_fails_is_silent_alone(answers, witness, why):
    statements = ask(**answers)

    assert why in statements[witness].silence
    assert [name for name, s in statements.items() if s.is_silent] == [witness]


def test_a_phone_without_media_is_a_figure():
    assert ask(media="0\n")[MEDIA].number == 0


def test_a_refused_batch_silences_the_shell_and_leaves_the_screen():
    statements = ask(link=StablePhoneError("no shell here"))

    assert not statements[SCREEN].is_silent
    assert {statements[w].silence for w in WITNESSES[1:]} == {"no shell here"}


@pytest.mark.parametrize(
    "answers", [{"link": PhoneLostError("gone")}, {"screen": PhoneLostError("gone")}]
)
def test_a_lost_phone_is_no_testimony(answers):
    with pytest.raises(PhoneLostError):
        ask(**answers)


def test_check_mode_leaves_the_agent_alone():
    statements = ask_witnesses(
        Witnessed(screen=AssertionError("the agent was asked")), screen=False
    )

    assert statements[0].silence == "not asked"


def test_the_media_store_is_asked_for_the_user_in_front():
    assert "--user 10 " in MEDIA_COMMAND.format(package=PHOTOS, user=10)
