"""The words of the virtual phone's screens and those that the drivers know were found apart.

Neither side copies the other's: what only one of them has is listed in wordings_of_one_side.txt, so
that a word that was meant for both is seen. `python -m tests.contract.test_wordings` writes it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from drivers.photos.lexicon import wordings
from drivers.photos.status import read_status
from fixtures.virtual.profile import GENERATIONS
from fixtures.virtual.ui.texts import languages, load_texts

LIST = Path(__file__).with_name("wordings_of_one_side.txt")
STATUSES = (
    "uploading", "getting_ready", "scanning", "cloud_sync", "compressing", "waiting_wifi",
    "waiting_network", "offline", "data_limit", "waiting_power", "battery_low", "too_hot",
    "cloud_full", "phone_full", "throttled", "paused", "off", "other_account", "signed_out",
    "skipped_items", "not_backed_up", "complete",
)  # fmt: skip
# States that no public source has words for: the virtual phone shows the nearest one's, which is
# what the drivers then read.
NEAREST = {
    "compressing": "getting_ready",
    "waiting_network": "offline",
    "data_limit": "waiting_wifi",
    "waiting_power": "paused",
    "battery_low": "paused",
    "phone_full": "paused",
    "throttled": "paused",
    "other_account": "off",
    "signed_out": "off",
    "not_backed_up": "off",
}
NEAREST_SINCE_2020 = {**NEAREST, "scanning": "getting_ready"}
TAGS = {"en": "en-US", "de": "de-DE", "ar": "ar-EG"}


@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_state_is_read_as_what_it_is_or_as_the_nearest_that_has_words(language, generation):
    texts = load_texts(TAGS[language], generation)
    nearest = NEAREST if generation == "assistant" else NEAREST_SINCE_2020
    read = {
        status: read_status(texts.phrase(f"@photos.status.{status}", str), TAGS[language]).status
        for status in STATUSES
    }
    assert read == {status: nearest.get(status, status) for status in STATUSES}


@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_counter_is_read_to_the_number(language, generation):
    texts = load_texts(TAGS[language], generation)
    values = {
        "backup.left": 1234,
        "backup.current": 7,
        "backup.total": 1240,
        "backup.status": "uploading",
    }
    for key in ("photos.left", "photos.left_saver", "photos.line"):
        status = read_status(texts.phrase(f"@{key}", values.__getitem__), TAGS[language])
        assert (status.status, status.left) == ("uploading", 1234), key
    status = read_status(texts.phrase("@photos.current", values.__getitem__), TAGS[language])
    assert (status.status, status.done, status.total) == ("uploading", 7, 1240)


def ours_and_theirs():
    """What the virtual phone says and what the drivers know, in the languages that both have."""
    ours, theirs = set(), set()
    for language in languages():
        for generation in GENERATIONS:
            known = load_texts(TAGS[language], generation).wordings
            for key, wording in known.items():
                if key.startswith(("photos.status.", "photos.left", "photos.current")):
                    forms = [wording] if isinstance(wording, str) else list(wording.values())[1:]
                    ours |= {(language, plain(form)) for form in forms}
    english = {words for language, words in ours if language == "en"}
    ours = {(tag, words) for tag, words in ours if tag == "en" or words not in english}
    for wording in wordings():
        if wording.language in TAGS and wording.kind in {"status", "counter"}:
            theirs.add((wording.language, plain(wording.words)))
    return ours, theirs


def plain(words):
    """A wording whose numbers, and whose nouns for what is counted, are all alike."""
    words = re.sub(r"\{[^{}]*\}|\b\d+\b", "#", words).rstrip(".!").lower()
    return re.sub(r"(?<=# )(items?|photos and videos|photos?|videos?)\b", "items", words)


def listed():
    ours, theirs = ours_and_theirs()
    lines = ["# On the virtual phone's screens only:"]
    lines += [f"{language}: {words}" for language, words in sorted(ours - theirs)]
    lines += ["", "# Known to the drivers only:"]
    lines += [f"{language}: {words}" for language, words in sorted(theirs - ours)]
    return "\n".join(lines) + "\n"


def test_the_words_of_one_side_are_listed():
    assert LIST.read_text(encoding="utf-8") == listed(), (
        "write it anew by `python -m tests.contract.test_wordings`"
    )


if __name__ == "__main__":
    LIST.write_text(listed(), encoding="utf-8")
