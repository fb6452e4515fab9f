"""What a run did that nothing takes back, in words for a person.

Told from the journal, whose changes stay the same whatever became of them since: the way back from
a cleared app signs in again, and brings nothing of its data back. It must not know phones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scenarios.journal import Change

_PHOTOS_OWN = "what Photos kept for itself on the phone, its Locked Folder included"
# By operation: what went that nobody but this phone had.
_LOST = {
    "app.clear_data": "what the app that was cleared kept for itself on the phone",
    "photos.clear_data": _PHOTOS_OWN,
    "photos.reinstall": _PHOTOS_OWN,
    "photos.sign_out_and_in": _PHOTOS_OWN,
    "photos.uninstall_updates": _PHOTOS_OWN,
    "storage.free_up": "the phone's own copies of what is in the cloud",
}
# By operation: what was done, and is to be seen on the phone afterwards.
_LEFT = {
    "photos.clear_cache": "Photos' cache was cleared",
    "photos.new_files_only": "Photos' question was answered",
    "photos.update": "Photos was updated",
    "photos.upload_manually": "photos were handed over for upload",
    "storage.trim_caches": "the caches of all apps were emptied",
}
# By operation: what was done, and is over.
_OVER = {
    "phone.reboot": "the phone was restarted",
    "photos.restart": "Photos was restarted",
    "photos.toggle_backup": "backup was switched off and on again",
}
# The word of `photos.account` for Photos without one.
_NOBODY = "none"


def lost(changes: Iterable[Change]) -> list[str]:
    """What went with these changes that nobody but this phone had, a clause each.

    What was begun and not seen to its end may have gone as well: that is told with `perhaps`.

    >>> lost([Change(1, "operation", "photos.clear_data", "", None, None, None, True)])
    ['what Photos kept for itself on the phone, its Locked Folder included']
    """
    found = [(what, change.is_done) for change in changes if (what := _loses(change))]
    certain = list(dict.fromkeys(what for what, is_done in found if is_done))
    doubtful = dict.fromkeys(what for what, _ in found if what not in certain)
    return [*certain, *(f"perhaps {what}" for what in doubtful)]


def done_for_good(changes: Iterable[Change]) -> list[str]:
    """What was done by these changes and is still to be seen on the phone, a clause each, in order.

    >>> done_for_good([Change(1, "operation", "photos.clear_cache", "", None, None, None, True)])
    ["Photos' cache was cleared"]
    """
    return _told(changes, _LEFT)


def done_and_over(changes: Iterable[Change]) -> list[str]:
    """What was done by these changes and left nothing behind, a clause each, in order.

    >>> done_and_over([Change(1, "operation", "photos.restart", "", None, None, None, True)])
    ['Photos was restarted']
    """
    return _told(changes, _OVER)


def _told(changes: Iterable[Change], words: Mapping[str, str]) -> list[str]:
    told = [words.get(c.name, "") for c in changes if c.kind == "operation" and c.is_done]
    return list(dict.fromkeys(filter(None, told)))


def is_over(name: str) -> bool:
    """Whether what an operation does is over once it is done, and nothing of it is left.

    >>> is_over("photos.restart"), is_over("photos.clear_cache")
    (True, False)
    """
    return name in _OVER


def is_only_over(changes: Iterable[Change]) -> bool:
    """Whether there is nothing among these changes to put back: what was done is over."""
    return all(c.kind == "operation" and (is_over(c.name) or c.memo is None) for c in changes)


def leaves_a_trace(changes: Iterable[Change]) -> bool:
    """Whether a phone is another after these changes, once all was put back that can be."""
    known = list(changes)
    left = [c for c in known if c.kind == "operation" and c.name in _LEFT and c.is_done]
    return bool(left) or bool(lost(known))


def _loses(change: Change) -> str:
    """What goes with one change; empty where nothing does."""
    if change.kind == "operation":
        # Only an older version is put in place of what Photos has; what it forgets is remembered.
        memo = change.memo if isinstance(change.memo, dict) else {}
        is_older = change.name == "photos.install" and memo.get("remembered") is not None
        return _PHOTOS_OWN if is_older else _LOST.get(change.name, "")
    is_left = change.name == "photos.account" and change.was not in (None, _NOBODY, change.to)
    return _PHOTOS_OWN if change.kind == "control" and is_left else ""
