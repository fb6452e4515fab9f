"""A disk that fills up, without one: the system's limit for the size of a file.

What fits is written, as on a real one; the error's number alone differs (EFBIG for ENOSPC).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def room_for(bytes_more: int, path: Path) -> Iterator[None]:
    """Lets no file grow beyond what one has now and so many bytes more."""
    resource = pytest.importorskip("resource", reason="Windows limits no file's size")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = path.stat().st_size if path.exists() else 0
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + bytes_more, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
