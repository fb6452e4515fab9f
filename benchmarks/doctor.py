"""Makes virtual phones ill, one way or several at once, heals them, and asks for the truth.

    python -m benchmarks.doctor [--random N] [--seed N] [--profile NAME] [--latency MODEL] [--write]

Whether a phone is healed is judged by `virtual state`, which nothing else here reads. `--write`
keeps the table in docs/doctor.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.ailments import COSTLY, CURABLE, HEALTHY, INCURABLE, SLOW, Ailment
from drivers import connect
from drivers.errors import NotHealedError
from drivers.phone import Phone
from drivers.vocabulary import Effect, Risk, registry
from fixtures.launch import virtual_phone
from scenarios import journal
from scenarios.doctor import Doctor, order
from scenarios.events import Event
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.steps import Bench
from scenarios.undo import undo

_ROOT = Path(__file__).parents[1]
_DOCUMENT = _ROOT / "docs" / "doctor.md"
_SOLUTIONS = _ROOT / "scenarios" / "solutions"
MEDIA, RATE = 200, 8
PATIENCE_S = 0.6
_OPEN = "am start -W -n com.google.android.apps.photos/.home.HomeActivity"
_HOME = "input keyevent KEYCODE_HOME"
# What use itself moves while a phone is healed.
_MOVED_BY_USE = frozenset({"photos.standby_bucket"})


@dataclass(frozen=True)
class Healing:
    """One phone's healing, and the truth about it.

    Attributes:
        ailments: what it was given.
        verdict: the doctor's sentence.
        is_well: whether the doctor calls the phone healed or never stuck.
        took_s: seconds from the first look to the verdict.
        held: gates that held before, in front and in the background.
        holds: gates that hold after.
        changed: settings that are other than they were, and were not broken by the ailments.
        lost: photos that are gone, once everything of ours was taken back.
        unrestored: settings that are not what they were, once everything was taken back.
        kept: how many changes of ours stand.
        tried: the scenarios that were applied, in order.
    """

    ailments: tuple[Ailment, ...]
    verdict: str
    is_well: bool
    took_s: float
    held: frozenset[str]
    holds: frozenset[str]
    changed: Mapping[str, tuple[Any, Any]]
    lost: int
    unrestored: tuple[str, ...]
    kept: int
    tried: tuple[str, ...]

    @property
    def word(self) -> str:
        """How it ended: the verdict's own first words."""
        return self.verdict.partition(":")[0]

    @property
    def sentence(self) -> str:
        """The verdict without its notes."""
        return self.verdict.partition("\n")[0]

    @property
    def is_true(self) -> bool:
        """Whether the verdict says what is so, nothing else was changed, and nothing is lost."""
        is_slow = self.word.startswith("Slow") and SLOW in self.ailments and not self.holds
        says_so = is_slow or self.is_well is not bool(self.holds)
        return says_so and not self.changed and not self.lost and not self.unrestored

    @property
    def untruth(self) -> str:
        """What is so, where that is not what should be."""
        return (
            f"held by {', '.join(sorted(self.holds)) or 'nothing'}; changed: "
            f"{dict(self.changed)}; not restored: {self.unrestored}; photos lost: {self.lost}"
        )


def solutions() -> list[Scenario]:
    """The scenarios that heal runs by default, in its order."""
    paths = [Path(os.path.relpath(path)) for path in sorted(_SOLUTIONS.glob("*.yaml"))]
    return order(list(load(paths, variables={}, environ={})))


def heal(
    ailments: Sequence[Ailment],
    scenarios: Sequence[Scenario],
    *,
    risk: Risk = Risk.DISRUPTIVE,
    allow: frozenset[Effect] = frozenset(Effect),
    profile: str = "pixel-8",
    latency: str = "none",
) -> Healing:
    """Starts a phone, makes it ill, heals it as `pytest` would, and compares.

    Args:
        ailments: none for a healthy phone.
        scenarios: in heal's order.
        risk: the highest that is allowed.
        allow: effects that are allowed.
        profile: the phone's.
        latency: how far away it is.
    """
    given = ["--media", str(MEDIA), "--rate", str(RATE), "--profile", profile]
    with (
        virtual_phone([*given, "--latency", latency]) as launched,
        connect(launched.serial, launched.client) as phone,
    ):
        healthy = _truth(phone)
        if any(ailment.opens for ailment in ailments):
            phone.shell(_OPEN)
        phone.batch([command for ailment in ailments for command in ailment.commands])
        ill = _truth(phone)
        held = _gates(phone)
        began = time.monotonic()
        with _healer(phone, launched.folder, scenarios, risk, allow) as doctor:
            tried = [s.name for s in scenarios if doctor.treat(s).how != "skipped"]
            is_well, verdict = _judged(doctor)
            took_s = time.monotonic() - began
            doctor.end()
            kept = len(doctor.bench.journal.standing)
            holds = _gates(phone)
            now = _truth(phone)
            undo(doctor.bench.journal, phone, doctor.bench.registry)
            restored = _truth(phone)
    return Healing(
        tuple(ailments),
        verdict,
        is_well,
        took_s,
        held,
        holds,
        _changed(healthy["settings"], ill["settings"], now["settings"]),
        max(0, ill["media"]["rows"] - restored["media"]["rows"]),
        _unrestored(ill, restored),
        kept,
        tuple(tried),
    )


