"""A disk that fills up in mid-run: the phone gets its due, the reports say what they lack."""

from __future__ import annotations

import subprocess

import pytest

from tests.conftest import ROOT
from tests.runs.running import (
    REGRESS,
    RESTART,
    SAVER,
    TIMEOUT_S,
    command,
    named,
    on_the_phone,
    truth,
)


@pytest.fixture
def run_with_room(environ, tmp_path):
    """Runs where every file is full at a size."""
    resource = pytest.importorskip("resource", reason="Windows limits no file's size")

    def run_pytest(size: int, *arguments: str) -> subprocess.CompletedProcess[str]:
        limits = (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
        return subprocess.run(
            command(tmp_path, "--capture=no", *arguments),  # pytest would capture into a file
            cwd=ROOT,
            env={**environ, "PYTHONDONTWRITEBYTECODE": "1"},  # it would be cut off, and kept
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits),
        )

    return run_pytest


def test_reports_that_cannot_go_on_do_not_end_a_run(run_with_room, launched, tmp_path) -> None:
    before = truth(launched)["settings"]
    recording = tmp_path / "recording.txt"
    # A journal is smaller than that; the events and a screen's picture are not.
    ran = run_with_room(8192, *named(launched, *REGRESS), f"--record={recording}", SAVER)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = " ".join(ran.stdout.split())
    assert "the recording ends here: File too large; the run goes on" in said
    assert "the events cannot be kept from here on: File too large; the run goes on" in said
    assert "Allure's results cannot be kept from here on: File too large; the run" in said
    assert ran.stdout.splitlines()[-1].endswith(", not whole: File too large")
    assert recording.stat().st_size == 8192
    assert truth(launched)["settings"] == before


def test_without_a_journal_the_run_stops_and_judges_nothing(run_with_room, launched) -> None:
    on_the_phone(launched, "dumpsys battery unplug", "cmd power set-mode 1")
    before = truth(launched)["settings"]
    # The head of a journal has room, and not one change.
    ran = run_with_room(200, *named(launched, "--risk=disruptive"), SAVER, RESTART)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "the journal cannot be written" in ran.stdout.splitlines()[-1]
    assert "Interrupted: nothing was judged" not in ran.stdout
    assert truth(launched)["settings"] == before


@pytest.mark.full
def test_where_a_recording_cannot_be_written_nothing_is_begun(run, launched, tmp_path) -> None:
    (tmp_path / "taken").write_text("")
    ran = run(*named(launched, *REGRESS), f"--record={tmp_path / 'taken' / 'x'}", SAVER)
    assert ran.returncode == 4, ran.stdout + ran.stderr
    [line] = [s for s in ran.stdout.splitlines() if "Not a directory" in s]
    assert "taken" in line


def test_where_results_cannot_be_kept_no_phone_is_looked_for(run, tmp_path) -> None:
    (tmp_path / "taken").write_text("")
    ran = run("--phone=nobody-has-this", f"--alluredir={tmp_path / 'taken' / 'x'}", SAVER)
    assert ran.returncode == 4, ran.stdout + ran.stderr
    assert "taken" in ran.stderr
    assert "Not a directory; name a folder of yours with --alluredir=FOLDER" in ran.stderr


def test_two_workers_cannot_write_one_recording(run, tmp_path) -> None:
    ran = run("--phone=virtual", "-n", "2", f"--record={tmp_path / 'x.txt'}", SAVER)
    assert ran.returncode == 4, ran.stdout + ran.stderr
    assert "--record writes down what one phone says" in ran.stderr
