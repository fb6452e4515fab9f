"""A fix tried on a patient: done, looked at, and put back where it was not the cure.

Which one is worth a trial is the doctor's to say. It must not know pytest.
"""

from __future__ import annotations

from dataclasses import replace

from drivers.errors import PhoneLostError
from scenarios.conditions import UNSEEN
from scenarios.lasting import is_only_over, leaves_a_trace
from scenarios.model import Scenario
from scenarios.outcome import FOR_GOOD, IS_OVER, NOT_DONE, PUT_BACK
from scenarios.patient import Patient
from scenarios.sentences import progress
from scenarios.steps import Bench
from scenarios.treatment import Tried, apply, changes_of, has_ended_something, put_back


def attempt(patient: Patient, scenario: Scenario) -> Tried:
    """Does a fix; of one for what no fact shows the counter judges whether it helped.

    Raises:
        PhoneLostError: the phone is gone; the journal keeps what stands.
        LossError: photos are gone, or the journal cannot be written.
    """
    return _guess(patient, scenario) if scenario.cause is UNSEEN else _do(patient, scenario)


def _do(patient: Patient, scenario: Scenario) -> Tried:
    tried = apply(patient.bench, scenario)
    if scenario.cause is not UNSEEN or has_ended_something(patient.bench, tried):
        patient.interrupted()
    has_failed = tried.problem and changes_of(patient.bench, tried.above, tried.up_to)
    if scenario.cause is not UNSEEN or has_failed:
        patient.changed()
    return tried


def _guess(patient: Patient, scenario: Scenario) -> Tried:
    """One that nobody came to judge, since Ctrl-C came first, is put back as well.

    What makes a Photos that hung answer again has helped, whatever else holds the counter up.
    """
    bench, was_hung = patient.bench, patient.is_hung
    above = len(bench.journal.changes)
    try:
        tried = _do(patient, scenario)
        watched = None if tried.problem else patient.watch()
    except PhoneLostError:
        raise  # the journal keeps it for the next run
    except BaseException:
        put_back(bench, above, len(bench.journal.changes))
        raise
    if watched is None or watched.is_well or (was_hung and not patient.hangs()):
        return tried
    put_back(bench, tried.above, tried.up_to)
    seen = watched.reasons[0] if watched.is_blind else progress(watched)
    return replace(tried, problem=f"the counter did not move: {seen}")


def fate(bench: Bench, tried: Tried) -> str:
    """What became of a fix that was in vain: not all of it can be put back."""
    changes = changes_of(bench, tried.above, tried.up_to)
    if leaves_a_trace(changes):
        return FOR_GOOD
    if not changes:
        return NOT_DONE
    return IS_OVER if is_only_over(changes) else PUT_BACK
