"""What a phone has to be for a scenario to make sense on it, and why one is not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from drivers.vocabulary import Facts
from scenarios.conditions import COMPARISONS, Conditions
from scenarios.marks import Mark

if TYPE_CHECKING:
    from drivers.phone import Phone


@dataclass(frozen=True)
class Needs:
    """The phone that a scenario is for.

    Attributes:
        mark: where it stands.
        android: a comparison, or `==`, and the version's numbers, such as (">=", (13,)); None: any.
        vendors: makers (ro.product.brand), lower case, any of them; empty: any.
        root: whether commands have to be able to run as root; None: no matter.
        sim: whether there has to be a SIM that can be used; None: no matter.
        facts: further conditions; None: none.
    """

    mark: Mark
    android: tuple[str, tuple[int, ...]] | None = None
    vendors: tuple[str, ...] = ()
    root: bool | None = None
    sim: bool | None = None
    facts: Conditions | None = None

    def unmet(self, facts: Facts, *, root: bool, sim: bool = True) -> str | None:
        """Why this phone is not the one, in words for a skip's reason; None where it is.

        Args:
            facts: at least phone.android, phone.vendor and what `facts` speaks of.
            root: whether commands can run as root on this phone.
            sim: whether it has a SIM that can be used.
        """
        release = str(facts.get("phone.android", ""))
        if self.android is not None and not version_is(release, *self.android):
            wanted = " ".join([self.android[0], ".".join(map(str, self.android[1]))])
            return f"needs Android {wanted.removeprefix('== ')}, and this is {release or 'unknown'}"
        vendor = str(facts.get("phone.vendor", ""))
        if self.vendors and vendor.lower() not in self.vendors:
            return f"needs a phone by {' or '.join(self.vendors)}, and this is by {vendor or '?'}"
        if self.root is not None and self.root is not root:
            return "needs root" if self.root else "needs a phone without root"
        if self.sim is not None and self.sim is not sim:
            return "needs a SIM card" if self.sim else "needs a phone without a SIM card"
        if self.facts is not None and not self.facts.holds(facts):
            missing = [c.describe() for c in self.facts.all if not c.holds(facts.get(c.fact))]
            return f"needs {' and '.join(missing)}"
        return None


def missing(needs: Needs | None, phone: Phone, *, may_open: bool = False) -> str:
    """Why a phone is not the one, in words for a skip's reason; empty where it is.

    Asks the phone only for what the needs speak of.

    Args:
        needs: what the scenario says of its phone; None: any will do.
        phone: the phone at hand.
        may_open: whether Photos may be opened for what only its pages show. Where it may not,
            a need of that kind is taken for met: nobody can say that it is not.

    Raises:
        StablePhoneError: a page of Photos is not to be reached.
        TransientPhoneError: the link failed.
    """
    if needs is None:
        return ""
    # Only now: files are read without a phone, and would take twice as long with all of this.
    from drivers.android.telephony import has_sim
    from scenarios.facts import is_on_a_page, read_facts

    if needs.facts and not may_open:
        seen = tuple(c for c in needs.facts.all if not is_on_a_page(c.fact))
        needs = replace(needs, facts=replace(needs.facts, all=seen) if seen else None)
    about = phone.about
    facts = dict(read_facts(phone, [c.fact for c in needs.facts.all])) if needs.facts else {}
    facts |= {"phone.android": about.android, "phone.vendor": about.vendor}
    # uid 0 is adbd running as root; a `su` that would have to be asked is not what a step can use.
    root = needs.root is not None and phone.shell("id -u").stdout.strip() == "0"
    sim = needs.sim is not None and has_sim(phone)
    return needs.unmet(facts, root=root, sim=sim) or ""


def version_of(text: str) -> tuple[int, ...]:
    """The numbers of an Android version: `8.1.0` is (8, 1, 0).

    Raises:
        ValueError: not a version.
    """
    if not re.fullmatch(r"\d+(\.\d+)*", text.strip()):
        raise ValueError(f"expected an Android version such as 13 or 8.1, not {text!r}")
    return tuple(map(int, text.strip().split(".")))


def version_is(release: str, comparison: str, wanted: tuple[int, ...]) -> bool:
    """Whether a release compares so, as far as `wanted` names its numbers: 8.1.0 is 8.

    A release without numbers (a preview's letter) is no version and compares to nothing.
    """
    try:
        numbers = version_of(release)
    except ValueError:
        return False
    padded = (*numbers, *(0,) * len(wanted))[: len(wanted)]
    if comparison == "==":
        return padded == wanted
    # Tuples compare as versions do; the table's functions take anything that compares.
    return COMPARISONS[comparison](padded, wanted)  # type: ignore[arg-type]
