"""The three settings tables: one table of what their keys mean, read from every form they have.

`settings list NAMESPACE` prints `key=value` lines in the order of their keys, `settings get` the
value alone or `null`, `dumpsys settings` a line of fields for each key. Values may hold anything,
line feeds and `=` included. Sources: SettingsService.java and SettingsProvider.dump (AOSP,
frameworks/base); recordings settings_*.txt, dumpsys_settings_pixel_sailfish_a10.txt and
content_query_settings_row_a17.txt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from drivers.android.content import parse_rows
from drivers.android.dump import ended_lines_of, lines_of, zero_one
from drivers.values import Value, ValueType
from drivers.vocabulary import Fact, Facts, Reader, Reading

SAVER_STICKY = Fact(
    "battery.saver_sticky",
    ValueType("bool"),
    "Whether battery saver comes back by itself after the phone was charged.",
    since=28,
)
SAVER_TRIGGER = Fact(
    "battery.saver_trigger",
    ValueType("percent"),
    "The battery level at which battery saver comes on by itself; 0% is never.",
)
STAY_ON = Fact(
    "power.stay_on",
    ValueType("set", ("ac", "usb", "wireless", "dock")),
    "The chargers on which the screen never goes off by itself.",
)
SCREEN_TIMEOUT = Fact(
    "power.screen_timeout",
    ValueType("seconds"),
    "How long the screen stays on when nobody touches it.",
)
ACCESSIBILITY = Fact(
    "phone.accessibility",
    ValueType("list"),
    "The accessibility services that are switched on; they fall silent while the screen is read.",
)
AUTO_TIME = Fact(
    "phone.auto_time", ValueType("bool"), "Whether the phone sets its clock from the network."
)
AIRPLANE_MODE = Fact(
    "network.airplane_mode", ValueType("bool"), "Whether airplane mode is on.", since=26
)
PRIVATE_DNS = Fact(
    "network.private_dns",
    ValueType("enum", ("off", "opportunistic", "hostname")),
    "Whether names are looked up over an encrypted connection, and whose.",
    since=28,
)
PRIVATE_DNS_HOST = Fact(
    "network.private_dns_host",
    ValueType("text", personal=True),
    "The server that looks names up where private DNS is hostname; none where none was entered.",
    since=28,
)
# What stands for the server where none was entered; no server's name looks like it.
NO_HOST = "none"

# BatteryManager.BATTERY_PLUGGED_*; the setting is their sum.
PLUG_BITS = {"ac": 1, "usb": 2, "wireless": 4, "dock": 8}


@dataclass(frozen=True)
class Setting:
    """One key of a settings table that holds a fact.

    Attributes:
        fact: the name of the fact.
        namespace: global, secure or system.
        key: as Android spells it.
        decode: the written value to the fact's, None where it says nothing.
    """

    fact: str
    namespace: str
    key: str
    decode: Callable[[str], Value | None]


def milliseconds(text: str) -> float | None:
    """Reads a duration as seconds."""
    return int(text) / 1000 if re.fullmatch(r"\d{1,12}", text) else None


def percent(text: str) -> int | None:
    """Reads a level from 0 to 100."""
    return int(text) if re.fullmatch(r"\d{1,3}", text) and int(text) <= 100 else None


def plugs(text: str) -> tuple[str, ...] | None:
    """Reads a sum of BatteryManager's bits as the names of chargers."""
    if not re.fullmatch(r"\d{1,2}", text) or int(text) > sum(PLUG_BITS.values()):
        return None
    return tuple(sorted(word for word, bit in PLUG_BITS.items() if int(text) & bit))


def _services(text: str) -> Value | None:
    if text == "null":  # a row that was set to nothing
        return ()
    names = [name for name in text.split(":") if name]
    if any(not re.fullmatch(r"[\w.]+/[\w.$]+", name) for name in names):
        return None
    return tuple(names)


def _one_of(text: str, *, words: Sequence[str]) -> Value | None:
    return text if text in words else None


