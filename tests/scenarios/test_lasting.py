"""What a run did that nothing takes back, told from its journal."""

from __future__ import annotations

import pytest

from drivers.vocabulary import Operation, Risk, registry
from scenarios.journal import Change
from scenarios.lasting import done_and_over, done_for_good, leaves_a_trace, lost

PHOTOS = "what Photos kept for itself on the phone, its Locked Folder included"
# Of the app's own data nothing goes by these: an account is viewed, or joins where none was.
HARMLESS = {"photos.sign_in", "photos.switch_account", "photos.view_backup_account"}
# Told by the arguments that it was given, or never carried out.
APART = {"photos.install", "phone.factory_reset"}


def done(name: str, *, memo: object = None, is_done: bool = True) -> Change:
    return Change(1, "operation", name, "", None, None, memo, is_done)  # type: ignore[arg-type]


def account(was: str | None, to: str) -> Change:
    return Change(1, "control", "photos.account", "", was, to, None, is_done=True)


@pytest.mark.parametrize(
    "operation",
    [
        one
        for name, one in registry().operations.items()
        if one.base_risk >= Risk.DISRUPTIVE and name not in HARMLESS | APART
    ],
    ids=lambda operation: operation.name,
)
def test_every_operation_that_interrupts_or_loses_data_has_its_words(operation: Operation) -> None:
    changes = [done(operation.name)]
    assert bool(lost(changes)) is (operation.base_risk >= Risk.APP_DATA)
    assert lost(changes) or done_for_good(changes) or done_and_over(changes)


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_nothing_goes_where_nobody_is_signed_out(name: str) -> None:
    assert lost([done(name)]) == []
    assert name in registry().operations


def test_an_older_version_takes_the_data_with_it_and_a_newer_one_does_not() -> None:
    assert lost([done("photos.install", memo={"remembered": {"account": "a"}})]) == [PHOTOS]
    assert lost([done("photos.install", memo={"remembered": None})]) == []


def test_what_photos_kept_goes_with_the_account_that_it_leaves() -> None:
    assert lost([account("ada@example.com", "none")]) == [PHOTOS]
    assert lost([account("none", "ada@example.com")]) == []
    assert lost([account(None, "ada@example.com")]) == []


def test_what_was_not_seen_to_its_end_may_be_gone() -> None:
    half = done("photos.clear_data", is_done=False)
    assert lost([half]) == [f"perhaps {PHOTOS}"]
    assert lost([half, done("photos.reinstall")]) == [PHOTOS]


def test_a_restart_is_over_and_a_cleared_cache_is_not() -> None:
    restart, cache = done("photos.restart"), done("photos.clear_cache")
    assert done_for_good([cache, restart, cache]) == ["Photos' cache was cleared"]
    assert done_and_over([cache, restart, cache]) == ["Photos was restarted"]
    assert leaves_a_trace([restart, cache])
    assert not leaves_a_trace([restart])
    assert not leaves_a_trace([done("photos.clear_cache", is_done=False)])
