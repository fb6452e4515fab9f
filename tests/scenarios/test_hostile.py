"""No text that a phone or a file can hold becomes a command: every control, every operation.

A phone whose shell is this machine's, in an empty folder and with no programs: it answers every
command with the hostile text in the formats in which phones tell names, and a command that the
text brought in would leave a file behind.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.errors import StablePhoneError, UnstuckError
from drivers.shell import ShellResult
from drivers.values import Value, ValueType
from drivers.vocabulary import Control, Operation, registry
from scenarios.model import Scenario, Shell
from scenarios.quoting import quote_word

SHELL = next(path for name in ("mksh", "dash", "sh") if (path := shutil.which(name)))
CANARY = "canary"
# Each would run `: >canary`, which needs no program, in another kind of place.
HOSTILE = [
    f"x' ; : >{CANARY} ; '",
    f"$(: >{CANARY})",
    f"x\n: >{CANARY}\n",
    f'x" ; : >{CANARY} ; "',
    f"`: >{CANARY}`",
    f"x; : >{CANARY}; x",
    f"x & : >{CANARY} & x",
    f"x | : >{CANARY}",
    f"\\'; : >{CANARY} #",
    f"'$(: >{CANARY})'",
    f'"$(: >{CANARY})"',
    f"x >{CANARY}",
]
FORMATS = """\
{0}
package:{0}
package:{0} uid:10123
Wifi is enabled
Wifi is connected to "{0}"
WifiInfo: SSID: "{0}", BSSID: 02:00:00:00:00:00
mWifiInfo SSID: "{0}", BSSID: 02:00:00:00:00:00
  Package [{0}] (1):
    userId=10123
    User 0: installed=true hidden=false stopped=false enabled=0
  priority=0 {0}/.home.HomeActivity
{0}/.home.HomeActivity
  JOB #u0a123/1: 0 {0}/androidx.work.impl.background.systemjob.SystemJobService
Row: 0 _id=1, _display_name={0}, _size=1
mode=0
1
"""


class LocalPhone:
    """What drivers hold of a phone, over this machine's shell."""

    serial = "hostile"
    sdk = 34
    user = 0

    def __init__(self, folder: Path, text: str) -> None:
        self.package = text
        self.sent: list[str] = []
        self._folder = folder
        self._answer = FORMATS.replace("{0}", text)

    def shell(self, command: str, *, timeout_s: float = 10.0) -> ShellResult:
        self.sent.append(command)
        subprocess.run(
            [SHELL, "-c", command],
            cwd=self._folder,
            env={"PATH": "/nowhere"},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
        )
        return ShellResult(command, self._answer, "", 0)

    def batch(self, commands: Sequence[str], *, timeout_s: float = 10.0) -> list[ShellResult]:
        return [self.shell(command, timeout_s=timeout_s) for command in commands]

    def facts(self, names: Sequence[str] | None = None) -> dict[str, Value]:
        return {}

    @property
    def about(self) -> SimpleNamespace:
        return SimpleNamespace(android="14", vendor="google", sdk=34, user=0, locale="en-US")

    def __getattr__(self, name: str) -> object:
        raise StablePhoneError(f"no {name} here")


def values_of(value_type: ValueType, text: str) -> list[Value]:
    by_kind: dict[str, list[Value]] = {
        "bool": [True, False],
        "text": [text],
        "list": [(text,)],
        "set": [value_type.words],
        "map": [{text: True}],
        "bytes": [1],
        "seconds": [1.0],
        "percent": [15],
        "count": [1],
        "int": [1],
        "daily_limit": ["off", 1],
    }
    return list(value_type.words) if value_type.kind == "enum" else by_kind[value_type.kind]


# What surrounds a text decides whether it is a command: quotes left open, lines, escapes, anything.
_SIGNS = st.text(alphabet="'\"`$;&|(){}<>\\\n #x", max_size=5)
_ANYTHING = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
TEXTS = st.builds("".join, st.tuples(_SIGNS, st.sampled_from(HOSTILE), _ANYTHING))

Attempt = Callable[[LocalPhone], None]


@pytest.fixture
def attack(tmp_path: Path, pytestconfig: pytest.Config) -> Callable[[Attempt], None]:
    """Tries something on phones that say hostile texts: four known ones, and drawn ones."""
    is_full = pytestconfig.getoption("full")

    def attack_with(attempt: Attempt) -> None:
        @settings(
            max_examples=40 if is_full else 3, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(text=TEXTS)
        def draw(text: str) -> None:
            attempt(LocalPhone(tmp_path, text))
            assert not (tmp_path / CANARY).exists(), text

        # The first four break out of each kind of quotes.
        for text in HOSTILE if is_full else HOSTILE[:4]:
            attempt(LocalPhone(tmp_path, text))
        draw()

    return attack_with


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here ever comes about, so that waiting for it would only take time."""
    clock = count(step=60)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    monkeypatch.setattr("time.monotonic", lambda: float(next(clock)))


@pytest.fixture(autouse=True)
def no_command_was_brought_in(tmp_path: Path) -> object:
    yield
    assert not (tmp_path / CANARY).exists()


@pytest.mark.parametrize("control", registry().controls.values(), ids=lambda c: c.fact.name)
def test_a_control(control: Control, attack: Callable[[Attempt], None]) -> None:
    def attempt(phone: LocalPhone) -> None:
        for value in values_of(control.fact.type, phone.package):
            snapshot = None
            with suppress(UnstuckError):
                snapshot = control.snapshot(phone, value)  # type: ignore[arg-type]
            with suppress(UnstuckError):
                control.apply(phone, value)  # type: ignore[arg-type]
            with suppress(UnstuckError):
                control.restore(phone, snapshot)  # type: ignore[arg-type]

    attack(attempt)


@pytest.mark.parametrize("operation", registry().operations.values(), ids=lambda o: o.name)
def test_an_operation(operation: Operation, attack: Callable[[Attempt], None]) -> None:
    def attempt(phone: LocalPhone) -> None:
        arguments = {n: values_of(t, phone.package)[0] for n, t in operation.arguments.items()}
        prepared = None
        with suppress(UnstuckError):
            prepared = operation.prepare(phone, arguments)  # type: ignore[arg-type]
        with suppress(UnstuckError):
            operation.run(phone, arguments, prepared)  # type: ignore[arg-type]
        with suppress(UnstuckError):
            operation.undo(phone, prepared)  # type: ignore[arg-type]

    attack(attempt)


@pytest.mark.parametrize("command", sorted({r.command for r in registry().readers}))
def test_a_reader(command: str, attack: Callable[[Attempt], None]) -> None:
    def attempt(phone: LocalPhone) -> None:
        phone.shell(command.format(package=quote_word(phone.package), user=0, uid=10123))

    attack(attempt)


def test_a_shell_step(attack: Callable[[Attempt], None], load_fix: Callable[..., Scenario]) -> None:
    fix = '  - shell: {run: ["${a}", "x${a}", "${a}"], undo: ["${a}"]}'

    def attempt(phone: LocalPhone) -> None:
        (step,) = load_fix(fix, variables={"a": phone.package}).fix
        assert isinstance(step, Shell)
        phone.shell(step.command())
        phone.shell(step.undo_command() or "")

    attack(attempt)


def test_the_canary_would_be_found(tmp_path: Path) -> None:
    """Each hostile text, pasted into a command as it is, does leave the file behind."""
    for text in HOSTILE:
        for command in (f"echo {text}", f"echo '{text}'", f'echo "{text}"'):
            LocalPhone(tmp_path, text).shell(command)
        assert (tmp_path / CANARY).exists(), text
        (tmp_path / CANARY).unlink()
