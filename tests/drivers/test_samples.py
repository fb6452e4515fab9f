"""Outputs of our own in the formats of many phones: each gives exactly the facts it holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from drivers.facts import read_aloud
from drivers.vocabulary import PHOTOS_PACKAGE, Reading, registry

FOLDER = Path(__file__).parent / "samples"
SAMPLES = yaml.safe_load((FOLDER / "samples.yaml").read_text())


def plain(facts):
    """Facts as YAML writes them: its lists for our tuples."""
    return {n: list(v) if isinstance(v, tuple) else v for n, v in facts.items()}


def read(name, text):
    sample = SAMPLES[name]
    reading = Reading(sample.get("package", PHOTOS_PACKAGE), sample.get("user", 0))
    try:
        return plain(read_aloud(sample["command"], text, reading))
    except ValueError:
        return {}


def text_of(name):
    return (FOLDER / name).read_bytes().decode()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_gives_exactly_the_facts_in_it(name):
    assert read(name, text_of(name)) == SAMPLES[name]["facts"]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_cut_sample_gives_fewer_facts_and_none_that_is_wrong(name):
    lines = text_of(name).splitlines(keepends=True)
    for count in range(len(lines)):
        cut = read(name, "".join(lines[:count]))
        assert cut.items() <= SAMPLES[name]["facts"].items(), f"after {count} lines"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_that_is_cut_within_a_line_gives_none_that_is_wrong_either(name):
    text = text_of(name)
    first = text.index("\n") + 1
    # Some forty places in each, which are others in each; a first line alone may be an answer.
    for end in range(first, len(text), max(1, len(text) // 40)):
        assert read(name, text[:end]).items() <= SAMPLES[name]["facts"].items(), text[:end][-60:]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\r\n"),
        lambda text: text.replace("\n", "\n\n") if text.count("\n") > 5 else text,
        lambda text: text.replace("=", "\x1b[m\x1b[K="),
        lambda text: f"```text\n{text}```\n",
        lambda text: re.sub(r"(?m)^(?=.)", "    ", text),
    ],
    ids=["line ends", "line ends twice", "colors", "quoted", "quoted as code"],
)
def test_what_a_computer_makes_of_a_sample_changes_nothing(change):
    changed = {name: read(name, change(text_of(name))) for name in SAMPLES}
    assert changed == {name: sample["facts"] for name, sample in SAMPLES.items()}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: re.sub(r"(?m)^[^\S\n]+", "", text),
        lambda text: text.replace("  ", "\t"),
        lambda text: text.replace("  ", "\u00a0 "),
        lambda text: text + text,
    ],
    ids=["moved left", "tabs", "blanks that do not break", "twice"],
)
def test_what_an_editor_makes_of_a_sample_may_cost_facts_and_changes_none(change):
    for name, sample in SAMPLES.items():
        told = read(name, change(text_of(name)))
        assert told.items() <= sample["facts"].items(), name


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_of_a_phone_that_refuses_gives_nothing(name):
    refusal = "Permission Denial: can't dump Service from pid=1, uid=2 due to missing DUMP\n"
    assert read(name, refusal + text_of(name)) == {}


def test_every_sample_is_listed_and_every_fact_of_a_command_has_one():
    assert set(SAMPLES) == {path.name for path in FOLDER.glob("*.txt")}
    sampled = {fact for sample in SAMPLES.values() for fact in sample["facts"]}
    told = {fact for reader in registry().readers for fact in reader.facts}
    # These are one word or one number, and have tests of their own.
    alone = {"network.private_dns_host", "phone.clock_skew", "photos.hibernated"}
    assert told - sampled == alone
