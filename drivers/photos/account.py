"""Whose library Photos shows and backs up to, and signing out and in again.

Signing out means using Photos without an account: the account itself is never removed from the
phone. Photos starts anew for another account, with the backup off and everything it kept of the
first one gone, the Locked Folder too; hence the risk. What the pages look like is
`drivers.photos.account_pages`'s to know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from drivers.errors import StablePhoneError
from drivers.photos.backup import Backup
from drivers.values import Json, Value, ValueType
from drivers.vocabulary import Control, Effect, Fact, Facts, Operation, Risk

if TYPE_CHECKING:
    from drivers.phone import Phone

# The word for Photos without an account; no address looks like it.
NOBODY = "none"
_WAY = "Photos > account picture > the account's name"


class Account(Control):
    """The account that Photos is signed in to; `none` where it is used without one."""

    fact = Fact(
        "photos.account",
        ValueType("text", personal=True),
        "The e-mail address that Photos is signed in with; none without an account.",
    )
    effects = frozenset({Effect.UPLOADS})

    def effects_of(self, value: Value) -> frozenset[Effect]:
        """Whoever is signed in may be uploaded to."""
        return frozenset() if value == NOBODY else self.effects

    def risk(self, value: Value) -> Risk:
        """Another account, or none, loses what Photos kept for this one."""
        return Risk.APP_DATA

    def read(self, phone: Phone) -> Value | None:
        """Reads the address; None where the account's page is not found."""
        from drivers.photos import account_pages
        from drivers.photos.visits import seen_there

        return seen_there(phone, lambda: account_pages.read_account(phone) or None)

    def commands(self, value: Value) -> Sequence[str]:
        """Shows the way a finger goes."""
        return [f"screen: {_WAY} > {'Use without an account' if value == NOBODY else value}"]

    def apply(self, phone: Phone, value: Value) -> None:
        """Signs in with an account that the phone has, or out.

        Raises:
            StablePhoneError: the phone has no such account, or the page cannot be reached.
        """
        from drivers.photos import account_pages
        from drivers.photos.visits import visit

        with visit(phone, _WAY):
            account_pages.choose_account(phone, "" if value == NOBODY else str(value))

    def snapshot(self, phone: Phone, was: Value | None) -> Json:
        """Keeps the account, and whether it was backed up to: changing it switches that off.

        None where either cannot be read: what is not known cannot be put back.
        """
        if not isinstance(was, str):
            return None
        backup = False if was == NOBODY else Backup().read(phone)
        return None if backup is None else {"account": was, "backup": bool(backup)}

    def restore(self, phone: Phone, snapshot: Json) -> None:
        """Puts the account back, then the backup."""
        if not isinstance(snapshot, dict):
            return
        account = str(snapshot["account"])
        if self.read(phone) != account:
            self.apply(phone, account)
        if account != NOBODY:
            Backup().restore(phone, snapshot["backup"])


class _LeavesAccount(Operation):
    """Leaves the account that is in view, and knows the way back to it."""

    base_risk = Risk.APP_DATA

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Reads who is in view, and whether that is backed up to.

        Raises:
            StablePhoneError: nobody is signed in, or it cannot be read.
        """
        account = Account()
        snapshot = account.snapshot(phone, account.read(phone))
        if not isinstance(snapshot, dict) or snapshot["account"] == NOBODY:
            raise StablePhoneError(
                f"phone {phone.serial}: Photos shows no account that could be signed out",
                serial=phone.serial,
                command=f"screen: {_WAY}",
            )
        return snapshot

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Signs in, or views it again, where half a run left Photos without it."""
        Account().restore(phone, prepared)


class SignOutAndIn(_LeavesAccount):
    """Signs out and in again with the same account: that makes a new session with the cloud."""

    name = "photos.sign_out_and_in"
    doc = "Signs Photos out and in again with the same account, and backs up as before."

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the way a finger goes."""
        return [f"screen: {_WAY} > Use without an account", f"screen: {_WAY} > the same account"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Signs out, in, and switches the backup on again where it was on.

        Raises:
            StablePhoneError: a page cannot be reached, or the account is not offered any more.
        """
        Account().apply(phone, NOBODY)
        Account().restore(phone, prepared)
        return {}


