"""What is moved aside is no loss, what is deleted is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers import connect
from drivers.errors import PhoneLostError
from drivers.phone import Phone
from drivers.vocabulary import Risk, registry
from fixtures.launch import virtual_phone
from scenarios.media_guard import MediaLossError, media_kept


@pytest.fixture(scope="module")
def phone() -> Iterator[Phone]:
    with (
        virtual_phone(["--media", "5"]) as launched,
        connect(launched.serial, launched.client) as connected,
    ):
        yield connected


def test_a_file_that_was_set_aside_is_not_gone(phone: Phone) -> None:
    operation = registry().operations["media.set_aside"]
    prepared = operation.prepare(phone, {"items": ("largest",)})
    said: list[str] = []
    with media_kept(phone, Risk.DISRUPTIVE, said.append):
        operation.run(phone, {"items": ("largest",)}, prepared)
    operation.undo(phone, prepared)
    assert said == ["all 5 photos and videos are still there"]


@pytest.mark.parametrize("error", [PhoneLostError("gone"), KeyboardInterrupt(), ValueError("x")])
def test_what_is_left_of_a_failure_is_counted_but_not_on_a_phone_that_is_lost(
    phone: Phone, error: BaseException
) -> None:
    said: list[str] = []
    with pytest.raises(type(error)), media_kept(phone, Risk.DISRUPTIVE, said.append):
        raise error
    assert len(said) == (0 if isinstance(error, PhoneLostError) else 1)


def test_a_file_that_was_deleted_is_gone(phone: Phone) -> None:
    folder = "/sdcard/DCIM/Camera"
    name = phone.shell(f"ls {folder}").stdout.split()[0]
    with (
        pytest.raises(MediaLossError, match=name),
        media_kept(phone, Risk.DISRUPTIVE, lambda line: None),
    ):
        phone.shell(f"rm {folder}/{name}")
