"""What the phone is: model, maker, Android, language; and how far its clock is off.

Sources: `getprop` (AOSP system/core toolbox) and `date` (toybox); recordings getprop_*.txt.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import partial

from drivers.android.dump import lines_of
from drivers.values import Value, ValueType
from drivers.vocabulary import Fact, Facts, Reader, Reading

MODEL = Fact("phone.model", ValueType("text"), "The maker's name for this model.")
VENDOR = Fact("phone.vendor", ValueType("text"), "The brand on the phone.")
ANDROID = Fact("phone.android", ValueType("text"), "The version of Android.")
SDK = Fact("phone.sdk", ValueType("int"), "The API level of Android.")
LOCALE = Fact("phone.locale", ValueType("text"), "The phone's first language, as a BCP 47 tag.")
CLOCK_SKEW = Fact(
    "phone.clock_skew",
    ValueType("seconds"),
    "How far the phone's clock is ahead of this computer's; behind is negative.",
)
LINK = Fact(
    "phone.link",
    ValueType("enum", ("usb", "network", "loopback", "emulator")),
    "What adb reaches the phone through.",
)

_PROPERTY = re.compile(r"\[(?P<name>[^\]]+)\]: \[(?P<value>.*)")
_EPOCH = re.compile(r"\s*(\d{9,11})(?:\.\d+)?\s*$")
# What the user chose; until then `ro.product.locale` counts, with which the phone was sold.
_CHOSEN_LOCALE = "persist.sys.locale"
_TEXTS = {
    "ro.product.model": MODEL.name,
    "ro.product.brand": VENDOR.name,
    "ro.build.version.release": ANDROID.name,
}
_ASKED = {*_TEXTS, "ro.build.version.sdk", _CHOSEN_LOCALE, "ro.product.locale"}


def parse_properties(text: str) -> dict[str, str]:
    """Reads `getprop`: `[name]: [value]`, where a value may span lines.

    Returns:
        The properties whose closing bracket was seen.

    Raises:
        ValueError: the phone refused.
    """
    properties: dict[str, str] = {}
    name: str | None = None
    value: list[str] = []
    for line in lines_of(text):
        # A new property ends one that was cut off before its bracket.
        if found := _PROPERTY.match(line):
            name, value = found["name"], [found["value"]]
        elif name is not None:
            value.append(line)
        if name is not None and line.rstrip().endswith("]"):
            properties.setdefault(name, "\n".join(value).rstrip()[:-1])
            name = None
    return properties


def read_properties(text: str, reading: Reading) -> Facts:
    """Reads `getprop`.

    Raises:
        ValueError: the phone refused.
    """
    return _facts_of(parse_properties(text))


def read_property(text: str, reading: Reading, *, name: str) -> Facts:
    """Reads `getprop NAME`: the value alone, an empty line where there is none.

    Raises:
        ValueError: the phone refused.
    """
    return _facts_of({name: "\n".join(lines_of(text)).strip()})


def _facts_of(properties: Mapping[str, str]) -> Facts:
    facts: dict[str, Value] = {
        fact: properties[name] for name, fact in _TEXTS.items() if properties.get(name)
    }
    if re.fullmatch(r"\d{1,3}", properties.get("ro.build.version.sdk", "")):
        facts[SDK.name] = int(properties["ro.build.version.sdk"])
    locale = properties.get(_CHOSEN_LOCALE)
    if not locale and _shows_choice(properties):
        locale = properties.get("ro.product.locale")
    if locale and re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*", locale):
        facts[LOCALE.name] = locale
    return facts


def _shows_choice(properties: Mapping[str, str]) -> bool:
    """Whether a locale that was chosen would be among these.

    They come sorted: a part of the table that begins behind the choice tells nothing of it. Those
    that were asked for by name tell.
    """
    return set(properties) <= _ASKED or min(properties) < _CHOSEN_LOCALE


def read_date(text: str, reading: Reading) -> Facts:
    """Reads `date +%s` against this computer's clock at that moment.

    Raises:
        ValueError: the phone refused.
    """
    lines = [line for line in lines_of(text) if line.strip()]
    found = _EPOCH.match(lines[0]) if len(lines) == 1 else None
    if not found or reading.now is None:
        return {}
    return {CLOCK_SKEW.name: float(int(found[1]) - math.floor(reading.now))}


FACTS = (MODEL, VENDOR, ANDROID, SDK, LOCALE, CLOCK_SKEW, LINK)
READERS = (
    Reader(
        "getprop | grep -E '^.(ro.product.model|ro.product.brand|ro.build.version.release"
        "|ro.build.version.sdk|persist.sys.locale|ro.product.locale).:'",
        (MODEL.name, VENDOR.name, ANDROID.name, SDK.name, LOCALE.name),
        read_properties,
    ),
    *(
        Reader(f"getprop {name}", (fact,), partial(read_property, name=name), in_diagnosis=False)
        for name, fact in {
            **_TEXTS,
            "ro.build.version.sdk": SDK.name,
            "persist.sys.locale": LOCALE.name,
            "ro.product.locale": LOCALE.name,
        }.items()
    ),
    Reader("date +%s", (CLOCK_SKEW.name,), read_date),
)
