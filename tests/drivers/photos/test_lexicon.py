import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from drivers.photos.lexicon import keys, keys_of, lookup, read_file, say, wordings
from drivers.photos.lexicon.table import page
from drivers.photos.status import STATUSES

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "drivers" / "photos" / "lexicon").glob("*.yaml"))
HEAD = "language: xx\nsources:\n  a: someone\n"


def test_every_status_of_the_lexicon_is_a_word_of_the_vocabulary():
    assert {w.means for w in wordings() if w.kind == "status"} <= set(STATUSES) - {"unknown"}


def test_no_two_wordings_of_the_same_words_mean_different_things():
    meanings = {}
    for wording in wordings():
        if wording.kind != "say":
            meanings.setdefault(wording.template, set()).add((wording.kind, wording.means))

    assert {words: m for words, m in meanings.items() if len(m) > 1} == {}


def test_every_wording_is_found_by_its_own_words():
    for wording in wordings():
        if wording.kind == "say":
            assert wording.means in keys_of(wording.words)
        elif "{any}" not in wording.words:
            assert lookup(wording.template).means == wording.means


def test_words_that_stand_in_two_languages_follow_the_phone():
    shared = [w for w in wordings() if w.kind == "status"]
    for wording in shared:
        assert lookup(wording.template, wording.language).language == wording.language


def test_what_is_to_be_tapped_is_right_in_every_language():
    assert {"photos settings", "foto-einstellungen", "相片設定", "포토 설정"} <= say(
        "photos_settings"
    ).say
    assert "ストレージとキャッシュ" in say("storage_and_cache").say


def test_an_unknown_key_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="photos_settings") as refused:
        say("photo_settings")
    assert all(key in str(refused.value) for key in keys())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_source_that_a_file_names_is_needed(path):
    text = path.read_text(encoding="utf-8")
    sources = yaml.load(text, Loader=yaml.BaseLoader)["sources"]

    assert set(sources) == set(re.findall(r"source: ([\w-]+),", text))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{words: A, generations: [menu], place: p, confidence: B}", "lacks 'source'"),
        ("{words: A, generations: [menu], place: p, source: b, confidence: B}", "lacks 'b'"),
        ("{words: A, generations: [menu], place: p, source: a, confidence: C}", "confidence"),
        ("{words: A, generations: [], place: p, source: a, confidence: B}", "generations"),
        ("{words: A, generations: [lunch], place: p, source: a, confidence: B}", "generations"),
    ],
)
def test_a_wording_without_its_source_is_refused(tmp_path, body, reason):
    path = tmp_path / "xx.yaml"
    path.write_text(f"{HEAD}status:\n  complete:\n    - {body}\n", encoding="utf-8")

    with pytest.raises(ValueError, match=reason) as refused:
        list(read_file(path))
    assert "xx.yaml" in str(refused.value)


def test_the_page_about_the_lexicon_is_current():
    written = ROOT / "docs" / "lexicon.md"

    assert written.read_text(encoding="utf-8") == page(), (
        "run: python -m drivers.photos.lexicon > docs/lexicon.md"
    )


def test_the_page_names_every_wording_and_every_gap():
    text = page()

    assert all(w.words.replace("|", "\\|") in text for w in wordings() if w.kind != "beside")
    assert "`data_limit`" in text.partition("In no language found:")[2].split("\n")[0]


def test_no_file_of_the_lexicon_is_read_before_a_screen_is():
    program = "import sys, drivers.vocabulary as v; v.registry(); print('yaml' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT)

    assert printed.stdout.strip() == b"False", printed.stderr
