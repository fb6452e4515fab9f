"""Moving photos and videos out of Photos' sight, and back: for the file that holds up the rest.

Files move by renaming on the same storage, so nothing is copied, and neither contents nor dates
change. They go to a hidden folder with a `.nomedia` in it, which the media store passes over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, ClassVar

from drivers.android.content import parse_rows
from drivers.android.media import is_unsupported
from drivers.android.scanning import scan_commands
from drivers.android.send import fill, send, send_all
from drivers.errors import StablePhoneError
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

_COLUMNS = ("media_type", "_size", "_display_name", "_data")
_QUERY = (
    "content query --user {user} --uri content://media/external/file "
    f"--projection {':'.join(_COLUMNS)} --where 'media_type=1 OR media_type=3'"
)
ASIDE = ".unstuck/aside"
# Words in place of a file's name.
UNSUPPORTED, LARGEST = "unsupported", "largest"


@dataclass(frozen=True)
class Item:
    """A photo or video in the media store.

    Attributes:
        path: where it is.
        name: its file name.
        size: in bytes, 0 where the store does not know.
        is_unsupported: whether it is too large for Photos, or of a type that it does not take.
    """

    path: str
    name: str
    size: int
    is_unsupported: bool


class SetAside(Operation):
    """Moves items out of the folders that are backed up; undo moves them back."""

    name = "media.set_aside"
    doc = "Moves photos or videos where Photos does not look, until they are moved back."
    base_risk = Risk.REVERSIBLE
    # File names, paths, or one of the words above.
    arguments: ClassVar[Mapping[str, ValueType]] = {"items": ValueType("list")}
    required: ClassVar[tuple[str, ...]] = ("items",)

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows what is moved, in one line; which files `<largest>` are the media store says."""
        named = [f"<{w}>" if w in {UNSUPPORTED, LARGEST} else w for w in _asked(arguments)]
        return [f"mv {' '.join(named)} /storage/emulated/{{user}}/{ASIDE}/"]

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Finds the files, and where each will go: pairs of paths.

        Raises:
            StablePhoneError: a name that no file has, or a file on another storage.
        """
        asked = _asked(arguments)
        items = read_items(phone)
        root = f"/storage/emulated/{phone.user}/"
        pairs: list[Json] = []
        for path in _paths_of(asked, items, phone):
            if not path.startswith(root):
                raise StablePhoneError(
                    f"{path} of phone {phone.serial} is not on its own storage, and a file is "
                    "set aside by renaming it there only",
                    serial=phone.serial,
                )
            pairs.append([path, f"{root}{ASIDE}/{path.removeprefix(root)}"])
        return pairs

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Moves them.

        Raises:
            StablePhoneError: the phone would not.
        """
        root = f"/storage/emulated/{phone.user}/{ASIDE}"
        hide = fill("mkdir -p {root} && touch {root}/.nomedia", phone, root=root)
        pairs = _pairs(prepared)
        _move(phone, pairs, first=[hide])
        _scan(phone, pairs)
        return {}

    def leaves(self, prepared: Json) -> str:
        """Names the files and where they lie: until they are back, nothing backs them up."""
        names = [aside.rpartition("/")[2].replace('"', "'") for _, aside in _pairs(prepared)]
        files = ", ".join(f'file "{name}"' for name in names)
        return f"{files} in the folder {ASIDE}, where Photos does not look"

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Moves back what is aside; a file that is there again is not overwritten."""
        pairs = _pairs(prepared)
        _move(phone, [(aside, path) for path, aside in pairs], first=[])
        _scan(phone, pairs)
        _tidy(phone, pairs)


def read_items(phone: Phone) -> list[Item]:
    """Asks the media store for every photo and video.

    Raises:
        StablePhoneError: the phone refuses the query.
    """
    rows = parse_rows(send(phone, fill(_QUERY, phone), timeout_s=60.0).stdout, _COLUMNS)
    return [
        Item(
            path=row["_data"],
            name=row["_data"].rpartition("/")[2],
            size=int(row["_size"]) if row.get("_size", "").isdecimal() else 0,
            is_unsupported=is_unsupported(row),
        )
        for row in rows
        if row.get("_data") and row.get("media_type")
    ]


def _asked(arguments: Mapping[str, Value]) -> tuple[str, ...]:
    items = arguments.get("items", ())
    if isinstance(items, str):
        items = (items,)
    if not isinstance(items, tuple) or not items:
        raise StablePhoneError(
            f"media.set_aside needs the names of files, or {UNSUPPORTED}, or {LARGEST}"
        )
    return items


def _paths_of(asked: Sequence[str], items: Sequence[Item], phone: Phone) -> list[str]:
    paths: dict[str, None] = {}
    for word in asked:
        if word == UNSUPPORTED:
            found = [item for item in items if item.is_unsupported]
        elif word == LARGEST:
            found = sorted(items, key=lambda item: item.size)[-1:]
        else:
            found = [item for item in items if word in {item.path, item.name}]
            if not found:
                raise StablePhoneError(
                    f"the media store of phone {phone.serial} has no photo or video {word!r}",
                    serial=phone.serial,
                )
        paths.update(dict.fromkeys(item.path for item in found))
    return list(paths)


def _pairs(prepared: Json) -> list[tuple[str, str]]:
    pairs = prepared if isinstance(prepared, list) else []
    return [(str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list)]


def _move(phone: Phone, pairs: Sequence[tuple[str, str]], *, first: Sequence[str]) -> None:
    if not pairs:
        return
    moves = [
        fill(
            "[ ! -e {source} ] || [ -e {target} ] || "
            "{{ mkdir -p {folder} && mv {source} {target}; }}",
            phone,
            source=source,
            target=target,
            folder=target.rpartition("/")[0],
        )
        for source, target in pairs
    ]
    results = send_all(phone, [*first, *moves])
    failed = next((result for result in results if result.exit_code != 0), None)
    if failed is not None:
        raise StablePhoneError(
            f"phone {phone.serial} did not move a file: {failed.output[:300]}",
            serial=phone.serial,
            command=failed.command,
            exit_code=failed.exit_code,
            output=failed.output[:4096],
        )


def _tidy(phone: Phone, pairs: Sequence[tuple[str, str]]) -> None:
    """Removes the folders that hold nothing of anybody's any more; one that does stays."""
    root = f"/storage/emulated/{phone.user}/{ASIDE}"
    folders = {
        above.as_posix()
        for _, aside in pairs
        for above in PurePosixPath(aside).parents
        if above.as_posix().startswith(f"{root}/")
    }
    emptied = [fill("rmdir {folder}", phone, folder=one) for one in sorted(folders, reverse=True)]
    last = '[ "$(ls -A {root})" = .nomedia ] && rm {root}/.nomedia && rmdir {root} {above}'
    above = root.rpartition("/")[0]
    phone.batch([*emptied, fill(last, phone, root=root, above=above)])


def _scan(phone: Phone, pairs: Sequence[tuple[str, str]]) -> None:
    """Has the media store look where the items belong; it never looks where they are hidden."""
    send_all(phone, scan_commands(phone, [path for path, _ in pairs]))


OPERATIONS = (SetAside(),)
