"""The kept-open shell on a virtual phone, and how its streams are cut."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import TransientPhoneError
from drivers.printed import Printed, descendants
from drivers.shell import TIMED_OUT, KeptShell
from fixtures.launch import Launched, virtual_phone

MARKER = "0123456789abcdef"


@pytest.fixture(scope="module")
def launched() -> Iterator[Launched]:
    with virtual_phone() as launched:
        yield launched


@pytest.fixture
def shell(launched: Launched) -> Iterator[KeptShell]:
    shell = KeptShell(launched.client, launched.serial)
    yield shell
    shell.close()


def run(shell: KeptShell, *commands: str, timeout_s: float = 10.0):
    return shell.run(commands, timeout_s=timeout_s)


def test_streams_and_exit_codes_come_apart(shell: KeptShell) -> None:
    first, second = run(shell, "echo a; echo b >&2; exit 3", "printf 'no newline'")
    assert (first.stdout, first.stderr, first.exit_code) == ("a\n", "b\n", 3)
    assert (second.stdout, second.stderr, second.exit_code) == ("no newline", "", 0)


def test_a_command_that_reads_stdin_leaves_the_batch_alone(shell: KeptShell) -> None:
    read, after = run(shell, 'cat; read line; echo "[$line]"', "echo after")
    assert read.stdout == "[]\n"
    assert after.stdout == "after\n"


@pytest.mark.parametrize("broken", ["(", "echo 'open", "if true", "done", "cat <<END"])
def test_broken_syntax_costs_only_itself(shell: KeptShell, broken: str) -> None:
    _, second = run(shell, broken, "echo after")
    assert second.stdout == "after\n"


def test_leaving_the_shell_or_its_folder_costs_only_itself(shell: KeptShell) -> None:
    before, *_, after = run(shell, "pwd", "cd /data", "exit 7", "x=1; pwd")
    assert after.stdout == before.stdout


def test_a_command_that_hangs_costs_only_itself_and_leaves_nothing(shell: KeptShell) -> None:
    hung, after, table = run(
        shell, "echo begun; sleep 4711 | cat", "echo after", "ps -A -o ARGS", timeout_s=1.0
    )
    assert (hung.stdout, hung.exit_code, hung.timed_out) == ("begun\n", TIMED_OUT, True)
    assert after.stdout == "after\n"
    assert "sleep 4711" not in table.stdout


def test_no_command_sees_the_marker(shell: KeptShell) -> None:
    results = run(shell, "ps -A -o ARGS", "env", "set", "cat /proc/$PPID/cmdline")
    assert shell._marker
    assert all(shell._marker not in result.output for result in results)


def test_each_shell_has_a_marker_of_its_own(shell: KeptShell) -> None:
    run(shell, "true")
    first = shell._marker
    shell.close()
    run(shell, "true")
    assert shell._marker != first


def test_large_output_arrives_whole(shell: KeptShell) -> None:
    result, after = run(shell, "yes 0123456789 | head -n 200000", "echo after", timeout_s=60)
    assert result.stdout == "0123456789\n" * 200_000
    assert after.stdout == "after\n"


def test_a_new_shell_that_hangs_gives_no_results(
    shell: KeptShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.shell._OPEN_TIMEOUT_S", 0.3)
    monkeypatch.setattr(shell, "_write", lambda script: None)
    with pytest.raises(TransientPhoneError, match="a new shell does not answer"):
        run(shell, "echo mine")


def test_a_killed_shell_is_a_dropped_link_and_the_next_call_has_a_new_one(
    shell: KeptShell,
) -> None:
    run(shell, "true")
    # The probe outlives its shell, and holds the channel open until it ends.
    killing = f"kill -KILL {shell._shell_pid}; sleep 0.5"
    with pytest.raises(TransientPhoneError, match="the link dropped during 'kill"):
        run(shell, killing, "echo after")
    assert run(shell, "echo again")[0].stdout == "again\n"


OUTPUT = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40)


@given(
    outputs=st.lists(st.tuples(OUTPUT, st.integers(0, 255)), max_size=4),
    cuts=st.lists(st.integers(0, 400), max_size=8),
)
def test_however_packets_are_cut_the_outputs_are_the_same(outputs, cuts) -> None:
    whole = "".join(f"{text}{MARKER}:{code}\n" for text, code in outputs).encode()
    printed, found = Printed(MARKER), []
    edges = sorted({0, len(whole), *(min(cut, len(whole)) for cut in cuts)})
    for start, end in pairwise(edges):
        printed.feed(whole[start:end])
        while printed.is_complete():
            found.append(printed.take())
    assert found == [(text, str(code)) for text, code in outputs]
    assert printed.so_far() == ""


def test_descendants_know_no_cousins() -> None:
    assert descendants("PID PPID\n10 1\n11 10\n12 11\n13 1\nwords\n", 10) == [11, 12]
