"""Reading aloud: `python -m drivers.facts`, and which readers a command is given to."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.facts import main, read_aloud
from drivers.typed import readers_of
from drivers.vocabulary import Reading

SAMPLES = Path(__file__).parent / "samples"


def printed(capsys, *arguments):
    assert main(list(arguments)) == 0
    out, err = capsys.readouterr()
    return json.loads(out), err


def test_it_prints_plain_values_and_nothing_else(capsys):
    facts, reason = printed(capsys, "dumpsys battery", str(SAMPLES / "battery_frozen.txt"))
    assert facts == {
        "battery.faked": True,
        "battery.level": 5,
        "battery.plugged": "none",
        "battery.status": "discharging",
        "battery.temperature": 25.0,
    }
    assert reason == ""


def test_a_dash_reads_what_is_piped_in(capsys, monkeypatch):
    piped = io.TextIOWrapper(io.BytesIO(b"Thermal Status: 2\n"))
    monkeypatch.setattr(sys, "stdin", piped)
    assert printed(capsys, "dumpsys thermalservice", "-")[0] == {"power.thermal_status": "moderate"}


@pytest.mark.parametrize(
    ("command", "text", "reason"),
    [
        ("dumpsys power", "Permission Denial: can't dump from from pid=1", "Permission Denial"),
        ("dumpsys battery", "\x00\x01 garbage \xff", "no fact of the vocabulary is in it"),
        ("dumpsys battery", "", "no fact of the vocabulary is in it"),
        ("uptime", "up 3 days", "no fact is read from 'uptime'"),
        ("pm list packages -u", "package:com.google.android.apps.photos", "no fact is read"),
    ],
)
def test_what_cannot_be_read_gives_nothing_and_a_reason(capsys, tmp_path, command, text, reason):
    file = tmp_path / "output.txt"
    file.write_text(text, encoding="latin-1")
    facts, said = printed(capsys, command, str(file))
    assert facts == {}
    assert reason in said


def test_a_file_that_is_not_there_is_the_callers_mistake(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["dumpsys battery", "/no/such/file"])
    assert "cannot read" in capsys.readouterr().err


def test_another_apps_dump_is_read_only_on_request(capsys, tmp_path):
    file = tmp_path / "package.txt"
    file.write_text("Unable to find package: com.example.app\n")
    command = ["dumpsys package com.example.app", str(file)]
    assert printed(capsys, *command)[0] == {}
    read_as = printed(capsys, "--package", "com.example.app", *command)[0]
    assert read_as == {"photos.installed": False}


@pytest.mark.parametrize(
    "command",
    [
        "dumpsys battery",
        "adb shell dumpsys battery",
        "adb -s 127.0.0.1:5555 shell dumpsys battery",
        "dumpsys -t 30 battery | grep level",
        "dumpsys battery > file.txt",
        "adb.exe shell dumpsys battery",
        "./platform-tools/adb -d shell -T dumpsys battery",
        "dumpsys battery>file.txt",
        "adb shell dumpsys battery|grep level",
        "adb shell dumpsys battery 2>&1 | findstr level",
        "dumpsys battery; dumpsys power",
        "dumpsys battery && echo",
        "adb shell 'dumpsys battery | grep level'",
        'adb shell "dumpsys battery',
        "adb shell su -c 'dumpsys battery'",
        "timeout 10 /system/bin/dumpsys battery",
    ],
)
def test_a_command_is_known_however_it_was_typed(command):
    assert any("battery.level" in reader.facts for reader in readers_of(command))


@pytest.mark.parametrize(
    ("command", "same"),
    [
        ("pm dump com.google.android.apps.photos", "dumpsys package PKG"),
        ("cmd package dump com.google.android.apps.photos", "dumpsys package PKG"),
        ("appops get com.google.android.apps.photos", "cmd appops get PKG"),
        ("cmd settings get global low_power", "settings get global low_power"),
        ("adb logcat -d", "logcat -d"),
        ("cmd activity get-current-user", "am get-current-user"),
        ("cmd deviceidle whitelist", "dumpsys deviceidle whitelist"),
        ("dumpsys deviceidle get deep", "cmd deviceidle get deep"),
    ],
)
def test_a_command_has_other_names(command, same):
    assert readers_of(command) == readers_of(same)
    assert readers_of(same)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_file_may_come_from_a_windows_computer(capsys, tmp_path, encoding):
    # `adb shell … > file.txt` in PowerShell writes UTF-16 with a mark, and CRLF.
    file = tmp_path / "output.txt"
    file.write_bytes("Wi-Fi is enabled\r\nStay-awake conditions: 3\r\n".encode(encoding))
    assert printed(capsys, "dumpsys wifi", str(file))[0] == {"network.wifi": True}


@pytest.mark.parametrize(
    ("command", "text", "facts"),
    [
        ("am get-current-user", "10\n", {"phone.user": 10}),
        ("getprop ro.product.model", "Model [X]\n", {"phone.model": "Model [X]"}),
        ("getprop ro.build.version.sdk", "\n", {}),
        ("am get-started-user-state 0", "RUNNING_LOCKED\n", {"phone.unlocked_since_boot": False}),
        ("am get-started-user-state 0", "User is not started: 0\n", {}),
        ("am get-standby-bucket --user 0 PKG", "45\n", {"photos.standby_bucket": "restricted"}),
        ("am get-standby-bucket PKG", "7\n", {}),
        ("cmd deviceidle get deep", "IDLE_PENDING\n", {"power.idle_state": "idle_pending"}),
        ("cmd deviceidle get light", "OVERRIDE\n", {"power.light_idle_state": "override"}),
        ("cmd deviceidle get light", "IDLE_PENDING\n", {}),
        ("cmd deviceidle get screen", "true\n", {}),
        (
            "cmd appops get PKG RUN_ANY_IN_BACKGROUND",
            "No operations.\nDefault mode: ignore\n",
            {"photos.background": "restricted"},
        ),
        (
            "cmd appops get PKG RUN_ANY_IN_BACKGROUND",
            "RUN_ANY_IN_BACKGROUND: default\n",
            {"photos.background": "restricted"},
        ),
        # Asked of apps for Android 7 only, which Photos is not.
        ("cmd appops get PKG", "RUN_IN_BACKGROUND: ignore\n", {}),
        (
            "cmd netpolicy get restricted-mode",
            "Restricted mode status: enabled\n",
            {"network.restricted_mode": True},
        ),
        (
            "cmd netpolicy get restricted-mode",
            "Restricted mode status: disabled\n",
            {"network.restricted_mode": False},
        ),
        # The language that was chosen would stand before these.
        (
            "getprop",
            "[ro.product.locale]: [en-US]\n[ro.product.model]: [One]\n[ro.serialno]: [X1]\n",
            {"phone.model": "One"},
        ),
        ("getprop | grep locale", "[ro.product.locale]: [en-US]\n", {"phone.locale": "en-US"}),
        (
            "am get-standby-bucket",
            "com.google.android.apps.photos.other: 5\ncom.google.android.apps.photos: 40\n",
            {"photos.standby_bucket": "rare"},
        ),
        ("am get-standby-bucket", "com.example.app: 40\n", {}),
        ("cmd app_hibernation get-state PKG", "true\n", {"photos.hibernated": True}),
        ("pidof PKG", "4003\n", {"photos.running": True}),
        (
            "ps -A",
            "USER  PID NAME\nu0_a204  51 com.google.android.apps.photos:worker\n",
            {"photos.running": True},
        ),
        ("ps -A", "USER  PID NAME\nu10_a204  51 com.google.android.apps.photos\n", {}),
        (
            "settings list secure",
            "enabled_accessibility_services=null\n",
            {"phone.accessibility": ()},
        ),
        ("pidof PKG; echo exit $?", "4003 51\nexit 0\n", {"photos.running": True}),
        ("pidof PKG; echo exit $?", "exit 1\n", {"photos.running": False}),
        ("pidof PKG; echo exit $?", "exit 127\n", {}),
        ("pm path PKG", "package:/data/app/x==/base.apk\n", {"photos.installed": True}),
        ("settings get global wifi_on", "2\n", {"network.wifi": True}),
        (
            "settings get global private_dns_specifier",
            "ab12.dns.example\n",
            {"network.private_dns_host": "ab12.dns.example"},
        ),
        ("settings get global private_dns_specifier", "Invalid command: get\n", {}),
        ("cmd connectivity airplane-mode", "disabled\n", {"network.airplane_mode": False}),
        ("cmd connectivity airplane-mode enable", "", {}),
        ("settings get system screen_off_timeout", "null\n", {}),
        (
            "settings get secure enabled_accessibility_services",
            "null\n",
            {"phone.accessibility": ()},
        ),
        (
            "pm list packages -f -U",
            "package:/data/app/~~a==/p-b==/base.apk=com.google.android.apps.photos uid:10204\n",
            {"photos.installed": True, "photos.uid": 10204},
        ),
        (
            "pm list packages -U",
            "package:com.google.android.apps.photos uid:1010204,10204\n",
            {"photos.installed": True, "photos.uid": 10204},
        ),
        (
            "cmd package list packages --show-versioncode",
            "package:com.google.android.apps.photos versionCode:77\n",
            {"photos.installed": True, "photos.version_code": 77},
        ),
        (
            "pm list packages -i",
            "package:com.google.android.apps.photos  installer=null\n",
            {"photos.installed": True},
        ),
        (
            "adb devices -l",
            "List of devices attached\nX1 device usb:1-1\n\n",
            {"phone.link": "usb"},
        ),
        ("adb devices", "List of devices attached\nX1\tdevice\nX2\toffline\n\n", {}),
        (
            "content query --uri content://settings/global",
            "Row: 0 _id=1, name=auto_time, value=1, is_preserved_in_restore=false\n",
            {"phone.auto_time": True},
        ),
    ],
)
def test_short_answers(command, text, facts):
    try:
        assert read_aloud(command, text, Reading()) == facts
    except ValueError:
        assert facts == {}


PICKED = [
    ("dumpsys battery | grep level", "  level: 57\n", {"battery.level": 57}),
    (
        "dumpsys notification | grep photos",
        "  AppSettings: com.google.android.apps.photos (10204)\n",
        {"photos.uid": 10204},
    ),
    (
        "dumpsys deviceidle | grep -E 'mState|Whitelist'",
        "  Whitelist system apps:\n  Whitelist user apps:\n  mState=ACTIVE mLightState=ACTIVE\n",
        {"power.idle_state": "active", "power.light_idle_state": "active"},
    ),
    (
        "dumpsys package com.google.android.apps.photos | grep version",
        "    versionCode=77 minSdk=30 targetSdk=36\n    versionName=7.1\n"
        "    versionCode=5 minSdk=21\n    versionName=1.0\n",
        {"photos.version": "7.1", "photos.version_code": 77},
    ),
    (
        "dumpsys package | grep versionName",
        "    versionName=7.1\n    versionName=7.2\n    versionName=7.3\n",
        {},
    ),
    (
        "dumpsys user | grep State:",
        "    State: RUNNING_LOCKED\n",
        {"phone.unlocked_since_boot": False},
    ),
    ("dumpsys user | grep State:", "  State: RUNNING_LOCKED\n  State: RUNNING_UNLOCKED\n", {}),
    ("adb devices -l", "X1 device usb:1-1\n\n", {}),
    ("pm list packages -a", "package:com.google.android.apps.photos\n", {}),
    (
        "dumpsys meminfo com.google.android.apps.photos",
        "No process found for: com.google.android.apps.photos\n",
        {"photos.running": False},
    ),
]


@pytest.mark.parametrize(("command", "text", "facts"), PICKED, ids=[c for c, _, _ in PICKED])
def test_lines_that_were_picked_out_of_a_dump_tell_what_they_hold_and_no_more(command, text, facts):
    try:
        assert read_aloud(command, text, Reading()) == facts
    except ValueError:
        assert facts == {}


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("$ adb shell getprop ro.product.model\n", "$ "),
        ("C:\\Users\\Jo Doe>adb -s X1 shell getprop ro.product.model\r\n", "C:\\Users\\Jo Doe>\n"),
        ("PS C:\\> adb.exe shell getprop ro.product.model\r\n\r\n", "PS C:\\> "),
        ("beyond1:/ $ getprop ro.product.model\n", "\nbeyond1:/ $ "),
        ("* daemon not running; starting now at tcp:5037\n* daemon started successfully\n", ""),
        ("WARNING: linker: /vendor/lib/libx.so: unused DT entry: type 0x1d\n", ""),
    ],
)
def test_what_the_terminal_and_the_linker_say_round_an_answer_is_no_part_of_it(before, behind):
    for answer in ("Pixel 7\n", "Pixel 7\r\n"):
        told = read_aloud("getprop ro.product.model", before + answer + behind, Reading())
        assert told == {"phone.model": "Pixel 7"}


@pytest.mark.parametrize(
    "refusal",
    [
        "cmd: Can't find service: settings",
        "cmd: Failure calling service settings: Broken pipe (32)",
        "adb: error: failed to get feature set: device 'X1' not found",
        "error: more than one device/emulator",
        "adb.exe: device offline",
        "Killed",
        "*** SERVICE 'settings' DUMP TIMEOUT (10000ms) EXPIRED ***",
        "adb: no devices/emulators found",
        "/system/bin/sh: settings: inaccessible or not found",
    ],
)
def test_a_refusal_is_never_taken_for_a_value(refusal):
    for noise in ("", "WARNING: linker: libx.so: unused DT entry\n"):
        with pytest.raises(ValueError, match="the phone refused"):
            read_aloud("settings get global private_dns_specifier", noise + refusal, Reading())


@pytest.mark.parametrize(
    "line",
    [
        "*** SERVICE 'netpolicy' DUMP TIMEOUT (10000ms) EXPIRED ***",
        "Exception occurred while dumping:",
        "Failed to write while dumping service netpolicy: Broken pipe",
        "Binary file (standard input) matches",
        "error: device 'X1' not found",
        "Killed",
    ],
)
def test_what_broke_off_is_not_taken_for_an_end(line):
    begun = "Restrict background: true\nPolicy for UIDs:\n  UID=10001 policy=4\n"
    told = read_aloud("dumpsys netpolicy", f"{begun}{line}\nDefault: 1\n", Reading(uid=10204))
    assert told == {"network.data_saver": True}


def test_a_clock_is_compared_only_with_the_computers_at_that_moment():
    assert read_aloud("date +%s", "1790000100\n", Reading(now=1790000000.5)) == {
        "phone.clock_skew": 100.0
    }
    with pytest.raises(ValueError, match="no fact"):
        read_aloud("date +%s", "1790000100\n", Reading())


def test_it_loads_nothing_that_talks_to_a_phone():
    code = (
        "import sys, drivers.facts, drivers.vocabulary; drivers.vocabulary.registry(); "
        "print(sorted(m for m in sys.modules if m in {'adbutils', 'uiautomator2', 'lxml', 'PIL'}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
