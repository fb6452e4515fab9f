"""One run: its options, its scenarios, its phone, and what each item of it does.

Holds together what pytest's hooks and fixtures share, so that both stay thin. It must not know
how a phone is started, or what becomes of the events.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import pytest

from drivers.errors import LossError, NotHealedError, PhoneLostError, UnstuckError
from drivers.fleet import Pick
from drivers.phone import Phone
from drivers.vocabulary import Registry, registry
from scenarios.again import Given
from scenarios.doctor import Doctor
from scenarios.engine import capture, regress
from scenarios.events import Event, Noted
from scenarios.examination import Examination
from scenarios.journal import Journal, UnwrittenError
from scenarios.lasting import done_for_good, lost
from scenarios.loader import load
from scenarios.media_guard import MediaLossError
from scenarios.model import Scenario, SetControl, Shell, walk
from scenarios.needs import missing
from scenarios.options import CHECK, REGRESS, Options, Wish
from scenarios.outcome import PROVEN, SKIPPED, Outcome
from scenarios.steps import Bench, NotHereError
from scenarios.undo import still_changed


@dataclass
class Run:
    """What is known of a run before a phone is touched.

    Attributes:
        wish: what the options say of the phone and the server.
        scenarios: by the absolute path of their file.
        pick: the phone that is meant; None until one was looked for.
        options: what may be done to it; None until then.
        lost: why the phone is lost; empty while it is there.
        stopped: why nothing more may be done to it; empty while something may.
        verdict: what heal or check came to, for the console; empty until it was judged.
        standing: what heal has changed and left so, a line each.
        for_good: what heal has done and nothing undoes, a clause each.
        gone: what heal has done away with that only this phone had, a clause each.
        is_interrupted: whether a person ended it.
        chosen: the scenarios that were not deselected, in heal's order; empty in regress.
        unchosen: the other solutions, where a person named some of them only.
        given: what a person typed for it, for a line to copy.
    """

    wish: Wish
    scenarios: dict[Path, list[Scenario]] = field(default_factory=dict)
    pick: Pick | None = None
    options: Options | None = None
    lost: str = ""
    stopped: str = ""
    verdict: str = ""
    standing: list[str] = field(default_factory=list)
    for_good: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    is_interrupted: bool = False
    chosen: list[Scenario] = field(default_factory=list)
    unchosen: list[Scenario] = field(default_factory=list)
    given: Given = field(default_factory=Given)

    @property
    def secrets(self) -> list[str]:
        """The texts of every secret that the scenarios hold, the longest first."""
        held = {s for group in self.scenarios.values() for one in group for s in one.secrets}
        return sorted((s.reveal() for s in held if s.reveal()), key=len, reverse=True)

    def scenarios_of(self, path: Path) -> list[Scenario]:
        """The scenarios of one file; none for a file that is no scenario."""
        found = self.scenarios.get(path)  # resolving a path asks the file system
        return self.scenarios.get(path.resolve(), []) if found is None else found


RUN = pytest.StashKey[Run]()


class Stopped(pytest.exit.Exception):  # type: ignore[misc, name-defined]  # not in its stubs
    """Ends the run in a line of words: pytest's own says `_pytest.outcomes.Exit` before them."""

    __module__ = "builtins"  # so that its name stands alone


def _without_way_back(scenario: Scenario, vocabulary: Registry) -> Shell | SetControl | None:
    """The first step that would leave a trace; None where there is none.

    That is a command without `undo`, or a fault's control that is not put back exactly.
    """
    for step in (*walk(scenario.fault), *walk(scenario.fix)):
        if isinstance(step, Shell) and step.undo is None:
            return step
    for step in walk(scenario.fault):
        if isinstance(step, SetControl) and not vocabulary.controls[step.control].is_exact:
            return step
    return None


