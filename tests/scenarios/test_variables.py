"""What `${…}` stands for, when it is known, and what it can never bring with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.errors import ScenarioError
from scenarios.expectations import Judged
from scenarios.gestures import Tap, Type
from scenarios.marks import ScenarioProblems
from scenarios.model import Scenario, SetControl, resolve
from scenarios.secrets import Secret
from scenarios.templates import Template, plain

Load = Callable[..., tuple[Scenario, ...]]
LoadFix = Callable[..., Scenario]


def value_of(scenario: Scenario) -> object:
    (step,) = scenario.fix
    assert isinstance(step, SetControl)
    return step.value


@pytest.mark.parametrize(
    ("declared", "given_", "environ", "value"),
    [
        ("{limit: 5 MB}", {}, {}, 5_000_000),
        ("{limit: 5 MB}", {"limit": "1 GB"}, {}, 10**9),
        ("{limit: {env: LIMIT}}", {}, {"LIMIT": "2 GB"}, 2 * 10**9),
        ("{limit: {env: LIMIT}}", {"limit": "1 GB"}, {"LIMIT": "2 GB"}, 10**9),
        ("{limit: {env: LIMIT, default: off}}", {}, {}, "off"),
        ("{}", {"limit": "unlimited"}, {}, "unlimited"),
    ],
)
def test_a_variable(
    load_fix: LoadFix, declared: str, given_: dict[str, str], environ: dict[str, str], value: object
) -> None:
    scenario = load_fix(
        "  - photos.cellular: ${limit}",
        more=f"vars: {declared}",
        variables=given_,
        environ=environ,
    )
    assert value_of(scenario) == value
    assert scenario.unset == ()


@pytest.mark.parametrize(
    ("declared", "given_", "environ", "words"),
    [
        ("{who: {env: WHO}}", {}, {"WHO": "a\udcff"}, "what WHO is set to"),
        ("{who: {secret: WHO}}", {}, {"WHO": "a\udcff"}, "what WHO is set to"),
        ("{who: {env: WHO}}", {"who": "a\udcff"}, {}, "what --var gives for who"),
        ("{who: me}", {"who": "a\udcff"}, {}, "what --var gives for who"),
    ],
)
def test_bytes_that_are_no_text(
    load_fix: LoadFix, declared: str, given_: dict[str, str], environ: dict[str, str], words: str
) -> None:
    with pytest.raises(ScenarioProblems, match=rf"{words}.* is not UTF-8"):
        load_fix(
            "  - photos.account: ${who}",
            more=f"vars: {declared}",
            variables=given_,
            environ=environ,
        )


def test_a_variable_within_a_text(load_fix: LoadFix) -> None:
    scenario = load_fix(
        "  - photos.account: 'a+${who}@${where}'", variables={"who": "b", "where": "c.d"}
    )
    assert value_of(scenario) == "a+b@c.d"


def test_a_dollar_that_is_none(load_fix: LoadFix) -> None:
    assert (
        value_of(load_fix("  - photos.account: '$${who} $HOME $ ${a}'", variables={"a": "1"}))
        == "${who} $HOME $ 1"
    )


def test_a_variable_without_a_value_skips(load_fix: LoadFix) -> None:
    scenario = load_fix(
        "  - photos.install: [a.apk]\n  - photos.cellular: ${limit}",
        more="vars: {limit: {env: LIMIT}, unused: {env: UNUSED}}",
    )
    assert [(u.name, u.hint) for u in scenario.unset] == [
        ("limit", "set LIMIT in the environment, or give --var limit=…")
    ]


def test_a_variable_that_no_file_has(load_text: Load) -> None:
    text = "name: A\nrisk: look\nexpect: {judged: moving}\nvars: {limit: 5 MB}\n"
    with pytest.raises(
        ScenarioProblems, match=r"--var limt: no scenario here .*'limt'; did you mean 'limit'\?"
    ):
        load_text(text, variables={"limt": "1 GB"})


def test_a_secret_never_comes_from_the_command_line(load_text: Load) -> None:
    text = "name: A\nrisk: look\nexpect: {judged: moving}\nvars: {other: {secret: OTHER}}\n"
    with pytest.raises(ScenarioProblems, match=r"it comes from \$OTHER only") as raised:
        load_text(text, variables={"other": "hunter2"})
    assert "hunter2" not in str(raised.value)


def test_a_secret_prints_as_stars(load_fix: LoadFix) -> None:
    scenario = load_fix(
        "  - type: {text: 'x${pin}', into: {id: entry}}",
        more="vars: {pin: {secret: PIN}}",
        environ={"PIN": "4711"},
    )
    (step,) = scenario.fix
    assert isinstance(step, Type)
    assert plain(step.text) == "x4711"
    assert step.describe() == "type: *** into {id: entry}"
    secret = scenario.secrets[0]
    assert [f"{secret}", f"{secret:>5}", repr(secret), str(secret)] == [
        "***",
        "  ***",
        "Secret(PIN)",
        "***",
    ]
    assert "4711" not in repr(scenario)


def test_a_value_from_before_the_first_step(load_fix: LoadFix) -> None:
    scenario = load_fix(
        "  - photos.account: ${before.photos.account}\n"
        "  - battery.saver: ${before.battery.saver}\n"
        "  - power.stay_on: ${before.power.stay_on}\n"
        "  - when: {network.ssid: '${before.network.ssid}'}\n"
        "    do: [tap: {text: 'for ${before.power.screen_timeout}'}]",
        more="expect: [{judged: moving}, {network.ssid: '${before.network.ssid}'}]",
    )
    assert scenario.before == (
        "photos.account", "battery.saver", "power.stay_on", "network.ssid", "power.screen_timeout",
    )  # fmt: skip
    facts = {
        "photos.account": "a@b.c", "battery.saver": True, "power.stay_on": ("ac", "usb"),
        "network.ssid": "home", "power.screen_timeout": 120.0,
    }  # fmt: skip
    account, saver, stay_on, when = resolve(scenario.fix, facts)
    assert [s.value for s in (account, saver, stay_on)] == ["a@b.c", True, ("ac", "usb")]
    assert when.conditions.holds({"network.ssid": "home"}) is True
    assert isinstance(when.do[0], Tap)
    assert when.do[0].selector.value == "for 120s"
    judged, ssid = resolve(scenario.expect, facts)
    assert isinstance(judged, Judged)
    assert judged is scenario.expect[0]
    assert ssid.condition.holds("home") is True


def test_a_fact_that_this_phone_did_not_show(load_fix: LoadFix) -> None:
    scenario = load_fix("  - photos.account: ${before.photos.account}")
    with pytest.raises(
        ScenarioError, match=r"did not show photos\.account before the first step"
    ) as raised:
        resolve(scenario.fix, {})
    assert (raised.value.path, raised.value.line) == ("scenario.yaml", 6)


def test_a_fact_that_is_no_such_value_here(load_fix: LoadFix) -> None:
    scenario = load_fix("  - photos.cellular: '${before.media.count} MB'")
    assert resolve(scenario.fix, {"media.count": 30})[0].value == 30_000_000
    with pytest.raises(ScenarioError, match="expected a size"):
        resolve(load_fix("  - photos.cellular: 'x${before.media.count}'").fix, {"media.count": 1})


def test_what_is_left_open_does_not_run(load_fix: LoadFix) -> None:
    (step,) = load_fix("  - shell: {run: [echo, '${before.network.ssid}']}").fix
    with pytest.raises(ScenarioError, match="not known before the first step"):
        step.command()
    assert isinstance(step.run[1], Template)


@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_variable_brings_nothing_but_its_text(load_fix: LoadFix, text: str) -> None:
    """Not another variable, not a key, not a step."""
    hostile = text + "${limit}\n  - photos.clear_data: "
    scenario = load_fix(
        "  - photos.account: ${a}",
        variables={"a": hostile, "limit": "x"},
        more="vars: {limit: y}",
    )
    assert value_of(scenario) == hostile


@given(text=st.text(min_size=1))
def test_no_way_of_printing_shows_a_secret(text: str) -> None:
    secret = Secret("NAME", text)
    assert secret.reveal() == text
    for shown in (str(secret), repr(secret), f"{secret}", f"{secret!r:>30}", str([secret])):
        assert shown.strip(" []") in {"***", "Secret(NAME)"}


@pytest.mark.parametrize("value", ["${before.power.screen_timeout}${pin}", "1${pin}"])
def test_a_secret_is_a_text_also_beside_a_fact(value: str, load_fix: LoadFix) -> None:
    more = "vars: {pin: {secret: PIN}}"
    with pytest.raises(ScenarioProblems, match="a secret can only be a text"):
        load_fix(f"  - power.screen_timeout: {value}", more=more, environ={"PIN": "; reboot"})


def test_a_list_is_taken_from_a_list_only(load_fix: LoadFix) -> None:
    load_fix("  - power.stay_on: ${before.power.stay_on}")
    with pytest.raises(ScenarioProblems, match="of a fact that is one"):
        load_fix("  - photos.install: ${before.photos.version}")
