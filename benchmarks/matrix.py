"""Proves every scenario over profiles, generations of Photos and languages of the virtual phone.

    python -m benchmarks.matrix [--only WORDS] [--phones GLOB] [--jobs N] [--resume] [--write]

By default on so many phones that each profile meets each generation and each language, and each
generation each language; `--phones '*'` is all there can be. Each cell is a phone of its own,
started for it. What is found out is kept as it is found, in reports/out/matrix.jsonl; `--resume`
goes on from there, and runs again what failed or was changed. `--write` keeps the table in
docs/matrix.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from itertools import product

from benchmarks.proving import BROKEN, PASSED, PHONES, ROOT, SKIPPED, prove, shipped, surroundings
from drivers.adb import Client
from fixtures.virtual.profile import GENERATIONS
from scenarios.model import Scenario, case_id

_DOCUMENT = ROOT / "docs" / "matrix.md"
_KEPT = ROOT / "reports" / "out" / "matrix.jsonl"
# Read from left to right, from right to left, and with another word order.
LOCALES = ("en-US", "de-DE", "ar-EG")


@dataclass(frozen=True)
class Cell:
    """One scenario on one phone.

    Attributes:
        scenario: its path and case.
        virtual: PROFILE/GENERATION/LOCALE.
        how: passed, skipped, failed or broken.
        said: why, where it did not pass; what was left behind, where it did and should not have.
        took_s: seconds.
        digest: of the scenario's file.
    """

    scenario: str
    virtual: str
    how: str
    said: str
    took_s: float
    digest: str

    @property
    def is_good(self) -> bool:
        """Whether it passed and left nothing, or says why it cannot be run here."""
        return self.how in {PASSED, SKIPPED}

    @property
    def column(self) -> str:
        """PROFILE/GENERATION."""
        return self.virtual.rpartition("/")[0]

    @property
    def language(self) -> str:
        """Two letters."""
        return self.virtual.rpartition("/")[2].partition("-")[0]


def phones(patterns: str = "") -> list[str]:
    """Phones as PROFILE/GENERATION/LOCALE.

    Args:
        patterns: of the shell's, with commas between them; empty for every pair of the three.

    >>> len(phones()), len(phones("*")), phones("pixel-8/b*/de*")
    (12, 36, ['pixel-8/bento/de-DE'])
    """
    if not patterns:
        # A Latin square: each language once in every row and, with four rows, in every column.
        return [
            f"{profile}/{generation}/{LOCALES[(row + column) % len(LOCALES)]}"
            for row, profile in enumerate(PHONES)
            for column, generation in enumerate(reversed(GENERATIONS))
        ]
    every = ("/".join(parts) for parts in product(PHONES, GENERATIONS, LOCALES))
    return [v for v in every if any(fnmatch(v, pattern) for pattern in patterns.split(","))]


def digest_of(scenario: Scenario) -> str:
    """What tells whether its file is another one than before."""
    return hashlib.sha256((ROOT / scenario.path).read_bytes()).hexdigest()[:16]


def title(scenario: Scenario) -> str:
    """A scenario in a word: its file without the room's name, and its case."""
    case = f" [{case_id(scenario.case)}]" if scenario.case else ""
    return f"{scenario.path.removeprefix('scenarios/').removesuffix('.yaml')}{case}"


def fill(scenario: Scenario, client: Client, virtual: str) -> Cell:
    """Runs one scenario on one phone; whatever comes of it is a cell."""
    try:
        ending = prove(scenario, client, virtual)
    except Exception as error:  # noqa: BLE001 - the next cell is to be filled all the same
        said = f"{type(error).__name__}: {error}"
        return Cell(title(scenario), virtual, BROKEN, said, 0.0, digest_of(scenario))
    left = f"left behind: {'; '.join(ending.left)}" if ending.left else ""
    how = BROKEN if left and ending.how in {PASSED, SKIPPED} else ending.how
    # Every phone has an address of its own, which tells nobody anything.
    said = re.sub(r"127\.0\.0\.1:\d+", "SERIAL", "; ".join(filter(None, (ending.said, left))))
    took_s = round(ending.took_s, 2)
    return Cell(title(scenario), virtual, how, said, took_s, digest_of(scenario))


def kept() -> list[Cell]:
    """The good cells of earlier runs; a line that was cut off is no cell."""
    if not _KEPT.exists():
        return []
    lines = _KEPT.read_text(encoding="utf-8").split("\n")[:-1]
    cells = [Cell(**json.loads(line)) for line in lines]
    return [cell for cell in cells if cell.is_good]


def table(cells: Sequence[Cell]) -> Iterator[str]:
    """A row a scenario, a column a phone and its Photos, the languages in the cells."""
    columns = list(dict.fromkeys(cell.column for cell in cells))
    reasons = _reasons(cells)
    yield f"| scenario | {' | '.join(column.replace('/', ' ') for column in columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for scenario in dict.fromkeys(cell.scenario for cell in cells):
        row = [cell for cell in cells if cell.scenario == scenario]
        shown = (
            _shown([cell for cell in row if cell.column == column], reasons) for column in columns
        )
        yield f"| {scenario} | {' | '.join(shown)} |"


