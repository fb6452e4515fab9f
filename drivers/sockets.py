"""Connections through the adb server without the delays that two kernels put into them.

Knows nothing of adb's protocol.
"""

from __future__ import annotations

import socket

# Linux only; elsewhere the kernel's own habits hold.
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


def acknowledge_at_once(sock: socket.socket) -> None:
    """Makes the kernel acknowledge what the next receive brings without waiting.

    The adb server writes an answer in several small pieces and leaves Nagle's algorithm on, so
    each piece after the first waits for our acknowledgment, which the kernel delays by 40 ms on
    about every other round trip. Linux forgets the option by itself: it is set for each receive.
    """
    if _QUICKACK is not None:
        sock.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
