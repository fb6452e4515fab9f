"""What benchmarks stand on: one virtual phone for the whole run, ours and the stock libraries.

Everything is started when it is first asked for, so that a benchmark without a phone has none.
The stock libraries are used as their users use them, by serial; only the port of the private adb
server is told to them, on a client of their own.
"""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from functools import cached_property
from types import TracebackType

import adbutils
import uiautomator2

from drivers import connect
from drivers.phone import Phone
from fixtures.launch import Launched, virtual_phone
from scenarios.watch import bring_to_counter

# Backup is on and under way, and so slow that nothing on the screen moves during a run.
PHONE = ("--media", "40", "--rate", "0.00001")


class Bench:
    """A phone and two ways to talk to it. Used as a context manager.

    Args:
        peers: whether a benchmark may install other tools, into an environment of its own, to
            measure them as well.
    """

    def __init__(self, *, peers: bool = False) -> None:
        self.peers = peers
        self._stack = ExitStack()

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @cached_property
    def launched(self) -> Launched:
        """The virtual phone and the adb server it is attached to."""
        return self._stack.enter_context(virtual_phone(PHONE))

    @cached_property
    def phone(self) -> Phone:
        """Ours, with Photos in front and its counter on the screen."""
        phone = self._stack.enter_context(connect(self.launched.serial, self.launched.client))
        # A run takes minutes without a touch: the screen would go off in the middle of it.
        phone.shell("settings put system screen_off_timeout 3600000")
        status = bring_to_counter(phone)
        if not status.is_known:
            raise RuntimeError(f"the virtual phone shows no status: {status}")
        return phone

    @cached_property
    def stock_device(self) -> adbutils.AdbDevice:
        """The phone in stock adbutils."""
        address = self.launched.client.address
        return adbutils.AdbClient(address.host, address.port).device(serial=self.launched.serial)

    @cached_property
    def stock_screen(self) -> uiautomator2.Device:
        """The phone in stock uiautomator2, which shares the agent that ours has started."""
        self.phone.agent.start_uiautomator()
        device = uiautomator2.Device(self.stock_device)
        # It would wait at exit for a phone that is gone by then; the agent is ours to end.
        atexit.unregister(device.stop_uiautomator)
        return device
