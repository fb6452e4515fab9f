"""One ill phone, healed as `pytest` would heal it, and the truth about it before and after.

The truth is `virtual state`, which nothing that heals ever reads.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from benchmarks.ailments import SLOW, Ailment
from drivers import connect
from drivers.errors import NotHealedError, StablePhoneError
from drivers.pauses import pauses
from drivers.phone import Phone
from drivers.values import Value
from drivers.vocabulary import Effect, Risk, registry
from fixtures.launch import virtual_phone
from scenarios import journal
from scenarios.binding import ARMED_FACTS
from scenarios.doctor import Doctor, order
from scenarios.events import Event, PhaseBegan
from scenarios.journal import Change
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.steps import Bench
from scenarios.undo import undo

_SOLUTIONS = Path(__file__).parents[1] / "scenarios" / "solutions"
MEDIA, RATE = 200, 8
# The longer one where Photos' data may go: the virtual phone then looks through its library.
PATIENCE_S, LONG_PATIENCE_S = 0.6, 3.0
PHOTOS = "com.google.android.apps.photos"
_OPEN = f"am start -W -n {PHOTOS}/.home.HomeActivity"
# Not by a key: a phone may refuse whatever stands for a finger.
_HOME = "am start -W -a android.intent.action.MAIN -c android.intent.category.HOME"
# Unplugged, and used for a while: what comes on by itself here comes on far from empty.
_ON_BATTERY = "dumpsys battery unplug; dumpsys battery set level 40"
# What holds the backup up without being a gate: an item that is tried again and again.
_FAULTS_THAT_HOLD = frozenset({"poison-item"})
# What only use brings about, or only the absence of it.
_NOT_HELD = frozenset({"app-not-running"})
# What holds a while and then not, since the phone is used, charges, has the right time again, or
# has sent its last videos: by the setting against it.
_PASSING = {
    "network.metered": "videos-on-mobile",
    "phone.auto_time": "clock-wrong",
    **dict.fromkeys(ARMED_FACTS, "battery-saver"),
    "photos.idle_exempt": "idle",
    "photos.standby_bucket": "standby",
}
# What use itself moves while a phone is healed: an app that is opened is not hibernated any more.
_MOVED_BY_USE = frozenset({"photos.hibernated", "photos.standby_bucket"})
# What is nearly used up, such as a day's mobile data, lets a few items more pass.
_SOON_S = 2.0

Listener = Callable[[Event], None]


@dataclass(frozen=True)
class Healing:
    """One phone's healing, and the truth about it.

    Attributes:
        ailments: what it was given.
        risk: the highest that was allowed.
        verdict: the doctor's sentence with its notes.
        is_well: whether the doctor calls the phone healed or never stuck.
        took_s: seconds from the first look to the verdict.
        held: what held the backup up before, in front and in the background.
        holds: what holds it up after.
        changed: settings that are other than they were, without any ailment or fix to show for it.
        needless: changes that stand, and without which nothing would hold it up.
        lost: photos that are gone, once everything of ours was taken back.
        unrestored: settings that are not what they were, once everything was taken back.
        kept: how many changes of ours stand.
        tried: the scenarios that were applied, in the order in which they first were.
    """

    ailments: tuple[Ailment, ...]
    risk: Risk
    verdict: str
    is_well: bool
    took_s: float
    held: frozenset[str]
    holds: frozenset[str]
    changed: Mapping[str, tuple[Any, Any]]
    needless: tuple[str, ...]
    lost: int
    unrestored: tuple[str, ...]
    kept: int
    tried: tuple[Scenario, ...]

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
        return not self.untruth

    @property
    def untruth(self) -> str:
        """What is so, where that is not what should be; empty where all is well."""
        is_called_slow = self.word.startswith("Slow")
        is_slow = is_called_slow and SLOW in self.ailments and not self.holds
        holds = ", ".join(sorted(self.holds)) or "nothing"
        wrong = {
            "Photos is said to hang, and answers": "does not answer a tap" in self.sentence
            and "hung-app" not in self.holds,
            "nothing large is on its way": is_called_slow and SLOW not in self.ailments,
            f"held up by {holds}": not is_slow and self.is_well is bool(self.holds),
            f"changed {dict(self.changed)}": bool(self.changed),
            f"stands without need: {', '.join(self.needless)}": bool(self.needless),
            f"not restored: {', '.join(self.unrestored)}": bool(self.unrestored),
            f"{self.lost} of the photos lost": bool(self.lost),
            f"tried above {self.risk.word}": self._highest > self.risk,
            "app data was risked for nothing": self._risked_too_much,
        }
        return "; ".join(words for words, is_so in wrong.items() if is_so)

    @property
    def _highest(self) -> Risk:
        return max((scenario.risk for scenario in self.tried), default=Risk.LOOK)

    @property
    def _risked_too_much(self) -> bool:
        """Whether an app's data was risked although it ends none of the ailments."""
        ends = [ailment.ends_at for ailment in self.ailments]
        is_for_nothing = all(end is None or end < Risk.APP_DATA for end in ends)
        return is_for_nothing and self._highest >= Risk.APP_DATA


