"""The bytes that Photos sent: a witness that needs no screen.

Sources: NetworkStatsService and NetworkStatsCollection.dump of AOSP (frameworks/base to API 32,
packages/modules/Connectivity from 33); recordings netstats_*.txt. Without `--poll` before it, the
dump is up to 30 minutes or 2 MB behind.
"""

from __future__ import annotations

import re

from drivers.android.dump import block_after, indent_of, lines_of
from drivers.android.netpolicy import uid_listed
from drivers.values import ValueType
from drivers.vocabulary import Fact, Facts, Reader, Reading

BYTES_SENT = Fact(
    "photos.bytes_sent",
    ValueType("bytes"),
    "How much Photos sent since the phone started; less than before means it began anew.",
)

_SECTION = re.compile(r"\s*UID stats:\s*$")
# The network's own name stands in the identity and may hold anything, so the line is read from
# its end.
_KEY = re.compile(
    r"\s*ident=.*\buid=(?P<uid>-?\d+) set=(?P<set>\w+) tag=(?P<tag>0x[0-9a-fA-F]+)\s*$"
)
_BUCKET = re.compile(r"\s*st=\d+ rb=\d+ rp=\d+ tb=(?P<sent>\d+) tp=\d+ op=\d+\s*$")
# Foreground and background; DBG_VPN_* are copies that the VPN's bookkeeping makes.
_SETS = {"DEFAULT", "FOREGROUND"}


def read_traffic(text: str, reading: Reading) -> Facts:
    """Adds up what one uid sent, over every network, off `dumpsys netstats detail`.

    Tags are a second entry for the same bytes, so only tag 0x0 counts. The sum is given only if
    the section was seen to its end, and 0 where the uid is not in it.

    Raises:
        ValueError: the phone refused to dump.
    """
    lines = lines_of(text)
    uid = reading.uid if reading.uid is not None else uid_listed(lines, reading.package)
    start = next((i for i, line in enumerate(lines) if _SECTION.match(line)), None)
    if uid is None or start is None:
        return {}
    block, has_end = block_after(lines, start)
    if not has_end or not block:  # an editor may have moved what is in it to the left
        return {}
    sent = 0
    counts = False
    depth = 0
    for line in block:
        if key := _KEY.match(line):
            counts = int(key["uid"]) == uid and key["set"] in _SETS and int(key["tag"], 16) == 0
            depth = indent_of(line)
        elif counts and indent_of(line) > depth and (bucket := _BUCKET.match(line)):
            sent += int(bucket["sent"])
    return {BYTES_SENT.name: sent}


# The poll prints "Forced poll" and returns; of the detail only lines of counters come over.
COMMAND = (
    "dumpsys netstats --poll >/dev/null; cmd package list packages -U --user {user} {package}; "
    "dumpsys netstats detail | grep -E '^[A-Z]| uid=|^ +st='"
)

FACTS = (BYTES_SENT,)
READERS = (Reader(COMMAND, (BYTES_SENT.name,), read_traffic, in_diagnosis=False),)
