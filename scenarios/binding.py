"""When a cause binds: always, only while Photos is in the background, or only off the cable.

Android lifts some of its brakes for the app in front and others for a phone that is charging.
Such a cause cannot be seen to hold anything up while the counter is watched, so it is treated on
the strength of its own fact. It must not know phones.

Sources: NetworkPolicyManagerService (data saver and the uid lists spare the app in front), AppOps
RUN_ANY_IN_BACKGROUND, AppStandbyController and DeviceIdleController (both lifted while charging),
BatterySaverStateMachine (no saver on external power), all AOSP, API 28 to 34.
"""

from __future__ import annotations

import enum

from drivers.values import Value
from drivers.vocabulary import Facts
from scenarios.conditions import Cause

BACKGROUND_FACTS = frozenset(
    {
        "network.data_saver",
        "photos.background",
        "photos.background_data",
        "photos.hibernated",  # opening it ends it
        "photos.idle_exempt",
        "photos.standby_bucket",
        "power.idle_state",
        "power.light_idle_state",
    }
)
# What is armed while the phone is charging, and comes into force when it no longer is.
ARMED_FACTS = frozenset(
    {
        "battery.level",
        "battery.saver",
        "battery.saver_adaptive",
        "battery.saver_sticky",
        "battery.saver_trigger",
    }
)
_RARELY = frozenset({"rare", "restricted", "never"})


class Binding(enum.Enum):
    """When a cause that holds keeps the backup from going on."""

    ALWAYS = "always"
    BACKGROUND = "in the background only"
    OFF_CABLE = "off the cable only"


def binding_of(cause: Cause, facts: Facts) -> Binding:
    """When a cause binds, of those of its sets of conditions that hold.

    Args:
        cause: one that holds.
        facts: what the phone shows.
    """
    seen = set()
    for conditions in cause.any:
        if conditions.holds(facts):
            names = {condition.fact for condition in conditions.all}
            if names & BACKGROUND_FACTS:
                seen.add(Binding.BACKGROUND)
            elif names & ARMED_FACTS and is_on_cable(facts):
                seen.add(Binding.OFF_CABLE)
            else:
                return Binding.ALWAYS
    return Binding.OFF_CABLE if seen == {Binding.OFF_CABLE} else Binding.BACKGROUND


def is_on_cable(facts: Facts) -> bool:
    """Whether the phone is charging, as far as it says."""
    return facts.get("battery.plugged", "none") != "none"


def returning(facts: Facts) -> list[str]:
    """What may hold the backup up again once the cable is gone, a clause each.

    Args:
        facts: of the phone as it is left. On its battery nothing is hidden: nothing is listed.
    """
    if not is_on_cable(facts):
        return []
    clauses = []
    trigger = _number(facts.get("battery.saver_trigger"))
    if facts.get("battery.saver_sticky") is True:
        clauses.append("battery saver comes back by itself")
    if trigger > 0:
        clauses.append(f"battery saver comes on below {trigger:g}%")
    if facts.get("photos.standby_bucket") in _RARELY:
        clauses.append("Android lets Photos run rarely, until it is used more often")
    return clauses


def _number(value: Value | None) -> float:
    return value if isinstance(value, (int, float)) else 0.0
