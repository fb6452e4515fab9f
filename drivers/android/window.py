"""What is in front, and whether the lock screen is in the way.

Sources: WindowManagerService, PhoneWindowManager, KeyguardServiceDelegate, KeyguardController and
ActivityTaskManagerService dumps of AOSP frameworks/base (API 26 and 34 read); recordings
window_*.txt and activity_*.txt.
"""

from __future__ import annotations

import re

from drivers.android.dump import first_match, lines_of, without_last_anr
from drivers.values import Value, ValueType
from drivers.vocabulary import Fact, Facts, Reader, Reading

LOCKED = Fact("phone.locked", ValueType("bool"), "Whether the lock screen is showing.")
SECURE = Fact(
    "phone.secure_lock",
    ValueType("bool"),
    "Whether the lock screen wants a PIN, a pattern, a password or a finger.",
)
FOREGROUND = Fact(
    "phone.foreground",
    ValueType("text"),
    "The activity in front, as package/class with the class written out.",
)

_COMPONENT = r"(?P<package>[A-Za-z][\w.]*)/(?P<class>[\w.$]+)"
# ActivityRecord{hash uN package/class tN}; the hash may be decimal, and an extra brace may
# stand before the task's number (MediaTek, Android 13).
_RECORD = rf"(?:\w+\{{)*.*?ActivityRecord\{{\w+ u\d+ {_COMPONENT}[}} ]"
# One display's activity each on Android 12 and later, of which the first is the phone's own.
_TOP_RESUMED = re.compile(rf"\s*topResumedActivity={_RECORD}")
# The one that is in front of everything: indented by two, in every dump to Android 17.
_RESUMED = re.compile(rf" {{0,2}}ResumedActivity: ?{_RECORD}")
# One a stack on Android 9 to 11.
_STACK_RESUMED = re.compile(rf"\s*mResumedActivity[:=] ?{_RECORD}")
# vivo (Android 16) writes the owner before the hash, and the window's type behind its name.
_FOCUS = re.compile(rf"\s*mCurrentFocus=Window\{{\S+ u\d+ {_COMPONENT}[}} ]")
_FOCUSED_APP = re.compile(rf"\s*mFocusedApp={_RECORD}")
_TOP_ACTIVITY = re.compile(rf"\s*ACTIVITY {_COMPONENT} \w+ pid=")
# ActivityManager.StackInfo.toString (API 26), ActivityTaskManager.RootTaskInfo.toString (API 34).
_STACK = re.compile(r"(?:RootTask|Stack) id=\d+ ")
_STACK_TASK = re.compile(
    rf"\s*taskId=\d+: .* visible=true topActivity=ComponentInfo\{{{_COMPONENT}\}}\s*$"
)
_TOP_STATE = re.compile(r"\s*mResumed=(true|false)\b")

_LOCKS = (
    # KeyguardServiceDelegate, below its name; then the policy's own words, by release.
    re.compile(r"\s*showing=(true|false)\s*$"),
    re.compile(r"\s*mIsShowing=(true|false)\s*$"),
    re.compile(r"\s*isKeyguardShowing=(true|false)\s*$"),
    re.compile(r"\s*mKeyguardShowing=(true|false)\s*$"),
    re.compile(r"\s*KeyguardShowing=(true|false) "),
    re.compile(r".*\bisStatusBarKeyguard=(true|false)\b"),
    re.compile(r"\s*mShowingLockscreen=(true|false)\b"),
)
_SECURE = re.compile(r"\s*secure=(true|false)\s*$")
_DELEGATE = re.compile(r"\s*KeyguardServiceDelegate\s*$")
# What was noted while no dream was shown is how the lock screen is now (DisplayPolicy, and
# PhoneWindowManager before API 29); for lines that were picked out of a dump.
_DREAMING = re.compile(r".*\bmShowingDream=false mDreamingLockscreen=(true|false)\b")
_AWAKE = re.compile(r"\s*mAwake=(true|false)\b")
# KeyguardServiceDelegate's own words for it.
_SCREEN_STATE = re.compile(r"\s*screenState=SCREEN_STATE_(ON|OFF)\s*$")


