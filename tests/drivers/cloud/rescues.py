"""Rescues to upload, made without a phone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from drivers.rescue.digest import hash_file
from drivers.rescue.manifest import NAME, PARTIAL, Entry, Header, Log, Manifest, load
from tests.drivers.cloud.conftest import content

HEADER = Header("S", "A", "Pixel 8", "2026-01-01T00:00:00+00:00")
STORAGE = "/storage/emulated/0"


def make_rescue(
    folder: Path,
    pictures: Path,
    states: dict[str, str] | None = None,
    equal: dict[str, str] | None = None,
    header: Header = HEADER,
) -> Path:
    """A finished rescue of these pictures.

    Args:
        folder: to make.
        pictures: what the phone had.
        states: of some of them, see `Entry`.
        equal: more paths of the phone, each with the picture that it is equal to.
        header: of the manifest.
    """
    (folder / PARTIAL).mkdir(parents=True)
    shutil.copytree(pictures, folder, dirs_exist_ok=True)
    entries = [
        Entry(
            f"{STORAGE}/{name}", name, len(data), 0, hash_file(folder / name),
            (states or {}).get(name, ""),
        )
        for name, data in content(pictures).items()
    ]  # fmt: skip
    stored = {entry.stored: entry for entry in entries}
    for path, place in (equal or {}).items():
        state = "trashed" if "/.trashed" in path else ""
        entries.append(replace(stored[place], path=path, state=state))
    with Log(folder, Manifest(header)) as log:
        log.add(entries)
        log.seal()
    (folder / PARTIAL).rmdir()
    return folder


def changed_on_the_phone(rescue: Path, data: bytes) -> str:
    """Adds another version of `a.jpg` to a rescue; returns the place of it."""
    manifest = load(rescue)
    assert manifest is not None
    versions = len({entry.stored for entry in manifest.entries if "/a.jpg" in entry.path})
    place = f"a~{versions + 1}.jpg"
    (rescue / place).write_bytes(data)
    (rescue / PARTIAL).mkdir()
    entry = Entry(f"{STORAGE}/a.jpg", place, len(data), versions, hash_file(rescue / place))
    with Log(rescue, replace(manifest, is_sealed=False)) as log:
        log.add([entry])
        log.seal()
    (rescue / PARTIAL).rmdir()
    return place


def without_manifest(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in content(folder).items() if name != NAME}
