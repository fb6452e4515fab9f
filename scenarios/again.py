"""What a person typed, as far as it belongs into a line that they copy to run once more.

What stands in the environment or the ini file holds for that line by itself. What allows a fix is
not here: a line that asks for more says that anew. It must not know pytest.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Given:
    """Words of a command line, quoted as a shell needs them.

    Attributes:
        where: which server's phone, and which app on it.
        how: it is looked at.
        which: scenarios; empty where all of them were meant.
    """

    where: tuple[str, ...] = ()
    how: tuple[str, ...] = ()
    which: tuple[str, ...] = ()


def restore_line(serial: str, given: Given) -> str:
    """What takes back what a healing of this phone has kept.

    >>> restore_line("0a1b2c3d", Given(("--adb=127.0.0.1:5038",), ("--patience=60s",)))
    'pytest --phone=0a1b2c3d --adb=127.0.0.1:5038 --restore-only'
    """
    return " ".join(["pytest", f"--phone={serial}", *given.where, "--restore-only"])
