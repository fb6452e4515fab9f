"""The page of a run says what a person wants to know, and nothing of it is code."""

from __future__ import annotations

from html.parser import HTMLParser

from reports.page import Page

PHONE = {"event": "note", "text": "Pixel 8, Android 14", "at": 0.1}
CAUSE = {
    "found": "Battery saver <pauses> it",
    "means": "It waits for power.",
    "deeds": ["battery.saver: off"],
    "price": "",
    "refusal": "",
}


class Text(HTMLParser):
    """What stands on a page, tag by tag; fails on what would load or run anything."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag, attributes) -> None:
        assert tag not in {"script", "link", "iframe"}
        self.sources += [value for name, value in attributes if name in {"src", "href"}]

    def handle_data(self, data) -> None:
        self.words.append(data)


def read(page: Page, verdict: str = "Fixed: it was off.\n  to go: 3 left") -> tuple[str, Text]:
    text = Text()
    text.feed(page.html(verdict, is_well=True))
    return " ".join(text.words), text


def heard(*events: dict) -> Page:
    page = Page()
    for at, event in enumerate(events):
        page.hear({"at": float(at), **event})
    return page


def counter(left: int) -> dict:
    shown = {"shown": f"{left} left", "status": "uploading", "text": ""}
    return {"event": "counter", "done": None, "total": None, "left": left, **shown}


def test_it_tells_the_verdict_the_cause_what_was_done_and_what_came_of_it() -> None:
    page = heard(
        PHONE,
        {"event": "diagnosed", "causes": [CAUSE], "rest": []},
        {"event": "phase began", "name": "fix", "title": "Battery saver pauses the backup"},
        {"event": "step began", "title": "battery.saver: off"},
        {"event": "phase ended", "name": "fix", "problem": ""},
        {"event": "phase began", "name": "watch", "title": "does it move now?"},
        counter(40),
        counter(39),
        {"event": "phase ended", "name": "watch", "found": "moving"},
    )
    words, _ = read(page)
    for said in (
        *("Fixed: it was off.", "to go: 3 left", "Pixel 8, Android 14"),
        *("Battery saver <pauses> it", "It waits for power."),
        *("1: Battery saver pauses the backup", "battery.saver: off", "40 left → 39 left"),
        "moving",
    ):
        assert said in words
    assert page.html("", is_well=False).count("<svg") == 1


def test_a_counter_that_stood_is_drawn_as_a_line() -> None:
    page = heard(
        PHONE,
        {"event": "phase began", "name": "baseline", "title": "is it stuck at all?"},
        counter(40),
        {"event": "phase ended", "name": "baseline", "found": "stuck"},
    )
    assert "40 items left at first, 40 in the end" in page.html("", is_well=False)


def test_it_is_one_file_that_loads_nothing_from_elsewhere() -> None:
    shown = {"event": "captured", "title": "at the end", "screenshot": b"\xff\xd8", "hierarchy": ""}
    _, text = read(heard(PHONE, shown))
    assert text.sources == ["data:image/jpeg;base64,/9g="]


def test_what_was_tried_in_vain_is_told_with_its_reason() -> None:
    words, _ = read(
        heard(
            PHONE,
            {"event": "phase began", "name": "fix", "title": "Photos hangs"},
            {"event": "step began", "title": "photos.restart"},
            {"event": "phase ended", "name": "fix", "problem": "it was refused"},
        )
    )
    assert "it was refused" in words


def test_what_did_not_help_is_told_where_it_was_done() -> None:
    page = heard(
        PHONE,
        {"event": "phase began", "name": "fix", "title": "Photos hangs"},
        {"event": "step began", "title": "photos.restart"},
        {"event": "phase ended", "name": "fix", "problem": ""},
        {"event": "phase began", "name": "watch", "title": "does it move now?"},
        counter(40),
        {"event": "phase ended", "name": "watch", "found": "stuck"},
    )
    page.was_in_vain("the counter did not move")
    words, _ = read(page)
    told = words.index("1: Photos hangs")
    assert told < words.index("in vain: the counter did not move") < words.index("does it move")
    assert 'class="deed vain"' in page.html("", is_well=False)


def test_what_stands_changed_is_told_with_the_way_back() -> None:
    html = Page().html("Fixed: it was.", is_well=True, standing=["network.wifi: off -> on"])
    assert "<li>network.wifi: off -&gt; on</li>" in html
    assert "pytest --restore-only" in html
    assert "--restore-only" not in Page().html("Fixed: it was.", is_well=True)


def test_a_plan_is_told_command_by_command() -> None:
    step = {"kind": "treat", "title": "Saver off", "sends": ["cmd power set-mode 0"], "price": "no"}
    plan = {"event": "planned", "steps": [step], "guesses": [], "last": [], "rest": []}
    words, _ = read(heard(PHONE, plan), "1 thing holds it up.")
    assert "What heal would do" in words
    assert "cmd power set-mode 0" in words
    assert "If that does not help" not in words


def test_a_run_that_was_cut_off_says_that_nothing_was_judged() -> None:
    words, _ = read(Page(), "")
    assert "Nothing was judged" in words
