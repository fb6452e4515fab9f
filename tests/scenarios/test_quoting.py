"""Whatever text an argument holds, the shell hands exactly it to exactly the named command."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.vocabulary import Registry
from scenarios.loader import load
from scenarios.model import Scenario, Shell
from scenarios.quoting import quote, quote_word

# Android's own shell where the machine has it, and those that read the same forms.
SHELLS = [shell for shell in ("mksh", "dash", "bash", "sh") if shutil.which(shell)]
ARGUMENT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
# Fragments that mean something to a shell, glued together: plain text rarely finds them.
HOSTILE_SIGNS = "'\"\\$(){}[]`;&|<>*?~#!=%- \n\t\r\x1bü🎉"
HOSTILE_WORDS = ("$(id)", "${IFS}", "$HOME", "{a,b}", "A=1", "-n", "%1", "id")
HOSTILE = st.lists(st.sampled_from([*HOSTILE_SIGNS, *HOSTILE_WORDS])).map("".join)


@contextmanager
def speaking(shell: str) -> Iterator[Callable[[list[str]], list[str]]]:
    """One shell for many commands: each is sent quoted, and what it was given comes back."""
    with subprocess.Popen([shell], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def arguments_of(argv: list[str]) -> list[str]:
            command = quote(["printf", r"%s\0", *argv, "the end"])
            stdin.write(f"{command}\n".encode())
            stdin.flush()
            got: list[bytes] = []
            while not got or got[-1] != b"the end":
                word = bytearray()
                while (byte := stdout.read(1)) != b"\0":
                    assert byte, f"{shell} ended"
                    word += byte
                got.append(bytes(word))
            return [word.decode() for word in got[:-1]]

        yield arguments_of
        stdin.close()


@pytest.mark.parametrize("shell", SHELLS)
def test_arguments_arrive_as_they_are(shell: str) -> None:
    with speaking(shell) as arguments_of:

        @given(st.lists(ARGUMENT | HOSTILE, min_size=1, max_size=5))
        @settings(max_examples=200, deadline=None)
        def check(argv: list[str]) -> None:
            assert arguments_of(argv) == argv

        check()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "word", ["if", "!", "{", "A=1", "stop", "r", "%1", "~", "[[", "function", "-c"]
)
def test_a_command_is_looked_up_as_it_is_written(shell: str, word: str) -> None:
    """A word that means something to the shell is a program's name, and there is none such."""
    quoted = quote([word, "id"])
    code = subprocess.run([shell, "-c", f"{quoted} || exit 42"], capture_output=True).returncode
    assert code == 42


def test_plain_words_stay_readable() -> None:
    assert quote(["svc", "wifi", "enable"]) == "'svc' wifi enable"
    assert quote_word("com.google.android.apps.photos/.home.HomeActivity").startswith("com.google")


@pytest.mark.parametrize("argv", [[], [""], ["echo", "a\0b"]])
def test_what_no_command_can_be(argv: list[str]) -> None:
    with pytest.raises(ValueError, match=r"expected a command|NUL"):
        quote(argv)


@given(text=ARGUMENT | HOSTILE)
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_a_variable_holds_stays_one_argument(text: str, vocabulary: Registry) -> None:
    """A file's variable is put into the word that names it, whatever it holds."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "scenario.yaml")
        path.write_text(
            "name: A variable\nrisk: disruptive\nexpect: {counter: {advances: 1}}\n"
            'fix:\n  - shell: {run: [echo, "${text}", "a ${text} b"]}\n'
        )
        (scenario,) = load([path], variables={"text": text}, environ={}, vocabulary=vocabulary)
    (step,) = scenario.fix
    assert isinstance(step, Shell)
    assert step.run == ("echo", text, f"a {text} b")


def test_a_secret_is_sent_and_not_shown(load_fix: Callable[..., Scenario]) -> None:
    scenario = load_fix(
        "  - shell: {run: [echo, 'to ${other}']}",
        more="vars: {other: {secret: OTHER}}",
        environ={"OTHER": "someone@example.com"},
    )
    (step,) = scenario.fix
    assert isinstance(step, Shell)
    assert step.command() == "'echo' 'to someone@example.com'"
    assert step.describe() == "shell: echo ***"
    assert "someone" not in repr(scenario)
    assert [secret.reveal() for secret in scenario.secrets] == ["someone@example.com"]
