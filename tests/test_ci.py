"""What CI is told: commands that exist, with options that are known, on actions' own inputs."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import yaml

from tests.conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# action.yml of v2.37.0.
EMULATOR_INPUTS = {
    "api-level", "system-image-api-level", "target", "arch", "profile", "cores", "ram-size",
    "heap-size", "sdcard-path-or-size", "disk-size", "avd-name", "force-avd-creation",
    "emulator-boot-timeout", "emulator-port", "emulator-options", "disable-animations",
    "disable-spellchecker", "disable-linux-hw-accel", "enable-hw-keyboard", "emulator-build",
    "working-directory", "ndk", "cmake", "channel", "script", "pre-emulator-launch-script",
}  # fmt: skip


def steps_of(path):
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def lines_of_commands():
    script = (ROOT / ".ci" / "emulator").read_text(encoding="utf-8").replace("\\\n", " ")
    runs = [step["run"] for path in WORKFLOWS for step in steps_of(path) if "run" in step]
    return [line for text in (script, *runs) for line in text.splitlines()]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_has_a_version_and_every_script_is_there(path) -> None:
    for step in steps_of(path):
        assert ("uses" in step) != ("run" in step)
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@v\d+", step.get("uses", "a/b@v1"))
        for name in (step.get("run", ""), step.get("with", {}).get("script", "")):
            if name.startswith(".ci/"):
                assert (ROOT / name).stat().st_mode & 0o111


def test_the_emulator_is_given_inputs_that_its_action_has() -> None:
    [given] = [
        step["with"]
        for path in WORKFLOWS
        for step in steps_of(path)
        if step.get("uses", "").startswith("reactivecircus/android-emulator-runner")
    ]
    assert set(given) <= EMULATOR_INPUTS
    # Each line of it is run in a shell of its own.
    assert "\n" not in given["script"]


def test_every_option_of_pytest_is_one() -> None:
    asked = [line for line in lines_of_commands() if "-m pytest" in line]
    options = {word for line in asked for word in re.findall(r"--[a-z][a-z-]+", line)}
    shown = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    known = set(re.findall(r"--[a-z][a-z-]+", shown))
    assert {"--mode", "--test-account"} <= options <= known


def test_every_module_that_is_run_is_there() -> None:
    modules = {m for line in lines_of_commands() for m in re.findall(r"-m (benchmarks\.\w+)", line)}
    assert modules
    for module in modules:
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file()
