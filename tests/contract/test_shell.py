"""The kept-open shell: the same on the virtual phone and, named by --phone, on a real one."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.phone import Phone
from drivers.shell import TIMED_OUT


def test_streams_and_exit_code_come_back_apart(phone: Phone) -> None:
    result = phone.shell("echo out; echo err >&2; exit 3")
    assert (result.stdout, result.stderr, result.exit_code) == ("out\n", "err\n", 3)


def test_output_without_a_line_end_is_kept_as_it_is(phone: Phone) -> None:
    assert phone.shell("printf 'no end'").stdout == "no end"
    assert phone.shell("printf ''").stdout == ""


def test_a_batch_keeps_its_order(phone: Phone) -> None:
    results = phone.batch([f"echo {n}; exit {n}" for n in range(20)])
    assert [(r.stdout.strip(), r.exit_code) for r in results] == [(str(n), n) for n in range(20)]


def test_a_command_that_reads_stdin_gets_an_empty_one(phone: Phone) -> None:
    results = phone.batch(["cat", 'read line; echo "[$line]"', "echo after"])
    assert [r.stdout for r in results] == ["", "[]\n", "after\n"]


def test_a_syntax_error_is_its_own_commands_alone(phone: Phone) -> None:
    broken, after = phone.batch(["echo 'unclosed", "echo after"])
    assert broken.exit_code != 0
    assert after.stdout == "after\n"


def test_nothing_that_one_command_sets_reaches_the_next(phone: Phone) -> None:
    results = phone.batch(["cd /data/local/tmp; X=1; exit 5", 'pwd; echo "[$X]"'])
    assert results[1].stdout == "/\n[]\n"


def test_a_missing_command_is_an_exit_code(phone: Phone) -> None:
    missing, after = phone.batch(["no-such-command-here", "echo after"])
    assert missing.exit_code == 127
    assert "not found" in missing.stderr
    assert after.exit_code == 0


def test_a_command_that_hangs_costs_only_itself(phone: Phone) -> None:
    before, hung, after = phone.batch(["echo before", "sleep 60", "echo after"], timeout_s=0.5)
    assert before.stdout == "before\n"
    assert (hung.exit_code, hung.timed_out) == (TIMED_OUT, True)
    assert after.stdout == "after\n"


def test_what_a_hung_command_started_is_ended(phone: Phone) -> None:
    phone.batch(["sleep 4321 | cat"], timeout_s=0.3)
    assert "4321" not in phone.shell("ps -A -o ARGS").stdout


def test_much_output_arrives_whole(phone: Phone) -> None:
    result = phone.shell("dd if=/dev/zero bs=65536 count=32 2>/dev/null | tr '\\0' 'x'")
    assert len(result.stdout) == 32 * 65536
    assert set(result.stdout) == {"x"}


def test_a_long_command_arrives_whole(phone: Phone) -> None:
    word = "y" * 30_000
    assert phone.shell(f"printf %s {word} | wc -c").stdout.strip() == "30000"


# Every character but NUL, which no argument can hold, and surrogates, which no byte can.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS)
def test_any_quoted_text_comes_back_as_it_was_sent(phone: Phone, text: str) -> None:
    assert phone.shell(f"printf %s {shlex.quote(text)}").stdout == text


def test_facts_are_read_in_one_batch(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    phone.about  # noqa: B018 - met once, before what is counted
    batches = []
    inner = phone._line._shell.run

    def counting(commands, *, timeout_s):
        batches.append(len(commands))
        return inner(commands, timeout_s=timeout_s)

    monkeypatch.setattr(phone._line._shell, "run", counting)
    facts = phone.facts()
    assert len(batches) == 1
    assert facts["photos.installed"] is True
    assert isinstance(facts["battery.level"], int)