@dataclass(frozen=True)
class Ill:
    """A phone that was made ill.

    Attributes:
        phone: connected.
        folder: temporary, for its journals.
        ailments: those that took on this phone.
        healthy: the truth before.
        state: the truth since.
        held: what holds the backup up, in front, in the background and off the cable.
    """

    phone: Phone
    folder: Path
    ailments: tuple[Ailment, ...]
    healthy: Mapping[str, Any]
    state: Mapping[str, Any]
    held: frozenset[str]


def solutions() -> list[Scenario]:
    """The scenarios that heal runs by default, in its order."""
    paths = [Path(os.path.relpath(path)) for path in sorted(_SOLUTIONS.glob("*.yaml"))]
    return order(list(load(paths, variables={}, environ={})))


def _unheard(event: Event) -> None:
    """What happens on the way is for a person; here only the end counts."""


def heal(
    ailments: Sequence[Ailment],
    scenarios: Sequence[Scenario],
    *,
    risk: Risk = Risk.DISRUPTIVE,
    allow: frozenset[Effect] = frozenset(Effect),
    profile: str = "pixel-8",
    latency: str = "none",
    patience_s: float = 0.0,
    listener: Listener = _unheard,
) -> Healing:
    """Starts a phone, makes it ill, heals it as `pytest` would, and compares.

    Args:
        ailments: none for a healthy phone.
        scenarios: in heal's order.
        risk: the highest that is allowed.
        allow: effects that are allowed.
        profile: the phone's.
        latency: how far away it is.
        patience_s: seconds; where left out as long as its counter takes.
        listener: told every event of the healing.
    """
    with ill_phone(ailments, profile=profile, latency=latency) as ill:
        phone = ill.phone
        began = time.monotonic()
        patience_s = patience_s or (LONG_PATIENCE_S if risk >= Risk.APP_DATA else PATIENCE_S)
        begun: list[str] = []

        def hear(event: Event) -> None:
            if isinstance(event, PhaseBegan) and event.name == "fix":
                begun.append(event.title)
            listener(event)

        with journalled(ill, patience_s, hear) as bench:
            doctor = Doctor(bench, risk, allow, scenarios)
            for scenario in scenarios:
                if not scenario.unset:
                    doctor.treat(scenario)
            is_well, verdict = _judged(doctor)
            took_s = time.monotonic() - began
            doctor.end()
            kept = bench.journal.standing
            holds, now = holding(phone), truth(phone)
            needless = _needless(bench, ill.held, holds)
            undo(bench.journal, phone, bench.registry)
            restored = truth(phone)
    tried = tuple(s for title in dict.fromkeys(begun) for s in scenarios if s.name == title)
    lost_data = any(scenario.risk >= Risk.APP_DATA for scenario in tried)
    return Healing(
        ill.ailments,
        risk,
        verdict,
        is_well,
        took_s,
        ill.held,
        holds,
        _changed(ill, now["settings"], {change.name for change in kept}, lost_data=lost_data),
        needless,
        max(0, ill.state["media"]["rows"] - restored["media"]["rows"]),
        _unrestored(ill.state, restored, lost_data=lost_data),
        len(kept),
        tried,
    )


@contextmanager
def ill_phone(ailments: Sequence[Ailment], *, profile: str, latency: str) -> Iterator[Ill]:
    """Starts a phone and makes it ill; what it has no command for, or refuses, is left away."""
    given = ["--media", str(MEDIA), "--rate", str(RATE), "--profile", profile]
    with (
        virtual_phone([*given, "--latency", latency]) as launched,
        connect(launched.serial, launched.client) as phone,
    ):
        phone.shell("virtual usb-security on")  # as docs/first-phone.md asks for
        healthy = truth(phone)
        accounts = phone.facts(["accounts.google"]).get("accounts.google", 0)
        had = tuple(
            ailment.among(int(str(accounts)))
            for ailment in ailments
            if phone.about.sdk >= ailment.since and _is_set(phone, ailment)
        )
        if any(ailment.opens for ailment in had):
            phone.shell(_OPEN)
        phone.batch([command for ailment in had for command in ailment.commands])
        state = truth(phone)
        yield Ill(phone, launched.folder, had, healthy, state, holding(phone))


