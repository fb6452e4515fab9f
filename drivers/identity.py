"""Who a phone is: what is asked of it once, when it is first met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.errors import StablePhoneError

_FIRST_API = 26
# Where makers keep the name on the box, which `ro.product.model` is not for all of them: Xiaomi
# (recording getprop_xiaomi_pad6_a14), OPPO, OnePlus and realme, vivo, Huawei and Honor (as tools
# read them that name phones for people). Others leave them empty.
_SOLD_AS = (
    "ro.product.marketname",
    "ro.vendor.oplus.market.name",
    "ro.vivo.market.name",
    "ro.config.marketing_name",
)
# What Google's own emulator images call themselves, such as sdk_gphone64_x86_64.
_EMULATOR = "sdk_"
# What `read_about` reads the answers of, in this order.
QUESTIONS = (
    "getprop ro.serialno",
    "getprop ro.product.model",
    "getprop ro.product.brand",
    "getprop ro.build.version.release",
    "getprop ro.build.version.sdk",
    "getprop persist.sys.locale",
    "getprop ro.product.locale",
    "settings get secure android_id",
    "am get-current-user",
    "; ".join(f"getprop {name}" for name in _SOLD_AS),
)


@dataclass(frozen=True)
class Identity:
    """Who a phone is, whatever address adb gives it today.

    Attributes:
        serialno: `ro.serialno`; empty where the phone hides it.
        android_id: `settings get secure android_id` of user 0.
    """

    serialno: str
    android_id: str

    @property
    def key(self) -> str:
        """A word for file names."""
        raw = f"{self.serialno or 'unknown'}-{self.android_id or 'unknown'}"
        return "".join(c if c.isalnum() or c in "-_" else "_" for c in raw)


@dataclass(frozen=True)
class About:
    """What is asked of a phone once, when it is first met.

    Attributes:
        identity: who it is.
        model: the maker's name for it, `ro.product.model`.
        vendor: `ro.product.brand`, as the phone writes it.
        android: the release, such as `14`; a letter on a preview.
        sdk: the API level, 26 or above.
        locale: the first language as a BCP 47 tag: the person's, else the factory's.
        user: the Android user in front; 0 where the phone does not say.
        sold_as: the name on its box; empty where the maker keeps it nowhere.
    """

    identity: Identity
    model: str
    vendor: str
    android: str
    sdk: int
    locale: str
    user: int
    sold_as: str = ""

    @property
    def name(self) -> str:
        """What a person calls it, with the model wherever that is something else."""
        called = self.sold_as or ("Android emulator" if self.model.startswith(_EMULATOR) else "")
        return f"{called} ({self.model})" if called not in {"", self.model} else self.model


def read_about(answers: Sequence[str], serial: str) -> About:
    """Reads the answers to `QUESTIONS`, without the blanks around them.

    Args:
        answers: one for each.
        serial: the phone, for messages.

    Raises:
        StablePhoneError: older than Android 8, or it answers nothing of the kind.
    """
    serialno, model, vendor, android, sdk, locale, factory_locale, android_id, user, names = answers
    if not sdk.isdigit() or int(sdk) < _FIRST_API:
        raise StablePhoneError(
            f"phone {serial} runs Android {android or '?'} (API {sdk or '?'}); "
            "Unstuck needs Android 8 (API 26) or newer",
            serial=serial,
        )
    return About(
        identity=Identity(serialno, "" if android_id == "null" else android_id),
        model=model,
        vendor=vendor,
        android=android,
        sdk=int(sdk),
        locale=locale or factory_locale,
        user=int(user) if user.isdigit() else 0,
        sold_as=next(filter(None, map(str.strip, names.splitlines())), ""),
    )
