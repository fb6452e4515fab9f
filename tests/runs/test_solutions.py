"""Solutions that are skipped unless somebody asks for them, or that are not for every phone."""

from __future__ import annotations

import pytest

from drivers import connect
from drivers.vocabulary import registry
from tests.runs.running import REGRESS, named, on_the_phone, truth

FOLDER = "scenarios/solutions"


@pytest.mark.full
def test_a_phone_is_handed_over_rescued_and_not_erased(run, tmp_path) -> None:
    rescued = tmp_path / "rescued"
    handed_over = f"{FOLDER}/06-factory-reset.yaml"
    ran = run("--phone=virtual", "--risk=wipe", handed_over, f"--var=rescue={rescued}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout
    # Handed over, with everything here and nothing erased.
    assert list(rescued.rglob("*.jpg"))


def test_what_only_a_person_can_name_is_assumed_on_a_phone_of_our_own_alone(run, launched) -> None:
    asked = f"{FOLDER}/07-clear-an-app.yaml"
    ran = run("--phone=virtual", asked)
    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr
    allowed = ("--risk=app-data", f"--confirm={launched.serial}")
    ran = run(*named(launched, *REGRESS, *allowed), asked)
    assert "set UNSTUCK_BULKY_APP in the environment" in ran.stdout, ran.stdout + ran.stderr


def test_backup_is_not_turned_on_for_an_account_that_only_happens_to_be_in_view(
    run, launched
) -> None:
    on_the_phone(launched, "virtual circumstance add second-account")
    with connect(launched.serial, launched.client) as phone:
        registry().controls["photos.account"].apply(phone, "bob.tester@example.com")
    before = truth(launched)
    assert before["gates"] == ["other-account"]
    fixes = (f"{FOLDER}/01-backup-off.yaml", f"{FOLDER}/02-account-viewed.yaml")
    refused = run(*named(launched, "--allow=uploads"), *fixes)
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "not tried without --risk=app-data: 'Photos shows another account" in refused.stdout
    assert "; what was found: 'Photos shows another account" in refused.stdout
    assert truth(launched)["settings"] == before["settings"]
    granted = ("--risk=app-data", "--allow=uploads", f"--confirm={launched.serial}")
    ran = run(*named(launched, *granted), *fixes)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Fixed: the wrong account being in view was holding the backup" in ran.stdout
    assert "photos.view_backup_account, which nothing takes back" in ran.stdout
    assert "--restore-only" not in ran.stdout
    assert truth(launched)["settings"]["photos.account"] == "ada.tester@example.com"


@pytest.mark.parametrize(
    "names",
    [
        ("05-wifi-off",),
        pytest.param(
            ("01-waiting-for-wifi", "05-wifi-metered", "05-mobile-data"), marks=pytest.mark.full
        ),
    ],
    ids=" ".join,
)
def test_whose_photos_may_use_mobile_data_has_no_other_proof(run, launched, names) -> None:
    with connect(launched.serial, launched.client) as phone:
        registry().controls["photos.cellular"].apply(phone, "unlimited")
    before = truth(launched)["settings"]
    files = [f"{FOLDER}/{name}.yaml" for name in names]
    ran = run(*named(launched, *REGRESS, "--allow=costs"), *files)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert truth(launched)["settings"] == before


def test_a_look_names_the_files_that_photos_skips_and_hides_their_names(run, launched) -> None:
    on_the_phone(launched, "virtual circumstance add refused-files")
    look = (*named(launched, "--mode=check", "--look"), f"{FOLDER}/01-skipped-items.yaml")
    hidden = run(*look).stdout
    assert "2 files are on this phone alone, by their names with --show-personal:" in hidden
    assert ">.svg" in hidden
    assert "drawing_20260707" not in hidden
    assert 'file "drawing_20260707.svg"' in run(*look, "--show-personal").stdout


def test_a_look_at_a_full_phone_names_what_fills_it(run, launched) -> None:
    with connect(launched.serial, launched.client) as phone:
        registry().operations["storage.fill"].run(phone, {"leave": 300_000_000}, None)
    fixes = (f"{FOLDER}/07-trim-caches.yaml", f"{FOLDER}/10-phone-full.yaml")
    shown = run(*named(launched), *fixes).stdout
    assert "largest caches: android 48 MB" in shown
    assert shown.count("(storage.free is ") == 1
    assert "storage.trim_caches until storage.free >= 5" in shown  # what Android keeps free


@pytest.mark.parametrize("mode", ["hostname", "off"])
def test_the_private_dns_server_that_its_owner_entered_is_there_again(run, launched, mode) -> None:
    on_the_phone(
        launched,
        "settings put global private_dns_specifier dns.google",
        f"settings put global private_dns_mode {mode}",
    )
    before = truth(launched)["settings"]
    assert before["network.private_dns_host"] == "dns.google"
    ran = run(*named(launched, *REGRESS), f"{FOLDER}/05-private-dns.yaml")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert truth(launched)["settings"] == before


def test_a_fault_that_is_not_put_back_exactly_is_for_our_own_phones(run, launched) -> None:
    before = truth(launched)["settings"]
    ran = run(
        *named(launched, *REGRESS),
        "--allow=uploads",
        "-rs",
        f"{FOLDER}/09-exempt-from-standby.yaml",
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "photos.standby_bucket: rare cannot be put back exactly" in ran.stdout
    assert truth(launched)["settings"] == before