def _is_set(phone: Phone, ailment: Ailment) -> bool:
    """Sets what no command reaches; whether that could be done, or was not needed."""
    if not ailment.sets:
        return True
    try:
        for name, value in ailment.sets:
            registry().controls[name].apply(phone, value)
    except StablePhoneError:
        return False  # a phone that takes no taps from adb
    phone.shell(f"am force-stop {PHOTOS}; {_HOME}")
    return True


@contextmanager
def journalled(ill: Ill, patience_s: float, listener: Listener = _unheard) -> Iterator[Bench]:
    """What an ill phone is worked on with; its journal ends as a healing's does."""
    begun = journal.begin(ill.folder / "state", ill.phone.identity, ill.phone.serial)
    yield Bench(ill.phone, begun, registry(), patience_s, listener)
    begun.finish("kept" if begun.standing else "undone")


def truth(phone: Phone) -> dict[str, Any]:
    """What the phone itself knows of its state."""
    found: dict[str, Any] = json.loads(phone.shell("virtual state").stdout)
    return found


def holding(phone: Phone) -> frozenset[str]:
    """What holds the backup up: with Photos in front, left by HOME, and off the cable."""
    was = truth(phone)
    held = _holds(was)
    if was["phone"]["foreground"].startswith(f"{PHOTOS}/"):
        phone.shell(_HOME)
        held |= _holds(truth(phone))
    if was["settings"]["battery.plugged"] != "none":
        phone.shell(_ON_BATTERY)
        held |= _holds(truth(phone))
        phone.shell("dumpsys battery reset")
    return held - _NOT_HELD


def _holds(state: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(state["gates"]) | (_FAULTS_THAT_HOLD & frozenset(state["faults"]))


def _judged(doctor: Doctor) -> tuple[bool, str]:
    try:
        return True, str(doctor.verdict())
    except NotHealedError as error:
        return False, str(error)


def _needless(bench: Bench, held: frozenset[str], holds: frozenset[str]) -> tuple[str, ...]:
    """Settings of ours that stand, and without which nothing more would hold the backup up.

    Each is put back alone, looked at, and set again. What passes by itself tells by having held.
    """
    found = []
    for change in bench.journal.standing:
        control = bench.registry.controls.get(change.name) if change.kind == "control" else None
        if control is None or change.was is None:
            continue
        try:
            control.restore(bench.phone, change.memo)
            is_needed = any(holding(bench.phone) - holds for _ in pauses(_SOON_S))
            control.apply(bench.phone, _value(change))
        except StablePhoneError:
            is_needed = False  # on the cable Android does not put battery saver back at all
        is_needed = is_needed or _PASSING.get(change.name) in held - holds
        if not is_needed:
            found.append(f"{change.name}: {change.was} -> {change.to}")
    return tuple(found)


def _value(change: Change) -> Value:
    return cast("Value", tuple(change.to) if isinstance(change.to, list) else change.to)


def _changed(
    ill: Ill, now: Mapping[str, Any], ours: Collection[str], *, lost_data: bool
) -> dict[str, tuple[Any, Any]]:
    """Settings that are neither as the ailments left them nor as before, nor known to be ours.

    Whether ours are needed is another question; what goes with Photos' own data was asked for.
    """
    healthy = ill.healthy["settings"]
    return {
        name: (value, now.get(name))
        for name, value in ill.state["settings"].items()
        if name not in _MOVED_BY_USE and now.get(name) not in (value, healthy.get(name))
        if name not in ours and not (lost_data and name.startswith("photos."))
    }


def _unrestored(
    ill: Mapping[str, Any], restored: Mapping[str, Any], *, lost_data: bool
) -> tuple[str, ...]:
    """Settings that were not put back.

    A restart ends a faked battery, and all that hangs on it; what is lost with Photos' own data
    nothing brings back, which is why it is asked for.
    """
    has_restarted = ill["phone"]["boot_count"] != restored["phone"]["boot_count"]
    return tuple(
        name
        for name, value in ill["settings"].items()
        if name not in _MOVED_BY_USE and restored["settings"].get(name) != value
        if not (has_restarted and name.startswith("battery."))
        if not (lost_data and name.startswith("photos."))
    )
