"""Pictures of our own for Photos to back up: small, each unlike any other, and taken back whole.

A picture is a PNG of 320 x 320 pixels (Photos takes none up to 256 x 256), written by hand from
the PNG specification: Photos tells pictures apart by their bytes, so random noise goes into one
row of it. The tag in their names is what makes them ours. This module must not know what Photos
does with them.
"""

from __future__ import annotations

import base64
import secrets
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from drivers.android.content import parse_rows
from drivers.android.scanning import scan_commands
from drivers.android.send import fill, send, send_all
from drivers.errors import StablePhoneError
from drivers.pauses import pauses
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

SIDE = 320
TAG = "unstuck"
# Photos always backs up the camera's folder; others are the user's choice.
FOLDER = "/storage/emulated/{user}/DCIM/Camera"
# MediaProvider makes a row of a file within a second; the first scan after a start takes longer.
_SCAN_TIMEOUT_S = 30.0
_MOST = 1000


def picture(noise: bytes) -> bytes:
    r"""Draws one picture.

    Args:
        noise: at least one byte; what makes it unlike the others.

    Returns:
        A PNG file of about a kilobyte: a plain gray with one row of noise.

    >>> picture(b"a")[:8]
    b'\x89PNG\r\n\x1a\n'
    """
    first = (noise * (SIDE // len(noise) + 1))[:SIDE]
    rows = b"".join(b"\0" + (first if y == 0 else b"\x80" * SIDE) for y in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


class AddPictures(Operation):
    """Puts pictures of our own into the camera's folder, and takes back exactly those."""

    name = "media.add"
    doc = "Adds generated pictures, so that there is something to back up."
    base_risk = Risk.REVERSIBLE
    arguments: ClassVar[Mapping[str, ValueType]] = {"count": ValueType("count")}

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows what is written, in one line."""
        return [f"write {_count(arguments)} pictures {FOLDER}/{TAG}_*.png, and have them scanned"]

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Chooses the names beforehand, so that a crash leaves none behind."""
        run = secrets.token_hex(4)
        folder = FOLDER.format(user=phone.user)
        return [f"{folder}/{TAG}_{run}_{n:04d}.png" for n in range(1, _count(arguments) + 1)]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Writes the pictures and waits until the media store has a row of each.

        Raises:
            StablePhoneError: the phone would not take them, or did not notice them.
        """
        paths = _paths(prepared)
        folder = fill("mkdir -p {folder}", phone, folder=FOLDER.format(user=phone.user))
        writes = [_write(phone, path) for path in paths]
        send_all(phone, [folder, *writes, *scan_commands(phone, paths)])
        _wait_for_rows(phone, paths, len(paths))
        return {}

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Removes the files and has the media store notice."""
        paths = _paths(prepared)
        if not paths:
            return
        removes = [fill("rm -f {path}", phone, path=path) for path in paths]
        send_all(phone, [*removes, *scan_commands(phone, paths)])
        _wait_for_rows(phone, paths, 0)


def _count(arguments: Mapping[str, Value]) -> int:
    count = arguments.get("count", 20)
    if not isinstance(count, int) or not 0 < count <= _MOST:
        raise StablePhoneError(f"media.add takes 1 to {_MOST} pictures, not {count!r}")
    return count


def _paths(prepared: Json) -> list[str]:
    return [str(path) for path in prepared] if isinstance(prepared, list) else []


def _write(phone: Phone, path: str) -> str:
    # toybox has base64 from Android 6 on, and one line of it stays far below the shell's limit.
    data = base64.b64encode(picture(secrets.token_bytes(SIDE))).decode()
    return fill("echo {data} | base64 -d > {path}", phone, data=data, path=path)


def _wait_for_rows(phone: Phone, paths: list[str], wanted: int) -> None:
    """Waits until the media store has rows for so many of the files.

    Raises:
        StablePhoneError: it has not within half a minute.
    """
    tag = paths[0].rpartition("/")[2].rpartition("_")[0]
    command = fill(
        "content query --user {user} --uri content://media/external/file "
        "--projection _id:_display_name --where {where}",
        phone,
        where=f"_display_name LIKE '{tag}%'",
    )
    for _ in pauses(_SCAN_TIMEOUT_S):
        rows = parse_rows(send(phone, command).stdout, ("_id", "_display_name"))
        if len(rows) == wanted:
            return
    raise StablePhoneError(
        f"the media store of phone {phone.serial} shows {len(rows)} of our pictures "
        f"after {_SCAN_TIMEOUT_S:g} s, expected {wanted}",
        serial=phone.serial,
        command=command,
        waited_s=_SCAN_TIMEOUT_S,
    )


OPERATIONS = (AddPictures(),)