class SignIn(Operation):
    """Signs Photos in where it is used without an account, with the one that the phone has."""

    name = "photos.sign_in"
    doc = "Signs Photos in with the phone's Google account, where nobody is signed in."
    base_risk = Risk.APP_DATA
    effects = frozenset({Effect.UPLOADS})

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the way a finger goes."""
        return [f"screen: {_WAY} > the one account that is offered"]

    def prepare(self, phone: Phone, arguments: Mapping[str, Value]) -> Json:
        """Reads who is signed in: nobody, or somebody who stays.

        Raises:
            StablePhoneError: it cannot be read.
        """
        account = Account().read(phone)
        if not isinstance(account, str):
            raise StablePhoneError(
                f"phone {phone.serial}: Photos does not show whether somebody is signed in",
                serial=phone.serial,
                command=f"screen: {_WAY}",
            )
        return account

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Chooses the account; does nothing where somebody is signed in already.

        Raises:
            StablePhoneError: the phone offers no account, or several: whose photos go where is a
                person's to say.
        """
        from drivers.photos import account_pages
        from drivers.photos.visits import visit

        if prepared != NOBODY:
            return {}
        with visit(phone, _WAY):
            offered = account_pages.other_accounts(phone)
        if len(offered) != 1:
            raise StablePhoneError(
                f"phone {phone.serial} offers {len(offered) or 'no'} accounts to sign Photos in "
                "with: choose the one that the photos are to go to",
                serial=phone.serial,
                command=f"screen: {_WAY}",
            )
        Account().apply(phone, offered[0])
        return {}

    def undo(self, phone: Phone, prepared: Json) -> None:
        """Signs out again where nobody was signed in."""
        if prepared == NOBODY:
            Account().apply(phone, NOBODY)


class SwitchAccount(_LeavesAccount):
    """Views another account of the phone and comes back: a new session, and nothing signed out.

    Backup is not turned on for the other account, and goes on for the first one.
    """

    name = "photos.switch_account"
    doc = "Views another Google account of the phone in Photos, and comes back to the first."

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the way a finger goes."""
        return [f"screen: {_WAY} > another account", f"screen: {_WAY} > the first account"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Goes to the first account that is offered beside this one, and back.

        Raises:
            StablePhoneError: Photos offers no other account, or a page cannot be reached.
        """
        from drivers.photos import account_pages
        from drivers.photos.visits import visit

        with visit(phone, _WAY):
            others = account_pages.other_accounts(phone)
        if not others:
            raise StablePhoneError(
                f"phone {phone.serial} has no other Google account for Photos to switch to",
                serial=phone.serial,
                command=f"screen: {_WAY}",
            )
        Account().apply(phone, others[0])
        Account().restore(phone, prepared)
        return {}


class ViewBackupAccount(_LeavesAccount):
    """Views the account that Photos backs up to, where another one of the phone's is in view.

    Photos backs one account up, and says of any other that its backup is off, in the words that
    it has for a backup that is off altogether. So the others are viewed, one after another, and
    each one's own switch is read; none is moved. Where none is on, the first is in view again.
    """

    name = "photos.view_backup_account"
    doc = "Views the phone's other Google accounts in Photos until it is one that is backed up to."
    results: ClassVar = {"found": ValueType("bool")}

    def commands(self, arguments: Mapping[str, Value]) -> Sequence[str]:
        """Shows the way a finger goes."""
        return [f"screen: {_WAY} > another account, until its backup is on"]

    def run(self, phone: Phone, arguments: Mapping[str, Value], prepared: Json) -> Facts:
        """Goes through the accounts that are offered beside the one in view.

        Returns:
            `found`: whether one of them is backed up to; it is in view then.

        Raises:
            StablePhoneError: the account in view is backed up to, or a page cannot be reached.
        """
        from drivers.photos import account_pages
        from drivers.photos.visits import visit

        if isinstance(prepared, dict) and prepared["backup"]:
            raise StablePhoneError(
                f"phone {phone.serial}: the account in view is the one that is backed up to",
                serial=phone.serial,
                command=f"screen: {_WAY}",
            )
        with visit(phone, _WAY):
            others = account_pages.other_accounts(phone)
        for address in others:
            Account().apply(phone, address)
            if Backup().read(phone):
                return {f"{self.name}.found": True}
        Account().restore(phone, prepared)
        return {f"{self.name}.found": False}


CONTROLS = (Account(),)
FACTS = tuple(control.fact for control in CONTROLS)
OPERATIONS = (SignIn(), SignOutAndIn(), SwitchAccount(), ViewBackupAccount())
