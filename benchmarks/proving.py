"""One scenario on one virtual phone of its own, as it is or with a part of it taken out.

What the harness says of it is one thing, what the phone itself knows another: `virtual state` is
asked before, in the moment of the verdict, and after. Nothing that is judged here can see it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from drivers.adb import Client
from drivers.errors import NotHealedError, UnstuckError
from drivers.fleet import Pick
from drivers.pauses import pauses
from drivers.phone import Phone
from drivers.server import PrivateServer
from drivers.vocabulary import PHOTOS_PACKAGE, Risk
from fixtures.own_values import BULKY_APP, own_values
from fixtures.reaching import own_phone
from scenarios import journal
from scenarios.collection import scenario_files
from scenarios.events import Event, PhaseEnded
from scenarios.expectations import CounterAdvances, Expectation
from scenarios.loader import load
from scenarios.model import Run as Operate
from scenarios.model import Scenario, walk
from scenarios.options import REGRESS, Wish, read_options
from scenarios.session import Run, Session

ROOT = Path(__file__).parents[1]
FOLDERS = (ROOT / "scenarios" / "solutions", ROOT / "scenarios" / "regression")
PASSED, SKIPPED, FAILED, BROKEN = "passed", "skipped", "failed", "broken"
# The phones that a scenario is tried on until one is as it needs it.
PHONES = ("pixel-8", "xiaomi-pad-6", "pixel-xl", "emulator")
# What an expectation that cannot come true is waited for: long beside the virtual phone's second
# or two for any change, short beside a person's patience.
_IN_VAIN_S = 2.0
# The one operation that deletes files, and only those that the cloud has.
_FREES_UP = "storage.free_up"
_RESCUES = threading.Lock()
# Joining a Wi-Fi network takes the virtual phone a second, and counts only from then on.
_SETTLING_S = 5.0
# Every file that a person could miss, with its size.
_FILES = "find /sdcard/ -type f -exec stat -c '%s %n' {} +"


# What scenarios take from the environment, where only their shape counts.
_ANYTHING = {
    **dict.fromkeys(("UNSTUCK_CLOUD", "UNSTUCK_RESCUE", "PHOTOS_APK"), "somewhere"),
    "UNSTUCK_BULKY_APP": BULKY_APP,
}


@dataclass(frozen=True)
class Ending:
    """How one scenario ended on a phone of its own.

    Attributes:
        how: passed, skipped, failed (the backup or the phone is not as expected) or broken.
        said: the reason in the harness's own words; empty where it passed.
        phase: the part in which it failed; empty where it did not.
        held_by: what held the backup up (gates, faults, circumstances), by the phone's own
            account, when the counter had been watched for the last time.
        left: what is other than before, once everything was put back.
        took_s: seconds, the phone's start not included.
        virtual: PROFILE[/GENERATION[/LOCALE]] of the phone.
    """

    how: str
    said: str = ""
    phase: str = ""
    held_by: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    took_s: float = 0.0
    virtual: str = ""


def shipped() -> list[Scenario]:
    """Every scenario of the folders that pytest runs by default, each case of it.

    Their variables come from the environment, or are what `surroundings` would set.
    """
    names = [str(folder) for folder in FOLDERS]
    paths = scenario_files(names, FOLDERS, ROOT, lambda _: False)
    shown = [path.relative_to(ROOT) for path in paths]
    with _working_in(ROOT):
        return list(load(shown, variables={}, environ={**_ANYTHING, **os.environ}))


@contextmanager
def surroundings() -> Iterator[Client]:
    """What scenarios ask of the environment (a cloud, a place for rescued photos), and a server.

    Yields:
        The adb server for all phones: one for each would take longer than the phones themselves.
    """
    with (
        tempfile.TemporaryDirectory(prefix="unstuck-") as folder,
        PrivateServer(Path(folder) / "adb") as client,
    ):
        given = own_values(Path(folder), {"UNSTUCK_CLOUD": "asked for"})
        was = {name: os.environ.get(name) for name in given}
        os.environ.update(given)
        try:
            yield client
        finally:
            for name, value in was.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def prove(scenario: Scenario, client: Client, virtual: str = "") -> Ending:
    """Runs one scenario as `pytest --phone=virtual:VIRTUAL` does, and compares the phone.

    Args:
        scenario: which.
        client: of the adb server that its phone is to stand on.
        virtual: PROFILE[/GENERATION[/LOCALE]]; empty for the default one.
    """
    run = Run(Wish((), None, REGRESS, {}, PHOTOS_PACKAGE))
    options = read_options(lambda _: None, run.wish, Pick(virtual=virtual))
    # Wiping is never carried out; what comes before it is proven as well.
    run.options = replace(options, risk=Risk.WIPE)
    with _rescued_anew(scenario), own_phone(run, virtual, client) as (phone, folder):
        begun = journal.begin(folder, phone.identity, phone.serial)
        before = _account(phone)
        heard = _Listener(phone)
        session = Session(run, phone, begun, heard, str)
        started = time.monotonic()
        how, said = _worked(session, scenario)
        took_s = time.monotonic() - started
        if any(isinstance(s, Operate) and s.operation == _FREES_UP for s in walk(scenario.fix)):
            before = _without_cloud_copies(before, _account(phone), heard.backed_up)
        left = _left(before, phone)
    return Ending(how, said, heard.failed, heard.held_by, left, took_s, virtual)


def prove_somewhere(scenario: Scenario, client: Client) -> Ending:
    """Runs it on one phone after another, until it is not skipped."""
    endings = (prove(scenario, client, virtual) for virtual in PHONES)
    ending = next(endings)
    while ending.how == SKIPPED and (another := next(endings, None)):
        ending = another
    return ending


def without_fix(scenario: Scenario) -> Scenario:
    """The scenario with its fix taken out; of what is stuck, the counter is expected first."""
    # False comes before true, and what is equal stays in its order.
    counters_first = sorted(scenario.expect, key=lambda one: not isinstance(one, CounterAdvances))
    expect = counters_first if scenario.fault else scenario.expect
    return replace(scenario, fix=(), expect=_soon(expect))


def without_fault(scenario: Scenario) -> Scenario:
    """The scenario with its fault taken out, and with it the cause, which could not hold."""
    return replace(scenario, fault=(_nothing(scenario),), cause=None, expect=_soon(scenario.expect))


def without_fault_only(scenario: Scenario) -> Scenario:
    """The scenario with its fault taken out, and its cause still asked for."""
    return replace(scenario, fault=(_nothing(scenario),), expect=_soon(scenario.expect))


def _nothing(scenario: Scenario) -> Operate:
    """A step that changes nothing: without any, nothing would have to be proven stuck."""
    return Operate(scenario.mark, "photos.open")


def _soon(expect: Sequence[Expectation]) -> tuple[Expectation, ...]:
    return tuple(replace(one, within_s=_IN_VAIN_S) for one in expect)


@contextmanager
def _rescued_anew(scenario: Scenario) -> Iterator[None]:
    """A place for rescued photos that holds no other phone's, one scenario at a time."""
    steps = [step for step in walk(scenario.fix) if isinstance(step, Operate)]
    if not any(step.operation.startswith("rescue.") for step in steps):
        yield
        return
    with _RESCUES:
        shutil.rmtree(os.environ["UNSTUCK_RESCUE"], ignore_errors=True)
        yield