def combinations(
    count: int, seed: int, pool: Sequence[Ailment] = (*CURABLE, *COSTLY, *INCURABLE, SLOW)
) -> Iterator[tuple[Ailment, ...]]:
    """Random pairs and triples of a pool, the same for the same seed."""
    chance = random.Random(seed)
    while count:
        chosen = tuple(chance.sample(pool, chance.choice((2, 3))))
        groups = [ailment.group for ailment in chosen if ailment.group]
        if len(groups) == len(set(groups)):
            count -= 1
            yield chosen


@contextmanager
def _healer(
    phone: Phone,
    folder: Path,
    scenarios: Sequence[Scenario],
    risk: Risk,
    allow: frozenset[Effect],
) -> Iterator[Doctor]:
    begun = journal.begin(folder / "state", phone.identity, phone.serial)
    bench = Bench(phone, begun, registry(), PATIENCE_S, _unheard)
    yield Doctor(bench, risk, allow, scenarios)
    begun.finish("kept" if begun.standing else "undone")


def _unheard(event: Event) -> None:
    """What happens on the way is for a person; here only the end counts."""


def _judged(doctor: Doctor) -> tuple[bool, str]:
    try:
        return True, str(doctor.verdict())
    except NotHealedError as error:
        return False, str(error)


def _truth(phone: Phone) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(phone.shell("virtual state").stdout)
    return found


def _gates(phone: Phone) -> frozenset[str]:
    """What forbids uploading with Photos in front, and then with Photos left by HOME."""
    was = _truth(phone)
    front = set(was["gates"])
    if was["phone"]["foreground"].startswith("com.google.android.apps.photos/"):
        phone.shell(_HOME)
    return frozenset(front | set(_truth(phone)["gates"])) - {"app-not-running"}


def _changed(
    healthy: Mapping[str, Any], ill: Mapping[str, Any], now: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """Settings that are neither as the ailments left them nor as they were before those."""
    return {
        name: (value, now.get(name))
        for name, value in ill.items()
        if name not in _MOVED_BY_USE and now.get(name) not in (value, healthy.get(name))
    }


def _unrestored(ill: Mapping[str, Any], restored: Mapping[str, Any]) -> tuple[str, ...]:
    """Settings that were not put back; a restart ends a faked battery, and all that hangs on it."""
    has_restarted = ill["phone"]["boot_count"] != restored["phone"]["boot_count"]
    return tuple(
        name
        for name, value in ill["settings"].items()
        if name not in _MOVED_BY_USE and restored["settings"].get(name) != value
        if not (has_restarted and name.startswith("battery."))
    )


def page(healings: Sequence[Healing], command: str) -> str:
    """The table of docs/doctor.md."""
    true = sum(h.is_true for h in healings)
    lines = [
        "# What the doctor does to ill phones",
        "",
        f"Written by `{command}`.",
        "Each phone is a virtual one of its own, made ill by ordinary adb commands and `virtual",
        "fault`, healed with `--risk=disruptive`, every `--allow` and a patience of",
        f"{PATIENCE_S:g} s, and judged by `virtual state` afterwards.",
        "",
        f"{true} of {len(healings)} verdicts are true: well means that nothing forbids uploading",
        "any more, in front or in the background, unwell that something does, slow that bytes",
        "flow; nothing that the ailments had not broken was changed; once everything of ours was",
        "taken back, every setting is what it was, and no photo is gone.",
        "",
        "| ailments | verdict | true | seconds | changes that stay | tried |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {' + '.join(a.name for a in h.ailments)} | {h.sentence.replace('|', '/')} | "
        f"{'yes' if h.is_true else f'**no**: {h.untruth}'} | "
        f"{h.took_s:.1f} | {h.kept} | {len(h.tried)} |"
        for h in healings
    ]
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str] | None = None) -> int:
    """Heals every ailment, then random combinations. Returns 1 where a verdict is not true."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.doctor", description=__doc__)
    parser.add_argument("--random", type=int, default=12, metavar="N", help="pairs and triples")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--profile", default="pixel-8")
    parser.add_argument("--latency", default="none")
    parser.add_argument("--jobs", type=int, default=4, help="phones at a time")
    parser.add_argument("--only", default="", help="ailments whose name holds this")
    parser.add_argument("--write", action="store_true", help="writes docs/doctor.md")
    options = parser.parse_args(arguments)
    scenarios = solutions()
    singles = [
        (a,) for a in (HEALTHY, *CURABLE, *COSTLY, *INCURABLE, SLOW) if options.only in a.name
    ]
    cases = [*singles, *combinations(options.random, options.seed)]

    def healed(case: tuple[Ailment, ...]) -> Healing:
        healing = heal(case, scenarios, profile=options.profile, latency=options.latency)
        print(_line(healing), file=sys.stderr, flush=True)
        return healing

    # Each has a phone and an adb server of its own, and most of the time is waiting.
    with ThreadPoolExecutor(options.jobs) as pool:
        healings = list(pool.map(healed, cases))
    text = page(healings, f"python -m benchmarks.doctor --random {options.random} --write")
    if options.write:
        _DOCUMENT.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0 if all(h.is_true for h in healings) else 1


def _line(healing: Healing) -> str:
    names = " + ".join(a.name for a in healing.ailments)
    mark = "ok" if healing.is_true else "NO"
    truth = "" if healing.is_true else f" ({healing.untruth})"
    return f"{mark} {healing.took_s:5.1f} s  {names}: {healing.verdict}{truth}"


if __name__ == "__main__":
    sys.exit(main())