def notes(cells: Sequence[Cell]) -> Iterator[str]:
    """Why cells are skipped, by number; then what failed, a line each."""
    for reason, number in _reasons(cells).items():
        yield f"{number}. {reason}"
    bad = [cell for cell in cells if not cell.is_good]
    if bad:
        yield ""
    for cell in bad:
        yield f"- {cell.scenario} on {cell.virtual}: {cell.how}: {cell.said}"


def _reasons(cells: Sequence[Cell]) -> dict[str, int]:
    reasons = dict.fromkeys(cell.said for cell in cells if cell.how == SKIPPED)
    return {reason: number for number, reason in enumerate(reasons, 1)}


def _shown(cells: Sequence[Cell], reasons: dict[str, int]) -> str:
    marks = []
    for cell in cells:
        if cell.how == SKIPPED:
            marks.append(f"({reasons[cell.said]})")
        else:
            marks.append(cell.language if cell.is_good else f"**{cell.language} {cell.how}**")
    return " ".join(dict.fromkeys(marks)) or "–"


_HEAD = """\
# Every scenario on every phone

Written by `python -m benchmarks.matrix --write`; `--only WORDS` and `--phones GLOB` run a part,
`--phones '*'` every profile with every generation in every language.

A column is a profile of the virtual phone and a generation of Google Photos on it
(`virtual-phone --list` says what they are), a cell names the languages in which the scenario
passed: its fault injected, proven stuck, fixed, proven moving, and every setting, row and file of
the phone as it was before. A number in brackets says why it is not run there. Every run has a phone
of its own. Each profile meets each generation and each language, each generation each language.

{good} of {ran} runs passed; {skipped} were skipped, for the reasons below the table.
"""


def page(cells: Sequence[Cell]) -> str:
    """The whole of docs/matrix.md."""
    ran = [cell for cell in cells if cell.how != SKIPPED]
    good = sum(cell.is_good for cell in ran)
    head = _HEAD.format(good=good, ran=len(ran), skipped=len(cells) - len(ran))
    return "\n".join([head, *table(cells), "", *notes(cells)]).rstrip() + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Fills the matrix. Returns 1 where a cell is not good."""
    options = _parser().parse_args(arguments)
    with surroundings() as client:
        scenarios = [one for one in shipped() if options.only in one.path]
        wanted = [(one, virtual) for virtual in phones(options.phones) for one in scenarios]
        found = _fill_all(wanted, client, jobs=options.jobs, resume=options.resume)
    if options.write:
        _DOCUMENT.write_text(page(found), encoding="utf-8")
    else:
        print("\n".join([*table(found), "", *notes(found)]))
    return int(not all(cell.is_good for cell in found))


def _fill_all(
    wanted: Sequence[tuple[Scenario, str]], client: Client, *, jobs: int, resume: bool
) -> list[Cell]:
    """Fills the cells that are not known yet, and returns all in the order asked for."""
    known = {(cell.scenario, cell.virtual): cell for cell in (kept() if resume else ())}
    missing = [
        (one, virtual)
        for one, virtual in wanted
        if (cell := known.get((title(one), virtual))) is None or cell.digest != digest_of(one)
    ]
    _KEPT.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    # Each has a phone and an adb server of its own, and most of the time is waiting.
    with (
        _KEPT.open("a" if resume else "w", encoding="utf-8") as file,
        ThreadPoolExecutor(jobs) as pool,
    ):
        filling = [pool.submit(fill, one, client, virtual) for one, virtual in missing]
        for number, future in enumerate(as_completed(filling), 1):
            cell = future.result()
            known[cell.scenario, cell.virtual] = cell
            file.write(json.dumps(asdict(cell)) + "\n")
            file.flush()
            left_s = (time.monotonic() - began) / number * (len(missing) - number)
            print(_line(cell, number, len(missing), left_s), file=sys.stderr, flush=True)
    return [known[title(one), virtual] for one, virtual in wanted]


def _line(cell: Cell, number: int, count: int, left_s: float) -> str:
    said = f": {cell.said}" if cell.said else ""
    return (
        f"{number} of {count}, {left_s / 60:.0f} min left: {cell.virtual} {cell.scenario} "
        f"{cell.how} {cell.took_s:.1f} s{said}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.matrix",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", default="", metavar="WORDS", help="files whose path holds this")
    parser.add_argument(
        "--phones", default="", metavar="GLOB,…", help="of PROFILE/GENERATION/LOCALE; '*' is all"
    )
    parser.add_argument("--jobs", type=int, default=3, metavar="N", help="phones at a time")
    parser.add_argument("--resume", action="store_true", help="goes on where it was stopped")
    parser.add_argument("--write", action="store_true", help="writes docs/matrix.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
