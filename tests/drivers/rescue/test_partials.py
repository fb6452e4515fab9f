"""What an attempt that ended early left: it goes on, it is put into its place, or it is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.phone import Phone
from drivers.rescue.manifest import NAME, PARTIAL
from drivers.rescue.outcome import describe
from drivers.rescue.rescuing import rescue
from drivers.rescue.verification import verify
from tests.drivers.rescue.conftest import CAMERA, Listener, content, do

VIDEO = f"{CAMERA}/BIG.mp4"


def interrupted_at(bytes_seen: int) -> Listener:
    def end(seen: int) -> None:
        if seen >= bytes_seen:
            raise KeyboardInterrupt

    return Listener(end)


@pytest.fixture
def begun(phone: Phone, copy: Path) -> int:
    """A rescue that was ended in the midst of a video; returns the bytes of it that are here."""
    do(phone, f"cd {CAMERA}; rm *; head -c 6000000 /dev/urandom > BIG.mp4; echo a > a.jpg")
    with pytest.raises(KeyboardInterrupt):
        rescue(phone, copy, watcher=interrupted_at(3_000_000))
    return max(path.stat().st_size for path in (copy / PARTIAL).iterdir())


def killed(attempt: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ends an attempt when its manifest has the first entries, and no file has its place."""
    real = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if path.suffix == ".part":
            raise RuntimeError("killed")
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        with pytest.raises(RuntimeError, match="killed"):
            attempt()


@pytest.mark.parametrize("is_gone", [True, False])
def test_what_the_manifest_has_and_no_place_yet_gets_its_place(
    phone: Phone, copy: Path, is_gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(phone, f"cd {CAMERA}; rm *; echo precious > E.jpg")
    killed(lambda: rescue(phone, copy), monkeypatch)
    do(phone, f"echo new > {CAMERA}/new.jpg" + (f"; rm {CAMERA}/E.jpg" if is_gone else ""))
    outcome = rescue(phone, copy)
    assert (outcome.is_whole, outcome.travelled) == (True, len("new\n"))
    assert (copy / "DCIM/Camera/E.jpg").read_text() == "precious\n"
    assert verify(copy) == []
    assert not (copy / PARTIAL).exists()


def test_a_part_of_what_the_phone_has_no_more_is_kept_and_named(
    phone: Phone, copy: Path, begun: int
) -> None:
    do(phone, f"rm {VIDEO}")
    outcome = rescue(phone, copy)
    assert not outcome.is_whole
    (line,) = [line for line in describe(outcome) if VIDEO in line]
    (part,) = (copy / PARTIAL).glob("*.part")
    assert part.stat().st_size == begun
    assert "the phone shows it no more" in line
    assert part.name in line
    (finding,) = verify(copy)
    assert (finding.kind, finding.place) == ("in part", VIDEO)
    # It is its owner's to throw away.
    part.unlink()
    assert verify(copy) == []
    assert rescue(phone, copy).is_whole
    assert not (copy / PARTIAL).exists()


def test_a_part_of_what_came_under_another_name_is_done_with(
    phone: Phone, copy: Path, begun: int
) -> None:
    do(phone, f"mv {VIDEO} {CAMERA}/renamed.mp4")
    assert rescue(phone, copy).is_whole
    assert verify(copy) == []
    assert not (copy / PARTIAL).exists()


def test_a_part_of_an_older_version_stays_beside_the_new_one(
    phone: Phone, copy: Path, begun: int
) -> None:
    do(phone, f"echo shorter > {VIDEO}")
    for _ in range(2):
        outcome = rescue(phone, copy)
        assert not outcome.is_whole
        assert [each.path for each in outcome.in_part] == [VIDEO]
        assert (copy / outcome.in_part[0].part).stat().st_size == begun
        assert content(copy)["DCIM/Camera/BIG.mp4"] == b"shorter\n"


def test_a_part_that_the_new_version_begins_with_is_done_with(
    phone: Phone, copy: Path, begun: int
) -> None:
    do(phone, f"echo more >> {VIDEO}")
    assert rescue(phone, copy).is_whole
    assert not (copy / PARTIAL).exists()


def test_a_whole_part_that_was_never_compared_is_not_thrown_away(
    phone: Phone, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(phone, f"cd {CAMERA}; rm *; echo first > e.jpg")
    with monkeypatch.context() as patch:
        patch.setattr("drivers.rescue.hashing._COMMAND_NOT_FOUND", 0)
        assert not rescue(phone, copy).is_whole
    do(phone, f"echo edited since > {CAMERA}/e.jpg")
    outcome = rescue(phone, copy)
    assert not outcome.is_whole
    assert "first\n" in [path.read_text() for path in (copy / PARTIAL).glob("*.part")]
    assert any("all of it came" in line for line in describe(outcome))


def test_a_part_of_what_since_leaves_out_waits(phone: Phone, copy: Path, begun: int) -> None:
    far = dt.datetime(2099, 1, 1, tzinfo=dt.timezone.utc)
    assert rescue(phone, copy, since=far).is_whole
    assert verify(copy) == []
    outcome = rescue(phone, copy)
    assert outcome.is_whole
    assert outcome.travelled < 6_000_000 - begun + (1 << 16)


@pytest.mark.parametrize("is_sealed", [True, False])
def test_what_is_not_ours_among_the_parts_is_never_deleted(
    phone: Phone, copy: Path, is_sealed: bool
) -> None:
    if is_sealed:
        rescue(phone, copy)
    for name, text in {"mine.txt": "mine", "unknown.part": "whose?"}.items():
        (copy / PARTIAL).mkdir(parents=True, exist_ok=True)
        (copy / PARTIAL / name).write_text(text)
    outcome = rescue(phone, copy)
    assert not outcome.is_whole
    left = {f"{PARTIAL}/mine.txt", f"{PARTIAL}/unknown.part"}
    assert set(outcome.strays) == {finding.place for finding in verify(copy)} == left
    assert content(copy).keys() >= left
    lines = describe(outcome)
    assert f"of no rescue, move it out of the folder: {PARTIAL}/mine.txt" in lines
    assert any("nowhere else" in line and "unknown.part" in line for line in lines)
    assert (copy / NAME).read_text().count("seal") == 1
