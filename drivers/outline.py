"""`python -m drivers.screen SERIAL`: a screen as the harness understands it.

For who writes scenarios. Each node comes with the selector that finds it, the pixel where it
would be tapped, and what the lexicon takes its words for.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from drivers.errors import PhoneError
from drivers.nodes import Node, Screen, Selector
from drivers.photos.lexicon import keys_of
from drivers.photos.status import read_status, status_of
from drivers.values import Json


def main(arguments: list[str] | None = None) -> int:
    """Looks at one phone and prints its screen as JSON.

    Returns:
        0; 7 where the phone cannot be reached or shows no hierarchy, with the reason on stderr.
    """
    parser = argparse.ArgumentParser(prog="python -m drivers.screen", description=__doc__)
    parser.add_argument("serial", help="what `adb devices` calls the phone, or HOST:PORT")
    parser.add_argument("--adb", metavar="HOST:PORT", help="the adb server; else the owner's")
    options = parser.parse_args(arguments)
    from drivers.phone import connect  # adbutils, only where a phone is really looked at

    try:
        with connect(options.serial, options.adb) as phone:
            found = outline(phone.screen(), phone.about.locale)
    except (PhoneError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 7
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return 0


def outline(screen: Screen, locale: str = "") -> dict[str, Json]:
    """A screen as plain data.

    Args:
        screen: any screen.
        locale: BCP 47 tag of the phone.

    Returns:
        `package`, `rotation`, `bounds`, `complete`, `status` (as `python -m drivers.photos` gives
        it) and `nodes`: those that can be seen, each with its depth, what it holds, `selector`,
        `tap` and `says`; empty ones are left out of each node.
    """
    status = status_of(screen, locale)
    return {
        "package": screen.package,
        "rotation": screen.rotation,
        "bounds": list(asdict(screen.bounds).values()),
        "complete": screen.complete,
        "status": status.as_json(),
        "nodes": [_describe(n, screen, locale) for n in screen.nodes if screen.is_visible(n)],
    }


def selector_for(node: Node, screen: Screen) -> Selector | None:
    """The selector that finds this very node: by id, else description, else text.

    Returns:
        None where another node answers to everything this one could be called.
    """
    candidates = [
        Selector(id=node.resource_id) if node.resource_id else None,
        Selector(desc=node.desc) if node.desc else None,
        Selector(text=node.text) if node.text else None,
    ]
    return next((s for s in candidates if s and screen.find(s) == node), None)


def _describe(node: Node, screen: Screen, locale: str) -> dict[str, Json]:
    selector = selector_for(node, screen)
    point = node.tap_point(screen) if node.clickable or node.checkable or selector else None
    status = read_status(node.text or node.desc, locale)
    says: list[Json] = [*keys_of(node.text), *keys_of(node.desc)]
    if status.is_known:
        says.append(status.status)
    shown: dict[str, Json] = {
        "class": node.class_name,
        "id": node.resource_id,
        "text": node.text,
        "desc": node.desc,
        "checked": node.checked if node.checkable else None,
        "selector": str(selector) if selector else None,
        "tap": list(point) if point else None,
        "says": list(dict.fromkeys(map(str, says))),
    }
    bounds = node.bounds
    return {
        "depth": node.depth,
        **{name: value for name, value in shown.items() if value not in (None, "", [])},
        "bounds": [bounds.left, bounds.top, bounds.right, bounds.bottom],
    }