def read_policy(text: str, reading: Reading) -> Facts:
    """Reads the lock screen and the power keys' state off `dumpsys window policy`.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = without_last_anr(lines_of(text))
    facts: dict[str, Value] = _read_lock(lines)
    if found := first_match(_AWAKE, lines):
        facts["power.awake"] = found[1] == "true"
    elif found := first_match(_SCREEN_STATE, lines):
        facts["power.awake"] = found[1] == "ON"
    return facts


def read_window(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys window`, or any of its parts (`policy`, `displays`, grepped lines).

    A focus without a slash is a bar or a shade, not an app; the focused app then tells which
    activity is behind it, where only one is named.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = without_last_anr(lines_of(text))
    facts: dict[str, Value] = dict(read_policy(text, reading))
    if found := first_match(_FOCUS, lines):
        facts[FOREGROUND.name] = _written_out(found)
    elif any(line.strip().startswith("mCurrentFocus=") for line in lines):
        apps = {_written_out(app) for line in lines if (app := _FOCUSED_APP.match(line))}
        if len(apps) == 1:
            facts[FOREGROUND.name] = apps.pop()
    return facts


def read_activities(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys activity activities`, or its resumed-activity lines.

    An activity behind the lock screen is still resumed: "locked" is a fact of its own.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = without_last_anr(lines_of(text))
    facts: dict[str, Value] = _read_lock(lines)
    found = first_match(_TOP_RESUMED, lines) or first_match(_RESUMED, lines)
    if found:
        facts[FOREGROUND.name] = _written_out(found)
        return facts
    # A whole dump decides in a line further down; lines that were picked out of one do not, and
    # begin with the stack on top.
    told = [line for line in lines if line.strip()]
    if all(_STACK_RESUMED.match(line) for line in told) and (
        found := first_match(_STACK_RESUMED, told)
    ):
        facts[FOREGROUND.name] = _written_out(found)
    return facts


def read_top(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys activity top`, where the task in front is not always the first.

    Raises:
        ValueError: the phone refused to dump.
    """
    current: re.Match[str] | None = None
    for line in lines_of(text):
        if found := _TOP_ACTIVITY.match(line):
            current = found
        elif current and (state := _TOP_STATE.match(line)) and state[1] == "true":
            return {FOREGROUND.name: _written_out(current)}
    return {}


def read_stacks(text: str, reading: Reading) -> Facts:
    """Reads `am stack list`, topmost first: the activity of the first that can be seen.

    A window that floats (`mWindowingMode=pinned`, a picture in picture) lies on top of what is in
    front.

    Raises:
        ValueError: the phone refused.
    """
    is_floating = False
    for line in lines_of(text):
        if _STACK.match(line):
            is_floating = False
        elif "mWindowingMode=pinned" in line:
            is_floating = True
        elif not is_floating and (found := _STACK_TASK.match(line)):
            return {FOREGROUND.name: _written_out(found)}
    return {}


def _read_lock(lines: list[str]) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    start = next((i for i, line in enumerate(lines) if _DELEGATE.match(line)), None)
    if start is not None:
        for name, pattern in ((LOCKED.name, _LOCKS[0]), (SECURE.name, _SECURE)):
            if found := first_match(pattern, lines[start : start + 20]):
                facts[name] = found[1] == "true"
    if LOCKED.name not in facts:
        for line in lines:
            if found := next((f for lock in _LOCKS[1:] if (f := lock.match(line))), None):
                facts[LOCKED.name] = found[1] == "true"
                break
    if LOCKED.name not in facts and (found := first_match(_DREAMING, lines)):
        facts[LOCKED.name] = found[1] == "true"
    return facts


def _written_out(found: re.Match[str]) -> str:
    name = found["class"]
    return f"{found['package']}/{found['package'] + name if name.startswith('.') else name}"


FACTS = (LOCKED, SECURE, FOREGROUND)
READERS = (
    Reader(
        "dumpsys window policy | grep -E 'KeyguardServiceDelegate|^ *showing=|^ *secure=|mAwake='",
        (LOCKED.name, SECURE.name, "power.awake"),
        read_policy,
    ),
    Reader(
        "dumpsys activity activities | grep -E 'esumedActivity[:=]|[kK]eyguardShowing='",
        (FOREGROUND.name, LOCKED.name, SECURE.name),
        read_activities,
    ),
    Reader(
        "dumpsys window displays | grep -E 'mCurrentFocus=|mFocusedApp='",
        (FOREGROUND.name, LOCKED.name, SECURE.name, "power.awake"),
        read_window,
        in_diagnosis=False,
    ),
    Reader("dumpsys activity top", (FOREGROUND.name,), read_top, in_diagnosis=False),
    Reader("am stack list", (FOREGROUND.name,), read_stacks, in_diagnosis=False),
)
