"""Holds the house: which room imports which, who owns a library, what a room may not know."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:  # pytest itself brings it there
    import tomli as tomllib

ROOMS = ("scenarios", "drivers", "fixtures", "reports")
MAY_IMPORT = {
    "drivers": {"drivers"},
    "reports": {"reports"},
    "scenarios": {"scenarios", "drivers"},
    "fixtures": {"fixtures", "scenarios", "drivers", "reports"},
    "fixtures/virtual": {"fixtures.virtual"},
}
# Each outside library and the one module, or room, that owns it.
OWNERS = {
    "adbutils": {"drivers/adb.py", "drivers/agent.py"},  # agent.py: the errors that u2 lets through
    "uiautomator2": {"drivers/agent.py"},
    "lxml": {"drivers/hierarchy.py"},
    "allure": {"reports/allure.py"},
    "allure_commons": {"reports/allure.py"},
    "platformdirs": {"fixtures/phone.py"},
    "PIL": {"fixtures/virtual", "fixtures/pictures.py"},
    "pytest": {
        "conftest.py",
        "fixtures/console.py",
        "fixtures/evidence.py",
        "fixtures/interrupts.py",
        "fixtures/phone.py",
        "fixtures/recording.py",
        "fixtures/restore.py",
        "scenarios/choosing.py",
        "scenarios/collection.py",
        "scenarios/hooks.py",
        "scenarios/plugin.py",
        "scenarios/saying.py",
        "scenarios/session.py",
        "scenarios/spread.py",
    },
}
NEVER_AT_COLLECTION = ("adbutils", "uiautomator2", "PIL", "lxml", "reports.allure")


MODULES = [p.relative_to(ROOT) for room in ROOMS for p in sorted((ROOT / room).rglob("*.py"))]


def imports_of(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_run_one_way(module: Path) -> None:
    room = "fixtures/virtual" if "virtual" in module.parts else module.parts[0]
    for name in imports_of(module):
        if name.split(".")[0] in ROOMS:
            assert any(is_within(name, allowed) for allowed in MAY_IMPORT[room]), (
                f"{module} imports {name}"
            )


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_libraries_are_imported_by_their_owner(module: Path) -> None:
    for name in imports_of(module):
        if owners := OWNERS.get(name.split(".")[0]):
            assert any(
                module.as_posix() == owner or module.as_posix().startswith(f"{owner}/")
                for owner in owners
            ), f"{module} imports {name}, which {sorted(owners)} own"


def test_collecting_imports_nothing_that_talks_to_a_phone() -> None:
    asked = "import sys, pytest; pytest.main(['--collect-only', '-qq', 'scenarios']); "
    shown = f"print([m for m in {NEVER_AT_COLLECTION!r} if m in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", asked + shown], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "[]"


def test_every_package_is_named_in_pyproject() -> None:
    named = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    there = {
        init.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for room in (*ROOMS, "benchmarks")
        for init in (ROOT / room).rglob("__init__.py")
    }
    assert sorted(named) == sorted(there)


def test_readme_begins_with_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = text.split("```")[1].strip().splitlines()
    assert block == [
        "python -m pip install -e . && pytest",
        'python -m pip install -e ".[dev]" && pytest tests',
    ]
