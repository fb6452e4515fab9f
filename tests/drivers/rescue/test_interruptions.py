"""Unplugged, restarted, ended, failing within: a rescue goes on where it was."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.errors import PhoneLostError
from drivers.phone import Phone
from drivers.rescue.rescuing import rescue
from drivers.rescue.verification import verify
from fixtures.launch import Launched
from tests.conftest import ROOT
from tests.drivers.rescue.conftest import Listener, fill, rescue_command


def test_unplugged_five_times_it_is_complete_and_nothing_is_copied_twice(
    phone: Phone, launched: Launched, copy: Path
) -> None:
    size = fill(phone, files=200, video=120_000_000)
    cuts = [1_000_000, 3_000_000, 30_000_000, 60_000_000, 100_000_000]

    def unplug(seen: int) -> None:
        if cuts and seen >= cuts[0]:
            cuts.pop(0)
            launched.client.ask(f"host:disconnect:{launched.serial}")

    outcome = rescue(phone, copy, watcher=Listener(unplug))
    assert not cuts
    assert outcome.is_whole
    assert verify(copy) == []
    # A cut costs what was under way of one small file, or one block of a large one.
    assert outcome.travelled - outcome.survey.size < 5 * (1 << 20)
    assert outcome.survey.size >= size


def test_a_phone_that_restarts_midway_is_waited_for_until_its_storage_is_there(
    phone: Phone, launched: Launched, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(phone, files=50, video=60_000_000)
    looks = [False, True]

    def shows_storage(*_: object) -> bool:
        return looks.pop(0)

    def restart(seen: int) -> None:
        if seen >= 20_000_000 and not restarted:
            restarted.append(True)
            launched.client.open_service(launched.serial, "reboot:", timeout_s=5).close()

    restarted: list[bool] = []
    listener = Listener(restart)
    monkeypatch.setattr("drivers.rescue.link.shows_storage", shows_storage)
    outcome = rescue(phone, copy, watcher=listener)
    assert not looks
    assert outcome.is_whole
    assert not outcome.gone
    assert verify(copy) == []
    assert any("has restarted: waiting for Android" in line for line in listener.lines)
    assert outcome.travelled - outcome.survey.size < 1 << 20


# The command itself, which says so once when it is in the midst of the video.
TELLING = """
import sys
from drivers.rescue import __main__

class Telling(__main__.Bar):
    seen = 0

    def advance(self, size):
        super().advance(size)
        before, self.seen = self.seen, self.seen + size
        if before < 40_000_000 <= self.seen:
            print("midway", flush=True)

__main__.Bar = Telling
sys.exit(__main__.main())
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_ended_it_goes_on_where_it_was(
    phone: Phone, launched: Launched, copy: Path, ending: signal.Signals
) -> None:
    size = fill(phone, files=50, video=200_000_000)
    process = subprocess.Popen(
        [sys.executable, "-c", TELLING, *rescue_command(launched, copy)[3:]], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # A shell that runs the tests in the background has them ignore SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "midway\n"
    process.send_signal(ending)
    _, said = process.communicate()
    if ending is signal.SIGINT:
        assert process.returncode == 2
        assert said.splitlines()[-1].startswith("interrupted; what arrived is kept")
    else:
        assert process.returncode == -ending
    assert "Traceback" not in said
    # Whatever is killed between its entry and its place has its bytes among what is not whole yet.
    between = {"missing"} if ending is signal.SIGKILL else set()
    assert {finding.kind for finding in verify(copy)} - between == {"unfinished"}
    here = sum(path.stat().st_size for path in copy.rglob("*") if path.is_file())
    listener = Listener()
    outcome = rescue(phone, copy, watcher=listener)
    assert " of others" in listener.lines[0]
    assert outcome.is_whole
    assert verify(copy) == []
    assert outcome.travelled <= outcome.survey.size - here + (1 << 20)
    assert outcome.survey.size >= size


def test_a_phone_that_stays_away_leaves_everything_that_arrived(
    phone: Phone, launched: Launched, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(phone, files=50, video=80_000_000)

    def unplug(seen: int) -> None:
        if seen >= 20_000_000:
            launched.client.ask(f"host:disconnect:{launched.serial}")

    def stays_away(*_: object, **__: object) -> None:
        raise PhoneLostError("gone", serial=launched.serial)

    with monkeypatch.context() as patch:
        patch.setattr("drivers.recovery.regain", stays_away)
        with pytest.raises(PhoneLostError):
            rescue(phone, copy, watcher=Listener(unplug))
    launched.client.ask(f"host:connect:{launched.serial}", timeout_s=10)
    outcome = rescue(phone, copy)
    assert outcome.is_whole
    assert outcome.travelled < outcome.survey.size - 15_000_000


@pytest.mark.parametrize("where", ["copying.Keeper.keep", "hashing.hash_batch"])
def test_a_fault_of_ours_in_a_thread_is_no_copy_that_seems_whole(
    phone: Phone, copy: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr(f"drivers.rescue.{where}", fault)
    with pytest.raises(RuntimeError, match="ours"):
        rescue(phone, copy)
    assert [finding.kind for finding in verify(copy)] == ["unfinished"]


def test_a_phone_that_cannot_hash_is_said_and_nothing_travels_again(
    phone: Phone, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("drivers.rescue.hashing._COMMAND_NOT_FOUND", 0)
        outcome = rescue(phone, copy)
    assert len(outcome.failures) == 5
    assert all("the phone has no `sha256sum`" in reason for reason in outcome.failures.values())
    again = rescue(phone, copy)
    assert (again.is_whole, again.travelled) == (True, 0)
    assert outcome.travelled == outcome.survey.size
