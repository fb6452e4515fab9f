"""What Photos' permissions open to it."""

import pytest

from drivers.photos.package import media_access

IMAGES, VIDEO, SELECTED, STORAGE = (
    f"android.permission.READ_{name}"
    for name in ("MEDIA_IMAGES", "MEDIA_VIDEO", "MEDIA_VISUAL_USER_SELECTED", "EXTERNAL_STORAGE")
)


@pytest.mark.parametrize(
    ("granted", "word"),
    [
        ([IMAGES, VIDEO], "all"),
        ([IMAGES, VIDEO, SELECTED], "all"),
        # Only by `pm`, or an app for permissions: Android's own dialogs give both.
        ([IMAGES], "selected"),
        ([VIDEO], "selected"),
        ([VIDEO, SELECTED], "selected"),
        ([SELECTED], "selected"),
        ([], "none"),
    ],
)
def test_anything_less_than_pictures_and_videos_is_a_part(granted, word):
    part = [f"        {name}: granted={name in granted}" for name in (IMAGES, VIDEO, SELECTED)]
    assert media_access(granted, part) == word


@pytest.mark.parametrize(("granted", "word"), [([STORAGE], "all"), ([], "none")])
def test_older_phones_have_one_permission_for_both(granted, word):
    assert media_access(granted, [f"        {STORAGE}: granted={STORAGE in granted}"]) == word


def test_a_dump_that_names_none_of_them_tells_nothing():
    assert media_access([], ["        android.permission.CAMERA: granted=false"]) is None