def _worked(session: Session, scenario: Scenario) -> tuple[str, str]:
    try:
        worked = session.work(scenario)
    except NotHealedError as error:
        return FAILED, str(error)
    except UnstuckError as error:
        return BROKEN, f"{type(error).__name__}: {error}"
    return (SKIPPED, worked.reason) if worked.is_skipped else (PASSED, "")


@dataclass
class _Listener:
    """Hears the phases, and asks the phone for the truth as each watch ends."""

    phone: Phone
    failed: str = ""
    held_by: tuple[str, ...] = ()
    backed_up: frozenset[str] = frozenset()

    def __call__(self, event: Event) -> None:
        if not isinstance(event, PhaseEnded):
            return
        if event.problem and not self.failed:
            self.failed = event.name
        if event.name.startswith("prove"):
            state = _state(self.phone)
            held_by = (*state["gates"], *state["faults"], *state["circumstances"])
            self.held_by = tuple(dict.fromkeys(held_by))
            self.backed_up |= frozenset(state["media"]["backed_up_names"])


def _account(phone: Phone) -> dict[str, Any]:
    """Settings, media and faults, as nothing of the harness can see them."""
    state = _state(phone)
    media = {name: state["media"][name] for name in ("total", "rows", "trashed", "skipped")}
    files = phone.shell(_FILES)
    return {
        **state["settings"],
        # Android counts a bucket that shell has set as forced, also the one of before.
        **phone.facts(["photos.standby_bucket"]),
        **{f"media {name}": count for name, count in media.items()},
        **{f"file {line.partition(' ')[2]}": line for line in files.stdout.splitlines()},
        "faults": state["faults"],
        "circumstances": state["circumstances"],
    }


def _without_cloud_copies(
    before: Mapping[str, Any], after: Mapping[str, Any], backed_up: frozenset[str]
) -> dict[str, Any]:
    """What was before, but for what is gone because the cloud has it, by the phone's own account.

    Nothing brings such a file back but a download: whoever frees up space has asked for that.
    """
    gone = {name for name in before if name.startswith("file ") and name not in after}
    freed = {name for name in gone if name.rpartition("/")[2] in backed_up}
    counts = {name: before[name] - len(freed) for name in ("media total", "media rows")}
    return {name: value for name, value in before.items() if name not in freed} | counts


def _state(phone: Phone) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(phone.shell("virtual state").stdout)
    return found


def _left(before: Mapping[str, Any], phone: Phone) -> tuple[str, ...]:
    """What is other than before, once the phone has joined its networks again."""
    for _ in pauses(_SETTLING_S):
        after = _account(phone)
        names = sorted(n for n in {*before, *after} if before.get(n) != after.get(n))
        if not names:
            break
    return tuple(f"{name}: {before.get(name)} -> {after.get(name)}" for name in names)


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    """Paths in the scenarios' messages are as short as from the clone's own folder."""
    was = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(was)
