"""Every recorded output against the facts that its index names, whole and cut anywhere.

The recordings come from phones of other people and are kept beside the repository, not in it;
without them these tests skip, and tests/drivers/samples/ still keeps each reader tested.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

from drivers.facts import read_aloud
from drivers.vocabulary import PHOTOS_PACKAGE, Reading, registry

SHARED = Path(__file__).parents[2].parent / "shared"
RECORDINGS = SHARED / "recordings"

if not (RECORDINGS / "INDEX.yaml").exists():
    pytest.skip("needs the recordings, which are not in the repository", allow_module_level=True)

SAMPLES = yaml.safe_load((RECORDINGS / "INDEX.yaml").read_text())["samples"]
VOCABULARY = {
    name: entry
    for name, entry in yaml.safe_load((SHARED / "facts" / "vocabulary.yaml").read_text()).items()
    if "kind" in entry
}


def component(text):
    package, _, name = text.partition("/")
    return f"{package}/{package}{name}" if name.startswith(".") else text


# How the index writes a value, where the vocabulary's own word for it is another.
IN_OUR_UNITS = {
    "temperature_tenths_c": lambda tenths: tenths / 10,
    "data_total_kib": lambda kib: kib * 1024,
    "data_free_kib": lambda kib: kib * 1024,
    "resumed_activity": component,
    "current_focus": component,
    "granted_runtime_permissions": tuple,
    "default_transport": str.lower,
    "state": str.lower,
    "light_state": str.lower,
    # YAML 1.1 takes the vocabulary's bare ON and OFF for booleans.
    "screen_state": "ON".__eq__,
    "auto_sync": lambda users: users[0],
    "stay_on_while_plugged_in": {"0": ()}.get,
}
# Named after a uid or a user, where the fact is Photos' or the front user's own.
NOT_COMPARABLE = {"uid_policies"}


def expected_facts(recorded):
    """What the index says of a sample, under the vocabulary's names."""
    expected = {}
    for name, entry in VOCABULARY.items():
        keys = entry.get("recorded_as", [])
        for key in keys:
            if key not in recorded or key in NOT_COMPARABLE or recorded[key] is None:
                continue
            value = recorded[key]
            if key in IN_OUR_UNITS:
                value = IN_OUR_UNITS[key](value)
            elif isinstance(keys, dict):
                words = {str(word).lower(): meaning for word, meaning in keys[key].items()}
                value = words[str(value).lower()]
            expected[name] = value
    return expected


def package_of(sample):
    """Whose dump a sample is: the index names the package, or the command does."""
    named = re.search(r"dumpsys package ([\w.]+)", sample["command"])
    return sample["facts"].get("package") or (named[1] if named else PHOTOS_PACKAGE)


def read(sample, text):
    try:
        return read_aloud(sample["command"], text, Reading(package=package_of(sample)))
    except ValueError:
        return {}


@cache
def text_of(name):
    return (RECORDINGS / name).read_bytes().decode("utf-8", "replace")


samples = pytest.mark.parametrize("sample", SAMPLES, ids=[s["file"] for s in SAMPLES])


@samples
def test_a_recording_gives_the_facts_that_its_index_names(sample):
    facts = read(sample, text_of(sample["file"]))
    expected = expected_facts(sample["facts"])
    assert {name: facts.get(name) for name in expected} == expected


def test_the_index_names_facts_of_ours_at_all():
    named = [name for sample in SAMPLES for name in expected_facts(sample["facts"])]
    assert len(named) >= 80
    assert len(set(named)) >= 30


@samples
def test_a_cut_recording_gives_fewer_facts_and_none_that_is_wrong(sample, request):
    text = text_of(sample["file"])
    whole = read(sample, text)
    lines = text.splitlines(keepends=True)
    # Each cut reads all that is left: every line of the long dumps is for the full run.
    step = 1 if request.config.getoption("--full", False) else max(1, len(lines) // 120)
    for count in range(0, len(lines), step):
        cut = read(sample, "".join(lines[:count]))
        wrong = {name: value for name, value in cut.items() if whole.get(name) != value}
        assert not wrong, f"after {count} lines"


@samples
def test_line_ends_of_any_computer_make_no_difference(sample):
    text = text_of(sample["file"]).replace("\r\n", "\n")
    assert read(sample, text.replace("\n", "\r\n")) == read(sample, text)


def test_a_dump_read_by_all_readers_gives_nothing_that_is_not_in_it():
    """A person may name the wrong command: its readers then find nothing, and never fail."""
    texts = [text_of(sample["file"]) for sample in SAMPLES[:40]]
    for command in ("dumpsys battery", "dumpsys telephony.registry", "am get-current-user"):
        for sample, text in zip(SAMPLES, texts, strict=False):
            if sample["command"].split()[:2] != command.split()[:2]:
                facts = read({**sample, "command": command}, text)
                assert not facts, (command, sample["file"])


def filters():
    """What the phone is told to leave out, by the dump it is left out of."""
    for reader in registry().readers:
        for part in re.split(r"; (?=dumpsys|cmd|getprop|settings)| \|\| ", reader.command):
            dump, bar, rest = part.partition(" | ")
            if bar and reader.in_diagnosis:
                words = [word for word in dump.split() if not word.startswith(("-", "{", "2>"))]
                filled = rest.format(package=PHOTOS_PACKAGE, user=0)
                yield pytest.param(" ".join(words), filled, reader, id=dump)


@pytest.mark.parametrize(("dump", "command", "reader"), list(filters()))
def test_what_the_phone_leaves_out_holds_no_fact(dump, command, reader):
    if shutil.which("grep") is None:
        pytest.skip("needs grep, as the phone has it")
    for sample in SAMPLES:
        bare = sample["command"].split(" | ")[0]
        if bare.split()[:2] != dump.split()[:2] or not bare.startswith(dump):
            continue
        text = text_of(sample["file"])
        filtered = subprocess.run(
            ["sh", "-c", command], input=text, capture_output=True, text=True, check=False
        )
        whole, left = (told_by(reader, sample, each) for each in (text, filtered.stdout))
        assert {name: whole.get(name) for name in left} == left, sample["file"]
        others = {
            n for r in registry().readers if r.in_diagnosis and r is not reader for n in r.facts
        }
        assert set(whole) - set(left) <= others, sample["file"]


def told_by(reader, sample, text):
    try:
        return {**reader.read(text, Reading(package=package_of(sample)))}
    except ValueError:
        return {}
