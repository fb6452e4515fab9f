"""Installing Photos from files on the computer: one APK, or the several that a store delivers.

Sources: `pm install-create`, `install-write` and `install-commit` are PackageManagerShellCommand
of AOSP (API 26 and 34 read); recordings adb_install_*.txt for what is answered. The phone itself
refuses an older version (INSTALL_FAILED_VERSION_DOWNGRADE), so only one that is asked for removes
what is there, and with it all that Photos keeps.
"""

from __future__ import annotations

import re
import secrets
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from drivers.android.send import fill, send
from drivers.errors import StablePhoneError
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

_FOLDER = "/data/local/tmp"
_SESSION = re.compile(r"created install session \[(\d+)\]")
_WRITE_TIMEOUT_S, _COMMIT_TIMEOUT_S = 120.0, 300.0
# What a person can do about the failures that they can do something about.
_ADVICE = {
    "INSTALL_FAILED_USER_RESTRICTED": "turn on 'Install via USB' in the developer options, and "
    "accept the question on the phone",
    "INSTALL_FAILED_VERSION_DOWNGRADE": "the phone has a newer version: `older: on` removes that "
    "first, with everything that Photos keeps on the phone",
    "INSTALL_FAILED_INSUFFICIENT_STORAGE": "make room on the phone first",
    "INSTALL_FAILED_UPDATE_INCOMPATIBLE": "the files are signed by somebody else than the Photos "
    "on the phone",
    "INSTALL_FAILED_MISSING_SPLIT": "give all files that belong together",
}


class Install(Operation):
    """Installs Photos from files; with `older`, in place of a newer version."""

    name = "photos.install"
    doc = "Installs Photos from files on this computer; split APKs are given together."
    base_risk = Risk.DISRUPTIVE
    arguments: ClassVar[Mapping[str, ValueType]] = {
        "files": ValueType("list"),
        "older": ValueType("bool"),
    }
    required: ClassVar[tuple[str, ...]] = ("files",)

    def risk(self, arguments: Mapping[str, Value]) -> Risk:
        """An older version loses the app's data."""
        return Risk.APP_DATA if arguments.get("older") else self.base_risk

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the commands; `<session>` is what the first one answers."""
        removal = ["pm uninstall {package}"] if arguments.get("older") else []
        writes = [f"pm install-write <session> {Path(name).name}" for name in _names(arguments)]
        return [_CREATE, *writes, *removal, "pm install-commit <session>"]

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Chooses where the files go on the phone, and reads what an older version forgets.

        Raises:
            StablePhoneError: a file that is not there, or is no APK.
        """
        from drivers.photos.remembering import remember

        run = secrets.token_hex(4)
        paths = [f"{_FOLDER}/unstuck_{run}_{n}.apk" for n, _ in enumerate(_files(arguments))]
        return {
            "paths": list[Json](paths),
            "remembered": remember(phone) if arguments.get("older") else None,
        }

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Installs.

        Raises:
            StablePhoneError: the phone refused; the message says why and what to do.
            TransientPhoneError: the link failed.
        """
        files, paths = _files(arguments), _paths(prepared)
        try:
            self._install(phone, files, paths, older=bool(arguments.get("older")))
        finally:
            _remove(phone, paths)
        return {}

    def _install(
        self, phone: Phone, files: Sequence[Path], paths: Sequence[str], *, older: bool
    ) -> None:
        device = phone.client.device(phone.serial)
        for file, path in zip(files, paths, strict=True):
            device.sync.push(str(file), path)
        size = sum(file.stat().st_size for file in files)
        session = _created(phone, fill(_CREATE, phone, size=size))
        for file, path in zip(files, paths, strict=True):
            template = "pm install-write -S {size} {session} {name} {path}"
            names: dict[str, str | int] = {"name": file.name, "path": path}
            command = fill(template, phone, size=file.stat().st_size, session=session, **names)
            _expect_success(phone, command, _WRITE_TIMEOUT_S)
        if older:
            # Not before the phone has the files and has taken them. A system app's update goes,
            # and its factory version stays: both are wanted here.
            send(phone, fill("pm uninstall {package}", phone), timeout_s=_COMMIT_TIMEOUT_S)
        _expect_success(phone, f"pm install-commit {session}", _COMMIT_TIMEOUT_S)

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Removes the files, and sets Photos up as it was; what is installed stays installed.

        Raises:
            StablePhoneError: Photos or the phone refused a setting.
        """
        from drivers.photos.remembering import bring_back

        _remove(phone, _paths(prepared))
        if isinstance(prepared, dict):
            bring_back(phone, prepared["remembered"])


_CREATE = "pm install-create -r --user {user} -S {size}"


def _paths(prepared: Json) -> list[str]:
    paths = prepared["paths"] if isinstance(prepared, dict) else None
    return [str(path) for path in paths] if isinstance(paths, list) else []


def _remove(phone: Phone, paths: Sequence[str]) -> None:
    if paths:
        send(phone, f"rm -f {' '.join(fill('{path}', phone, path=path) for path in paths)}")


def _names(arguments: Mapping[str, Value]) -> tuple[str, ...]:
    files = arguments.get("files", ())
    names = (files,) if isinstance(files, str) else files
    return names if isinstance(names, tuple) else ()


def _files(arguments: Mapping[str, Value]) -> list[Path]:
    paths = [Path(name).expanduser() for name in _names(arguments)]
    if not paths:
        raise StablePhoneError("photos.install needs the files to install")
    for path in paths:
        if not path.is_file():
            raise StablePhoneError(f"there is no file {path} to install")
        if not zipfile.is_zipfile(path):
            raise StablePhoneError(f"{path} is no APK: nothing is removed for it")
    return paths


def _created(phone: Phone, command: str) -> int:
    result = send(phone, command)
    found = _SESSION.search(result.stdout)
    if not found:
        raise _refused(phone, command, result.output)
    return int(found[1])


def _expect_success(phone: Phone, command: str, timeout_s: float) -> None:
    result = phone.shell(command, timeout_s=timeout_s)
    if not result.stdout.strip().startswith("Success"):
        raise _refused(phone, command, result.output)


def _refused(phone: Phone, command: str, output: str) -> StablePhoneError:
    advice = next((f": {advice}" for word, advice in _ADVICE.items() if word in output), "")
    return StablePhoneError(
        f"phone {phone.serial} did not install Photos; it said {output.strip()[:200]!r}{advice}",
        serial=phone.serial,
        command=command,
        output=output[:4096],
    )


OPERATIONS = (Install(),)
