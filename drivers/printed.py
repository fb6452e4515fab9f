"""What a kept-open shell prints: cut where its marker lines stand, and its table of processes.

Pure: bytes and text in, what they hold out. It must not know a connection.
"""

from __future__ import annotations


class Printed:
    """One output stream of the shell, cut where the marker lines stand.

    Args:
        marker: what each of those lines begins with, before a colon.
    """

    def __init__(self, marker: str) -> None:
        self._data = bytearray()
        self._end = f"{marker}:".encode()
        # Nothing before this is looked at twice: an output of 16 MB comes in 250 packets.
        self._searched = 0

    def feed(self, data: bytes) -> None:
        """Appends what came."""
        self._data += data

    def is_complete(self) -> bool:
        """Whether a whole marker line is there."""
        at = self._data.find(self._end, self._searched)
        self._searched = at if at >= 0 else max(0, len(self._data) - len(self._end) + 1)
        return at >= 0 and self._data.find(b"\n", at) >= 0

    def take(self) -> tuple[str, str]:
        """Removes everything up to the marker line's end, once `is_complete`.

        Returns:
            What stood before the marker line, and what the line carried.
        """
        newline = self._data.index(b"\n", self._searched)
        before = self._data[: self._searched].decode(errors="replace")
        carried = self._data[self._searched + len(self._end) : newline].decode()
        del self._data[: newline + 1]
        self._searched = 0
        return before, carried

    def so_far(self) -> str:
        """What stands here without a marker line behind it."""
        return self._data.decode(errors="replace")


def descendants(table: str, root: int) -> list[int]:
    r"""The processes below `root` in the output of `ps -A -o PID,PPID`, children last.

    >>> descendants("PID PPID\n10 1\n11 10\n12 11\n13 1", 10)
    [11, 12]
    """
    children: dict[int, list[int]] = {}
    for line in table.splitlines():
        pid, _, parent = line.strip().partition(" ")
        if pid.isdigit() and parent.strip().isdigit():
            children.setdefault(int(parent), []).append(int(pid))
    found: list[int] = []
    queue = [root]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found
