"""A screen as frozen nodes: what is on it, what belongs to what, and how to find things.

A tree is a tuple in document order; each node names its parent and where its subtree ends by
position, so two screens are equal exactly if nothing on them differs, and no node needs a link
that keeps a whole tree alive. This module must not know adb, the agent or Google Photos.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from drivers.wording import plain

# Drawn by the system round whatever app is in front; their clocks tick while nothing happens.
SYSTEM_BARS = frozenset({"com.android.systemui"})


@dataclass(frozen=True)
class Bounds:
    """A rectangle in pixels of the screen as it is turned now; right and bottom are outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """Pixels inside; 0 where the rectangle is empty or inside out."""
        return max(0, self.right - self.left) * max(0, self.bottom - self.top)

    @property
    def center(self) -> tuple[int, int]:
        """The pixel in the middle."""
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2

    def clip(self, other: Bounds) -> Bounds:
        """The part that both have; empty where they do not meet."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Bounds(left, top, max(left, right), max(top, bottom))

    def contains(self, x: int, y: int) -> bool:
        """Whether a pixel lies inside."""
        return self.left <= x < self.right and self.top <= y < self.bottom


NOWHERE = Bounds(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Node:
    """One view of a screen.

    Attributes:
        text: what it shows, entities decoded, otherwise as the phone gave it.
        desc: its content description, for screen readers.
        hint: what an empty field suggests (dumps of API 26 and newer have it).
        resource_id: `package:id/name`, a bare test tag in Compose apps, or empty (dumps before
            API 18 have none at all).
        class_name: the Java class.
        package: the app that drew it; empty in rare vendor views.
        bounds: where it is.
        visible: False only where the dump says so (`visible-to-user`, Appium's `displayed`).
        drawing_order: among its siblings, higher is on top; 0 where the dump does not say.
            Document order says nothing about it: Android sorts children by position.
        window: 0-based number of the window it belongs to, in document order.
        layer: z-order of that window where the dump names it (`dump --windows`), else 0.
        position: index in `Screen.nodes`.
        parent: the parent's position, -1 for a window's root.
        end: position after the last node of its subtree.
        depth: 0 for a window's root.
    """

    text: str = ""
    desc: str = ""
    hint: str = ""
    resource_id: str = ""
    class_name: str = ""
    package: str = ""
    bounds: Bounds = NOWHERE
    visible: bool = True
    enabled: bool = True
    clickable: bool = False
    long_clickable: bool = False
    checkable: bool = False
    checked: bool = False
    selected: bool = False
    focusable: bool = False
    focused: bool = False
    scrollable: bool = False
    password: bool = False
    drawing_order: int = 0
    window: int = 0
    layer: int = 0
    position: int = 0
    parent: int = -1
    end: int = 1
    depth: int = 0

    @property
    def id_name(self) -> str:
        """The resource id without its package: `switchWidget`."""
        return self.resource_id.rpartition("/")[2]

    @property
    def takes_touches(self) -> bool:
        """Whether a finger on it does something, so that nothing beneath it gets the touch."""
        return self.clickable or self.long_clickable or self.checkable or self.scrollable

    def tap_point(self, screen: Screen) -> tuple[int, int] | None:
        """A pixel where a tap reaches this node or the ancestor that takes taps for it.

        Returns:
            x and y, or None where no part of it can be seen and reached.
        """
        from drivers.touch import tap_point

        return tap_point(self, screen)


@dataclass(frozen=True)
class Selector:
    """How to recognize a node: exactly one of its fields is given.

    Attributes:
        id: a whole resource id, or its name after the slash, which also fits patched builds of
            Photos that live under another package.
        desc: the whole content description, compared as words.
        text: the whole text, compared as words.
        say: wordings of one key of the lexicon, already reduced by `wording.plain`; text and
            description may both hold them.
        package: narrows any of them to the nodes of one app.
    """

    id: str | None = None
    desc: str | None = None
    text: str | None = None
    say: frozenset[str] | None = None
    package: str | None = None

    def __post_init__(self) -> None:
        if sum(x is not None for x in (self.id, self.desc, self.text, self.say)) != 1:
            raise ValueError("a selector is exactly one of id, desc, text, say")

    def matches(self, node: Node) -> bool:
        """Whether the node is meant; says nothing about whether it can be seen."""
        if self.package is not None and node.package != self.package:
            return False
        if self.id is not None:
            return node.resource_id == self.id or (
                "/" not in self.id and bool(node.resource_id) and node.id_name == self.id
            )
        if self.say is not None:
            return plain(node.text) in self.say or plain(node.desc) in self.say
        if self.desc is not None:
            return bool(node.desc) and plain(node.desc) == plain(self.desc)
        return bool(node.text) and plain(node.text) == plain(self.text or "")

    def __str__(self) -> str:
        for name in ("id", "desc", "text"):
            if (value := getattr(self, name)) is not None:
                return f"{name}: {value}"
        return "say: " + " | ".join(sorted(self.say or ()))


@dataclass(frozen=True)
class Screen:
    """Everything one look at a phone showed.

    Attributes:
        nodes: all of them, in document order.
        rotation: quarter turns counter-clockwise, 0 to 3.
        bounds: the screen's rectangle as it is turned now.
        complete: False where the dump broke off or had no root.
        xml: what it was read from, for reports; no part of the comparison.
    """

    nodes: tuple[Node, ...]
    rotation: int = 0
    bounds: Bounds = NOWHERE
    complete: bool = True
    xml: str = field(default="", repr=False, compare=False)

    def find(self, *selectors: Selector) -> Node | None:
        """The first node that can be seen and that the first fruitful selector means.

        Selectors are tried in the order given: name the id first, then the description, then
        words, since ids outlive wordings.
        """
        return next((node for s in selectors for node in self._matching(s)), None)

    def find_all(self, selector: Selector) -> tuple[Node, ...]:
        """Every node that can be seen and that the selector means, in document order."""
        return tuple(self._matching(selector))

    def _matching(self, selector: Selector) -> Iterator[Node]:
        return (n for n in self.nodes if selector.matches(n) and self.is_visible(n))

    def is_visible(self, node: Node) -> bool:
        """Whether any pixel of the node lies inside the screen and all of its ancestors."""
        return self.visible_bounds(node).area > 0

    def visible_bounds(self, node: Node) -> Bounds:
        """The part of a node that its ancestors and the edge of the screen let through."""
        bounds = node.bounds.clip(self.bounds) if self.bounds.area else node.bounds
        for member in (node, *self.ancestors(node)):
            if not member.visible:
                return NOWHERE
            # Some containers report no size and still show their children.
            if member.bounds.area:
                bounds = bounds.clip(member.bounds)
        return bounds

    def parent(self, node: Node) -> Node | None:
        """The node that holds it; None for a window's root."""
        return self.nodes[node.parent] if node.parent >= 0 else None

    def ancestors(self, node: Node) -> Iterator[Node]:
        """The nodes that hold it, nearest first."""
        while node.parent >= 0:
            node = self.nodes[node.parent]
            yield node

    def children(self, node: Node) -> Iterator[Node]:
        """The nodes directly inside it, in document order."""
        position = node.position + 1
        while position < node.end:
            child = self.nodes[position]
            yield child
            position = child.end

    def subtree(self, node: Node) -> tuple[Node, ...]:
        """The node and everything inside it, in document order."""
        return self.nodes[node.position : node.end]

    @property
    def roots(self) -> tuple[Node, ...]:
        """The top node of each window."""
        return tuple(node for node in self.nodes if node.parent < 0)

    @property
    def packages(self) -> tuple[str, ...]:
        """The apps that drew something, in order of appearance."""
        return tuple(dict.fromkeys(node.package for node in self.nodes if node.package))

    @property
    def package(self) -> str:
        """The app in front; the system's bars and a keyboard are in front of none.

        The order of windows in a dump says nothing: the agent keeps their roots in a hash set
        (u2.jar, AccessibilityNodeInfoDumper.getWindowRoots). Where the dump names no layers, an
        open shade or lock screen is taken to be in front, then the smaller window: a dialog.
        """
        roots = [root for root in self.roots if root.package]
        ahead = [r for r in roots if not self._is_bar(r) and not self._is_keyboard(r)] or roots
        front = max(
            ahead, key=lambda r: (r.layer, r.package in SYSTEM_BARS, -r.bounds.area), default=None
        )
        return front.package if front else ""

    def content(self) -> tuple[Node, ...]:
        """The nodes without the system's bars: what stands still once a screen has settled."""
        bars = {root.window for root in self.roots if self._is_bar(root)}
        return tuple(node for node in self.nodes if node.window not in bars)

    def stands_like(self, other: Screen, *, within: Bounds | None = None) -> bool:
        """Whether both show one page at rest, whose live texts may have gone on meanwhile.

        A counter, a rate or a clock changes with every look while a backup runs, on a slow phone
        more often than it can be looked at. So the same views have to be there, the system's bars
        aside, and at most a quarter of them may differ: scrolled by however little, nearly all do.

        Args:
            other: the screen seen before or after.
            within: compares only what has its center there, such as in a list that was scrolled.
        """
        mine, theirs = (
            [n for n in s.content() if within is None or within.contains(*n.bounds.center)]
            for s in (self, other)
        )
        if len(mine) != len(theirs):
            return False
        pairs = list(zip(mine, theirs, strict=True))
        if any(a.class_name != b.class_name or a.resource_id != b.resource_id for a, b in pairs):
            return False
        return sum(a != b for a, b in pairs) * 4 <= len(pairs)

    def _is_bar(self, root: Node) -> bool:
        return root.package in SYSTEM_BARS and root.bounds.area * 2 < self.bounds.area

    def _is_keyboard(self, root: Node) -> bool:
        ids = (node.resource_id for node in self.subtree(root))
        return "inputmethod" in root.package or any("keyboard" in name.lower() for name in ids)
