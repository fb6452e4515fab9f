"""Breaks a virtual phone, its link and its agent in the middle of what we do, and looks.

    python -m benchmarks.reliability [--times N] [--write]

Each way of breaking meets each moment several times, at a random instant of it. What is looked at
is whether the work was finished all the same and rightly, how long it took to be answered again,
and what we said was lost. `--write` keeps the table in docs/reliability.md.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from benchmarks.breaking import BREAKS, Break, Snap
from drivers import connect
from drivers.errors import TransientPhoneError
from drivers.exchange import Exchange
from drivers.phone import Phone
from drivers.photos.witnesses import SCREEN, ask_witnesses
from fixtures.launch import Launched, virtual_phone
from scenarios.events import Event, Noted
from scenarios.watch import bring_to_counter, watch

_DOCUMENT = Path(__file__).parents[1] / "docs" / "reliability.md"
# As far away as a phone on a cable, so that there is a middle to break.
PHONE = ("--media", "4000", "--rate", "6", "--latency", "usb")
# A watch of about two seconds, with patience for the worst of it.
_ADVANCES, _PATIENCE_S = 12, 30.0
_FILE = "/data/local/tmp/counted"
# An instant may fall between two questions, so that nobody notices; then it is tried again.
_MOST_MISSES = 10


class _WrongError(Exception):
    """The work was finished, and wrongly; the message says how."""


@dataclass(frozen=True)
class Moment:
    """Something that we do, and what has to be true of it afterwards.

    Attributes:
        name: for the table.
        span_s: how long it takes at least, undisturbed: the break falls into it.
        work: does it; raises `_WrongError` where its outcome is not right.
    """

    name: str
    span_s: float
    work: Callable[[Phone, Callable[[Event], None]], None]


@dataclass
class Trial:
    """One break in one moment.

    Attributes:
        problem: what was wrong afterwards, empty where nothing was.
        seconds: from the break to the end of the first answer to what was asked after it.
        said: what was said about it, in order.
    """

    problem: str = ""
    seconds: float | None = None
    said: list[str] = field(default_factory=list)

    @property
    def losses(self) -> list[str]:
        """What was said to be lost or unknown, or to be asked or sent again."""
        return [line for line in self.said if re.search(r"lost|unknown|(asked|sent) again$", line)]


@dataclass(frozen=True)
class Row:
    """All trials of one way of breaking in one moment."""

    broke: str
    moment: str
    trials: tuple[Trial, ...]


def moments() -> tuple[Moment, ...]:
    """What is interrupted."""
    return (
        Moment("diagnosis", 0.25, _Diagnosis()),
        Moment("watch", 1.5, _watch),
        Moment("change", 0.2, _change),
    )


class _Diagnosis:
    """All facts and all witnesses; the first one of a phone, undisturbed, is the measure."""

    def __init__(self) -> None:
        self._facts: set[str] = set()

    def __call__(self, phone: Phone, announce: Callable[[Event], None]) -> None:
        restarts = phone.restarts
        facts = set(phone.facts())
        statements = ask_witnesses(phone)
        self._facts = self._facts or facts
        if missing := self._facts - facts:
            raise _WrongError(f"facts missing: {', '.join(sorted(missing))}")
        # After a restart Photos is not in front, which its witness says.
        allowed = {SCREEN} if phone.restarts > restarts else set()
        if silent := [s.describe() for s in statements if s.is_silent and s.witness not in allowed]:
            raise _WrongError("; ".join(silent))


def _watch(phone: Phone, announce: Callable[[Event], None]) -> None:
    before = _backed_up(phone)
    seen = watch(phone, timeout_s=_PATIENCE_S, advances=_ADVANCES, announce=announce)
    if seen.judgment != "moving" or seen.advanced < _ADVANCES:
        raise _WrongError(f"judged {seen.judgment}: {seen.describe()}")
    if seen.readings[-1].status == "unknown":
        raise _WrongError(f"the counter was not found again: {seen.describe()}")
    if seen.advanced > (really := _backed_up(phone) - before):
        raise _WrongError(f"{seen.advanced} items counted, {really} backed up")


def _backed_up(phone: Phone) -> int:
    return int(json.loads(phone.ask(["virtual state"])[0].stdout)["media"]["backed_up"])


def _change(phone: Phone, announce: Callable[[Event], None]) -> None:
    """A command that must not be carried out twice, and a key that must not be pressed twice."""
    phone.shell(f"rm -f {_FILE}")
    for do in (lambda: phone.shell(f"sleep 0.2; echo done >> {_FILE}"), lambda: phone.key("menu")):
        try:
            do()
        except TransientPhoneError as error:
            if "unknown" not in str(error):
                raise _WrongError(f"not said that it is unknown: {error}") from error
            announce(Noted(str(error)))
    phone.screen()
    if phone.ask([f"cat {_FILE}"])[0].stdout.count("done") > 1:
        raise _WrongError("the command was carried out twice")


def run(
    broke: Break, moment: Moment, *, times: int, chance: random.Random, arguments: Sequence[str]
) -> Row:
    """Breaks one moment several times, on a phone of its own."""
    trials: list[Trial] = []
    with virtual_phone(arguments) as launched, connect(launched.serial, launched.client) as phone:
        # The screen would go off in the middle of a run.
        phone.shell("settings put system screen_off_timeout 3600000")
        bring_to_counter(phone)
        moment.work(phone, _ignore)
        misses = 0
        while len(trials) < times:
            trial = _try(broke, moment, launched, phone, chance.uniform(0.02, moment.span_s))
            if not trial.said and not trial.problem and misses < _MOST_MISSES:
                misses += 1
            else:
                trials.append(trial)
            # What a restart has closed is opened again, and a file that was left is taken away.
            bring_to_counter(phone)
    return Row(broke.name, moment.name, tuple(trials))


def _try(broke: Break, moment: Moment, launched: Launched, phone: Phone, delay_s: float) -> Trial:
    trial = Trial()
    broken_at: list[float] = []
    snap = broke.prepare(launched)

    def hear(exchange: Exchange) -> None:
        if exchange.kind == "link":
            trial.said.append(_plain(exchange.request, phone))
        elif (
            broken_at
            and trial.seconds is None
            and exchange.kind in broke.channels
            and not (exchange.error and exchange.exit_code is None)
            and exchange.started >= broken_at[0]
        ):
            trial.seconds = exchange.started + exchange.elapsed_s - broken_at[0]

    def announce(event: Event) -> None:
        if isinstance(event, Noted):
            trial.said.append(_plain(event.text, phone))

    timer = threading.Timer(delay_s, _break, (snap, broken_at))
    silence = phone.listen(hear)
    timer.start()
    try:
        moment.work(phone, announce)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the table is about
        trial.problem = _plain(f"{type(error).__name__}: {error}", phone)
    finally:
        timer.join()
        silence()
    return trial


def _break(snap: Snap, broken_at: list[float]) -> None:
    broken_at.append(time.monotonic())
    snap()


def _plain(line: str, phone: Phone) -> str:
    """A line without what differs from run to run."""
    line = line.replace(phone.serial, "SERIAL").replace(str(phone.client.address), "HOST:PORT")
    line = re.sub(r"\d+\.\d+s", "…s", line)
    line = re.sub(r"(during|before) ('[^']*'|\"[^\"]*\")", r"\1 '…'", line)
    return re.sub(r"\d+ of \d+ commands", "… of … commands", line)


def _ignore(_event: Event) -> None:
    """What is announced undisturbed is no news."""


def table(rows: Sequence[Row]) -> Iterator[str]:
    """One line a row, as a Markdown table."""
    yield "| what broke | in mid- | recovered | seconds, median (longest) | said to be lost |"
    yield "|---|---|---|---|---|"
    for row in rows:
        well = sum(not trial.problem for trial in row.trials)
        taken = [trial.seconds for trial in row.trials if trial.seconds is not None]
        seconds = f"{statistics.median(taken):.1f} ({max(taken):.1f})" if taken else "–"
        said = dict.fromkeys(line for trial in row.trials for line in trial.losses)
        recovered = f"{well} of {len(row.trials)}"
        cells = (
            row.broke,
            row.moment,
            recovered if well == len(row.trials) else f"**{recovered}**",
            seconds,
            "<br>".join(line.removeprefix("phone SERIAL: ") for line in said)
            or "**nothing was said**",
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def problems(rows: Sequence[Row]) -> Iterator[str]:
    """What went wrong, a line each."""
    for row in rows:
        for problem in dict.fromkeys(t.problem for t in row.trials if t.problem):
            yield f"- {row.broke}, {row.moment}: {problem}"


_HEAD = """\
# What breaks, and what comes back

