"""Whether Photos has a process, and whether that gets to run.

Sources: ProcessRecord, ProcessCachedOptimizerRecord and AppProfiler of AOSP frameworks/base (API
34 read) and toybox `pidof`. A frozen process was not recorded from a phone.
"""

from __future__ import annotations

import re

from drivers.android.dump import block_after, lines_of
from drivers.values import Value, ValueType
from drivers.vocabulary import Fact, Facts, Reader, Reading

RUNNING = Fact("photos.running", ValueType("bool"), "Whether Photos has a process.")
FROZEN = Fact(
    "photos.frozen",
    ValueType("bool"),
    "Whether Photos' process is there and gets no time to run.",
    since=30,
)

# Details are printed for one package, or for all on request; the list of all processes is always
# there, once under "Process OOM control" and once by recent use.
_PROCESS = re.compile(
    r"\s*\*(?:APP|PERS)\*.* ProcessRecord\{\w+ \d+:"
    r"(?P<name>[\w.]+)(?P<part>:[\w.:-]+)?/(?P<uid>\w+)\}"
)
_LISTED = re.compile(
    r"\s*(?:PERS |Proc )?# ?\d+: .* \d+:(?P<name>[\w.]+)(?::\S+)?/(?P<uid>\w+)(?:\s|$)"
)
_LIST = re.compile(r"\s*Process LRU list \(")
_FROZEN = re.compile(r".*\bisFrozen=(true|false)\b")
# ActivityManagerService.dumpApplicationMemoryUsage (API 26 to 34).
_MEMORY = re.compile(r"\s*\*\* MEMINFO in pid \d+ \[(?P<name>[\w.]+)\] \*\*")
_CPU_LINE = re.compile(r"\s*[+-]?[\d.]+% \d+/(?P<name>[\w.]+)(?::\S*)?: ")


def read_pidof(text: str, reading: Reading) -> Facts:
    """Reads `pidof PKG; echo exit $?`: numbers where there is a process, 1 where there is none.

    Raises:
        ValueError: the phone has no `pidof`.
    """
    lines = [line.strip() for line in lines_of(text) if line.strip()]
    if lines and re.fullmatch(r"\d+( \d+)*", lines[0]):
        return {RUNNING.name: True}
    return {RUNNING.name: False} if lines == ["exit 1"] else {}


def read_processes(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys activity processes`: is there one of Photos', and is it frozen.

    "Not running" takes the list of all processes, seen to its end.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    uid = re.compile(rf"u{reading.user}a\d+")
    facts: dict[str, Value] = {}
    for index, line in enumerate(lines):
        found = _PROCESS.match(line)
        listed = found or _LISTED.match(line)
        if not listed or listed["name"] != reading.package or not uid.fullmatch(listed["uid"]):
            continue
        facts[RUNNING.name] = True
        if found and not found["part"]:
            block, _ = block_after(lines, index)
            frozen = next((state for inner in block if (state := _FROZEN.match(inner))), None)
            if frozen:
                facts[FROZEN.name] = frozen[1] == "true"
                return facts
    if facts:
        return facts
    start = next((i for i, line in enumerate(lines) if _LIST.match(line)), None)
    if start is not None:
        block, has_end = block_after(lines, start)
        if has_end and any(_LISTED.match(line) for line in block):
            return {RUNNING.name: False}
    return {}


def read_ps(text: str, reading: Reading) -> Facts:
    """Reads `ps -A`: who is listed runs; a list may have been filtered, so absence says nothing.

    Raises:
        ValueError: the phone refused.
    """
    owner = re.compile(rf"u{reading.user}_a\d+\s")
    for line in lines_of(text):
        name = line.split()[-1].partition(":")[0] if owner.match(line) else ""
        if name == reading.package:
            return {RUNNING.name: True}
    return {}


def read_cpu(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys cpuinfo`, which lists what used the processor: absence says nothing.

    Raises:
        ValueError: the phone refused to dump.
    """
    names = (found["name"] for line in lines_of(text) if (found := _CPU_LINE.match(line)))
    return {RUNNING.name: True} if reading.package in names else {}


def read_memory(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys meminfo PKG`: a heading for each process of it, or that there is none.

    Raises:
        ValueError: the phone refused to dump.
    """
    for line in lines_of(text):
        if (found := _MEMORY.match(line)) and found["name"] == reading.package:
            return {RUNNING.name: True}
        if line.strip() == f"No process found for: {reading.package}":
            return {RUNNING.name: False}
    return {}


FACTS = (RUNNING, FROZEN)
READERS = (
    Reader("pidof {package}; echo exit $?", (RUNNING.name,), read_pidof),
    Reader(
        "dumpsys activity processes {package} | grep -E ' ProcessRecord[{{]|isFrozen='",
        (RUNNING.name, FROZEN.name),
        read_processes,
    ),
    Reader("dumpsys cpuinfo", (RUNNING.name,), read_cpu, in_diagnosis=False),
    Reader("ps -A", (RUNNING.name,), read_ps, in_diagnosis=False),
    Reader("dumpsys meminfo {package}", (RUNNING.name,), read_memory, in_diagnosis=False),
)
