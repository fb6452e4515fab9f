"""Photos' jobs: what its backup still waits for, as the job scheduler sees it.

Sources: JobSchedulerService and JobStatus.dump of AOSP frameworks/base; recordings
jobscheduler_*.txt. From Android 14 a job may stand in a namespace; ColorOS prints a job's first
line and none of its details.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from drivers.android.dump import block_after, indent_of, lines_of
from drivers.values import Value, ValueType
from drivers.vocabulary import Fact, Facts, Reader, Reading

BLOCKERS = Fact(
    "photos.job_blockers",
    ValueType("list"),
    "What the jobs with which Photos sends still wait for, in Android's words: CONNECTIVITY, ….",
)

_JOB = re.compile(
    r"\s*JOB (?:#|(?P<namespace>[^\s:]+):)(?P<uid>u\d+a\d+|\d+)/(?P<number>-?\d+): \w+ "
    r"(?:@\S+@)?(?P<package>[\w.]+)/(?P<service>[\w.$]+)\s*$"
)
_UID = re.compile(r"u(?P<user>\d+)a(?P<app>\d+)")
_UNSATISFIED = re.compile(r"\s*Unsatisfied constraints:(?P<names>(?: [A-Z_]+)*)(?: \[0x\w+\])?\s*$")
_BUCKET = re.compile(r"\s*Standby bucket: (?P<name>[A-Z_]+)\s*$")
# com.google.android.apps.photos.backup.core: the jobs of Photos that name backup. Newer versions
# work through WorkManager, whose jobs all have one name: those that need a network are the ones
# that can send.
_BACKUP = ".backup."
_WORKER = "androidx.work.impl.background.systemjob.SystemJobService"
_NETWORK = re.compile(r"\s*Required constraints:(?: [A-Z_]+)* CONNECTIVITY\b")
# Process.FIRST_APPLICATION_UID and UserHandle.PER_USER_RANGE
_FIRST_APP, _PER_USER = 10_000, 100_000


@dataclass(frozen=True)
class Job:
    """One job that an app left with Android.

    Attributes:
        number: the app's own id for it, negative ones included.
        namespace: the list it stands in (Android 14); empty for the app's first.
        service: the class that does the work, as the dump writes it.
        uid: whose it is.
        line: where the dump tells of it, an index into its lines.
    """

    number: int
    namespace: str
    service: str
    uid: int
    line: int


def own_jobs(lines: list[str], reading: Reading) -> list[Job]:
    """Finds the jobs of Photos, for the user in front."""
    jobs = []
    for index, line in enumerate(lines):
        found = _JOB.match(line)
        if not found or found["package"] != reading.package:
            continue
        uid = _UID.fullmatch(found["uid"])
        if uid and int(uid["user"]) == reading.user:
            jobs.append(
                Job(
                    number=int(found["number"]),
                    namespace=found["namespace"] or "",
                    service=found["service"],
                    uid=reading.user * _PER_USER + _FIRST_APP + int(uid["app"]),
                    line=index,
                )
            )
    return jobs


def read_jobs(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys jobscheduler [PKG]`.

    The blockers are given only if the list of jobs was seen to its end and each of these in it
    with its details.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    facts: dict[str, Value] = {}
    blockers: list[str] = []
    senders: list[Job] = []
    details = 0
    for job in own_jobs(lines, reading):
        facts.setdefault("photos.uid", job.uid)
        block, has_end = block_after(lines, job.line)
        if has_end and (bucket := _first(_BUCKET, block)) and bucket["name"].lower() in _BUCKETS:
            facts.setdefault("photos.standby_bucket", bucket["name"].lower())
        if not _is_sender(job, block):
            continue
        senders.append(job)
        if has_end and (unsatisfied := _first(_UNSATISFIED, block)):
            details += 1
            blockers += [n for n in unsatisfied["names"].split() if n not in blockers]
    if senders and details == len(senders) and _has_end(lines):
        facts[BLOCKERS.name] = tuple(blockers)
    return facts


def _is_sender(job: Job, block: list[str]) -> bool:
    return _BACKUP in job.service or (
        job.service == _WORKER and _first(_NETWORK, block) is not None
    )


_BUCKETS = {"exempted", "active", "working_set", "frequent", "rare", "restricted", "never"}


def _first(pattern: re.Pattern[str], block: list[str]) -> re.Match[str] | None:
    return next((found for line in block if (found := pattern.match(line))), None)


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
        "dumpsys jobscheduler {package} | grep -E '^[^ ]|^  JOB |constraints:|Standby bucket:'",
        (BLOCKERS.name, "photos.uid", "photos.standby_bucket"),
        read_jobs,
    ),
    Reader("logcat -d", ("photos.uid",), read_log, in_diagnosis=False),
)
