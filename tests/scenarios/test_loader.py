"""Whatever a file holds, it is a scenario or it is said what is wrong, and nothing else happens."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from drivers.vocabulary import Registry, registry
from scenarios.composing import FastComposer, PureComposer, compose
from scenarios.loader import load
from scenarios.marks import Mark, ScenarioProblems, excerpt
from scenarios.model import Scenario
from scenarios.nodes import Sheet

GOLDEN = Path(__file__).parents[1] / "golden"
Load = Callable[..., tuple[Scenario, ...]]

WHOLE = """\
name: Battery saver pauses the backup
solution: 9
why: Photos waits for power while battery saver is on.
tags: [power]
risk: disruptive
effects: uploads
needs: {android: ">= 9", vendor: [google, samsung]}
vars: {level: 15%, who: {env: WHO}}
cases: [{plug: none}, {plug: usb}]
cause:
  - battery.saver: on
    battery.level: "< ${level}"
  - power.stay_on: {not: usb}
fault:
  - battery.plugged: ${case.plug}
  - virtual: hung-app
fix:
  - battery.saver: off
  - when: {network.wifi: off}
    do: [network.wifi: on]
  - photos.account: ${before.photos.account}
  - shell: {run: [echo, "${who}"], undo: ["true"]}
  - tap: {say: backup}
    within: 5s
expect:
  - counter: {advances: 1, within: 60s}
  - judged: {not: stuck}
    soft: on
"""
PIECES = re.findall(r"[A-Za-z_.]+|\s+|[^A-Za-z_.\s]", WHOLE)


def load_bytes(data: bytes, path: Path, vocabulary: Registry) -> None:
    path.write_bytes(data)
    # Anything but a scenario or its problems fails the test by itself.
    with suppress(ScenarioProblems):
        load([path], variables={}, environ={}, vocabulary=vocabulary)


ANY_FILE = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(data=st.binary(max_size=200) | st.text().map(str.encode))
@ANY_FILE
def test_any_bytes(data: bytes, tmp_path: Path, vocabulary: Registry) -> None:
    load_bytes(data, tmp_path / "any.yaml", vocabulary)


@given(data=st.data())
@ANY_FILE
def test_any_damage(data: st.DataObject, tmp_path: Path, vocabulary: Registry) -> None:
    """A file that means something, with a few of its pieces lost, swapped or put elsewhere."""
    pieces = list(PIECES)
    for _ in range(data.draw(st.integers(1, 4))):
        at, other = (data.draw(st.integers(0, len(pieces) - 1)) for _ in range(2))
        deed = data.draw(st.sampled_from(["lose", "swap", "insert", "glue"]))
        if deed == "lose":
            del pieces[at : at + 3]
        elif deed == "swap":
            pieces[at], pieces[other] = pieces[other], pieces[at]
        elif deed == "insert":
            pieces.insert(
                at, data.draw(st.sampled_from([*PIECES, "&a ", "*a", "!!x ", "${", "\t"]))
            )
        else:
            pieces[at] += pieces[other]
    load_bytes("".join(pieces).encode(), tmp_path / "damaged.yaml", vocabulary)


def test_the_whole_language_in_one_file(load_text: Load) -> None:
    none, usb = load_text(WHOLE, environ={"WHO": "me"})
    assert [s.id.split("[")[1] for s in (none, usb)] == ["plug=none]", "plug=usb]"]
    assert [step.describe() for step in usb.fix] == [
        "battery.saver: off",
        "when network.wifi is off",
        "photos.account: ${before.photos.account}",
        "shell: echo me",
        "tap: {say: backup}",
    ]


def test_scenarios_come_in_the_order_of_their_paths(tmp_path: Path, vocabulary: Registry) -> None:
    paths = []
    for name in ("b", "a", "c"):
        paths.append(tmp_path / f"{name}.yaml")
        paths[-1].write_text(f"name: {name}\nrisk: look\nexpect: {{judged: moving}}\n")
    found = load(paths, variables={}, environ={}, vocabulary=vocabulary)
    assert [scenario.name for scenario in found] == ["b", "a", "c"]
    assert load([], variables={"any": "thing"}, environ={}, vocabulary=vocabulary) == ()


def test_a_file_that_cannot_be_read(tmp_path: Path, vocabulary: Registry) -> None:
    gone, folder = tmp_path / "gone.yaml", tmp_path
    with pytest.raises(ScenarioProblems) as raised:
        load([gone, folder], variables={}, environ={}, vocabulary=vocabulary)
    assert [str(p) for p in raised.value.problems] == [
        f"{folder}: cannot be read: Is a directory",
        f"{gone}: cannot be read: No such file or directory",
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path, vocabulary: Registry) -> None:
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    with pytest.raises(ScenarioProblems, match=r"pipe\.yaml: cannot be read: not a file"):
        load([path], variables={}, environ={}, vocabulary=vocabulary)


def test_a_name_that_is_no_text_is_refused(vocabulary: Registry) -> None:
    path = Path("gr\udcfc\udcdfe.yaml")  # "grüße" as Latin-1 has it
    with pytest.raises(ScenarioProblems, match="its name is not UTF-8"):
        load([path], variables={}, environ={}, vocabulary=vocabulary)


def test_a_file_that_is_no_scenario_by_its_size(tmp_path: Path, vocabulary: Registry) -> None:
    path = tmp_path / "video.yaml"
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(ScenarioProblems, match=r"larger than 1,000,000 bytes"):
        load([path], variables={}, environ={}, vocabulary=vocabulary)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_depth_is_no_crash(opening: str, tmp_path: Path, vocabulary: Registry) -> None:
    """libyaml's own composer runs out of stack at some ten thousand levels."""
    path = tmp_path / "deep.yaml"
    path.write_text(opening * 50_000)
    with pytest.raises(ScenarioProblems, match="nested more than 40 levels deep"):
        load([path], variables={}, environ={}, vocabulary=vocabulary)


