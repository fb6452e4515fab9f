"""The readers of grammar-like outputs against texts that follow the grammar, and any other text."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drivers.android.content import parse_rows
from drivers.android.device import parse_properties
from drivers.android.netpolicy import policy_word, read_netpolicy
from drivers.android.notifications import parse_records
from drivers.android.settings import parse_list
from drivers.android.traffic import read_traffic
from drivers.photos.package import read_package
from drivers.vocabulary import Reading, registry

SAMPLES = Path(__file__).parent / "samples"
# A line of anything: no reader may fail on it, and no line of a value may look like another line.
anything = st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=40)
uids = st.integers(min_value=1000, max_value=1_999_999)
package_names = st.from_regex(r"[a-z]{2,5}(\.[a-z]{2,8}){1,3}", fullmatch=True)


# -- netpolicy

policies = st.dictionaries(uids, st.integers(min_value=0, max_value=2**20), max_size=8)


@given(policies, uids, st.booleans(), st.booleans())
def test_each_app_has_the_policy_of_its_own_line(policies, uid, saver, restricted):
    lines = [f"  UID={u} policy={p} (WHATEVER|{p})" for u, p in policies.items()]
    text = "\n".join(
        [
            f"Restrict background: {str(saver).lower()}",
            f"Restricted networking mode: {str(restricted).lower()}",
            "Policy for UIDs:",
            *lines,
            "Power save whitelist app ids:",
            f"  UID={uid}: true",
            "",
        ]
    )
    assert read_netpolicy(text, Reading(uid=uid)) == {
        "network.data_saver": saver,
        "network.restricted_mode": restricted,
        "photos.background_data": policy_word(policies.get(uid, 0)),
    }


@pytest.mark.parametrize(
    ("policy", "word"),
    [
        (0, "allowed"),
        (1, "restricted"),
        (4, "unrestricted"),
        (5, "restricted"),
        (524288, "allowed"),
    ],
)
def test_rejecting_wins_and_makers_bits_say_nothing(policy, word):
    assert policy_word(policy) == word


# -- netstats

SETS = ("DEFAULT", "FOREGROUND", "DBG_VPN_IN", "ALL")
entries = st.lists(
    st.tuples(
        anything.filter(lambda network: " uid=" not in network),
        uids,
        st.sampled_from(SETS),
        st.sampled_from(("0x0", "0xffffff82")),
        st.lists(st.integers(min_value=0, max_value=2**48), max_size=4),
    ),
    max_size=6,
)


@given(entries, uids)
def test_bytes_are_those_of_one_uid_in_sight_or_not_and_without_a_tag(entries, uid):
    lines = []
    for network, owner, name, tag, sent in entries:
        lines.append(f'  ident=[{{wifiNetworkKey="{network}"}}] uid={owner} set={name} tag={tag}')
        lines.append("    NetworkStatsHistory: bucketDuration=7200")
        lines += [f"      st=17 rb=9 rp=9 tb={n} tp=9 op=0" for n in sent]
    text = "\n".join(["UID stats:", "  Pending bytes: 1", *lines, "UID tag stats:", ""])
    expected = sum(
        sum(sent)
        for _, owner, name, tag, sent in entries
        if owner == uid and name in {"DEFAULT", "FOREGROUND"} and tag == "0x0"
    )
    assert read_traffic(text, Reading(uid=uid)) == {"photos.bytes_sent": expected}


# -- package

permissions = st.dictionaries(
    st.from_regex(r"android\.permission\.[A-Z]{3,9}(_[A-Z]{2,8})?", fullmatch=True),
    st.booleans(),
    max_size=5,
)
users = st.dictionaries(
    st.sampled_from((0, 10, 11, 150, 999)),
    st.tuples(st.booleans(), st.booleans(), st.integers(0, 4), permissions),
    min_size=1,
)


def package_block(package, app_id, code, users):
    lines = [
        f"  Package [{package}] (1a2b):",
        f"    userId={app_id}",
        f"    versionCode={code} minSdk=26 targetSdk=36",
        "    versionName=1.2 (beta) User 0: installed=false",
    ]
    for user, (installed, stopped, enabled, granted) in users.items():
        lines.append(
            f"    User {user}: ceDataInode=-1 installed={str(installed).lower()} hidden=false "
            f"suspended=false vendor=x stopped={str(stopped).lower()} enabled={enabled} pdm=1"
        )
        lines.append("    overlay paths:")
        lines.append("      gids=[3003]")
        lines.append("      runtime permissions:")
        lines += [
            f"        {name}: granted={str(g).lower()}, flags=[ USER_SET|524288]"
            for name, g in granted.items()
        ]
    return lines


@given(
    package_names,
    st.integers(10_000, 19_999),
    st.integers(1, 2**31),
    users,
    st.data(),
    st.booleans(),
)
def test_a_package_has_the_facts_of_the_user_in_front(package, app_id, code, users, data, hidden):
    user = data.draw(st.sampled_from(sorted(users)))
    text = ["Packages:", *package_block(f"{package}.other", 10_001, 1, users)]
    text += [*package_block(package, app_id, code, users), ""]
    if hidden:
        text += ["Hidden system packages:", *package_block(package, 12_345, 7, {user: users[user]})]
    text += ["", "Dexopt state:", ""]
    facts = read_package("\n".join(text), Reading(package, user))
    installed, stopped, enabled, granted = users[user]
    assert facts["photos.uid"] == user * 100_000 + app_id
    assert facts["photos.version_code"] == code
    assert facts["photos.installed"] is installed
    assert facts["photos.stopped"] is stopped
    assert facts["photos.enabled"] is (enabled in {0, 1})
    assert facts["photos.permissions"] == tuple(sorted(n for n, g in granted.items() if g))


# -- rows

columns = st.lists(
    st.text(string.ascii_lowercase + "_", min_size=1, max_size=8),
    min_size=1,
    max_size=4,
    unique=True,
)


@given(columns, st.data())
def test_rows_come_back_as_they_were_written(columns, data):
    # What no reader can tell apart is a value that holds the very next column's mark, or a line
    # that is a row of its own.
    marks = [f", {name}=" for name in columns]
    values = st.text("abc=, \nN;%é", max_size=12).filter(
        lambda value: not any(mark in value for mark in marks) and value != "NULL"
    )
    rows = data.draw(
        st.lists(
            st.fixed_dictionaries({n: st.one_of(st.none(), values) for n in columns}), max_size=4
        )
    )
    text = "".join(
        f"Row: {n} "
        + ", ".join(f"{name}={'NULL' if row[name] is None else row[name]}" for name in columns)
        + "\n"
        for n, row in enumerate(rows)
    )
    # Nor can rows of which every second line is empty be told from those of a computer that makes
    # two line ends of one.
    assume(any(line.strip() for line in text.split("\n")[1::2]) or not rows)
    # The output's own last line feed cannot be told from one that ends the last value.
    expected = [{name: v for name, v in row.items() if v is not None} for row in rows]
    if expected and columns[-1] in expected[-1]:
        expected[-1][columns[-1]] = expected[-1][columns[-1]].rstrip("\n")
    assert parse_rows(text, columns) == expected


def test_without_a_projection_whatever_looks_like_a_column_is_one():
    assert parse_rows("Row: 0 _id=1, name=a, b, size=\nRow: 1 _id=NULL\n") == [
        {"_id": "1", "name": "a, b", "size": ""},
        {},
    ]
    assert parse_rows("No result found.\n") == []


# -- tables

keys = st.from_regex(r"[a-z][a-z_.]{0,12}", fullmatch=True)


@given(st.dictionaries(keys, anything, max_size=6))
def test_a_settings_table_comes_back_whatever_its_values_hold(table):
    text = "".join(f"{key}={value}\n" for key, value in table.items())
    assert parse_list(text) == table


@given(
    st.dictionaries(
        keys,
        st.lists(
            anything.filter(lambda line: not line.rstrip().endswith("]") and "]: [" not in line),
            min_size=1,
            max_size=3,
        ).map("\n".join),
        max_size=5,
    )
)
def test_properties_come_back_over_as_many_lines_as_they_have(table):
    text = "".join(f"[{name}]: [{value}]\n" for name, value in table.items())
    assert parse_properties(text) == table


# -- notifications


def test_a_notification_shows_its_texts_its_bar_and_its_channel():
    text = (SAMPLES / "notification_progress.txt").read_text()
    mail, photos = parse_records(text)
    assert (mail.title, mail.text, mail.progress) == (None, None, None)
    assert (photos.package, photos.user, photos.channel) == (
        "com.google.android.apps.photos",
        0,
        "backup_1_progress",
    )
    assert (photos.title, photos.text) == ("Backing up (3 of 40)", "First line\nsecond line")
    assert (photos.progress, photos.progress_max) == (12, 40)


# -- any text

READERS = registry().readers
samples = [path.read_bytes().decode() for path in sorted(SAMPLES.glob("*.txt"))]


def never_fails(reader, text):
    try:
        facts = reader.read(text, Reading())
    except ValueError:
        return
    assert set(facts) <= set(reader.facts)


@given(st.text(max_size=300))
@settings(max_examples=50)
def test_no_reader_fails_on_garbage(text):
    for reader in READERS:
        never_fails(reader, text)


@given(st.sampled_from(samples), st.data())
@settings(max_examples=60, deadline=None)
def test_no_reader_fails_on_a_dump_that_was_damaged(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 200)))
    damaged = text[:start] + data.draw(st.text(max_size=20)) + text[end:]
    for reader in READERS:
        never_fails(reader, damaged)


NOISE = (
    "WARNING: linker: /system/lib64/libx.so: unused DT entry: type 0x6ffffffe arg 0x1",
    "* daemon started successfully",
    "adb server version (39) doesn't match this client (41); killing...",
)


@given(st.sampled_from(samples), st.sampled_from(NOISE), st.data())
@settings(max_examples=60, deadline=None)
def test_lines_of_others_between_those_of_a_dump_change_nothing(text, noise, data):
    lines = text.split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    noisy = "\n".join([*lines[:at], noise, *lines[at:]])
    for reader in READERS:
        assert told(reader, noisy) == told(reader, text)
        never_fails(reader, noise)


def told(reader, text):
    try:
        return reader.read(text, Reading())
    except ValueError:
        return {}
