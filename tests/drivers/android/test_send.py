"""What is a refusal, in every wording that was recorded, and what a person is told of it."""

from __future__ import annotations

import pytest
import yaml

from drivers.android.send import fill, insist, refusal_of, send, send_all
from drivers.errors import StablePhoneError
from drivers.shell import ShellResult


class ScriptedPhone:
    """Answers each command as it was told to; what it was not told about succeeds silently."""

    serial, package, user, sdk = "scripted", "com.example.photos", 10, 34

    def __init__(self, **answers):
        self.answers, self.sent = answers, []

    def shell(self, command, *, timeout_s=10.0):
        return self.batch([command])[0]

    def batch(self, commands, *, timeout_s=10.0):
        self.sent += commands
        return [
            ShellResult(c, next((a for w, a in self.answers.items() if w in c), ""), "", 0)
            for c in commands
        ]


REFUSALS = {
    "a newline before the trace": (
        "\nException occurred while executing 'grant':\njava.lang.SecurityException: grantRuntime"
        "Permission: Neither user 2000 nor current process has "
        "android.permission.GRANT_RUNTIME_PERMISSIONS.\n"
    ),
    "the older wording": "Security exception: Permission denial: writing to settings requires:x\n",
    "a service": "Permission Denial: can't dump PowerManagerService from from pid=1, uid=2\n",
    "a maker": "java.lang.SecurityException: adb clearing user data is forbidden.\n",
    "another maker": "Error: java.lang.SecurityException: Injecting input events requires x\n",
    "an unknown command": "Unknown command: set-metered\n",
    "an unknown option": "Unknown set option: dock\n",
    "a service that threw": (
        "\nException occurred while executing 'help':\njava.lang.NullPointerException\n"
    ),
    "a service that died": "cmd: Failure calling service wifi: Broken pipe (32)\n",
    "an operation": "Operation not allowed: java.lang.SecurityException: Shell cannot do it\n",
    "a missing service": "cmd: Can't find service: app_hibernation\n",
    "a missing program": "/system/bin/sh: fallocate: inaccessible or not found\n",
    "an unresolved activity": "Error: Activity not started, unable to resolve Intent { act=x }\n",
    "a wrong table": "Invalid namespace 'bogus'\n",
}
ANSWERS = {
    "nothing": "",
    "success": "Success\n",
    "an app in front": (
        "Starting: Intent { cmp=a/.B }\n"
        "Warning: Activity not started, its current task has been brought to the front\n"
    ),
    "a state": "Package com.example new state: enabled\n",
    "an install": "Package com.example installed for user: 0\n",
    "a doze": "Now forced in to deep idle mode\n",
    "a dump that quotes one": "Settings:\n" + "  x=1\n" * 9 + "  last: SecurityException\n",
}


@pytest.mark.parametrize("text", REFUSALS.values(), ids=REFUSALS)
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_refusal_is_one_on_either_stream_whatever_the_exit_code(text, stream):
    out, err = (text, "") if stream == "stdout" else ("", text)
    assert refusal_of(ShellResult("x", out, err, 0))


@pytest.mark.parametrize("text", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_no_refusal(text):
    assert refusal_of(ShellResult("x", text, "", 0)) is None


def test_every_recorded_refusal_is_one(shared):
    index = yaml.safe_load((shared / "recordings" / "INDEX.yaml").read_text())["samples"]
    words = {"SecurityException", "IllegalArgumentException", "permission denial", True}
    checked = 0
    for sample in index:
        if sample["facts"].get("error") in words:
            text = (shared / "recordings" / sample["file"]).read_text(errors="replace")
            assert refusal_of(ShellResult("x", "", text, 0)), sample["file"]
            checked += 1
        elif sample["command"].startswith(("pm clear", "cmd package install", "am start")):
            text = (shared / "recordings" / sample["file"]).read_text(errors="replace")
            assert refusal_of(ShellResult("x", text, "", 0)) is None, sample["file"]
            checked += 1
    assert checked >= 12


def test_a_person_is_told_what_is_missing_and_where_to_allow_it():
    phone = ScriptedPhone(grant=REFUSALS["a newline before the trace"])
    with pytest.raises(StablePhoneError) as refused:
        send(phone, "pm grant com.example x")
    message = str(refused.value)
    assert "phone scripted refused `pm grant com.example x`" in message
    assert "shell lacks android.permission.GRANT_RUNTIME_PERMISSIONS" in message
    assert "USB debugging (Security settings)" in message
    assert "Disable permission monitoring" in message
    assert refused.value.command == "pm grant com.example x"


def test_of_several_commands_the_refused_one_is_named():
    phone = ScriptedPhone(second=REFUSALS["a maker"])
    with pytest.raises(StablePhoneError, match="refused `second`"):
        send_all(phone, ["first", "second", "third"])
    assert phone.sent == ["first", "second", "third"]


def test_what_is_filled_in_is_quoted():
    filled = fill("x --user {user} {package} {ssid}", ScriptedPhone(), ssid="a b; reboot 'q'")
    assert filled == "x --user 10 com.example.photos 'a b; reboot '\"'\"'q'\"'\"''"


def test_an_answer_is_kept_to_a_few_kilobytes():
    with pytest.raises(StablePhoneError) as refused:
        insist(ScriptedPhone(), "x", ShellResult("x", "Unknown command: y\n" * 9999, "", 255))
    assert len(refused.value.output) == 4096
    assert refused.value.exit_code == 255
