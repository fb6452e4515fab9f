"""What each word of the language means, in one sentence: for hover texts and the reference.

The vocabulary's own sentences stand with its facts, controls and operations.
"""

from __future__ import annotations

from drivers.vocabulary import Effect, Risk

KEY_DOCS = {
    "name": "What the report calls it: a sentence's worth, on one line.",
    "solution": "The number of the article's solution that it carries out, 1 to 12.",
    "why": "A sentence for the report: why this fix helps.",
    "tags": "Marks for pytest's -m.",
    "risk": "The most that the fix may cost the phone's owner; never less than its steps cost.",
    "effects": "What the fix does that nothing can undo; heal asks for it with --allow.",
    "needs": "The phones that it is for; it is skipped on others.",
    "vars": "Variables: a text, {env: NAME}, {env: NAME, default: TEXT} or {secret: NAME}.",
    "cases": "Data: one item for each, which says ${case.NAME} where the data goes.",
    "cause": "The facts under which the fix is worth trying; a list of maps is any of them.",
    "unseen": "No fact can show this cause; heal tries its fix after those that can be seen.",
    "fault": "Steps that bring a healthy phone into the cause's state; regress injects them.",
    "fix": "Steps that get the backup moving again.",
    "expect": "What has to come true afterwards: one expectation or a list.",
    "counter": "The backup counter advances by so many items, or is steady for so long.",
    "judged": "The judgment of all witnesses together.",
}
STEP_DOCS = {
    "when": "Does the steps under do: only where the conditions hold.",
    "include": "Puts in the steps of another file, named from this file's folder.",
    "shell": "Runs a command on the phone; with undo: it can be put back, without it may not.",
    "virtual": "Breaks on a virtual phone what no setting can, or brings about what none can.",
    "open": "Brings an app, an activity or an intent's screen to the front.",
    "tap": "Waits for an element and taps it.",
    "scroll_to": "Scrolls until an element is in sight.",
    "type": "Types a text into an element, or into what has the focus.",
    "key": "Presses a key.",
    "wait": "Waits until an element is there, or with gone: until it is not.",
}
MODIFIER_DOCS = {
    "within": "How long it may take: a step else 30s, an expectation else, and at most, the "
    "run's patience.",
    "until": "The conditions that end a repeated operation.",
    "undo": "How to take it back.",
    "do": "The steps of when:.",
    "soft": "on: a failure is reported at the end, and the rest is looked at.",
}
SELECTOR_DOCS = {
    "id": "The resource id, with or without its package.",
    "desc": "The whole content description.",
    "text": "The whole text, as this phone's language has it.",
    "say": "A key of the lexicon: right in every language that it knows.",
}
NEEDS_DOCS = {
    "android": 'A version such as 13, or a comparison such as ">= 13".',
    "vendor": "The maker, or a list of them.",
    "root": "on: commands have to run as root.",
    "sim": "on: there has to be a SIM that can be used.",
}
RISK_DOCS = {
    Risk.LOOK: "Reads only; may open Photos and wake the screen.",
    Risk.REVERSIBLE: "Changes what is put back exactly.",
    Risk.DISRUPTIVE: "Interrupts: a restart, a reboot, cleared caches, a revoked permission.",
    Risk.APP_DATA: "Loses an app's own data; for Photos also its Locked Folder.",
    Risk.WIPE: "A factory reset: prepared and handed over, never carried out.",
}
EFFECT_DOCS = {
    Effect.COSTS: "Mobile data may be used.",
    Effect.UPLOADS: "Pictures may be uploaded that would not have been.",
}
