"""Backup notifications in the form of Android 10 to 16: NotificationRecord.dump's lines."""

import pytest

from drivers.photos.notification import COMMAND, notified_status, read_notifications
from drivers.vocabulary import Reading

PHOTOS = "com.google.android.apps.photos"


def record(title, text, *, package=PHOTOS, user=0, extras=()):
    lines = [f"android.title=String ({title})", f"android.text=String ({text})", *extras]
    body = "\n".join(f"          {line}" for line in lines)
    return (
        f"    NotificationRecord(0x0a1b2c3d: pkg={package} user=UserHandle{{{user}}} id=7 tag=null "
        f"importance=2 key=0|{package}|7|null|10151: Notification(channel=backup_1_progress "
        "shortcut=null contentView=null vibrate=null sound=null defaults=0 flags=ONGOING_EVENT))\n"
        "      uid=10151 userId=0\n"
        "      notification=\n"
        f"        extras={{\n{body}\n        }}\n"
        "      stats=SingleNotificationStats{}\n"
    )


def dump(*records):
    return "Current Notification Manager state:\n  Notification List:\n" + "".join(records) + "  \n"


BAR = ("android.progress=Integer (7)", "android.progressMax=Integer (10)")


@pytest.mark.parametrize(
    ("records", "facts"),
    [
        (
            [record("Backing up", "3 items left")],
            {"photos.status": "uploading", "photos.counter": {"left": 3}},
        ),
        (
            [record("Backing up", "3 items left", extras=BAR)],
            {"photos.status": "uploading", "photos.counter": {"left": 3, "done": 7, "total": 10}},
        ),
        (
            [record("Backing up", "30 items left", extras=BAR)],
            {"photos.status": "uploading", "photos.counter": {"left": 30}},
        ),
        ([record("Backing up", "", extras=BAR)], {"photos.status": "uploading"}),
        (
            [record("Waiting for Wi\u2011Fi", "١٢ items left")],
            {"photos.status": "waiting_wifi", "photos.counter": {"left": 12}},
        ),
        ([record("Backing up", "x"), record("Storage full", "x")], {"photos.status": "cloud_full"}),
        ([record("New memory", "Spotlight on you")], {}),
        ([record("Backing up", "3 items left", package="com.example.drive")], {}),
        ([record("Backing up", "3 items left", user=10)], {}),
        ([], {}),
    ],
)
def test_a_backup_notification_is_read(records, facts):
    assert read_notifications(dump(*records), Reading()) == facts


@pytest.mark.parametrize("hidden", ["String", "String [length=10]"])
def test_a_redacted_notification_says_nothing(hidden):
    text = dump(record("Backing up", "3 items left")).replace("String (Backing up)", hidden)

    assert "photos.status" not in read_notifications(text.replace("(3 items left)", ""), Reading())


def test_what_the_command_keeps_is_enough_to_read_it():
    kept = ("NotificationRecord(", "extras={", "}", "android.title=", "android.text=")
    whole = dump(record("Backing up", "3 items left"), record("Photos", "Hello"))
    cut = "\n".join(line for line in whole.split("\n") if line.strip().startswith(kept))

    assert notified_status(cut, Reading()) == notified_status(whole, Reading())
    assert COMMAND.format(package=PHOTOS, user=0).count("{") == 1
