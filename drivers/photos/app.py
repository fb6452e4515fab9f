"""Opening Photos, ending it, and running its jobs.

Opening is by the activity that `cmd package resolve-activity --brief` names and `am start -W -n`
(recordings am_start_*.txt); never by monkey, which turns auto-rotation on. This module must not
know what Photos shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from drivers.android.dump import lines_of
from drivers.android.jobs import own_jobs
from drivers.android.send import fill, send, send_all
from drivers.errors import StablePhoneError
from drivers.photos.package import STOPPED, read_package_of
from drivers.values import Json, Value
from drivers.vocabulary import Facts, Operation, Reading, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone


class OpenPhotos(Operation):
    """Brings Photos to the front, by the activity that its launcher icon would start."""

    name = "photos.open"
    doc = "Opens Photos, as a tap on its icon would."
    base_risk = Risk.LOOK

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the three commands; the last takes the first one's answer."""
        return [_RESOLVE, _WAKE, "am start -W --user {user} -n <activity>"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Opens it.

        Raises:
            StablePhoneError: Photos is not there, has no icon, or the phone refused.
        """
        open_app(phone)
        return {}


class RestartPhotos(Operation):
    """Ends Photos and opens it again: force-stop alone would cancel its jobs until opened."""

    name = "photos.restart"
    doc = "Force-stops Photos and opens it again."
    base_risk = Risk.DISRUPTIVE
    undoes_halves = True

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the four commands."""
        return [_STOP, *OpenPhotos().commands({})]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Restarts it.

        Raises:
            StablePhoneError: Photos is not there, or the phone refused.
        """
        send(phone, fill(_STOP, phone))
        open_app(phone)
        return {}

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Notes that Photos must not stay stopped: it would never run again by itself."""
        return True

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Opens Photos where half a run left it stopped."""
        if read_package_of(phone).get(STOPPED.name):
            open_app(phone)


_STOP = "am force-stop --user {user} {package}"
_RESOLVE = (
    "cmd package resolve-activity --brief --user {user} -a android.intent.action.MAIN "
    "-c android.intent.category.LAUNCHER {package}"
)
# `dismiss-keyguard` opens no secure lock (AOSP WindowManagerShellCommand, recorded by pixelbridge).
_WAKE = "input keyevent KEYCODE_WAKEUP; wm dismiss-keyguard"
_COMPONENT = re.compile(r"[\w.]+/[\w.$]+")
# "Status: timeout" and "brought to the front" (am_start_*_a14.txt) are successes.
_START_FAILED = re.compile(r"^(?:Error type \d|Error: |.*not exported|.*does not exist)", re.M)


def launch_activity(phone: Phone) -> str:
    """Finds the activity behind Photos' icon, as `package/class`.

    Raises:
        StablePhoneError: there is none: Photos is missing, disabled or hidden for this user.
    """
    command = fill(_RESOLVE, phone)
    result = send(phone, command)
    last = result.stdout.strip().split("\n")[-1].strip()
    if _COMPONENT.fullmatch(last) and last.startswith(f"{phone.package}/"):
        return last
    raise StablePhoneError(
        f"phone {phone.serial} has no way to open {phone.package}: it is not installed, disabled "
        "or hidden for this user",
        serial=phone.serial,
        command=command,
        exit_code=result.exit_code,
        output=result.stdout[:4096],
    )


def open_app(phone: Phone) -> None:
    """Brings Photos to the front and waits until it drew, or Android stopped waiting.

    The screen is woken for it, and a lock that only a swipe guards is opened: behind either
    nothing could be seen. A phone that refuses that (Xiaomi's security settings) is awake or not.

    Raises:
        StablePhoneError: Photos is not there, or the phone refused.
    """
    activity = launch_activity(phone)
    phone.shell(_WAKE)
    command = fill("am start -W --user {user} -n {activity}", phone, activity=activity)
    result = phone.shell(command, timeout_s=30.0)
    if failed := _START_FAILED.search(f"{result.stdout}\n{result.stderr}"):
        raise StablePhoneError(
            f"phone {phone.serial} did not open {phone.package}: {failed.group().strip()}",
            serial=phone.serial,
            command=command,
            exit_code=result.exit_code,
            output=f"{result.stdout}{result.stderr}"[:4096],
        )


class RunJobs(Operation):
    """Has the job scheduler run Photos' jobs now, whatever they wait for.

    From Android 14 a job may stand in a namespace, which has to be given with `-n`
    (JobSchedulerShellCommand, API 34).
    """

    name = "photos.run_jobs"
    doc = "Runs the jobs that Photos left with Android, without waiting for what they wait for."
    base_risk = Risk.LOOK

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows both commands; the second once for each job."""
        return [_JOBS, "cmd jobscheduler run -f -u {user} [-n NAMESPACE] {package} JOB"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Runs all of them.

        Raises:
            StablePhoneError: Photos left no job, or the phone refused.
        """
        listed = send(phone, fill(_JOBS, phone)).stdout
        jobs = own_jobs(lines_of(listed), Reading(package=phone.package, user=phone.user))
        if not jobs:
            raise StablePhoneError(
                f"Photos left no job with phone {phone.serial}: open it once, so that it does",
                serial=phone.serial,
                command=fill(_JOBS, phone),
                output=listed[:4096],
            )
        commands = []
        for job in jobs:
            namespace = "-n {namespace} " if job.namespace and phone.sdk >= _NAMESPACES else ""
            template = f"cmd jobscheduler run -f -u {{user}} {namespace}{{package}} {job.number}"
            commands.append(fill(template, phone, namespace=job.namespace))
        send_all(phone, commands)
        return {}


_JOBS = "dumpsys jobscheduler {package} | grep -E '^ +JOB '"
_NAMESPACES = 34

OPERATIONS = (OpenPhotos(), RestartPhotos(), RunJobs())
