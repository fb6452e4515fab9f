"""What shell can carry out, on a phone behind the real adb server; here the virtual one."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from drivers.android.storage import FREE
from drivers.errors import LossError, StablePhoneError
from drivers.phone import connect
from drivers.photos.package import INSTALLED, STOPPED, VERSION_CODE, read_package_of
from drivers.vocabulary import Risk, registry
from fixtures.launch import virtual_phone
from fixtures.own_values import photos_apk


@contextmanager
def connected():
    with (
        virtual_phone(["--media", "30"]) as launched,
        connect(launched.serial, launched.client) as phone,
    ):
        yield phone


@pytest.fixture(scope="module")
def phone():
    with connected() as phone:
        yield phone


@pytest.fixture
def doomed():
    """A phone for one test, which does not leave it as it was."""
    with connected() as phone:
        yield phone


def carry_out(phone, name, **arguments):
    """Runs an operation as the engine does, its memo through JSON as the journal keeps it."""
    operation = registry().operations[name]
    prepared = json.loads(json.dumps(operation.prepare(phone, arguments)))
    return operation.run(phone, arguments, prepared), lambda: operation.undo(phone, prepared)


def media(phone):
    return phone.facts(["media.count"])["media.count"]


CAMERA = "/storage/emulated/0/DCIM/Camera"


def files(phone):
    return set(phone.shell("ls /sdcard/DCIM/Camera").stdout.split())


def test_pictures_of_ours_are_noticed_and_taken_back_to_the_file(phone):
    before, total = files(phone), media(phone)
    _, undo = carry_out(phone, "media.add", count=7)
    added = files(phone) - before
    assert len(added) == 7
    assert all(name.startswith("unstuck_") for name in added)
    assert media(phone) == total + 7
    undo()
    assert (files(phone), media(phone)) == (before, total)
    undo()


def test_half_a_run_of_pictures_is_taken_back_as_well(phone):
    operation = registry().operations["media.add"]
    prepared = operation.prepare(phone, {"count": 3})
    phone.shell(f"echo x > {prepared[0]}")
    operation.undo(phone, prepared)
    assert not any(name.startswith("unstuck_") for name in files(phone))


def test_a_file_that_nobody_announced_is_found_by_a_scan(phone):
    total = media(phone)
    phone.shell("cp /sdcard/DCIM/Camera/$(ls /sdcard/DCIM/Camera | head -n 1) /sdcard/DCIM/new.jpg")
    carry_out(phone, "media.scan")
    assert media(phone) == total + 1
    phone.shell("rm /sdcard/DCIM/new.jpg")
    carry_out(phone, "media.scan")
    assert media(phone) == total


def clock_skew(phone):
    return phone.facts(["phone.clock_skew"])["phone.clock_skew"]


def test_a_clock_is_set_and_left_as_wrong_as_it_was(phone):
    phone.shell("virtual circumstance add wrong-clock")
    before = clock_skew(phone)
    _, undo = carry_out(phone, "phone.set_clock")
    assert abs(clock_skew(phone)) <= 2
    undo()
    undo()
    assert clock_skew(phone) == pytest.approx(before, abs=2)
    phone.shell("virtual circumstance remove wrong-clock")


def test_a_clock_that_somebody_has_set_since_stays_as_it_is(phone):
    phone.shell("virtual circumstance add wrong-clock")
    _, undo = carry_out(phone, "phone.set_clock")
    phone.shell("cmd alarm set-time 1500000000000")
    before = clock_skew(phone)
    with pytest.raises(LossError, match="somebody has set the phone's clock since"):
        undo()
    assert clock_skew(phone) == pytest.approx(before, abs=2)
    phone.shell("virtual circumstance remove wrong-clock")


def listed(phone):
    return phone.shell("cd /sdcard; find . | sort; ls -l DCIM/Camera").stdout


def test_items_set_aside_leave_their_folder_and_come_back_as_they_were(phone):
    before, total = listed(phone), media(phone)
    names = sorted(files(phone))[:2]
    _, undo = carry_out(phone, "media.set_aside", items=(names[0], f"{CAMERA}/{names[1]}"))
    assert not set(names) & files(phone)
    undo()
    undo()
    assert (listed(phone), media(phone)) == (before, total)


def test_what_else_is_set_aside_stays_there(phone):
    first, second, *_ = sorted(files(phone))
    _, undo = carry_out(phone, "media.set_aside", items=(first,))
    _, undo_other = carry_out(phone, "media.set_aside", items=(second,))
    undo()
    assert second not in files(phone)
    undo_other()
    assert {first, second} <= files(phone)
    assert phone.shell("ls -d /sdcard/.unstuck").exit_code != 0


def test_the_largest_item_is_set_aside_by_that_word(phone):
    sizes = {}
    for line in phone.shell("ls -l /sdcard/DCIM/Camera").stdout.split("\n")[1:]:
        if line.strip():
            sizes[line.split()[-1]] = int(line.split()[4])
    _, undo = carry_out(phone, "media.set_aside", items=("largest",))
    assert set(sizes) - files(phone) == {max(sizes, key=sizes.get)}
    undo()


def test_nothing_moves_for_a_name_that_no_file_has(phone):
    before = files(phone)
    with pytest.raises(StablePhoneError, match=r"no photo or video 'nothing\.jpg'"):
        carry_out(phone, "media.set_aside", items=("nothing.jpg",))
    assert files(phone) == before


def test_storage_is_filled_to_the_size_asked_for_and_emptied(phone):
    before = phone.facts([FREE.name])[FREE.name]
    _, undo = carry_out(phone, "storage.fill", leave=10**9)
    assert phone.facts([FREE.name])[FREE.name] == pytest.approx(10**9, abs=5 * 2**20)
    undo()
    assert phone.facts([FREE.name])[FREE.name] == pytest.approx(before, abs=2**20)


def test_a_restart_leaves_photos_open(phone):
    carry_out(phone, "photos.open")
    carry_out(phone, "photos.restart")
    assert phone.facts(["phone.foreground"])["phone.foreground"].startswith(phone.package)


def test_photos_that_half_a_restart_left_stopped_is_opened(phone):
    phone.shell(f"am force-stop {phone.package}")
    assert read_package_of(phone)[STOPPED.name]
    registry().operations["photos.restart"].undo(phone, True)
    assert not read_package_of(phone)[STOPPED.name]


def test_photos_that_is_not_there_is_not_opened(doomed):
    doomed.shell(f"pm uninstall --user 0 {doomed.package}")
    with pytest.raises(StablePhoneError, match="no way to open"):
        carry_out(doomed, "photos.open")


def test_jobs_run_and_none_is_said_so(phone):
    carry_out(phone, "photos.run_jobs")
    phone.shell(f"am force-stop {phone.package}")
    with pytest.raises(StablePhoneError, match="open it once"):
        carry_out(phone, "photos.run_jobs")


def apk_of(folder, version):
    return str(photos_apk(folder / f"base {version}.apk", version))


def test_an_older_version_is_installed_only_on_request(doomed, tmp_path):
    code = read_package_of(doomed)[VERSION_CODE.name]
    carry_out(doomed, "photos.install", files=(apk_of(tmp_path, code + 1),))
    assert read_package_of(doomed)[VERSION_CODE.name] == code + 1
    older = (apk_of(tmp_path, code - 1),)
    with pytest.raises(StablePhoneError, match=r"VERSION_DOWNGRADE.*older: on"):
        carry_out(doomed, "photos.install", files=older)
    assert read_package_of(doomed)[VERSION_CODE.name] == code + 1
    operation = registry().operations["photos.install"]
    assert operation.risk({"files": older, "older": True}) is Risk.APP_DATA
    carry_out(doomed, "photos.install", files=older, older=True)
    assert read_package_of(doomed)[VERSION_CODE.name] == code - 1
    assert "unstuck" not in doomed.shell("ls /data/local/tmp").stdout


def test_removing_updates_is_believed_by_the_version_alone(doomed):
    before = read_package_of(doomed)[VERSION_CODE.name]
    carry_out(doomed, "photos.uninstall_updates")
    assert read_package_of(doomed)[VERSION_CODE.name] < before
    with pytest.raises(StablePhoneError, match="did not remove updates"):
        carry_out(doomed, "photos.uninstall_updates")


def test_a_reinstall_leaves_photos_installed_also_half_way(doomed):
    carry_out(doomed, "photos.reinstall")
    assert read_package_of(doomed)[INSTALLED.name]
    doomed.shell(f"pm uninstall --user 0 {doomed.package}")
    registry().operations["photos.reinstall"].undo(doomed, True)
    assert read_package_of(doomed)[INSTALLED.name]


def test_cleared_data_is_the_named_apps(doomed):
    carry_out(doomed, "photos.clear_data")
    carry_out(doomed, "app.clear_data", package="com.android.settings")
    with pytest.raises(StablePhoneError, match=r"did not clear .*no\.such\.app"):
        carry_out(doomed, "app.clear_data", package="no.such.app")


def test_a_restarted_phone_is_waited_for_until_it_is_unlocked(doomed):
    boots = "settings get global boot_count"
    before = int(doomed.shell(boots).stdout)
    carry_out(doomed, "phone.reboot")
    assert int(doomed.shell(boots).stdout) == before + 1


def test_the_reset_page_is_opened_and_nothing_is_lost(phone):
    total = media(phone)
    carry_out(phone, "phone.factory_reset")
    assert phone.facts(["phone.foreground"])["phone.foreground"].startswith("com.android.settings/")
    assert media(phone) == total


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("media.add", {"count": 0}),
        ("media.add", {"count": 100_000}),
        ("storage.fill", {}),
        ("storage.fill", {"leave": 1}),
        ("app.clear_data", {}),
        ("media.set_aside", {}),
        ("photos.install", {}),
        ("photos.install", {"files": ("no-such-file.apk",)}),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_sent(phone, name, arguments):
    sent = []
    stop = phone.listen(lambda exchange: sent.append(exchange.request))
    with pytest.raises(StablePhoneError):
        carry_out(phone, name, **arguments)
    stop()
    assert sent == []
