"""How to talk to a phone. This package must not know scenarios, pytest or reports.

The public door is `connect`; it is resolved lazily, so that importing a sibling such as
`drivers.vocabulary` costs no import of adbutils or uiautomator2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.phone import Phone, connect

__all__ = ["Phone", "connect"]


def __getattr__(name: str) -> object:
    if name in __all__:
        import drivers.phone

        return getattr(drivers.phone, name)
    raise AttributeError(f"module 'drivers' has no attribute {name!r}")
