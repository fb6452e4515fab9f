"""What a healing says: its figures and its verdict, apart from any phone."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from drivers.photos.judgment import Judgment
from drivers.photos.status import Status
from drivers.vocabulary import Effect, Risk
from scenarios.binding import Binding
from scenarios.cure import Cure
from scenarios.events import CounterRead
from scenarios.sentences import command_line, listed, progress, rate, time_left
from scenarios.steps import Bench
from scenarios.treatment import Treatment
from scenarios.verdict import Case, NotTried, tell_verdict
from scenarios.watch import Watched


def watched(first: int, last: int, at_s: float) -> Watched:
    readings = tuple(
        CounterRead(when, "uploading", None, None, left, "")
        for when, left in ((0.0, first), (at_s, last))
    )
    verdict = Judgment("moving", first - last, None, ("it went on",), (), ("screen",))
    return Watched(readings, first - last, verdict, at_s)


class TestSentences:
    def test_progress_names_both_ends_and_the_time(self) -> None:
        assert progress(watched(39, 33, 14.2)) == "39 -> 33 left in 14 s"
        assert progress(watched(39, 39, 120.0)) == "39 left after 120 s"

    def test_the_rest_is_told_at_the_rate_that_was_seen(self) -> None:
        assert time_left(watched(39, 33, 60.0)) == "33 left, about 6 minutes at this rate"
        assert time_left(watched(39, 39, 60.0)) == ""
        assert time_left(watched(3, 0, 60.0)) == ""

    def test_where_the_screen_shows_no_counter_the_other_witness_speaks(self) -> None:
        blind = tuple(CounterRead(t, "unknown", None, None, None, "") for t in (0.0, 2.0))
        reason = "the counter of the notification went on by 5"
        verdict = Judgment("moving", 5, None, (reason,), (), ("notification",))
        seen = Watched(blind, 5, verdict, 2.0, Status("cloud_full"))
        assert progress(seen) == f"{reason} in 2.0 s"
        assert seen.status == "cloud_full"

    def test_what_was_done_at_the_first_look_takes_no_time(self) -> None:
        whole = tuple(CounterRead(t, "complete", None, None, None, "") for t in (0.0, 0.0))
        verdict = Judgment("done", 0, None, ("Photos says so",), (), ("screen",))
        assert progress(Watched(whole, 0, verdict, 0.0)) == "everything is backed up"

    def test_a_counter_out_of_a_whole_names_it_once(self) -> None:
        readings = tuple(
            CounterRead(when, "uploading", done, 40, None, "")
            for when, done in ((0.0, 1), (14.0, 6))
        )
        verdict = Judgment("moving", 5, None, ("it went on",), (), ("screen",))
        assert progress(Watched(readings, 5, verdict, 14.0)) == "1 -> 6 of 40 in 14 s"

    def test_bytes_over_time_are_a_rate(self) -> None:
        assert rate(1_200_000, 120.0) == "1.2 MB in 120 s, 10 kB a second"

    def test_a_person_is_asked_for_as_little_as_may_do(self, written) -> None:
        gentle = replace(written("cause: unseen\n"), risk=Risk.REVERSIBLE)
        rough = replace(gentle, risk=Risk.DISRUPTIVE, effects=frozenset())
        dear = replace(gentle, risk=Risk.APP_DATA)
        asked = [
            command_line("0a1b", Risk.REVERSIBLE, frozenset(), wanted)
            for wanted in ([gentle, rough], [rough, dear], [dear])
        ]
        assert asked == [
            "pytest --phone=0a1b --allow=costs --allow=uploads",
            "pytest --phone=0a1b --risk=disruptive",
            "pytest --phone=0a1b --risk=app-data --allow=costs --allow=uploads --confirm=0a1b",
        ]

    def test_what_interrupts_is_asked_for_before_what_nothing_can_undo(self, written) -> None:
        gentle = replace(written("cause: unseen\n"), risk=Risk.REVERSIBLE)
        rough = replace(gentle, risk=Risk.DISRUPTIVE, effects=frozenset())
        dear = replace(gentle, risk=Risk.APP_DATA)
        stuck = replace(watched(9, 9, 4.2), advanced=0)
        stuck = replace(stuck, verdict=replace(stuck.verdict, word="stuck"))

        def asked(*guesses) -> str:
            case = Case(
                first=stuck, last=stuck, cure=None, in_vain=(), yours=(), left=(), facts={},
                treatments=(), not_tried=tuple(NotTried(s, "a flag") for s in guesses),
                risk=Risk.REVERSIBLE, allow=frozenset(),
            )  # fmt: skip
            bench = Bench(SimpleNamespace(serial="0a1b"), None, None, 1.0, lambda _event: None)
            return dict(tell_verdict(cast("Bench", bench), case).notes)["next"]

        assert asked(gentle, rough, dear).endswith("`pytest --phone=0a1b --risk=disruptive`")
        assert "--allow=costs --allow=uploads`" in asked(gentle, dear)

    def test_two_looks_are_told_as_one(self) -> None:
        later = watched(3, 1, 1.0)
        done = replace(later.verdict, word="done", reasons=("Photos says so",))
        both = watched(4, 3, 2.0).and_then(replace(later, verdict=done))
        assert (both.judgment, both.advanced, both.elapsed_s) == ("done", 3, 3.0)
        assert progress(both) == "4 -> 1 left in 3.0 s"
        assert time_left(both) == "1 left, about 1 second at this rate"

    def test_what_was_allowed_already_is_asked_for_again(self, written) -> None:
        rough = replace(written("cause: unseen\n"), risk=Risk.DISRUPTIVE, effects=frozenset())
        line = command_line("0a1b", Risk.DISRUPTIVE, frozenset({Effect.UPLOADS}), [rough])
        assert line == "pytest --phone=0a1b --risk=disruptive --allow=uploads"

    def test_words_are_listed_as_a_person_does(self) -> None:
        assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
            "",
            "a",
            "a and b",
            "a, b and c",
        ]


def test_a_verdict_says_who_alone_bears_it_out_and_what_the_look_left_in_front() -> None:
    seen = watched(600, 590, 4.2)
    case = Case(
        first=seen, last=seen, cure=None, treatments=(), not_tried=(), in_vain=(), yours=(),
        left=(), facts={}, risk=Risk.REVERSIBLE, allow=frozenset(),
    )  # fmt: skip
    bench = cast("Bench", None)  # a phone that moves is asked nothing more
    told = tell_verdict(bench, case)
    assert ("bears it out", "the screen alone") in told.notes
    assert ("left in front", "Photos, which was opened to look at it") in told.notes
    both = replace(seen, verdict=replace(seen.verdict, witnesses=("screen", "traffic")))
    assert "not backed up" not in str(told)
    skipped = CounterRead(4.2, "skipped_items", None, None, 0, "2 items were skipped")
    rest = replace(seen, readings=(*seen.readings, skipped))
    assert "not backed up: what Photos calls '2 items were skipped'" in str(
        tell_verdict(bench, replace(case, last=rest))
    )
    assert "alone" not in str(tell_verdict(bench, replace(case, last=both)))


def test_a_verdict_names_everything_that_is_a_persons_to_end(written) -> None:
    router = replace(written("cause: {network.validated: off}\n"), name="The Wi-Fi leads nowhere")
    hot = replace(written("cause: {power.thermal_status: severe}\n"), name="It is hot")
    seen = watched(600, 600, 120.0)
    stuck = replace(seen, verdict=replace(seen.verdict, word="stuck"), advanced=0)
    case = Case(
        first=stuck, last=stuck, cure=None, treatments=(), not_tried=(), in_vain=(),
        yours=(router, hot), left=(), facts={"power.thermal_status": "severe"},
        risk=Risk.REVERSIBLE, allow=frozenset(),
    )  # fmt: skip
    told = tell_verdict(cast("Bench", None), case)
    assert told.sentence == "Not curable from here: the phone says that it is too hot."
    assert ("also yours to end", "'The Wi-Fi leads nowhere'") in told.notes


class TestBeyondRecall:
    """What nothing brings back is said at every end, and is never called put back."""

    LOST = "what Photos kept for itself on the phone, its Locked Folder included"

    def told(self, written, *, moves: bool, **more) -> str:
        stuck, seen = watched(600, 600, 4.2), watched(600, 590, 4.2)
        stuck = replace(stuck, verdict=replace(stuck.verdict, word="stuck"))
        restart = Treatment(written("cause: unseen\n"), Binding.ALWAYS, False, 1, 2)
        case = Case(
            first=stuck, last=seen if moves else stuck, not_tried=(), in_vain=(), yours=(),
            cure=Cure([restart]) if moves else None, treatments=(restart,) if moves else (),
            left=(), facts={}, risk=Risk.APP_DATA, allow=frozenset(), **more,
        )  # fmt: skip
        return str(tell_verdict(cast("Bench", None), case))

    def test_a_cure_beside_which_a_cache_was_cleared_says_so(self, written) -> None:
        assert "nothing else was changed." in self.told(written, moves=True)
        told = self.told(written, moves=True, besides=("Photos' cache was cleared",))
        assert "nothing else was changed" not in told
        assert "also done, and not to be undone: Photos' cache was cleared" in told

    def test_a_restart_may_be_part_of_a_cure_and_is_nothing_to_undo(self, written) -> None:
        told = self.told(written, moves=True, is_done_with=("the phone was restarted",))
        assert "also done: the phone was restarted" in told
        assert "nothing else was changed" not in told
        vain = self.told(written, moves=False, is_done_with=("the phone was restarted",))
        assert "the phone was restarted" not in vain, "what was tried in vain names it"

    @pytest.mark.parametrize("moves", [True, False])
    def test_lost_data_is_named_whatever_it_came_to(self, written, moves) -> None:
        told = self.told(written, moves=moves, lost=(self.LOST,), for_good=("A broken database",))
        assert f"lost for it: {self.LOST}" in told
        assert "put back: 'A broken" not in told.replace("not to be put back", "")

    def test_what_was_not_begun_has_changed_nothing(self, written) -> None:
        told = self.told(written, moves=False, not_done=("A broken database",))
        assert "could not be done: 'A broken database'" in told
        assert "changed: nothing" in told
