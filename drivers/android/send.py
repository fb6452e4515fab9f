"""Sending a command that changes something, and telling a refusal from success.

Exit codes alone do not tell: services print exceptions and return 0, makers refuse in words of
their own. What is recognized here is refused for good, so it becomes a `StablePhoneError` that
says what a person can do. Whether a command that was not refused had any effect is for the
control to read back. This module must not know single facts.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from drivers.errors import StablePhoneError

if TYPE_CHECKING:
    from drivers.phone import Phone
    from drivers.shell import ShellResult

# Each with its source: the recordings named pm_grant_denied_*, settings_put_denied_a11,
# settings_delete_denied_huawei_a8, pm_clear_forbidden_oppo_a10, input_*_denied_*,
# settings_put_bad_namespace_a17; a service that threw or died says so by frameworks/base
# BasicShellCommandHandler and frameworks/native cmds/cmd; the last line is mksh and `cmd`.
_REFUSED = re.compile(
    r"SecurityException|Security exception:|Operation not allowed|Permission Denial"
    r"|is forbidden|IllegalArgumentException|Invalid namespace"
    r"|^Exception occurred while |^java\.lang\.\w*Exception|^Failed transaction"
    r"|^\w+: Failure calling service|^Error dumping service"
    r"|Unknown (?:command|option|set option)|Can't find service|^Package not found"
    r"|: (?:inaccessible or )?not found$|^Error: "
)
# A refusal comes first; further down a dump may quote one that concerned somebody else.
_LINES = 6
_PERMISSION = re.compile(r"android\.permission\.[A-Z_]+|\bINJECT_EVENTS\b")

# The developer options behind which makers keep part of what shell may do; the names are those of
# the phones' own settings (recordings: pm_grant_denied_miui_a9_old_style,
# input_tap_denied_a12_wording, pm_grant_denied_oneplus9pro_a13).
_SWITCHES = (
    "On Xiaomi, Redmi and POCO turn on 'USB debugging (Security settings)' in the developer "
    "options; on OPPO, OnePlus and realme turn on 'Disable permission monitoring' there."
)


def fill(template: str, phone: Phone, **values: str | int) -> str:
    """Puts the phone's package and user, and any further values, into a command, quoted.

    Args:
        template: a command with `{package}`, `{user}` and the names of `values`.
        phone: whose package and user are meant.
        values: what else to fill in.
    """
    words: dict[str, str | int] = {"package": phone.package, "user": phone.user, **values}
    return template.format(**{name: shlex.quote(str(value)) for name, value in words.items()})


def refusal_of(result: ShellResult) -> str | None:
    """Finds the line by which the phone refused; None where it did not."""
    for stream in (result.stderr, result.stdout):
        lines = [line.strip() for line in stream[:4096].split("\n") if line.strip()]
        for line in lines[:_LINES]:
            if _REFUSED.search(line):
                return line[:300]
    return None


def send(phone: Phone, command: str, timeout_s: float = 10.0) -> ShellResult:
    """Sends one command and insists that it was not refused.

    Args:
        phone: where to.
        command: complete and quoted.
        timeout_s: seconds until the phone is taken not to answer.

    Raises:
        StablePhoneError: the phone refused, or does not know the command.
        TransientPhoneError: the link failed.
    """
    result = phone.shell(command, timeout_s=timeout_s)
    insist(phone, command, result)
    return result


def send_all(phone: Phone, commands: list[str]) -> list[ShellResult]:
    """Sends several commands in one round trip and insists that none was refused.

    Raises:
        StablePhoneError: the phone refused one of them; the message says which.
        TransientPhoneError: the link failed.
    """
    results = phone.batch(commands)
    for command, result in zip(commands, results, strict=True):
        insist(phone, command, result)
    return results


def insist(phone: Phone, command: str, result: ShellResult) -> None:
    """Raises where the answer to a command is a refusal.

    Raises:
        StablePhoneError: it is; the message names the missing permission, where there is one.
    """
    refusal = refusal_of(result)
    if refusal is None:
        return
    advice = ""
    if permission := _PERMISSION.search(f"{result.stderr}\n{result.stdout}"):
        advice = f" (shell lacks {permission.group()}). {_SWITCHES}"
    elif "forbidden" in refusal:
        advice = f". {_SWITCHES}"
    raise StablePhoneError(
        f"phone {phone.serial} refused `{command}`: {refusal}{advice}",
        serial=phone.serial,
        command=command,
        exit_code=result.exit_code,
        output=f"{result.stdout}{result.stderr}"[:4096],
    )
