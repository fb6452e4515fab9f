"""What takes most room is named only where the phone tells all that belongs together."""

import pytest

from drivers.android.bulky import largest_caches, name_bulky, unused_apps
from drivers.shell import ShellResult

DISK = (
    "Data-Free: 2034993K / 25497924K total = 8% free\n"
    'Package Names: ["com.google.android.youtube","com.example.maps","com.example.tiny"]\n'
    "App Sizes: [1,2,3]\nCache Sizes: [1200000000,640000000,4096]\n"
)
USAGE = (
    "  package=com.example.old u=0 bucket=40 reason=t used=+2d usedByUser=+211d3h1m2s9ms idle=y\n"
    "  package=com.example.older u=0 bucket=45 reason=t used=+2d usedByUser=+300d1ms idle=y\n"
    "  package=com.example.daily u=0 bucket=10 reason=u used=+1s usedByUser=+17h21m40s165ms\n"
    "  package=com.example.theirs u=10 bucket=40 reason=t used=+2d usedByUser=+400d1ms idle=y\n"
    "  package=com.android.part u=0 bucket=40 reason=t used=+2d usedByUser=+400d1ms idle=y\n"
)
OWN = "package:com.example.old\npackage:com.example.older\npackage:com.example.daily\n"


class TellingPhone:
    package, user = "com.example.photos", 0

    def __init__(self, *answers):
        self.answers = answers

    def ask(self, commands, *, timeout_s=10.0):
        return [ShellResult(c, a, "", 0) for c, a in zip(commands, self.answers, strict=True)]


def test_the_largest_caches_and_the_owners_unused_apps_are_named():
    assert name_bulky(TellingPhone(DISK, USAGE, OWN)) == {
        "largest": ("com.google.android.youtube 1.2 GB", "com.example.maps 640 MB"),
        "unused": ("com.example.older", "com.example.old"),
    }


def test_a_phone_that_tells_nothing_has_nothing_named():
    assert name_bulky(TellingPhone("", "", "")) == {}


@pytest.mark.parametrize(
    "text",
    [
        DISK.replace(",4096]", "]"),  # one size is missing: whose, nobody can tell
        DISK.replace(",4096]\n", ""),  # cut off
        DISK.replace("Package Names", "Names"),
    ],
)
def test_lists_that_do_not_belong_together_name_nothing(text):
    assert largest_caches(text) == ()


def test_an_app_of_another_user_is_not_this_ones():
    assert unused_apps(USAGE, user=10) == ("com.example.theirs",)
