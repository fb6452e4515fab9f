"""The types that facts have: how a value is written, read and shown.

A scenario's scalars, the command line's variables and the reports all go through these, so that
`off` may be an enum word, `6.80` a version and `1 GB` ten to the ninth bytes. This module must
not know YAML: it takes the text of one scalar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

# What a fact's value may be in memory. Sets are sorted tuples, so that they compare and print.
Value: TypeAlias = "bool | int | float | str | tuple[str, ...] | Mapping[str, bool | int]"
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

TRUE_WORDS = ("on", "true")
FALSE_WORDS = ("off", "false")
_MEANS_ON = ("yes", "y", "1", "enable", "enabled")
_MEANS_OFF = ("no", "n", "0", "disable", "disabled")
COUNTER_PARTS = ("done", "total", "left")

_DESCRIPTIONS = {
    "bool": "on or off",
    "int": "a whole number",
    "count": "a whole number",
    "percent": "a percentage such as 15%",
    "celsius": "a temperature such as 41 C",
    "seconds": "a duration with its unit such as 60s or 2min",
    "bytes": "a size with its unit such as 1 GB",
    "daily_limit": "off, unlimited or a size per day such as 10 MB",
    "map": "a map of names to on or off",
    "counter": "a counter",
    "set": "a list of texts",
    "list": "a list of texts",
}
_DURATION_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_SIZE_UNITS = {
    "B": 1,
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}


@dataclass(frozen=True)
class ValueType:
    """One type of the vocabulary.

    Attributes:
        kind: bool, int, count, percent, celsius, seconds, bytes, text, enum, set, list, map,
            daily_limit (off, bytes per day, or unlimited) or counter (done, total, left).
        words: the words of an enum or of a set's elements, in the vocabulary's order.
        personal: whether values name a person, an account or a network.
    """

    kind: str
    words: tuple[str, ...] = ()
    personal: bool = False

    @property
    def is_collection(self) -> bool:
        """Whether a condition's value is met by one element that the fact holds."""
        return self.kind in {"set", "list"}

    @property
    def is_ordered(self) -> bool:
        """Whether `<` and `>` mean something."""
        return self.kind in {"int", "count", "percent", "celsius", "seconds", "bytes"}

    def entry(self, key: str) -> ValueType:
        """The type of one entry of a map, or of one part of a counter.

        Raises:
            ValueError: this type has no entries, or none of this name.
        """
        if self.kind == "map":
            return ValueType("bool")
        if self.kind == "counter" and key in COUNTER_PARTS:
            return ValueType("count")
        expected = ", ".join(COUNTER_PARTS) if self.kind == "counter" else self.describe()
        raise ValueError(f"expected {expected}, not {key!r}")

    def describe(self) -> str:
        """What a person may write, for error messages and hover texts."""
        if self.words:
            return f"{'any' if self.is_collection else 'one'} of {', '.join(self.words)}"
        return _DESCRIPTIONS.get(self.kind, "text")

    def parse(self, text: str) -> Value:
        """Reads one scalar as a person wrote it.

        Args:
            text: the scalar's own text, quotes removed; spaces around it matter to texts only.

        Returns:
            The value in the vocabulary's unit: seconds as float, sizes as int bytes.

        Raises:
            ValueError: the text is not of this type; the message says what to write instead.
        """
        if self.kind in {"text", "list"}:
            return text
        text = text.strip()
        if self.kind == "bool":
            return _parse_bool(text)
        if self.kind in {"int", "count"}:
            at_least = 0 if self.kind == "count" else None
            return _parse_number(text, {"": 1}, self.describe(), whole=True, at_least=at_least)
        if self.kind == "percent":
            value = int(_parse_number(text, {"%": 1}, self.describe(), whole=True))
            if not 0 <= value <= 100:
                raise ValueError(f"expected a percentage from 0% to 100%, not {text!r}")
            return value
        if self.kind == "celsius":
            return float(_parse_number(text, {"C": 1, "°C": 1}, self.describe()))
        if self.kind == "seconds":
            return parse_duration(text)
        if self.kind == "bytes":
            return parse_size(text)
        if self.kind == "daily_limit":
            return text if text in {"off", "unlimited"} else parse_size(text)
        if self.kind in {"enum", "set"} and self.words and text not in self.words:
            raise ValueError(f"expected {self.describe()}, not {text!r}")
        return text

    def format(self, value: Value | None) -> str:
        """Writes a value as a scenario would, with its unit; absent values as `(absent)`."""
        if value is None:
            return "(absent)"
        if isinstance(value, bool):
            return "on" if value else "off"
        if isinstance(value, tuple):
            return "[" + ", ".join(value) + "]"
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{k}: {format_plain(v)}" for k, v in value.items()) + "}"
        if self.kind == "percent":
            return f"{value}%"
        if self.kind == "celsius":
            return f"{value} C"
        if self.kind == "seconds" and isinstance(value, (int, float)):
            return f"{value:f}".rstrip("0").rstrip(".") + "s"
        if self.kind in {"bytes", "daily_limit"} and isinstance(value, int):
            return format_size(value)
        return str(value)


