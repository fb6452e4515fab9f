"""One rescue at a time in one folder: two would write one manifest."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from drivers.errors import HostError

if sys.platform != "win32":
    import fcntl

# A network's file system that knows no locks.
_NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL}


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds a folder; the system lets go of it however this process ends.

    The folder itself is locked, so that no file of ours is left in it. Windows locks no folders:
    there, nobody is kept out.

    Raises:
        HostError: another rescue is at work in it.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HostError(f"another rescue is at work in {folder}: wait for its end") from error
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield
    finally:
        os.close(descriptor)
