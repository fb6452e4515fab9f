"""Events as Allure steps with attachments, under whatever test Allure has open.

Owns allure. Plain data in; it must not know phones. Where no Allure results are wanted nothing
is written: allure's own hooks then have no listener.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import allure
from allure_commons import hookimpl, plugin_manager


@dataclass(frozen=True)
class _Open:
    """A step that is under way.

    Attributes:
        uuid: allure's name for it.
        title: what it is called.
        lines: what is attached to it when it ends: exchanges, or counter readings.
    """

    uuid: str
    title: str
    sent: list[str] = field(default_factory=list)
    counter: list[str] = field(default_factory=list)


class AllureSteps:
    """Keeps a stack of open steps: phases hold steps, steps hold what was sent and read."""

    def __init__(self) -> None:
        self._stack: list[_Open] = []

    def hear(self, event: Mapping[str, Any]) -> None:
        """Takes one event."""
        kind = event["event"]
        if kind in {"phase began", "step began"}:
            self._begin(event.get("title") or event["name"], event.get("place", ""))
        elif kind in {"phase ended", "step ended"}:
            self._end(event)
        elif kind == "sent" and self._stack:
            code = "" if event["exit_code"] is None else f"  [exit code {event['exit_code']}]"
            times = ", ".join(
                f"{who} {event[f'{who}_s'] * 1000:.1f}" for who in ("computer", "wire", "phone")
            )
            self._stack[-1].sent.append(
                f"> {event['request']}{code}  ({event['elapsed_s'] * 1000:.1f} ms: {times})\n"
                f"{event['answer']}\n"
            )
        elif kind == "counter" and self._stack:
            self._stack[-1].counter.append(
                f"{event['at_s']:8.2f}s  {event['shown']:<16} {event['status']:<16} {event['text']}"
            )
        elif kind == "note":
            with allure.step(event["text"]):
                pass
        elif kind == "captured":
            self._attach_screen(event)

    def _begin(self, title: str, place: str) -> None:
        opened = _Open(str(uuid.uuid4()), title)
        self._stack.append(opened)
        params = {"place": place} if place else {}
        plugin_manager.hook.start_step(uuid=opened.uuid, title=title, params=params)

    def _end(self, event: Mapping[str, Any]) -> None:
        if not self._stack:
            return
        ended = self._stack.pop()
        facts = {k: event[k] for k in ("before", "after") if event.get(k)}
        if facts:
            _attach(json.dumps(facts, indent=2, ensure_ascii=False), "facts", "JSON")
        if ended.sent:
            _attach("\n".join(ended.sent), "sent and read", "TEXT")
        if ended.counter:
            _attach("\n".join(ended.counter), "counter", "TEXT")
        problem = event.get("problem", "")
        error = AssertionError(problem) if problem else None
        plugin_manager.hook.stop_step(
            uuid=ended.uuid,
            title=ended.title,
            exc_type=type(error) if error else None,
            exc_val=error,
            exc_tb=None,
        )

    def _attach_screen(self, event: Mapping[str, Any]) -> None:
        if event["screenshot"]:
            allure.attach(
                event["screenshot"], event["title"], allure.attachment_type.JPG, extension="jpg"
            )
        if event["hierarchy"]:
            _attach(event["hierarchy"], f"{event['title']} (hierarchy)", "XML")


class Unkept:
    """Lets a run go on whose results Allure cannot write: the disk is full, or the folder gone.

    Allure itself would end it as an error within pytest, in the middle of what was being treated.

    Args:
        complain: told the first such error, and no other.
    """

    def __init__(self, complain: Callable[[OSError], None]) -> None:
        self._complain = complain
        self._has_complained = False

    def register(self) -> Callable[[], None]:
        """Stands around whatever writes results. Returns the function that ends it."""
        plugin_manager.register(self)
        return lambda: plugin_manager.unregister(self)

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if not self._has_complained:
                self._has_complained = True
                self._complain(error)

    @hookimpl(wrapper=True)
    def report_result(self) -> Generator[None, object, None]:
        """How an item ended."""
        with self._going_on():
            yield

    @hookimpl(wrapper=True)
    def report_container(self) -> Generator[None, object, None]:
        """What belongs to the set-up and the end of items."""
        with self._going_on():
            yield

    @hookimpl(wrapper=True)
    def report_attached_data(self) -> Generator[None, object, None]:
        """An attachment that is given as it is."""
        with self._going_on():
            yield

    @hookimpl(wrapper=True)
    def report_attached_file(self) -> Generator[None, object, None]:
        """An attachment that is given as a file."""
        with self._going_on():
            yield


def _attach(text: str, name: str, kind: str) -> None:
    # Half a letter, as an app may show it, is no UTF-8: it is written as its number.
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8")
    allure.attach(whole, name, getattr(allure.attachment_type, kind))
