"""What a scenario's steps would send to a phone, or do on its screen; nothing is sent for it.

It must not know what a healing decides, nor pytest.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeGuard

from drivers.values import Value
from drivers.vocabulary import Facts, Registry, Risk
from scenarios.model import Run, Scenario, SetControl, Shell, Step, When, walk
from scenarios.secrets import Secret
from scenarios.templates import Argument, Template

if TYPE_CHECKING:
    from drivers.phone import Phone

# Lines that a phone refuses which keeps taps from adb: its pages, and permissions (Xiaomi's "USB
# debugging (Security settings)", recordings input_tap_denied_*, pm_grant_denied_miui_*). Waking
# the screen is none of them: where it is refused, it is done without.
_TOUCHES = ("screen: ", "pm grant ", "pm revoke ", "shell: input ", "shell: pm grant ")


def commands(steps: Sequence[Step], registry: Registry, phone: Phone) -> Iterator[str]:
    """What steps would send or do, line by line.

    Args:
        steps: of a fix; those inside `when` are listed as well, since it may hold by then.
        registry: what the steps name.
        phone: whose package and user are filled in; nothing is sent to it.

    Yields:
        Commands as the phone would get them; what is known only later, as the file says it.
    """
    for step in walk(tuple(steps)):
        if isinstance(step, When):
            yield f"# only {step.describe()}:"
        elif (templates := _templates(step, registry)) is None:
            yield step.describe()
        else:
            yield from (filled(template, phone) for template in templates)


def way_back(
    steps: Sequence[Step], registry: Registry, facts: Facts, phone: Phone
) -> Sequence[str]:
    """What would set again what steps have set, the last first.

    Args:
        steps: of a fix.
        registry: what the steps name.
        facts: as they were before the fix.
        phone: whose package and user are filled in; nothing is sent to it.

    Returns:
        Commands as the phone would get them. None where the fix does more than set what can be
        set again: it is not put back for a look.
    """
    sent: list[str] = []
    for step in reversed(steps):
        was = facts.get(step.control) if isinstance(step, SetControl) else None
        if not isinstance(step, SetControl) or was is None:
            return ()
        control = registry.controls[step.control]
        if control.risk(was) > Risk.REVERSIBLE or (
            control.cuts_link(was) and phone.link == "network"
        ):
            return ()
        sent += (filled(line, phone) for line in control.commands(was))
    return sent


def needs_touch(scenario: Scenario, registry: Registry) -> bool:
    """Whether a fix taps, types or grants; what is known only later may do any of it."""
    steps = [step for step in walk(scenario.fix) if not isinstance(step, When)]
    return any(_touches(step, registry) for step in steps)


def filled(template: str, phone: Phone) -> str:
    """A line with the phone's package and user; any other brace is part of what is done."""
    values = {"{package}": shlex.quote(phone.package), "{user}": str(phone.user)}
    return re.sub(r"\{(?:package|user)\}", lambda found: values[found[0]], template)


def _touches(step: Step, registry: Registry) -> bool:
    templates = _templates(step, registry)
    if templates is None:
        return not isinstance(step, Shell) or step.describe().startswith(_TOUCHES)
    return any(line.startswith(_TOUCHES) for line in templates)


def _templates(step: Step, registry: Registry) -> Sequence[str] | None:
    """A step's commands with the phone's own words open; None where its arguments are too."""
    if isinstance(step, SetControl) and _is_known(step.value):
        return registry.controls[step.control].commands(step.value)
    if isinstance(step, Run) and all(map(_is_known, step.arguments.values())):
        given = {name: value for name, value in step.arguments.items() if _is_known(value)}
        return registry.operations[step.operation].commands(given)
    return None


def _is_known(argument: Argument) -> TypeGuard[Value]:
    return not isinstance(argument, (Secret, Template))