def test_text_as_windows_writes_it(load_text: Load) -> None:
    (scenario,) = load_text(
        "\ufeff" + "name: A\nrisk: look\nexpect: {judged: moving}\n".replace("\n", "\r\n")
    )
    assert (scenario.name, scenario.mark.line, scenario.mark.column) == ("A", 1, 7)


def places(node: Node) -> list[tuple[object, ...]]:
    mark = node.start_mark
    own = (type(node).__name__, node.tag, mark.line, mark.column)
    if isinstance(node, ScalarNode):
        return [(*own, node.value, node.end_mark.column)]
    children = (
        [part for pair in node.value for part in pair]
        if isinstance(node, MappingNode)
        else node.value
    )
    assert isinstance(node, (MappingNode, SequenceNode))
    return [own, *(place for child in children for place in places(child))]


def test_both_parsers_give_the_same_nodes() -> None:
    """PyYAML without libyaml reads scenarios too, only slower."""
    assert places(PureComposer(WHOLE).get_single_node()) == places(
        FastComposer(WHOLE).get_single_node()
    )


@pytest.mark.parametrize(
    ("line", "mark", "shown"),
    [
        ("risk: lok", Mark("f", 1, 7, 3), "    1 | risk: lok\n      |       ^^^"),
        ("写真: はい", Mark("f", 1, 5, 2), "    1 | 写真: はい\n      |       ^^^^"),
        ("a\tb", Mark("f", 1, 3), "    1 | a b\n      |   ^"),
        ("a\x1b[31mb", Mark("f", 1, 1), "    1 | a\ufffd[31mb\n      | ^"),
        ("risk: lok", Mark("f", 1), "    1 | risk: lok"),
        ("risk: lok", Mark("f", 2, 1), ""),
        ("x" * 200, Mark("f", 1, 151, 3), "    1 | " + "x" * 88 + "\n      | " + " " * 44 + "^^^"),
        ("x" * 200, Mark("f", 1, 1, 200), "    1 | " + "x" * 88 + "\n      | " + "^" * 88),
    ],
)
def test_an_excerpt(line: str, mark: Mark, shown: str) -> None:
    assert excerpt([line], mark) == shown


def test_a_problem_that_two_files_share_is_said_once(tmp_path: Path, vocabulary: Registry) -> None:
    (tmp_path / "steps.yaml").write_text("- battery.saver: of\n")
    paths = [tmp_path / f"{n}.yaml" for n in range(3)]
    for path in paths:
        path.write_text(
            "name: A\nrisk: look\nexpect: {judged: moving}\nfix: [include: steps.yaml]\n"
        )
    with pytest.raises(ScenarioProblems) as raised:
        load(paths, variables={}, environ={}, vocabulary=vocabulary)
    assert len(raised.value.problems) == 1


def test_composing_reads_nothing_into_scalars() -> None:
    sheet = Sheet("f", "{a: off, b: 6.80, c: 012, d: 2026-11-23, e: ~, f: 1:30}")
    node = compose(sheet)
    assert node is not None
    entries = sheet.mapping(node, "a map")
    assert [value.value for _, _, value in entries] == [
        "off",
        "6.80",
        "012",
        "2026-11-23",
        "~",
        "1:30",
    ]


def test_nothing_that_a_file_holds_reaches_the_terminal_as_more_than_text(load_text: Load) -> None:
    hostile = r'"\e]0;owned\a\e[2J"'
    text = (
        f"name: {hostile}\nrisk: {hostile}\n{hostile}: x\nexpect: {{{hostile}: 1}}\n"
        f"cases: [{{level: {hostile}}}]\nfix:\n  - {hostile}: on\n    {hostile}x: off\n"
    )
    with pytest.raises(ScenarioProblems) as raised:
        load_text(text.replace('"x', 'x"'))
    assert len(raised.value.problems) >= 4
    assert str(raised.value).replace("\n", "").isprintable()


def test_a_text_as_long_as_a_book_is_not_repeated_in_full(load_text: Load) -> None:
    book = "x" * 500_000
    with pytest.raises(ScenarioProblems) as raised:
        load_text(f"name: A\nrisk: {book}\nexpect: {{{book}: {book}}}\n")
    assert len(str(raised.value)) < 2_000


def test_an_include_by_a_name_that_no_file_can_have(load_text: Load) -> None:
    with pytest.raises(ScenarioProblems, match="there is no file aaa"):
        load_text(
            f"name: A\nrisk: look\nexpect: {{judged: moving}}\nfix: [include: {'a' * 5000}.yaml]\n"
        )


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("photos.media_access: selected", "one of all, none, not 'selected'"),
        ("photos.standby_bucket: exempted", "rare, restricted, not 'exempted'"),
        ("power.idle_state: inactive", "one of active, idle, not 'inactive'"),
    ],
)
def test_a_value_that_only_phones_set_is_found_before_any_is_touched(
    tmp_path: Path, step: str, expected: str
) -> None:
    path = tmp_path / "set.yaml"
    text = f"name: x\nrisk: reversible\nfault: [{{{step}}}]\nexpect: {{judged: stuck}}\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioProblems, match=re.escape(expected)):
        load([path], variables={}, environ={}, vocabulary=registry())