Written by `python -m benchmarks.reliability --write`; without `--write` it prints the table alone.
It needs the extra `[dev]`.

Each row is a virtual phone of its own behind a real adb server, as far away as one on a cable, that
is broken {times} times, at a random instant (seed {seed}) of what is being done:

- **diagnosis**: `phone.facts()`, then all four witnesses. Right if no fact and no witness is
  missing.
- **watch**: the counter, until {advances} items are backed up. Right if it is judged moving, and no
  more items are counted than the phone says it backed up.
- **change**: a command, a key, then a look at the screen. Right if nothing is done twice, and what
  may or may not have been done is said to be unknown: such a step fails, and the run decides.

The seconds run from the break to the end of the first answer to something that was asked after it:
they hold the time in which nobody asked, the phone's own restart (1 s here, a minute on real
phones), and the deadline of 10 s after which an agent that does not answer counts as hung.
Unstuck's words are shown as they are, but for addresses, commands and figures.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Breaks everything. Returns 0 where all came back, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability", description=__doc__)
    parser.add_argument("--times", type=int, default=5, metavar="N", help="breaks a row")
    parser.add_argument("--seed", type=int, default=1, help="of the instants")
    parser.add_argument("--write", action="store_true", help="writes docs/reliability.md")
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)
    rows = []
    for broke, moment in product(BREAKS, moments()):
        print(f"{broke.name}, {moment.name} …", file=sys.stderr, flush=True)
        rows.append(run(broke, moment, times=options.times, chance=chance, arguments=PHONE))
    text = "\n".join([*table(rows), *["", *problems(rows)]]).rstrip() + "\n"
    print(text, end="")
    if options.write:
        head = _HEAD.format(times=options.times, seed=options.seed, advances=_ADVANCES)
        _DOCUMENT.write_text(f"{head}\n{text}", encoding="utf-8")
    return int(any(trial.problem for row in rows for trial in row.trials))


if __name__ == "__main__":
    sys.exit(main())