def _locale(text: str) -> Value | None:
    first = text.split(",")[0].strip()
    return first if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*", first) else None


def _wifi_on(text: str) -> Value | None:
    # WifiSettingsStore: 2 is on despite airplane mode, 3 is off because of it.
    return {"0": False, "1": True, "2": True, "3": False}.get(text)


def _host(text: str) -> Value | None:
    if text in {"", "null"}:
        return NO_HOST
    return text if re.fullmatch(r"[\w.-]+", text) else None


# Asked for alone: the name may be its owner's own, as NextDNS hands them out, and decides nothing.
PRIVATE_DNS_SERVER = Setting(PRIVATE_DNS_HOST.name, "global", "private_dns_specifier", _host)
SETTINGS = (
    Setting("battery.saver", "global", "low_power", zero_one),
    Setting(SAVER_STICKY.name, "global", "low_power_sticky", zero_one),
    Setting(SAVER_TRIGGER.name, "global", "low_power_trigger_level", percent),
    Setting(STAY_ON.name, "global", "stay_on_while_plugged_in", plugs),
    Setting(AUTO_TIME.name, "global", "auto_time", zero_one),
    Setting("network.wifi", "global", "wifi_on", _wifi_on),
    Setting(AIRPLANE_MODE.name, "global", "airplane_mode_on", zero_one),
    Setting(
        PRIVATE_DNS.name,
        "global",
        "private_dns_mode",
        partial(_one_of, words=PRIVATE_DNS.type.words),
    ),
    Setting(SCREEN_TIMEOUT.name, "system", "screen_off_timeout", milliseconds),
    Setting("phone.locale", "system", "system_locales", _locale),
    Setting(ACCESSIBILITY.name, "secure", "enabled_accessibility_services", _services),
)

_LINE = re.compile(r"(?P<key>[A-Za-z][\w.:/-]*)=(?P<value>.*)$")
# There are others, such as CONFIG from Android 10, which has names of every kind.
_DUMP_HEADING = re.compile(r"([A-Z_]+) SETTINGS \(user (\d+)\)\s*$")
_DUMP_LINE = re.compile(
    r"_id:\d+ name:(?P<key>\S+) (?:pkg:\S+ )?value:(?P<value>.*?)"
    r"(?: default:.*| defaultSystemSet:\w+| tag:.*| notPreservedInRestore)?$"
)
_SIM_DATA = "multi_sim_data_call"
# Keys of the mobile data switches, as grep -E takes them.
MOBILE_DATA_KEYS = ("mobile_data[0-9]*", _SIM_DATA)


def parse_list(text: str) -> dict[str, str]:
    """Reads `settings list`: a key's first line counts, the rest of a value is passed over.

    Raises:
        ValueError: the phone refused to list.
    """
    values: dict[str, str] = {}
    for line in ended_lines_of(text):
        if found := _LINE.match(line):
            values.setdefault(found["key"], found["value"])
    return values


def decode_all(namespace: str, values: Mapping[str, str]) -> dict[str, Value]:
    """Turns the values of one table into facts."""
    facts: dict[str, Value] = {}
    for setting in SETTINGS:
        if setting.namespace == namespace and setting.key in values:
            value = setting.decode(values[setting.key].strip())
            if value is not None:
                facts[setting.fact] = value
    return facts


def mobile_data(values: Mapping[str, str], *, is_whole: bool) -> bool | None:
    """Finds the mobile data switch of the SIM that carries data.

    With several SIMs each has its own key, `mobile_data` and its subscription's number, and
    `multi_sim_data_call` says which carries data (-1: none chosen yet). Where the table was cut
    before that key, nothing tells which one counts.
    """
    carrier = values.get(_SIM_DATA, "").strip()
    if f"mobile_data{carrier}" in values and carrier.isdecimal():
        return zero_one(values[f"mobile_data{carrier}"].strip())
    if carrier or is_whole:
        return zero_one(values.get("mobile_data", "").strip())
    return None


