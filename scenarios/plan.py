"""What a scenario's steps would send, said without sending anything.

For check mode, and for whoever wants to know before they allow it. It must not know pytest.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeGuard

from drivers.values import Value
from drivers.vocabulary import Registry
from scenarios.model import Run, SetControl, Step, When, walk
from scenarios.secrets import Secret
from scenarios.templates import Argument, Template

if TYPE_CHECKING:
    from drivers.phone import Phone


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
        if isinstance(step, SetControl) and _is_known(step.value):
            templates = registry.controls[step.control].commands(step.value)
            yield from (_filled(template, phone) for template in templates)
        elif isinstance(step, Run) and all(map(_is_known, step.arguments.values())):
            given = {name: value for name, value in step.arguments.items() if _is_known(value)}
            templates = registry.operations[step.operation].commands(given)
            yield from (_filled(template, phone) for template in templates)
        elif isinstance(step, When):
            yield f"# only {step.describe()}:"
        else:
            yield step.describe()


def _filled(template: str, phone: Phone) -> str:
    """A line with the phone's package and user; any other brace is part of what is done."""
    values = {"{package}": shlex.quote(phone.package), "{user}": str(phone.user)}
    return re.sub(r"\{(?:package|user)\}", lambda found: values[found[0]], template)


def _is_known(argument: Argument) -> TypeGuard[Value]:
    return not isinstance(argument, (Secret, Template))
