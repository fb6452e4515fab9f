"""What held a backup up, in words for a person: the subject of the verdict's sentence.

A cause is named by the fact that its fix sets; where no fact can show it, by what was done. Each
name is one thing, and says nothing of when: `X was holding 39 items`, `Held up: X`, `also found: X`
are sentences with any. It must not know phones.
"""

from __future__ import annotations

from scenarios.conditions import UNSEEN, Cause
from scenarios.model import Run, Scenario, SetControl, Step, walk

# What Photos itself says of its backup.
_SAID = frozenset({"photos.status", "photos.question"})
_BY_FACT = {
    "battery.saver": "battery saver",
    "battery.saver_adaptive": "adaptive battery saver",
    "battery.saver_sticky": "battery saver",
    "battery.saver_trigger": "battery saver",
    "network.airplane_mode": "airplane mode",
    "network.data_saver": "data saver",
    "network.metered": "Wi-Fi marked as metered",
    "network.mobile_data": "mobile data being off",
    "network.private_dns": "the private DNS server",
    "network.restricted_mode": "restricted networking mode",
    "network.wifi": "Wi-Fi being off",
    "phone.auto_time": "a wrong clock",
    "photos.account": "Photos not being signed in",
    "photos.background": "the battery setting 'Restricted'",
    "photos.background_data": "a ban on background data",
    "photos.backup": "backup being switched off",
    "photos.cellular": "Photos' ban on mobile data",
    "photos.cellular_videos": "Photos' ban on videos over mobile data",
    "photos.enabled": "Photos being disabled",
    "photos.folders": "a folder that is not backed up",
    "photos.hibernated": "hibernation of Photos",
    "photos.idle_exempt": "doze",
    "photos.media_access": "the missing permission to see photos",
    "photos.roaming": "Photos' ban on roaming",
    "photos.standby_bucket": "app standby",
    "photos.suspended_by": "a pause set by an adb command",
    "sync.automatic": "synchronization being off",
}
_BY_OPERATION = {
    "app.clear_data": "an app that fills the phone",
    "media.scan": "a file that Android has not noticed",
    "media.set_aside": "one file at the head of the queue",
    "phone.reboot": "something that restarting the phone ends",
    "phone.set_clock": "a wrong clock",
    "photos.clear_cache": "Photos' own cache",
    "photos.clear_data": "Photos' own data",
    "photos.install": "the version of Photos that was replaced",
    "photos.new_files_only": "an unanswered question from Photos",
    "photos.reinstall": "the installation of Photos that was replaced",
    "photos.restart": "a hung Photos app",
    "photos.sign_in": "Photos not being signed in",
    "photos.sign_out_and_in": "an expired sign-in",
    "photos.switch_account": "an expired sign-in",
    "photos.tap_card": "what Photos' own status names",
    "photos.toggle_backup": "a frozen backup",
    "photos.uninstall_updates": "the version of Photos that was replaced",
    "photos.upload_manually": "a stalled queue",
    "photos.update": "the version of Photos that was replaced",
    "photos.view_backup_account": "the wrong account being in view",
    "storage.trim_caches": "a full phone",
}

# What Photos' own words speak of, by the word of `photos.status`: a fact among these was named.
_NAMED = {
    "battery_low": frozenset({"battery.level"}),
    "data_limit": frozenset({"photos.cellular"}),
    "off": frozenset({"photos.account", "photos.backup"}),
    "offline": frozenset({"network.airplane_mode", "network.mobile_data", "network.wifi"}),
    "other_account": frozenset({"photos.account"}),
    "phone_full": frozenset({"storage.free"}),
    "signed_out": frozenset({"photos.account"}),
    "waiting_power": frozenset({"battery.saver", "battery.saver_adaptive", "battery.saver_sticky"}),
    "waiting_wifi": frozenset({"network.metered", "network.wifi", "photos.cellular"}),
}


def holder(scenario: Scenario) -> str:
    """What a scenario's fix takes away, as a noun phrase; its name in quotes where none is known.

    The fact that both cause and fix speak of says it best, unless it is set under a condition;
    then the first of the fix's steps that has a word: what follows sets right again what that one
    has cost.
    """
    told = facts_of(scenario)
    shared = [
        _subject(step)
        for step in scenario.fix
        if isinstance(step, SetControl) and step.control in told
    ]
    named = [_subject(step) for step in walk(scenario.fix)]
    # A bare shell command has no word; then the cause says what it ends.
    causes = [_BY_FACT.get(fact, "") for fact in told]
    return next(filter(None, [*shared, *named, *causes]), repr(scenario.name))


def _subject(step: Step) -> str:
    """What one step takes away; empty where there is no word for it."""
    if isinstance(step, SetControl):
        return _BY_FACT.get(step.control, "")
    return _BY_OPERATION.get(step.operation, "") if isinstance(step, Run) else ""


def is_named(scenario: Scenario, status: str) -> bool:
    """Whether Photos' own words, a word of `photos.status`, speak of a scenario's cause.

    One that asks for those words, or for a question of Photos', is named by them, given that it
    holds.
    """
    told = set(facts_of(scenario))
    return bool(_SAID & told) or bool(_NAMED.get(status, frozenset()) & told)


def facts_of(scenario: Scenario) -> tuple[str, ...]:
    """The names of the facts in a scenario's cause; none where nothing shows it."""
    return scenario.cause.facts if isinstance(scenario.cause, Cause) else ()


def restarts_photos(scenario: Scenario) -> bool:
    """Whether a scenario ends a Photos that hangs: on a guess, by starting it anew."""
    steps = walk(scenario.fix) if scenario.cause is UNSEEN else ()
    return any(isinstance(step, Run) and step.operation == "photos.restart" for step in steps)
