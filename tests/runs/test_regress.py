"""Regress: a scenario proves itself, and leaves nothing behind."""

from __future__ import annotations

import pytest

from tests.runs.running import HEAD, REGRESS, RESTART, SAVER, named, scenario, truth


class TestRegress:
    def test_both_scenarios_prove_themselves_and_tell_what_they_did(self, run, tmp_path) -> None:
        ran = run("--phone=virtual", SAVER, RESTART)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "ok prove stuck" in ran.stdout
        assert "ok prove moving" in ran.stdout

    @pytest.mark.full  # ten seconds of the patience's cap
    def test_without_the_fix_it_fails_with_the_readings(self, run, tmp_path) -> None:
        faulty = "fault:\n  - battery.plugged: none\n  - battery.saver: on\n"
        ran = run("--phone=virtual", scenario(tmp_path, HEAD + faulty))
        assert ran.returncode == 1
        assert "within 10s (--patience caps the file's 60s), saw" in ran.stdout
        assert "left (0.0s) -> " in ran.stdout
        assert "scenario.yaml:4:3: expected" in ran.stdout

    def test_without_the_fault_it_fails_as_not_stuck(self, run, tmp_path) -> None:
        faultless = "fault:\n  - photos.open\nfix:\n  - battery.saver: off\n"
        ran = run("--phone=virtual", scenario(tmp_path, HEAD + faultless))
        assert ran.returncode == 1
        assert "not stuck: with the fault in place the counter went on" in ran.stdout

    def test_everything_is_put_back(self, run, launched) -> None:
        before = truth(launched)["settings"]
        ran = run(
            *named(launched, *REGRESS, "--risk=disruptive"),
            SAVER,
            RESTART,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert truth(launched)["settings"] == before
        assert truth(launched)["faults"] == []

    def test_a_failure_is_put_back_as_well(self, run, launched, tmp_path) -> None:
        before = truth(launched)["settings"]
        faulty = "fault:\n  - battery.plugged: none\n  - battery.saver: on\n"
        ran = run(
            *named(launched, *REGRESS),
            scenario(tmp_path, HEAD.replace("60s", "2s") + faulty),
        )
        assert ran.returncode == 1
        assert truth(launched)["settings"] == before

    def test_another_account_than_the_one_named_is_left_alone(self, run, launched) -> None:
        before = truth(launched)
        ran = run(*named(launched, "--mode=regress", "--test-account=me@example.com"), SAVER)
        assert ran.returncode == 4, ran.stdout + ran.stderr
        assert "another account than the one that --test-account names" in ran.stdout
        after = truth(launched)
        assert (after["settings"], after["media"]["rows"]) == (
            before["settings"],
            before["media"]["rows"],
        )
