"""Runs benchmarks by name, the quick ones by default: `python -m benchmarks [NAME]…`.

A benchmark is a module of this package with a function `compare(bench)` that returns one result
or several; its name is the file's, its docstring's first line says what it does.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

_HERE = Path(__file__).parent
_DOCS = _HERE.parent / "docs"
_DOCUMENT = _DOCS / "benchmarks.md"
# The order of the table; whatever else is found comes behind.
_FIRST = ("shell", "agent", "screen", "tap", "diagnosis", "watch", "collection")
# Minutes and gigabytes: only where it is named, and written into a page of its own.
_HEAVY = {"rescue": _DOCS / "rescue.md"}
_WRITES = "writes docs/benchmarks.md; with rescue named, into docs/rescue.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what is asked for. Returns 0 also where a budget is not met: it says so."""
    found = benchmarks()
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in found]:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(found)}")
    own_page = _HEAVY.get(options.names[0]) if len(options.names) == 1 else None
    if options.write and options.names and not own_page:
        heavy = " or ".join(_HEAVY)
        parser.error(f"--write keeps the whole table: name no benchmarks with it, or {heavy} alone")
    if options.list:
        for name, sentence in found.items():
            print(f"{name:12} {sentence}")
        return 0
    from benchmarks.bench import Bench
    from benchmarks.page import document, replaced, report
    from benchmarks.results import Result

    results: list[Result] = []
    with Bench(peers=options.peers) as bench:
        for name in options.names or [name for name in found if name not in _HEAVY]:
            print(f"{name} …", file=sys.stderr, flush=True)
            compared = import_module(f"benchmarks.{name}").compare(bench)
            results += compared if isinstance(compared, tuple) else (compared,)
    print(report(results), end="")
    if options.write and own_page:
        page = replaced(own_page.read_text(encoding="utf-8"), report(results))
        own_page.write_text(page, encoding="utf-8")
    elif options.write:
        _DOCUMENT.write_text(document(results), encoding="utf-8")
    return 0


def benchmarks() -> dict[str, str]:
    """Every benchmark with the first line of its docstring; none is imported for it."""
    found = dict(_modules())
    order = (*_FIRST, *sorted(found.keys() - set(_FIRST)))
    return {name: found[name] for name in order if name in found}


def _modules() -> Iterator[tuple[str, str]]:
    for path in _HERE.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "compare" for node in tree.body):
            yield path.stem, (ast.get_docstring(tree) or "").partition("\n")[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Ours, the stock libraries and the floor, side by side in one run.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which; all but rescue if none")
    parser.add_argument("--list", action="store_true", help="names what there is")
    parser.add_argument("--peers", action="store_true", help="installs and measures peers too")
    parser.add_argument("--write", action="store_true", help=_WRITES)
    return parser


if __name__ == "__main__":
    sys.exit(main())
