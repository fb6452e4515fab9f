"""What a diagnosis names for a person: files that Photos skips, and apps that fill the phone.

A cause says that there are some; whoever has to do something about them needs to know which. It
must not know pytest.
"""

from __future__ import annotations

from collections.abc import Iterator

from drivers.android.bulky import name_bulky
from drivers.android.media import refused_files
from drivers.errors import PhoneError, PhoneLostError
from drivers.phone import Phone
from drivers.vocabulary import Facts
from scenarios.sentences import listed

# As many files as a person reads; the rest is counted.
_MOST_FILES = 10


def name_skipped(phone: Phone, facts: Facts) -> tuple[str, ...]:
    """The files that Photos says it skipped, a line each; none where it says nothing of the kind.

    Raises:
        PhoneLostError: the phone went away.
    """
    if facts.get("photos.status") != "skipped_items":
        return ()
    try:
        files = refused_files(phone)
    except PhoneLostError:
        raise
    except PhoneError as error:
        return (f"which files Photos skips cannot be told: {error}",)
    if not files:
        return ("which files Photos skips cannot be told: none is too large or of an odd type",)
    heads = "1 file is" if len(files) == 1 else f"{len(files)} files are"
    lines = [f"{heads} on this phone alone, by their names with --show-personal:"]
    # Whoever hides names knows a file's by the quotes; one within it would end it.
    shown = [f'file "{one.name.replace(chr(34), chr(39))}", {one.why}' for one in files]
    rest = len(shown) - _MOST_FILES
    return (*lines, *shown[:_MOST_FILES], *([f"and {rest} more"] if rest > 0 else []))


def name_hogs(phone: Phone) -> tuple[str, ...]:
    """The apps with the largest caches, and those that nobody opens, a line each.

    Raises:
        PhoneLostError: the phone went away.
    """
    try:
        return tuple(_hogs(phone))
    except PhoneLostError:
        raise
    except PhoneError as error:
        return (f"which apps take most room cannot be told: {error}",)


def _hogs(phone: Phone) -> Iterator[str]:
    found = name_bulky(phone)
    for kind, head in (
        ("largest", "largest caches"),
        ("unused", "apps that nobody opened for three months"),
    ):
        apps = found.get(kind)
        if isinstance(apps, tuple):
            yield f"{head}: {listed(apps)}"
