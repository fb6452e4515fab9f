"""One text with the outputs of many commands in it: cut where the phone put its headings."""

from __future__ import annotations

import pytest

from drivers.facts import read_aloud
from drivers.sections import sections
from drivers.vocabulary import Reading

REPORT = """========================================================
== dumpstate: 2026-11-20 09:00:00
------ UPTIME (uptime) ------
 09:00:00 up 1 day
------ 0.010s was the duration of 'UPTIME' ------
------ DUMPSYS CRITICAL (/system/bin/dumpsys) ------
DUMP OF SERVICE CRITICAL power:
  mWakefulness=Asleep
  mPlugType=2

--------- 0.008s was the duration of dumpsys power, ending at: 2026-11-20 09:00:01
------ SYSTEM PROPERTIES (getprop) ------
[ro.build.version.sdk]: [36]
[ro.product.model]: [One (2)]

------ FILESYSTEMS & FREE SPACE (df) ------
Filesystem       1K-blocks Used Available Use% Mounted on
/dev/block/dm-8        100   40        60  40% /data
-------------------------------------------------------------------------------
DUMP OF SERVICE media.camera:
  status: 5
  level: 3
--------- 0.100s was the duration of dumpsys media.camera, ending at: 2026-11-20 09:00:02
-------------------------------------------------------------------------------
DUMP OF SERVICE netpolicy:
Restrict background: false
Policy for UIDs:
  UID=10001 policy=4
*** SERVICE 'netpolicy' DUMP TIMEOUT (10000ms) EXPIRED ***
--------- 10.0s was the duration of dumpsys netpolicy, ending at: 2026-11-20 09:00:12
DUMP OF SERVICE battery:
Current Battery Service state:
  AC powered: false
  USB powered: true
  status: 5
  level: 100
  scale: 100
"""


def test_each_part_has_its_command():
    found = dict(sections(REPORT))

    assert list(found) == [
        "uptime",
        "/system/bin/dumpsys",
        "dumpsys power",
        "getprop",
        "df",
        "dumpsys media.camera",
        "dumpsys netpolicy",
        "dumpsys battery",
    ]
    assert found["dumpsys power"] == "  mWakefulness=Asleep\n  mPlugType=2\n\n"
    assert found["dumpsys battery"].endswith("  scale: 100\n")


@pytest.mark.parametrize("command", ["bugreport", "adb bugreport", "adb shell dumpsys", "dumpsys"])
def test_the_facts_of_all_parts_are_read_each_as_its_own_command(command):
    assert read_aloud(command, REPORT, Reading(uid=10204)) == {
        "power.awake": False,
        "battery.plugged": "usb",
        "phone.sdk": 36,
        "phone.model": "One (2)",
        "storage.total": 102400,
        "storage.free": 61440,
        "network.data_saver": False,
        "battery.level": 100,
        "battery.status": "full",
        "battery.faked": False,
    }


def test_a_report_cut_anywhere_gives_none_that_is_wrong():
    whole = read_aloud("bugreport", REPORT, Reading())
    for end in range(0, len(REPORT), 29):
        try:
            cut = read_aloud("bugreport", REPORT[:end], Reading())
        except ValueError:
            continue
        assert cut.items() <= whole.items()


def test_a_text_without_parts_says_so():
    with pytest.raises(ValueError, match="in any part of it"):
        read_aloud("bugreport", "level: 5\n", Reading())