def read_list(text: str, reading: Reading, *, namespace: str) -> Facts:
    """Reads `settings list NAMESPACE`.

    Raises:
        ValueError: the phone refused to list.
    """
    values = parse_list(text)
    facts = decode_all(namespace, values)
    if namespace == "global":
        # The keys come sorted: one that sorts behind the deciding key means it was not there.
        switch = mobile_data(values, is_whole=any(key > _SIM_DATA for key in values))
        if switch is not None:
            facts["network.mobile_data"] = switch
    return facts


def read_one(text: str, reading: Reading, *, setting: Setting) -> Facts:
    """Reads `settings get NAMESPACE KEY`: the value alone, `null` where it was never set.

    Raises:
        ValueError: the phone refused.
    """
    value = "\n".join(lines_of(text)).strip()
    decoded = setting.decode(value) if value else None
    return {} if decoded is None else {setting.fact: decoded}


def read_dump(text: str, reading: Reading) -> Facts:
    """Reads `dumpsys settings`: global of user 0, the other two of the user in front.

    Raises:
        ValueError: the phone refused to dump.
    """
    tables: dict[tuple[str, int], dict[str, str]] = {}
    ended: set[tuple[str, int]] = set()
    current: tuple[str, int] | None = None
    for line in lines_of(text):
        if heading := _DUMP_HEADING.match(line):
            ended.update(tables)
            current = heading[1].lower(), int(heading[2])
            tables[current] = {}
        elif current and (found := _DUMP_LINE.match(line)):
            tables[current].setdefault(found["key"], found["value"])
    facts: dict[str, Value] = {}
    for namespace, user in (("global", 0), ("secure", reading.user), ("system", reading.user)):
        facts.update(decode_all(namespace, tables.get((namespace, user), {})))
    switch = mobile_data(tables.get(("global", 0), {}), is_whole=("global", 0) in ended)
    if switch is not None:
        facts["network.mobile_data"] = switch
    return facts


def read_rows(text: str, reading: Reading, *, namespace: str) -> Facts:
    """Reads `content query --uri content://settings/NAMESPACE`.

    Raises:
        ValueError: the phone refused.
    """
    columns = ("_id", "name", "value", "is_preserved_in_restore")
    rows = parse_rows(text, columns)
    return decode_all(
        namespace,
        {row["name"]: row["value"] for row in rows if row.get("name") and row.get("value")},
    )


def _list_reader(namespace: str) -> Reader:
    names = tuple(s.fact for s in SETTINGS if s.namespace == namespace)
    keys = [s.key for s in SETTINGS if s.namespace == namespace]
    if namespace == "global":
        names, keys = (*names, "network.mobile_data"), [*keys, *MOBILE_DATA_KEYS]
    pattern = "|".join(keys)
    command = f"settings list --user {{user}} {namespace} | grep -E '^({pattern})='"
    return Reader(command, names, partial(read_list, namespace=namespace))


FACTS = (
    SAVER_STICKY,
    SAVER_TRIGGER,
    STAY_ON,
    SCREEN_TIMEOUT,
    ACCESSIBILITY,
    AUTO_TIME,
    AIRPLANE_MODE,
    PRIVATE_DNS,
    PRIVATE_DNS_HOST,
)
READERS = (
    *(_list_reader(namespace) for namespace in ("global", "secure", "system")),
    *(
        Reader(
            f"settings get {s.namespace} {s.key}",
            (s.fact,),
            partial(read_one, setting=s),
            in_diagnosis=False,
        )
        for s in (*SETTINGS, PRIVATE_DNS_SERVER)
    ),
    Reader(
        "dumpsys settings",
        (*(s.fact for s in SETTINGS), "network.mobile_data"),
        read_dump,
        in_diagnosis=False,
    ),
    *(
        Reader(
            f"content query --uri content://settings/{namespace}",
            tuple(s.fact for s in SETTINGS if s.namespace == namespace),
            partial(read_rows, namespace=namespace),
            in_diagnosis=False,
        )
        for namespace in ("global", "secure", "system")
    ),
)
