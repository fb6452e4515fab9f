"""What other tools call it: words that are far from ours by letters, and near by meaning.

For messages only, nothing here is part of the language. Sources: the keys of pytest, Gherkin,
Maestro, tavern, Ansible and GitHub Actions, which people who write scenarios come from.
"""

from __future__ import annotations

from collections.abc import Collection

# A word of theirs, and those of ours that may be meant, the first that fits the place.
_MEANT = {
    "title": ("name",),
    "description": ("why",),
    "summary": ("why",),
    "reason": ("why",),
    "steps": ("fix", "do"),
    "tasks": ("fix", "do"),
    "flow": ("fix",),
    "setup": ("fault",),
    "inject": ("fault",),
    "given": ("cause", "when"),
    "if": ("when", "cause"),
    "then": ("do", "expect"),
    "expected": ("expect",),
    "assertions": ("expect",),
    "requires": ("needs",),
    "variables": ("vars",),
    "env": ("vars",),
    "examples": ("cases",),
    "parameters": ("cases",),
    "parametrize": ("cases",),
    "marks": ("tags",),
    "timeout": ("within",),
    "adb": ("shell",),
    "command": ("shell", "run"),
    "exec": ("shell",),
    "import": ("include",),
    "click": ("tap",),
    "press": ("key", "tap"),
    "scroll": ("scroll_to",),
    "swipe": ("scroll_to",),
    "input": ("type",),
    "launch": ("open",),
    "start": ("open", "photos.open"),
    "mobile": ("cellular",),
    "low": ("look",),
    "high": ("disruptive",),
}

# What steps have not, and what to do instead.
NOT_STEPS = {
    **dict.fromkeys(
        ("sleep", "pause", "delay", "wait_for"),
        "nothing sleeps here: each step waits by itself, as long as its within: says, and "
        "'wait: {text: …}' waits for something on the screen",
    ),
    **dict.fromkeys(
        ("expect", "assert", "check", "verify", "assert_visible", "judged", "counter"),
        "what has to come true stands under expect:, beside fix: and not in it",
    ),
    **dict.fromkeys(
        ("repeat", "loop", "for", "while", "retry"),
        "there are no loops: an operation that repeats takes until:, and cases: make several items",
    ),
    **dict.fromkeys(
        ("else", "otherwise"),
        "there is no else: write a second 'when: {…: {not: …}}'",
    ),
}

# What stands in no map of conditions, and how that is said.
NOT_FACTS = {
    **dict.fromkeys(
        ("not", "unless"), "not: stands behind a fact, as in 'battery.saver: {not: on}'"
    ),
    **dict.fromkeys(("any", "or", "any_of"), "a list of maps is any of them: begin each with '- '"),
    **dict.fromkeys(("all", "and", "all_of"), "a map is all of its conditions together"),
}


def meant(word: str, known: Collection[str]) -> str:
    """The word of ours for one of another tool's; empty where none fits.

    >>> meant("timeout", ["within", "soft"])
    'within'
    >>> meant("KEYCODE_HOME", ["home", "back"])
    'home'
    """
    folded = word.lower().removeprefix("keycode_")
    candidates = (folded, folded.replace("-", "_"), *_MEANT.get(folded, ()))
    return next((one for one in candidates if one in known), "")
