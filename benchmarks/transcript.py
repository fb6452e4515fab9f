"""One healing as the person sees it: `pytest` on a phone that was made ill, word for word.

    python -m benchmarks.transcript [--patience DURATION] [--write]

`--write` keeps it in the README, between its two marks; without `--patience` it takes as long as
a person would wait.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from drivers import connect
from fixtures.launch import Launched, virtual_phone

_ROOT = Path(__file__).parents[1]
README = _ROOT / "README.md"
_BEGIN = "<!-- written by `python -m benchmarks.transcript --write` -->\n```\n"
_END = "```\n<!-- as far as here -->\n"
_PHONE = ("--media", "312", "--rate", "2")
_ILL = ("dumpsys battery unplug", "cmd power set-mode 1")
# Far above what a run takes: it bounds a hang.
_TIMEOUT_S = 600
# Where a line of the end goes on in the next one; a note begins with a name and a colon.
_FOLD = re.compile(r"\n {2}(?:(?![a-z -]+: )| {2})(?=\S)")
# An option of pytest's own that leaves away where this clone lies.
_TYPED = ("pytest", "--no-header")


def transcript(
    patience: str = "", results: Path | None = None, given: Sequence[str] = _PHONE
) -> str:
    """Makes a phone ill, heals it, and returns what was typed and what was seen.

    Args:
        patience: as `--patience` takes it; empty for what everybody has.
        results: where Allure's go; None for where they always go.
        given: arguments of `virtual-phone`.
    """
    with virtual_phone(given) as launched:
        with connect(launched.serial, launched.client) as phone:
            phone.batch(_ILL)
        options = [f"--patience={patience}"] if patience else []
        options += [f"--alluredir={results}"] if results else []
        ran = subprocess.run(
            [sys.executable, "-m", *_TYPED, "-p", "no:cacheprovider", *options],
            cwd=_ROOT,
            env=_environ(launched),
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    if ran.returncode:
        raise RuntimeError(f"not healed, exit code {ran.returncode}:\n{ran.stdout}{ran.stderr}")
    return f"$ {' '.join(_TYPED)}\n{ran.stdout}"


def shape(text: str) -> list[str]:
    """What of a transcript is the same each time: no numbers, no bars, no waiting lines.

    Nor where the lines of its end are folded, which hangs on how long the numbers and paths are.
    """
    story, mark, end = text.rpartition("=\n")
    text = story + mark + _FOLD.sub(" ", end)
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith("  .. ")]
    return [re.sub(r"={3,}", "===", re.sub(r"\d[\d.:]*", "#", _always(line))) for line in lines]


def in_readme() -> str:
    """The transcript that the README holds; empty where it holds none."""
    _, begin, rest = README.read_text(encoding="utf-8").partition(_BEGIN)
    return rest.partition(_END)[0] if begin else ""


def _always(line: str) -> str:
    """A line without what a short run lacks, or has elsewhere."""
    if line.startswith(("Allure results: ", "to look at: ")):
        return line.partition(":")[0]
    line = re.sub(r" in [\d.]+s( \([\d:]+\))? =+$", " in", line)
    line = re.sub(r"\bcauses? (is|are)\b", "causes are", line)
    return re.sub(r"about (a|\d+) \w+ at", "about # at", line)


def _environ(launched: Launched) -> dict[str, str]:
    """The environment of a person whose adb server sees this one phone."""
    hidden = ("ANDROID_", "ADB_", "UNSTUCK_", "PYTEST_")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    return {
        **inherited,
        "ANDROID_ADB_SERVER_PORT": str(launched.client.address.port),
        "UNSTUCK_STATE": str(launched.folder / "state"),
        "COLUMNS": "80",
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the transcript, or writes it into the README."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transcript", description=__doc__)
    parser.add_argument("--patience", default="", metavar="DURATION")
    parser.add_argument("--write", action="store_true", help="writes it into the README")
    options = parser.parse_args(arguments)
    text = transcript(options.patience)
    if not options.write:
        print(text, end="")
        return 0
    before, begin, rest = README.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        parser.error(f"{README.name} has no place for it: {_BEGIN!r} … {_END!r}")
    README.write_text(f"{before}{begin}{text}{end}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