class Session:
    """A run with its phone.

    Args:
        run: what is known of it.
        phone: connected.
        journal: of this run on this phone.
        announce: told every event.
        hide: takes what is personal or secret out of a text.
        renew: gives a phone that nothing was done to yet, with its journal, before each scenario
            but the first; None where the phone is not ours to throw away.
        values: what variables are worth that ask the environment, whatever it says; on a person's
            phone nothing is assumed.
    """

    def __init__(
        self,
        run: Run,
        phone: Phone,
        journal: Journal,
        announce: Callable[[Event], None],
        hide: Callable[[str], str],
        renew: Callable[[], tuple[Phone, Journal]] | None = None,
        values: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        assert run.options is not None
        self.run = run
        self._hide = hide
        self._renew = renew
        self._values = values
        self._is_used = False
        self.options = run.options
        patience_s = run.options.patience_s
        self.bench = Bench(phone, journal, registry(), patience_s, announce, run.given)
        allowed = (run.options.risk, run.options.allow)
        self._doctor = Doctor(self.bench, *allowed, run.chosen, run.unchosen)
        self._examination = Examination(self.bench, *allowed, run.chosen, run.options.may_look)

    def work(self, scenario: Scenario) -> Outcome:
        """Works one scenario, in the run's mode.

        Raises:
            UnstuckError: it failed, or the phone did.
        """
        if self.run.lost:
            raise PhoneLostError(self.run.lost, serial=self.bench.phone.serial)
        if self.run.stopped:
            raise LossError(self.run.stopped)
        if self._values:
            scenario = self._filled(scenario)
        if scenario.unset:
            return Outcome(SKIPPED, scenario.unset[0].hint)
        try:
            with self._hidden():
                outcome = self._work(scenario)
            return replace(outcome, reason=self._hide(outcome.reason))
        except (MediaLossError, UnwrittenError) as error:
            self.run.stopped = str(error)
            raise

    def _filled(self, scenario: Scenario) -> Scenario:
        """The same scenario, read again with what its variables are worth here."""
        environ = {**os.environ, **self._values}
        variables = self.run.wish.variables
        read = load([Path(scenario.path)], variables=variables, environ=environ)
        return next(one for one in read if one.id == scenario.id)

    def _work(self, scenario: Scenario) -> Outcome:
        if self.options.mode == REGRESS:
            return self._regress(scenario)
        if self.options.mode == CHECK:
            return self._examination.examine(scenario)
        return self._doctor.treat(scenario)

    @contextmanager
    def _hidden(self) -> Iterator[None]:
        """Hides in errors what no report may show: each sink writes a failure in its own way.

        A phone that is lost meanwhile is lost for the whole run, in a scenario as in the verdict.
        Ctrl-C ends the run in one line, where nobody asked for a traceback of pytest's.
        """
        try:
            yield
        except KeyboardInterrupt:
            self.run.is_interrupted = True
            self.bench.announce(Noted("stopping: what only this run needed is put back first"))
            raise Stopped("by Ctrl-C", pytest.ExitCode.INTERRUPTED) from None
        except UnstuckError as error:
            error.args = (self._hide(str(error)), *error.args[1:])
            if isinstance(error, PhoneLostError):
                self.run.lost = str(error)
            raise

    def judge(self) -> None:
        """Judges heal's counter, or sums up what check has seen.

        Raises:
            NotHealedError: it does not move, or something holds it up.
        """
        is_check = self.options.mode == CHECK
        with self._hidden():
            try:
                told = self._examination.verdict() if is_check else self._doctor.verdict()
                self.run.verdict = self._for_the_console(str(told))
            except NotHealedError as error:
                self.run.verdict = self._for_the_console(str(error))
                raise
            finally:
                # A check that may not open Photos has no business with the screen either.
                if self.run.verdict and not is_check:
                    capture(self.bench, "the screen at the end")

    def _for_the_console(self, text: str) -> str:
        """Hides what is personal, but the serial: the console's first line has named it."""
        serial, stand_in = self.bench.phone.serial, "\0"
        return self._hide(text.replace(serial, stand_in)).replace(stand_in, serial)

    def end(self) -> None:
        """Lets go of what only the run itself needed, and keeps what stands changed.

        On a phone that is lost everything stands that the journal tells of.
        """
        if not self.run.lost:
            standing = self._doctor.end()
        elif self.options.is_ours:
            return
        else:
            standing = still_changed(self.bench.journal, self.bench.registry)
        self.run.standing = [self._hide(line) for line in standing]
        changes = self.bench.journal.changes.values()
        self.run.for_good, self.run.gone = done_for_good(changes), lost(changes)

    def _regress(self, scenario: Scenario) -> Outcome:
        if lack := missing(scenario.needs, self.bench.phone, may_open=True):
            return Outcome(SKIPPED, lack)
        if flags := self._flags_missing(scenario):
            return Outcome(SKIPPED, f"it needs {flags}")
        if not self.options.is_ours and (step := _without_way_back(scenario, self.bench.registry)):
            lack = "has no `undo`" if isinstance(step, Shell) else "cannot be put back exactly"
            reason = f"{step.mark}: {step.describe()} {lack}: not on a phone of a person's"
            return Outcome(SKIPPED, reason)
        if self._is_used and self._renew is not None:
            phone, journal = self._renew()
            self.bench = replace(self.bench, phone=phone, journal=journal)
        self._is_used = True
        try:
            regress(self.bench, scenario)
        except NotHereError as error:
            return Outcome(SKIPPED, str(error))
        return Outcome(PROVEN)

    def _flags_missing(self, scenario: Scenario) -> str:
        risk = max(scenario.risk, scenario.fault_risk)
        effects = scenario.effects | scenario.fault_effects
        flags = [f"--allow={e.value}" for e in effects if e not in self.options.allow]
        if risk > self.options.risk:
            flags.insert(0, f"--risk={risk.word}")
        return " ".join(sorted(flags))
