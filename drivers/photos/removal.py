"""Photos' data and its version: cleared, taken back to the factory's, removed and put back.

All of it loses what Photos keeps for itself, its Locked Folder included, which no guard can see.
Its settings are read before and can be set again by undoing.
Sources: PackageManagerShellCommand of AOSP (API 26 and 34 read); recordings pm_clear_*.txt,
pm_uninstall_*.txt and install_existing_success.txt. Photos is opened afterwards by whoever needs
it open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from drivers.android.send import fill, refusal_of, send
from drivers.errors import StablePhoneError
from drivers.photos.package import INSTALLED, VERSION_CODE, read_package_of
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

# Clearing a library's database takes a slow phone half a minute.
_TIMEOUT_S = 120.0


def clear_data(phone: Phone, package: str) -> None:
    """Removes all data of an app, for the user in front.

    Raises:
        StablePhoneError: the phone refused; some makers forbid it to adb (OPPO: "adb clearing
            user data is forbidden", exit code 255; MIUI without a developer option).
    """
    command = fill("pm clear --user {user} {target}", phone, target=package)
    result = send(phone, command, timeout_s=_TIMEOUT_S)
    if result.stdout.strip() != "Success":
        raise _did_not(phone, command, f"clear the data of {package}", result.output)


class ClearData(Operation):
    """Clears Photos' data, as its page in Settings would."""

    name = "photos.clear_data"
    doc = "Clears everything Photos keeps on the phone: sign-in, settings and its Locked Folder."
    base_risk = Risk.APP_DATA

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the one command."""
        return ["pm clear --user {user} {package}"]

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Reads what Photos forgets with its data."""
        return _remember(phone)

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Clears.

        Raises:
            StablePhoneError: the phone refused.
        """
        clear_data(phone, phone.package)
        return {}

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Sets Photos up again as it was; what lay in its Locked Folder stays lost.

        Raises:
            StablePhoneError: Photos or the phone refused a setting.
        """
        _bring_back(phone, prepared)


class ClearAppData(Operation):
    """Clears the data of an app that the scenario names."""

    name = "app.clear_data"
    doc = "Clears everything that a named app keeps on the phone."
    base_risk = Risk.APP_DATA
    arguments: ClassVar[Mapping[str, ValueType]] = {"package": ValueType("text")}
    required: ClassVar[tuple[str, ...]] = ("package",)

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the one command."""
        return [f"pm clear --user {{user}} {arguments.get('package', 'PACKAGE')}"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Clears.

        Raises:
            StablePhoneError: no package was named, or the phone refused.
        """
        package = arguments.get("package")
        if not isinstance(package, str) or not package:
            raise StablePhoneError("app.clear_data needs the package of the app")
        clear_data(phone, package)
        return {}


class UninstallUpdates(Operation):
    """Takes Photos back to the version the phone was sold with, which wipes its data.

    The exit status is inverted, 1 after "Success" (PackageManagerShellCommand
    .runUninstallSystemUpdates, API 28 to 34), so the version is read back instead.
    """

    name = "photos.uninstall_updates"
    doc = "Removes Photos' updates, back to the version that the phone was sold with."
    base_risk = Risk.APP_DATA
    since = 28

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the one command."""
        return ["pm uninstall-system-updates {package}"]

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Reads what Photos forgets with its data."""
        return _remember(phone)

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Removes the updates.

        Raises:
            StablePhoneError: there are none, Photos is no part of this phone's system, or the
                phone refused.
        """
        before = read_package_of(phone).get(VERSION_CODE.name)
        command = fill(self.commands(arguments)[0], phone)
        result = send(phone, command, timeout_s=_TIMEOUT_S)
        after = read_package_of(phone).get(VERSION_CODE.name)
        if before == after:
            raise _did_not(phone, command, "remove updates of Photos", result.output)
        return {}

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Sets Photos up again as it was, in the version that it now has.

        Raises:
            StablePhoneError: Photos or the phone refused a setting.
        """
        _bring_back(phone, prepared)


class Reinstall(Operation):
    """Removes Photos for the user in front and puts it back from the phone's own copy."""

    name = "photos.reinstall"
    doc = "Removes Photos and installs it again from the copy that the phone keeps."
    base_risk = Risk.APP_DATA

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows both commands."""
        return [_UNINSTALL, _INSTALL_EXISTING]

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Refuses a phone that keeps no copy of its own: it would be left without Photos.

        Raises:
            StablePhoneError: Photos is no part of this phone's system.
        """
        command = fill("cmd package list packages -s --user {user} {package}", phone)
        listed = send(phone, command).stdout.split()
        if f"package:{phone.package}" not in listed:
            raise StablePhoneError(
                f"Photos is no part of the system of phone {phone.serial}: removed, it could not "
                "be put back without its files (photos.install takes those)",
                serial=phone.serial,
                command=command,
            )
        return _remember(phone)

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Removes it and puts it back.

        Raises:
            StablePhoneError: the phone refused either.
        """
        command = fill(_UNINSTALL, phone)
        result = send(phone, command, timeout_s=_TIMEOUT_S)
        if "Success" not in result.stdout:
            raise _did_not(phone, command, "remove Photos", result.output)
        self._put_back(phone)
        return {}

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Puts Photos back where half a run left the phone without it, set up as it was.

        Raises:
            StablePhoneError: the phone would not.
        """
        if prepared is not None:
            self._put_back(phone)
            _bring_back(phone, prepared)

    def _put_back(self, phone: Phone) -> None:
        if read_package_of(phone).get(INSTALLED.name):
            return
        command = fill(_INSTALL_EXISTING, phone)
        result = phone.shell(command, timeout_s=_TIMEOUT_S)
        if refusal_of(result) or not read_package_of(phone).get(INSTALLED.name):
            raise _did_not(phone, command, "put Photos back", result.output)


_UNINSTALL = "pm uninstall --user {user} {package}"
_INSTALL_EXISTING = "cmd package install-existing --user {user} {package}"


def _remember(phone: Phone) -> Json:
    from drivers.photos.remembering import remember

    return remember(phone)


def _bring_back(phone: Phone, remembered: Json) -> None:
    from drivers.photos.remembering import bring_back

    bring_back(phone, remembered)


def _did_not(phone: Phone, command: str, what: str, output: str) -> StablePhoneError:
    said = output.strip() or "nothing"
    return StablePhoneError(
        f"phone {phone.serial} did not {what}; it said: {said[:200]}",
        serial=phone.serial,
        command=command,
        output=output[:4096],
    )


OPERATIONS = (ClearData(), ClearAppData(), UninstallUpdates(), Reinstall())
