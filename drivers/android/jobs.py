"""Photos' jobs: what its backup still waits for, as the job scheduler sees it.

Sources: JobSchedulerService and JobStatus.dump of AOSP frameworks/base; recordings
jobscheduler_*.txt. From Android 14 a job may stand in a namespace; ColorOS prints a job's first
line and none of its details.
"""

from __future__ import annotations

import re

from drivers.android.dump import block_after, indent_of, lines_of
from drivers.values import Value, ValueType
from drivers.vocabulary import Fact, Facts, Reader, Reading

BLOCKERS = Fact(
    "photos.job_blockers",
    ValueType("list"),
    "What Photos' backup jobs still wait for, in Android's words, such as CONNECTIVITY.",
)

_JOB = re.compile(
    r"\s*JOB (?:[\w.-]*[:#])?(?P<uid>u\d+a\d+|\d+)/(?P<id>-?\d+): \w+ "
    r"(?:@[\w.-]+@)?(?P<package>[\w.]+)/(?P<service>[\w.$]+)\s*$"
)
_UID = re.compile(r"u(?P<user>\d+)a(?P<app>\d+)")
_UNSATISFIED = re.compile(r"\s*Unsatisfied constraints:(?P<names>(?: [A-Z_]+)*)(?: \[0x\w+\])?\s*$")
_BUCKET = re.compile(r"\s*Standby bucket: (?P<name>[A-Z_]+)\s*$")
# com.google.android.apps.photos.backup.core: the only jobs of Photos that name backup. Its other
# work goes through WorkManager, whose jobs all have one name.
_BACKUP = ".backup."
# Process.FIRST_APPLICATION_UID and UserHandle.PER_USER_RANGE
_FIRST_APP, _PER_USER = 10_000, 100_000


def read_jobs(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys jobscheduler [PKG]`.

    The blockers are given only if the list of jobs was seen to its end and every backup job in it
    with its details.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    facts: dict[str, Value] = {}
    blockers: list[str] = []
    details = 0
    backups = 0
    for index, line in enumerate(lines):
        job = _JOB.match(line)
        if not job or job["package"] != reading.package or not _is_own(job["uid"], reading.user):
            continue
        facts.setdefault("photos.uid", _uid(job["uid"]))
        block, has_end = block_after(lines, index)
        if has_end and (bucket := _first(_BUCKET, block)) and bucket["name"].lower() in _BUCKETS:
            facts.setdefault("photos.standby_bucket", bucket["name"].lower())
        if _BACKUP in job["service"]:
            backups += 1
            if has_end and (unsatisfied := _first(_UNSATISFIED, block)):
                details += 1
                blockers += [n for n in unsatisfied["names"].split() if n not in blockers]
    if backups and details == backups and _has_end(lines):
        facts[BLOCKERS.name] = tuple(blockers)
    return facts


_BUCKETS = {"exempted", "active", "working_set", "frequent", "rare", "restricted", "never"}


def _first(pattern: re.Pattern[str], block: list[str]) -> re.Match[str] | None:
    return next((found for line in block if (found := pattern.match(line))), None)


def _is_own(uid: str, user: int) -> bool:
    found = _UID.fullmatch(uid)
    return found is not None and int(found["user"]) == user


def _uid(word: str) -> int:
    found = _UID.fullmatch(word)
    assert found is not None
    return int(found["user"]) * _PER_USER + _FIRST_APP + int(found["app"])


def _has_end(lines: list[str]) -> bool:
    """Whether something follows the jobs at the level of their heading."""
    last = max(index for index, line in enumerate(lines) if _JOB.match(line))
    depth = indent_of(lines[last])
    return any(line.strip() and indent_of(line) < depth for line in lines[last + 1 :])


_FREEZE = re.compile(r".*\b(?:un)?freeze uid: (?P<uid>\d+) package: (?P<package>[\w.]+) ")


def read_log(text: str, reading: Reading) -> Facts:
    """Reads the uid off the freezer's lines of ColorOS in a log (ColorHansManager).

    What a log says of freezing is over by the time it is read, so no state follows from it.

    Raises:
        ValueError: the phone refused.
    """
    for line in lines_of(text):
        found = _FREEZE.match(line)
        if found and found["package"] == reading.package:
            uid = int(found["uid"])
            if uid // _PER_USER == reading.user:
                return {"photos.uid": uid}
    return {}


FACTS = (BLOCKERS,)
READERS = (
    Reader(
        "dumpsys jobscheduler {package} | grep -E '^[^ ]|^  JOB |Unsatisfied constraints:"
        "|Standby bucket:'",
        (BLOCKERS.name, "photos.uid", "photos.standby_bucket"),
        read_jobs,
    ),
    Reader("logcat -d", ("photos.uid",), read_log, in_diagnosis=False),
)
