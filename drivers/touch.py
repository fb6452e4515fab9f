"""Where a finger has to go down so that it reaches a node: geometry, nothing else.

A dump has no picture, so what covers what is told by drawing order where the dump names it (API
24 and newer agents) and otherwise by size: Android lists children by position on the screen
(`ViewGroup.addChildrenForAccessibility` sorts them), so document order says nothing, and a small
button over a large list is far more common than the reverse.
"""

from __future__ import annotations

from collections.abc import Iterable

from drivers.nodes import SYSTEM_BARS, Bounds, Node, Screen

# A piece narrower than this is a gap between views rather than a place to tap, in pixels.
_SMALLEST_SIDE = 4


def tap_point(node: Node, screen: Screen) -> tuple[int, int] | None:
    """A pixel where a tap reaches a node, or the nearest ancestor that takes taps for it.

    Args:
        node: a node of `screen`.
        screen: the whole of it, because others may cover the node.

    Returns:
        x and y inside both the node and the ancestor where that is possible, else inside the
        ancestor; None where no part is visible and uncovered, or the ancestor is disabled. Where
        nothing takes taps (text in web pages and games), the node's own visible pixels serve.
    """
    target = target_of(node, screen)
    if not target.enabled or not screen.is_visible(node):
        return None
    covers = [
        visible
        for other in screen.nodes
        if (other.takes_touches or _is_other_window(other, target, screen))
        and _covers(other, node, target, screen)
        and (visible := screen.visible_bounds(other)).area
    ]
    for wanted in (screen.visible_bounds(node), screen.visible_bounds(target)):
        free = subtract(wanted.clip(screen.visible_bounds(target)), covers)
        if free:
            return _best(free, wanted.center)
    return None


def target_of(node: Node, screen: Screen) -> Node:
    """The node itself or its nearest ancestor that takes taps; itself where none does."""
    return next(
        (n for n in (node, *screen.ancestors(node)) if n.clickable or n.checkable),
        node,
    )


def subtract(area: Bounds, covers: Iterable[Bounds]) -> list[Bounds]:
    """The pieces of an area that none of the covers takes, each at least a few pixels wide."""
    pieces = [area]
    for cover in covers:
        pieces = [part for piece in pieces for part in _without(piece, cover)]
    return [
        p
        for p in pieces
        if p.right - p.left >= min(_SMALLEST_SIDE, area.right - area.left)
        and p.bottom - p.top >= min(_SMALLEST_SIDE, area.bottom - area.top)
        and p.area
    ]


def _without(piece: Bounds, cover: Bounds) -> list[Bounds]:
    hole = piece.clip(cover)
    if not hole.area:
        return [piece]
    parts = [
        Bounds(piece.left, piece.top, piece.right, hole.top),
        Bounds(piece.left, hole.bottom, piece.right, piece.bottom),
        Bounds(piece.left, hole.top, hole.left, hole.bottom),
        Bounds(hole.right, hole.top, piece.right, hole.bottom),
    ]
    return [part for part in parts if part.area]


def _best(free: list[Bounds], wanted: tuple[int, int]) -> tuple[int, int]:
    if any(piece.contains(*wanted) for piece in free):
        return wanted
    return max(free, key=lambda piece: piece.area).center


def _is_other_window(other: Node, target: Node, screen: Screen) -> bool:
    # A window swallows every touch inside it, so each visible leaf of one on top is a cover.
    return other.window != target.window and other.end == other.position + 1


def _covers(other: Node, node: Node, target: Node, screen: Screen) -> bool:
    """Whether `other` would get a touch meant for `target` at a pixel that both show."""
    if other.window != target.window:
        return _window_rank(other, screen) > _window_rank(target, screen)
    if other.position <= node.position < other.end:
        return False  # holds the node, or is it
    if target.position < other.position < target.end:
        # A switch inside a row takes its own taps; a child of the row's size is the row.
        return other.bounds != target.bounds
    above, below = _branches(other, target, screen)
    if above.drawing_order != below.drawing_order:
        return above.drawing_order > below.drawing_order
    return other.bounds.area < target.bounds.area


def _branches(one: Node, two: Node, screen: Screen) -> tuple[Node, Node]:
    """The siblings under which two nodes of one window lie."""
    first = [one, *screen.ancestors(one)][::-1]
    second = [two, *screen.ancestors(two)][::-1]
    for a, b in zip(first, second, strict=False):
        if a.position != b.position:
            return a, b
    return one, two


def _window_rank(node: Node, screen: Screen) -> tuple[int, bool, int]:
    """Which window is on top: by its layer, else system bars, else the smaller one."""
    root = [node, *screen.ancestors(node)][-1]
    return node.layer, root.package in SYSTEM_BARS, -root.bounds.area
