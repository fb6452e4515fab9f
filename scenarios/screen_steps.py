"""Steps on the screen itself, for what no control covers: open, tap, scroll, type, key, wait.

Each waits by itself until what it needs is there. A selector that is not found is a failure with
what the screen showed instead, never a guess. It must not know facts or controls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from drivers.errors import StablePhoneError
from drivers.phone import Phone
from drivers.photos.lexicon import say
from drivers.screen import Node, Screen, wait_for
from drivers.screen import Selector as Wanted
from drivers.screen import scroll_to as scroll_until
from scenarios.gestures import Key, Open, ScreenStep, ScrollTo, Selector, Tap, Type, Wait
from scenarios.quoting import quote
from scenarios.templates import plain


def perform(
    phone: Phone,
    step: ScreenStep,
    timeout_s: float,
    *,
    about_to: Callable[[], None] = lambda: None,
) -> None:
    """Does one step on the screen.

    Args:
        phone: whose screen.
        step: resolved.
        timeout_s: seconds to wait for what it needs.
        about_to: called once that is there, before the phone is touched.

    Raises:
        TransientPhoneError: what it needs was not there in time.
        StablePhoneError: the phone refused to open a screen, or to be tapped there.
    """
    if isinstance(step, Tap):
        seen = _wait_for(phone, step.selector, timeout_s)
        about_to()
        _tap(phone, seen)
        return
    if isinstance(step, Type) and step.into is not None:
        seen = _wait_for(phone, step.into, timeout_s)
        about_to()
        _tap(phone, seen)
    else:
        about_to()
    if isinstance(step, Open):
        _open(phone, step, timeout_s)
    elif isinstance(step, ScrollTo):
        scroll_until(phone, _wanted(step.selector), timeout_s=timeout_s)
    elif isinstance(step, Type):
        phone.type(str(plain(step.text)))
    elif isinstance(step, Key):
        phone.shell(f"input keyevent KEYCODE_{step.name.upper()}", timeout_s=timeout_s)
    else:
        _wait(phone, step, timeout_s)


def _open(phone: Phone, step: Open, timeout_s: float) -> None:
    if step.activity is not None:
        words = ["-n", _text(step.activity)]
    elif step.action is not None:
        words = ["-a", _text(step.action)]
        words += ["-d", _text(step.data)] if step.data is not None else []
    else:
        package = _text(step.package)
        words = [_launcher(phone, phone.package if package == "photos" else package)]
        words.insert(0, "-n")
    result = phone.shell(quote(["am", "start", "-W", *words]), timeout_s=timeout_s)
    if "Error" in result.output or "Exception" in result.output:
        raise StablePhoneError(
            f"phone {phone.serial} does not open {words[-1]}: {result.output[:300]}",
            serial=phone.serial,
            command=result.command,
            exit_code=result.exit_code,
            output=result.output[:4000],
        )


def _launcher(phone: Phone, package: str) -> str:
    command = ["cmd", "package", "resolve-activity", "--brief", "--user", str(phone.user)]
    result = phone.shell(quote([*command, "-c", "android.intent.category.LAUNCHER", package]))
    activity = result.stdout.strip().rpartition("\n")[2]
    if "/" not in activity:
        raise StablePhoneError(
            f"phone {phone.serial} has no app {package} that can be opened: {result.output[:300]}",
            serial=phone.serial,
            command=result.command,
            output=result.output[:4000],
        )
    return activity


def _wait(phone: Phone, step: Wait, timeout_s: float) -> None:
    if not step.gone:
        _wait_for(phone, step.selector, timeout_s)
        return
    wanted = _wanted(step.selector)
    wait_for(
        phone,
        lambda screen: screen.find(wanted) is None,
        expected=f"{step.selector.describe()} to be gone",
        timeout_s=timeout_s,
    )


def _wait_for(phone: Phone, selector: Selector, timeout_s: float) -> tuple[Screen, Node]:
    wanted = _wanted(selector)

    def found(screen: Screen) -> tuple[Screen, Node] | None:
        node = screen.find(wanted)
        return (screen, node) if node is not None else None

    return wait_for(phone, found, expected=selector.describe(), timeout_s=timeout_s)


def _tap(phone: Phone, seen: tuple[Screen, Node]) -> None:
    screen, node = seen
    point = node.tap_point(screen)
    if point is None:
        raise StablePhoneError(
            f"phone {phone.serial}: {node.text or node.desc or node.resource_id!r} is on the "
            "screen, and no part of it can be tapped",
            serial=phone.serial,
            output=screen.xml[:4000],
        )
    phone.tap(*point)


def _wanted(selector: Selector) -> Wanted:
    value = _text(selector.value)
    if selector.by == "say":
        return say(value)
    if selector.by == "id":
        return Wanted(id=value)
    return Wanted(desc=value) if selector.by == "desc" else Wanted(text=value)


def _text(argument: object) -> str:
    return str(plain(cast("str", argument)))
