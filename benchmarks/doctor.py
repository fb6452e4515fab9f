"""Makes virtual phones ill, one way or several at once, heals them, and asks for the truth.

    python -m benchmarks.doctor [--random N] [--elsewhere N] [--article N] [--latency] [--write]
                                [--resume FILE]

Whether a phone is healed is judged by `virtual state`, which nothing that heals ever reads. Every
ailment comes alone, behind a Photos that hangs once for each way in which a healing can end, then
in random pairs and triples, of which the other profiles get a part
(`pytest tests --full` gives all of them to each); the same phones are walked through the
article from solution 1 to 11; `--latency` heals every ailment at the far end of a USB cable.
`--write` keeps the tables in docs/doctor.md, `--resume` every result in a file: called again, the
command goes on where it was cut off.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.ailments import (
    ALONE,
    BEHIND_A_HANG,
    BEYOND,
    COSTLY,
    CURABLE,
    HARMLESS,
    HEALTHY,
    INCURABLE,
    SLOW,
    Ailment,
)
from benchmarks.article import Walk, walk
from benchmarks.doctor_page import Found, Table, page
from benchmarks.healing import Healing, heal, solutions
from benchmarks.resuming import Kept
from benchmarks.shares import Shares, shares
from drivers.vocabulary import Risk
from scenarios.model import Scenario

_DOCUMENT = Path(__file__).parents[1] / "docs" / "doctor.md"
PROFILES = ("pixel-8", "pixel-xl", "xiaomi-pad-6", "emulator")
ALL = (HEALTHY, *HARMLESS, *CURABLE, *ALONE, *COSTLY, *INCURABLE, *BEYOND, SLOW)
# What a first try without it is for: those that only an app's data ends are healed twice.
DEAR = tuple(ailment for ailment in ALL if ailment.ends_at is Risk.APP_DATA)

Case = tuple[tuple[Ailment, ...], Risk]


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


def cases(count: int, seed: int) -> Iterator[Case]:
    """Random combinations, each with what is allowed: interruptions, or an app's data too."""
    chance = random.Random(seed)
    for ailments in combinations(count, seed):
        yield ailments, chance.choice((Risk.DISRUPTIVE, Risk.APP_DATA))


def main(arguments: Sequence[str] | None = None) -> int:
    """Heals every ailment, then random combinations. Returns 1 where a verdict is not true."""
    options = _parser().parse_args(arguments)
    scenarios = solutions()
    alone: list[Case] = [((a,), Risk.DISRUPTIVE) for a in ALL if options.only in a.name]
    hung: list[Case] = [
        (pair, Risk.DISRUPTIVE) for pair in BEHIND_A_HANG if options.only in pair[0].name
    ]
    dear: list[Case] = [((a,), Risk.APP_DATA) for a in DEAR if options.only in a.name]
    first, *others = options.profile or PROFILES
    found, kept = Found(), Kept(options.resume)
    # Each has a phone and an adb server of its own, and most of the time is waiting.
    with ThreadPoolExecutor(options.jobs) as pool:

        def table(profile: str, wanted: Sequence[Case]) -> Table:
            def one(case: Case, time: int) -> Healing:
                ailments, risk = case
                key = f"{profile}: {_names(ailments)}, {risk.word}, time {time}"
                return kept.once(key, lambda: _healed(ailments, risk, scenarios, profile))

            # Chance may give one combination twice.
            times = [wanted[:number].count(case) for number, case in enumerate(wanted)]
            return Table(profile, tuple(pool.map(one, wanted, times)))

        def walked(case: Case) -> Walk:
            return kept.once(
                f"article: {_names(case[0])}", lambda: _walked(case[0], scenarios, first)
            )

        def timed(case: Case) -> Shares:
            return kept.once(f"latency: {_names(case[0])}", lambda: _timed(case[0][0], scenarios))

        found.tables.append(
            table(first, [*alone, *hung, *dear, *cases(options.random, options.seed)])
        )
        _keep(found, options)
        found.walks += pool.map(walked, alone[: options.article])
        _keep(found, options)
        found.timed += pool.map(timed, alone if options.latency else ())
        _keep(found, options)
        for profile in others if options.elsewhere else ():
            found.tables.append(table(profile, list(cases(options.elsewhere, options.seed))))
            _keep(found, options)
    if not options.write:
        print(page(found, _command(options)), end="")
    return 0 if all(h.is_true for table in found.tables for h in table.healings) else 1


def _keep(found: Found, options: argparse.Namespace) -> None:
    """Writes what there is so far: all of it takes the better part of an hour."""
    if options.write:
        _DOCUMENT.write_text(page(found, _command(options)), encoding="utf-8")


def _healed(
    ailments: tuple[Ailment, ...], risk: Risk, scenarios: Sequence[Scenario], profile: str
) -> Healing:
    healing = heal(ailments, scenarios, risk=risk, profile=profile)
    truth = f" ({healing.untruth})" if healing.untruth else ""
    mark = "NO" if healing.untruth else "ok"
    names = _names(ailments)
    _say(f"{mark} {healing.took_s:5.1f} s  {profile}, {names}: {healing.verdict}{truth}")
    return healing


def _walked(ailments: tuple[Ailment, ...], scenarios: Sequence[Scenario], profile: str) -> Walk:
    walked = walk(ailments, scenarios, profile=profile)
    names = _names(ailments)
    _say(f".. {walked.took_s:5.1f} s  the article, {names}: solution {walked.solution}")
    return walked


def _timed(ailment: Ailment, scenarios: Sequence[Scenario]) -> Shares:
    timed = shares(ailment, scenarios, latency="usb")
    _say(f".. {timed.took_s:5.1f} s  at the far end of a cable, {ailment.name}")
    return timed


def _names(ailments: Sequence[Ailment]) -> str:
    return " + ".join(ailment.name for ailment in ailments)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.doctor", description=__doc__)
    parser.add_argument("--random", type=int, default=12, metavar="N", help="pairs and triples")
    parser.add_argument("--elsewhere", type=int, default=6, metavar="N", help="on other profiles")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--profile", action="append", choices=PROFILES, help="default: all")
    parser.add_argument("--article", type=int, default=0, metavar="N", help="ailments to walk with")
    parser.add_argument("--latency", action="store_true", help="heals over a slow link as well")
    parser.add_argument("--jobs", type=int, default=4, help="phones at a time")
    parser.add_argument("--only", default="", help="ailments whose name holds this")
    parser.add_argument("--resume", type=Path, metavar="FILE", help="keeps each result there")
    parser.add_argument("--write", action="store_true", help="writes docs/doctor.md")
    return parser


def _command(options: argparse.Namespace) -> str:
    words = ["python -m benchmarks.doctor", f"--random {options.random}"]
    words += [f"--elsewhere {options.elsewhere}"]
    words += [f"--profile {profile}" for profile in options.profile or ()]
    words += [f"--article {options.article}"] if options.article else []
    words += ["--latency"] if options.latency else []
    return " ".join([*words, "--write"])


if __name__ == "__main__":
    sys.exit(main())
