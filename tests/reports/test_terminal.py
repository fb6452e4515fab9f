"""A run as the terminal tells it, line by line, from its events."""

from __future__ import annotations

from reports.terminal import Lines, Pace, Progress


class TestLines:
    """A healing as it is told, from its events."""

    @staticmethod
    def told(lines: Lines, *events: dict) -> list[str]:
        return [line for event in events if (line := lines.hear(event))]

    def test_a_look_is_told_by_its_title_and_what_it_came_to(self) -> None:
        began = {"event": "phase began", "name": "baseline", "title": "is it stuck at all?"}
        counter = {"event": "counter", "shown": "39 left"}
        ended = {"event": "phase ended", "name": "baseline", "found": "stuck"}
        told = self.told(Lines(is_healing=True), began, counter, ended)
        assert told == ["is it stuck at all?", "  -- 39 left: stuck"]

    def test_a_title_that_stands_above_already_is_not_said_again(self) -> None:
        began = {"event": "phase began", "name": "watch", "title": "does it move now?"}
        ended = {"event": "phase ended", "name": "watch", "found": "moving"}
        told = self.told(Lines(is_healing=True), began, ended, began, ended)
        assert told == ["does it move now?", "  ok", "  ok"]

    def test_where_the_screen_says_nothing_the_line_says_who_decided(self) -> None:
        counter = {"event": "counter", "shown": "unknown"}
        because = "the counter of the notification went on by 9"
        ended = {"event": "phase ended", "name": "watch", "found": "moving", "because": because}
        told = self.told(Lines(is_healing=True), counter, ended)
        assert told == [f"  ok moving: {because}"]

    def test_a_long_reason_is_told_whole_in_80_columns(self) -> None:
        because = "Photos went no further than 'Getting ready to back up 200 items left', 0 bytes"
        ended = {"event": "phase ended", "name": "watch", "found": "stuck", "because": because}
        [told] = self.told(Lines(is_healing=True), ended)
        lines = told.splitlines()
        assert all(len(line) <= 80 for line in lines)
        assert " ".join(line.strip() for line in lines) == f"-- stuck: {because}"

    def test_what_was_cut_off_is_no_ok(self) -> None:
        counter = {"event": "counter", "shown": "37 left"}
        ended = {"event": "phase ended", "name": "watch", "is_cut": True}
        assert self.told(Lines(is_healing=True), counter, ended) == ["  -- 37 left | cut off"]

    def test_a_diagnosis_ends_in_its_table_and_says_no_more(self) -> None:
        began = {"event": "phase began", "name": "diagnosis", "title": "what does the phone show?"}
        ended = {"event": "phase ended", "name": "diagnosis"}
        told = self.told(Lines(is_healing=True), began, ended, began, {**ended, "is_cut": True})
        assert told == ["what does the phone show?", "  -- cut off"]

    def test_a_regression_keeps_its_one_line_a_phase(self) -> None:
        began = {"event": "phase began", "name": "fix", "title": "apply the fix"}
        step = {"event": "step began", "title": "battery.saver: off"}
        ended = {"event": "phase ended", "name": "fix", "problem": ""}
        assert self.told(Lines(), began, step, ended) == ["  ok fix           battery.saver: off"]


class TestProgress:
    def test_it_has_the_patience_the_counter_and_its_rate_in_80_columns(self) -> None:
        progress = Progress()
        for left in (40, 30):
            reading = {"says": "uploading", "done": None, "total": None, "left": left}
            progress.hear({"event": "counter", **reading})
        line = progress.line(5.0, 120.0, "30 left")
        assert line == "  .. [----------]   5 of 120 s  30 left [##--------] 2/s  uploading"
        assert len(line) <= 80

    def test_without_a_counter_it_says_what_photos_says(self) -> None:
        progress = Progress()
        nothing = {"done": None, "total": None, "left": None}
        progress.hear({"event": "counter", "says": "waiting for power", **nothing})
        assert progress.line(60.0, 120.0, "?").endswith("60 of 120 s  ?  waiting for power")
        assert progress.line(60.0, 120.0, "waiting for power").endswith("120 s  waiting for power")


class TestPace:
    """Something is seen to go on, whoever does it."""

    def test_what_takes_a_second_is_told_and_told_again_twice_a_second(self) -> None:
        pace = Pace(is_live=True)
        pace.turn_to("reading a page", 100.0)
        lines = [pace.busy_line(100.0 + tenths / 10) for tenths in range(25)]
        shown = [n / 10 for n, line in enumerate(lines) if line]
        assert shown == [1.0, 1.5, 2.0]
        assert lines[20] == "  ..   2 s  reading a page"

    def test_without_a_terminal_a_line_comes_every_ten_seconds(self) -> None:
        pace = Pace()
        pace.turn_to("reading a page", 0.0)
        assert [s for s in range(35) if pace.busy_line(float(s))] == [10, 20, 30]

    def test_a_watch_tells_itself_how_far_it_is_until_it_falls_silent(self) -> None:
        pace = Pace(is_live=True)
        pace.turn_to("does it move now?", 0.0)
        assert pace.is_due(5.0, 5.0)
        assert [s for s in (5.6, 7.9) if pace.busy_line(s)] == []
        assert pace.busy_line(8.1)

    def test_nothing_is_said_of_what_has_ended(self) -> None:
        pace = Pace(is_live=True)
        pace.turn_to("", 0.0)
        assert pace.busy_line(60.0) == ""
