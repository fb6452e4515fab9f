"""What Photos says, as phones give it, and what only looks like it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.hierarchy import parse
from drivers.photos.__main__ import main
from drivers.photos.lexicon import wordings
from drivers.photos.status import UNKNOWN, is_photos_package, read_status, status_of

RLM, RLE, PDF = "\u200f", "\u202b", "\u202c"


@pytest.mark.parametrize(
    ("text", "status", "numbers"),
    [
        ("Backup complete", "complete", {}),
        ("BACKING UP…", "uploading", {}),
        ("Backing up • 12 items left", "uploading", {"left": 12}),
        ("1 item left • Storage saver", "uploading", {"left": 1}),
        ("1,234 items left • Original quality", "uploading", {"left": 1234}),
        ("Backing up 1 of 40", "uploading", {"done": 1, "total": 40}),
        ("Backing up 1 of 1 234 photos", "uploading", {"done": 1, "total": 1234}),
        ("Backing up 163 items", "uploading", {"left": 163}),
        ("Backing up\n3 items left", "uploading", {"left": 3}),
        ("Getting ready to back up… 1,342 items left.", "getting_ready", {"left": 1342}),
        ("Getting ready to back up 5 items", "getting_ready", {"left": 5}),
        ("Backup is on: Getting ready to back up", "getting_ready", {}),
        ("Waiting for Wi\u2011Fi • ١٢ items left", "waiting_wifi", {"left": 12}),
        ("Waiting for connection", "offline", {}),
        ("Device is too hot", "too_hot", {}),
        ("Account storage is full", "cloud_full", {}),
        ("Backup is off. 347 items left", "off", {"left": 347}),
        ("Back up & sync is off", "off", {}),
        ("Backup stopped. Account and settings.", "off", {}),
        ("A photo or video was skipped", "skipped_items", {}),
        ("Backup paused, 3 items left", "paused", {"left": 3}),
        ("Backup paused – Waiting for Wi-Fi", "waiting_wifi", {}),
        ("Backing up (12 items left)", "uploading", {"left": 12}),
        ("Backing up\n3 of 40", "uploading", {"done": 3, "total": 40}),
        ("1,234 photos and videos left", "uploading", {"left": 1234}),
        ("Backing up 2 of 9 videos", "uploading", {"done": 2, "total": 9}),
        ("Haven’t backed up for 3 days", "not_backed_up", {}),
        ("Scanning files", "scanning", {}),
        ("Upload started\nBacking up 1 of 345", "uploading", {"done": 1, "total": 345}),
        ("Preparing to backup 20 photos", "getting_ready", {"left": 20}),
        ("Uploading 20 photos", "uploading", {"left": 20}),
        ("One moment please…", "getting_ready", {}),
        ("Turn on backup", "off", {}),
        ("Backing up…1,342 items left", "uploading", {"left": 1342}),
        ("Backing up...12 items left", "uploading", {"left": 12}),
        ("Google Photos: Backing up", "uploading", {}),
        ("Auto Backup Up To Date", "complete", {}),
        # How far it is, in whatever form it stands there.
        ("Backing up 1/312", "uploading", {"done": 1, "total": 312}),
        ("Backing up • 1 / 1,312", "uploading", {"done": 1, "total": 1312}),
        ("正在备份 1/312", "uploading", {"done": 1, "total": 312}),
        ("Getting ready to back up (3/40)", "getting_ready", {"done": 3, "total": 40}),
        ("Backing up… ٤٥٪", "uploading", {}),
        ("%45 Backing up", "uploading", {}),
        ("Backing up 12.5%", "uploading", {}),
        # Right to left: halves swapped, marks round and inside.
        (f"{RLM}12 items left • Backing up{RLM}", "uploading", {"left": 12}),
        (f"{RLE}Storage saver{PDF} • {RLE}١٬٢٣٤ items left{PDF}", "uploading", {"left": 1234}),
        # Other languages.
        ("Wird vorbereitet • Noch 1.234 Elemente", "getting_ready", {"left": 1234}),
        ("Il backup è disattivato", "off", {}),
        ("In attesa di Wi-Fi", "waiting_wifi", {}),
        ("La copia de seguridad está desactivada", "off", {}),
        ("バックアップの準備をしています", "getting_ready", {}),
        ("123 件がバックアップ対象として残っています", "uploading", {"left": 123}),
        ("Wi-Fi 接続の待機中", "waiting_wifi", {}),
        ("备份已完成", "complete", {}),
        ("正在备份。", "uploading", {}),
        ("Mencadangkan", "uploading", {}),
        ("Kumpleto ang backup", "complete", {}),
    ],
)
def test_a_statement_of_photos_is_read(text, status, numbers):
    found = read_status(text)

    assert found.status == status
    assert found.counter.as_value() == numbers
    assert found.text


@pytest.mark.parametrize(
    "text",
    [
        "Backing up to user@example.com",
        "124.88 MB of 15 GB",
        "3 of 5 stars",
        "3 of 5",
        "12.5 items left",
        "Backup",
        "Photo taken on May 5, 2024 4:21:02 PM",
        "You freed up 16.22 GB",
        "Free up space on this device",
        "Storage saver",
        "Account and settings.",
        "Backing up is easy",
        "My album: Backup complete guide",
        "Ready in 5 minutes",
        "12",
        "3 of 5 photos",
        "Backing up (to user@example.com)",
        "",
        " \u200f\n • ",
        "Backup complete, said the sign in the photo",
        "Backing up 5/12/2026",
        "Backing up 312/1",
        "Backing up #/#",
        "Backing up 1.2 GB/3 GB",
        "1/312",
        "45%",
    ],
)
def test_what_only_looks_like_a_statement_is_unknown(text):
    assert read_status(text) == UNKNOWN


def test_a_date_beside_a_backup_that_is_done_is_no_counter():
    for text in ("Backup complete 5/12", "Backup complete • 5/12", "Backup is off. 5/12"):
        assert read_status(text).counter.as_value() == {}


def test_what_was_understood_whole_is_quoted_whole():
    for text in ("Backing up (1 of 312)", "Backing up · 12 items left", "Backing up: 1/312"):
        assert read_status(text).text == text


def test_the_disc_gives_the_state_and_keeps_the_account_to_itself():
    status = read_status(
        "Signed in as Ann Example ann@example.com\nBacking up.\nAccount and settings."
    )

    assert status.status == "uploading"
    assert "example" not in status.text


@given(st.text())
def test_no_text_is_too_odd(text):
    status = read_status(text)

    assert status.is_known or status == UNKNOWN


@given(
    st.sampled_from([w for w in wordings() if w.kind == "status" and not w.roles]),
    st.sampled_from([w for w in wordings() if w.kind == "counter" and w.roles]),
    st.integers(min_value=0, max_value=10**6),
    st.sampled_from(["", RLM, "\u2068", "\u00ad"]),
    st.booleans(),
)
def test_every_status_of_the_lexicon_takes_every_counter_in_either_order(
    title, counter, left, mark, is_swapped
):
    said = counter.words.replace("{left}", f"{left:,}").replace("{any}", "")
    halves = [f"{mark}{title.words}{mark}", f"{mark}{said}{mark}"]
    status = read_status(" • ".join(halves[::-1] if is_swapped else halves))

    assert (status.status, status.left) == (title.means, left)


def photos(*nodes, package="com.google.android.apps.photos"):
    views = "".join(
        f'<node package="{package}" resource-id="{package}:id/{name}" text="{text}" '
        f'content-desc="{desc}" bounds="[0,0][100,100]"/>'
        for name, text, desc in nodes
    )
    return parse(
        f'<hierarchy><node package="{package}" bounds="[0,0][100,100]">{views}</node></hierarchy>'
    )


TITLE = "photos_autobackup_particle_status_title"
DESCRIPTION = "photos_autobackup_particle_status_description"


def test_the_status_line_is_believed_before_the_disc():
    screen = photos(
        ("selected_account_disc", "", "Signed in as A\nBackup complete.\nAccount and settings."),
        (TITLE, "Backing up", ""),
        ("photos_autobackup_particle_status_description", "12 items left • Storage saver", ""),
    )

    status = status_of(screen)
    assert (status.status, status.left) == ("uploading", 12)
    assert status.text == "Backing up • 12 items left • Storage saver"


def test_what_is_complete_has_no_counter_of_another_page_part():
    screen = photos((TITLE, "Backup complete", ""), ("x", "12 items left", ""))

    assert status_of(screen).counter.as_value() == {}


def test_a_title_with_its_counter_is_no_counter_alone():
    screen = photos(("x", "Backup complete", ""), ("y", "Backing up • 12 items left", ""))

    assert (status_of(screen).status, status_of(screen).left) == ("uploading", 12)


def test_a_card_of_the_newer_menu_is_read():
    screen = photos(
        ("og_bento_card_title", "Free up space on this device", ""),
        ("og_bento_card_subtitle", "备份已完成", ""),
    )

    assert status_of(screen, "zh-CN").status == "complete"


def test_a_reason_in_one_node_and_a_counter_in_another_belong_together():
    screen = photos(("x", "Waiting for Wi-Fi", ""), ("y", "7 items left", ""))

    status = status_of(screen)
    assert (status.status, status.left, status.text) == (
        "waiting_wifi",
        7,
        "Waiting for Wi-Fi • 7 items left",
    )


@pytest.mark.parametrize(
    ("first", "second", "numbers", "said"),
    [
        ("Backing up", "1 of 312", {"done": 1, "total": 312}, "Backing up • 1 of 312"),
        ("3/40", "Backing up", {"done": 3, "total": 40}, "3/40 • Backing up"),
        ("312", "items left", {"left": 312}, "312 items left"),
        ("١٬٢٣٤", "items left", {"left": 1234}, "١٬٢٣٤ items left"),
        ("Uploading", "12 items", {}, "Uploading"),
        ("Backup complete", "1 of 312", {}, "Backup complete"),
        ("Backing up", "3 of 5 stars", {}, "Backing up"),
        ("Backing up", "12.5 GB of 15 GB", {}, "Backing up"),
    ],
)
def test_views_side_by_side_are_read_together_where_they_make_one_statement(
    first, second, numbers, said
):
    status = status_of(photos(("", first, ""), ("", second, "")))

    assert (dict(status.counter.as_value()), status.text) == (numbers, said)


def test_views_without_text_are_read_by_their_descriptions():
    screen = photos(("", "", "Backing up"), ("", "", "1 of 312"))

    assert status_of(screen).counter.as_value() == {"done": 1, "total": 312}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("تبقّى ١٢٬٣٤٥ عنصرًا • توفير مساحة", 12345),
        ("осталось 12", 12),
        ("12 из 40", None),
        ("12,5 МБ", None),
        ("16 GB", None),
        ("16 Go", None),
        ("12 МБ", None),
        ("%45", None),
        ("45 ٪", None),
        ("Encore 3 minutes", None),
        ("ещё 3 часа", None),
        ("剩余 3 分钟", None),
        ("Резервное копирование", None),
    ],
)
def test_in_a_language_nobody_wrote_down_the_status_line_still_counts(text, left):
    status = status_of(photos((TITLE, "جارٍ", ""), (DESCRIPTION, text, "")))

    assert (status.status, status.left) == ("unknown", left)
    assert status_of(photos(("title", text, ""))) == UNKNOWN


@pytest.mark.parametrize(("checked", "status"), [("true", "unknown"), ("false", "off")])
def test_the_settings_page_says_no_more_than_its_switch(checked, status):
    switch = ("switchWidget", f'" checkable="true" checked="{checked}', "")
    summary = ("summary", "Backing up to user@example.com", "")
    row = photos(("title", "Backup", ""), summary, switch).xml.removeprefix("<hierarchy>")
    title = photos(("toolbar", "Backup", "")).xml.removesuffix("</hierarchy>")

    assert status_of(parse(title + row)).status == status
    assert status_of(parse(f"<hierarchy>{row}")).status == "unknown"


def test_other_apps_say_nothing_about_photos():
    screen = photos(("title", "Backing up", ""), package="com.google.android.gms")

    assert status_of(screen) == UNKNOWN


def test_a_patched_build_speaks_under_its_own_name():
    package = "app.revanced.android.apps.photos"
    screen = photos((TITLE, "Backup is off", ""), package=package)

    assert is_photos_package(package)
    assert is_photos_package("com.google.android.apps.photos.debug")
    for other in ("com.example.photoshop", "com.amazon.clouddrive.photos", "com.apple.photos"):
        assert not is_photos_package(other)
    assert status_of(screen).status == "off"
    assert status_of(screen, package="com.google.android.apps.photos") == UNKNOWN


def test_reading_aloud_prints_json(capsys, tmp_path):
    assert main(["--locale", "de", "Noch 3 Elemente"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "status": "uploading",
        "done": None,
        "total": None,
        "left": 3,
        "text": "Noch 3 Elemente",
    }

    assert main(["124.88 MB of 15 GB"]) == 0
    assert json.loads(capsys.readouterr().out) == {"status": "unknown"}

    dump = tmp_path / "dump.xml"
    dump.write_text(photos((TITLE, "Backing up", "")).xml, encoding="utf-8")
    assert main(["--hierarchy", str(dump)]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "uploading"


def test_reading_aloud_says_why_a_file_holds_no_screen(capsys, tmp_path):
    dump = tmp_path / "dump.xml"
    dump.write_text("ERROR: could not get idle state.", encoding="utf-8")

    assert main(["--hierarchy", str(dump)]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"status": "unknown"}
    assert "could not get idle state" in printed.err


@pytest.mark.parametrize(
    "arguments", [[], ["a", "--hierarchy", "b"], ["--hierarchy", "missing.xml"]]
)
def test_reading_aloud_takes_one_text_or_one_file_that_is_there(arguments, capsys):
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2
    assert "usage:" in capsys.readouterr().err