def format_plain(value: bool | int) -> str:
    """Writes an element of a map: on, off or a number."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def parse_duration(text: str) -> float:
    """Reads `60s`, `2min`, `1.5 h` or `250ms` as seconds.

    Raises:
        ValueError: no number, or no unit.
    """
    return float(
        _parse_number(text, _DURATION_UNITS, "a duration with its unit such as 60s or 2min")
    )


def parse_size(text: str) -> int:
    """Reads `1 GB` (10^9) or `1 GiB` (2^30) as bytes.

    Raises:
        ValueError: no number, or no unit.
    """
    expected = "a size with its unit such as 1 GB"
    return int(_parse_number(text, _SIZE_UNITS, expected, at_least=0))


def format_size(size: int) -> str:
    """Writes bytes with the largest decimal unit that keeps the number exact or readable."""
    for unit in ("TB", "GB", "MB", "kB"):
        factor = _SIZE_UNITS[unit]
        if abs(size) >= factor:
            amount = size / factor
            return f"{amount:.4g} {unit}" if abs(amount) < 1000 else f"{amount:.0f} {unit}"
    return f"{size} B"


def _parse_bool(text: str) -> bool:
    word = text.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    # Words that stand for the same elsewhere; here each value has one way to be written, or two.
    meant = "on" if word in _MEANS_ON else "off" if word in _MEANS_OFF else ""
    instead = f": write {meant}" if meant else ""
    raise ValueError(f"expected on or off, not {text!r}{instead}")


_NUMBER = re.compile(r"(?P<number>[+-]?[0-9]{1,18}(?:\.[0-9]{1,9})?)\s*(?P<unit>[^\d\s]*)\Z")


def _parse_number(
    text: str,
    units: Mapping[str, float],
    expected: str,
    *,
    whole: bool = False,
    at_least: int | None = None,
) -> float:
    found = _NUMBER.match(text.strip())
    if not found:
        raise ValueError(f"expected {expected}, not {text!r}")
    unit = found["unit"]
    if unit not in units:
        known = ", ".join(name for name in units if name)
        reason = f"unknown unit {unit!r}; known are {known}" if unit else "a unit is missing"
        raise ValueError(f"expected {expected}, not {text!r}" + (f": {reason}" if known else ""))
    written = found["number"]
    # Whole numbers stay whole: a float knows only the first sixteen digits of a size in bytes.
    number = (float(written) if "." in written else int(written)) * units[unit]
    if at_least is not None and number < at_least:
        raise ValueError(f"expected {expected}, {at_least} or more, not {text!r}")
    if not whole:
        return number
    if number != int(number):
        raise ValueError(f"expected {expected}, not {text!r}")
    return int(number)
