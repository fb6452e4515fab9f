"""From the text of a hierarchy dump to a `Screen`; the only module that knows XML.

Read are the dumps of `uiautomator dump` since Android 4.1 (before API 18 without resource ids),
with `--windows` (a `displays` root, AOSP `DumpCommand`), of the uiautomator2 agent, and Appium's
page source, whose elements are named after their class. What phones put round and into them is
taken off first: a Java trace before the XML (MIUI), messages glued behind it, a missing end,
characters that XML forbids. lxml is imported here only, when the first dump is read.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Any, cast

from drivers.nodes import NOWHERE, Bounds, Node, Screen

# What is no view itself: `displays` and what is in it come with `uiautomator dump --windows`.
_WRAPPERS = frozenset({"dump", "displays", "display", "window", "hierarchy"})

# Not just any "<": a Java trace before the XML holds `ThemeCompatibility.<clinit>`.
_START = re.compile(r"<(?:displays|hierarchy|node|android\.[\w.$]+)[\s>/]")
_END = re.compile(r"</(?:displays|hierarchy)>")
_REFERENCES = re.compile(r"(?:&#(?:x[0-9a-fA-F]+|[0-9]+);)+")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]+)|([0-9]+));")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BARE_AMPERSAND = re.compile(r"&(?!#?\w+;)")
_VALUE = re.compile(r"""=(?:"[^"]*"|'[^']*')""")
# A hint only: a value that ends in "=" looks the same. The search is cheap, the substitution not.
_BROKEN_VALUE = re.compile(r"""=(?:"[^"\n]*|'[^'\n]*)\n""")
_BOUNDS = re.compile(r"\[(-?\d+),(-?\d+)\]\[(-?\d+),(-?\d+)\]")
_ATTRIBUTE = re.compile(r"""[A-Za-z][\w-]*=(?:"[^"<]*"|'[^'<]*')""")
_TAG = re.compile(r"""<(/?)([A-Za-z][\w.$]*)((?:[^<>"'/]|"[^"<]*"|'[^'<]*')*)(/?)>""")
_TREE_LINE = re.compile(
    r"^(?:\S*\s)?(?P<depth>>*)\s?(?P<view>[\w.$]+):(?P<text>.*?):(?P<id>null|[\w.]+:id/\S+)$"
)


def parse(xml: str) -> Screen:
    """Reads a hierarchy dump.

    Args:
        xml: the dump, with whatever stood before and after it.

    Returns:
        All nodes that could be read; `complete` is False where the dump broke off.

    Raises:
        ValueError: there is no hierarchy in the text; the message quotes what is there instead.
    """
    start = _START.search(xml)
    if not start:
        return _parse_tree_log(xml)
    ends = [match.end() for match in _END.finditer(xml, start.start())]
    body = xml[start.start() : ends[-1] if ends else len(xml)]
    body = _repair(body)
    reader = _feed(body)
    if reader is None:
        # Broken inside: keep every tag that is whole, with the attributes that are.
        reader = _feed(_whole_tags(body), recover=True)
    nodes = reader.close() if reader else ()
    if not nodes or reader is None:
        raise ValueError(f"the hierarchy has no nodes: {body[:120]!r}")
    bounds = reader.bounds if reader.bounds.area else _extent(nodes)
    complete = bool(ends) and "<hierarchy" in body
    return Screen(nodes, reader.rotation, bounds, complete, xml)


def _feed(body: str, *, recover: bool = False) -> _Reader | None:
    """Parses a repaired dump; None where it is not well-formed and need not be recovered."""
    from lxml import etree

    reader = _Reader()
    # Nothing is fetched, and no entity can be declared: a document type stands before the root,
    # which is cut off.
    parser = etree.XMLParser(
        target=cast("Any", reader), recover=recover, huge_tree=True, no_network=True
    )
    try:
        # One root of our own, since a fragment has several and a cut one has none.
        parser.feed(f"<dump>{body}</dump>".encode())
        parser.close()
    except etree.XMLSyntaxError:
        return None
    return reader


def _whole_tags(body: str) -> str:
    # Appium names elements after classes, of which inner ones hold a "$" that XML does not know.
    return "".join(
        f"</{name.replace('$', '.')}>"
        if closing
        else f"<{name.replace('$', '.')} {' '.join(_ATTRIBUTE.findall(attributes))}"
        f"{'/' if empty else ''}>"
        for closing, name, attributes, empty in _TAG.findall(body)
    )


def decode(raw: bytes) -> str:
    """Reads a dump's file: UTF-8, or UTF-16 as a redirection in PowerShell writes it.

    Without the mark at its beginning UTF-16 is told by the empty halves of its letters, which are
    ASCII nearly all. Bytes that are neither cost their own words, not the whole screen.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    begin = raw[:_SAMPLE_BYTES]
    for encoding, halves in (("utf-16-le", begin[1::2]), ("utf-16-be", begin[::2])):
        if begin and halves.count(0) * 2 > len(halves):
            return raw.decode(encoding, "replace")
    return raw.decode("utf-8-sig", "replace")


_SAMPLE_BYTES = 400


def _repair(body: str) -> str:
    """Makes what phones write fit for an XML parser, without changing what it says."""
    if "&" in body:
        body = _REFERENCES.sub(_decode_references, body)
        body = _BARE_AMPERSAND.sub("&amp;", body)
    body = _FORBIDDEN.sub(" ", body)
    # Terminals of old adb servers and Windows end lines in several ways.
    body = body.replace("\r", "")
    if _BROKEN_VALUE.search(body):
        # XML turns a raw line break inside an attribute into a blank; here it separates words.
        body = _VALUE.sub(lambda m: m[0].replace("\n", "&#10;"), body)
    return body


def _decode_references(run: re.Match[str]) -> str:
    """Resolves numeric references that XML forbids: control characters, halves of emoji."""
    units = [int(h, 16) if h else int(d) for h, d in _REFERENCE.findall(run[0])]
    if all(u in {9, 10, 13} or 32 <= u < 0xD800 or 0xE000 <= u <= 0xFFFD for u in units):
        return run[0]
    text = "".join(chr(u) if u <= 0x10FFFF else "\ufffd" for u in units)
    # Old serializers write an emoji as its two UTF-16 halves.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(f"&#{ord(c)};" if not _FORBIDDEN.match(c) else " " for c in text)


class _Reader:
    """What lxml calls while it parses: nodes are collected without a tree and without recursion."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.rotation = 0
        self.bounds = NOWHERE
        self._open: list[tuple[int, str, Mapping[str, str]]] = []
        self._started = 0
        self._windows = 0
        self._layer = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Notes an element that begins; a node's place is known now, its end later."""
        if tag in _WRAPPERS:
            if tag == "window":
                self._layer = _number(attributes.get("layer"))
            elif tag == "hierarchy":
                get = attributes.get
                self.rotation = _number(get("rotation"))
                self.bounds = Bounds(0, 0, _number(get("width")), _number(get("height")))
            return
        self._windows += not self._open
        self._open.append((self._started, tag, dict(attributes)))
        self._started += 1

    def end(self, tag: str) -> None:
        """Makes the node whose element ends."""
        if tag in _WRAPPERS or not self._open:
            return
        position, tag, attributes = self._open.pop()
        get = attributes.get
        node = Node(
            text=get("text", ""),
            desc=get("content-desc", ""),
            hint=get("hint", ""),
            resource_id=get("resource-id", ""),
            class_name=get("class") or ("" if tag == "node" else tag),
            package=get("package", ""),
            bounds=_bounds(get("bounds", "")),
            visible=get("visible-to-user") != "false" and get("displayed") != "false",
            enabled=get("enabled") != "false",
            clickable=get("clickable") == "true",
            long_clickable=get("long-clickable") == "true",
            checkable=get("checkable") == "true",
            checked=get("checked") == "true",
            selected=get("selected") == "true",
            focusable=get("focusable") == "true",
            focused=get("focused") == "true",
            scrollable=get("scrollable") == "true",
            password=get("password") == "true",
            drawing_order=_number(get("drawing-order")),
            window=self._windows - 1,
            layer=self._layer,
            position=position,
            parent=self._open[-1][0] if self._open else -1,
            end=self._started,
            depth=len(self._open),
        )
        self.nodes.append(node)

    def close(self) -> tuple[Node, ...]:
        """All nodes in document order; they ended in another."""
        while self._open:
            self.end("node")  # the dump broke off before the element's own end
        return tuple(sorted(self.nodes, key=lambda node: node.position))


def _number(text: str | None) -> int:
    return int(text) if text and text.lstrip("-").isdecimal() else 0


def _bounds(text: str) -> Bounds:
    found = _BOUNDS.match(text)
    return Bounds(*map(int, found.groups())) if found else NOWHERE


def _extent(nodes: tuple[Node, ...]) -> Bounds:
    """The smallest screen that holds every window."""
    roots = [node.bounds for node in nodes if node.parent < 0]
    return Bounds(0, 0, max(b.right for b in roots), max(b.bottom for b in roots))


def _parse_tree_log(text: str) -> Screen:
    """Reads an accessibility tree as apps log it: `>> class:text:id` a line, depth by arrows.

    Seen in reports of the app cache cleaner of bmx666 (issue 149, Android 14); such a log names
    neither bounds nor packages other than by the ids.

    Raises:
        ValueError: no line has that form.
    """
    found = [m for line in text.splitlines() if (m := _TREE_LINE.match(line.strip()))]
    if not found:
        raise ValueError(f"no hierarchy in {text.strip()[:120]!r}")
    depths = [len(m["depth"]) for m in found]
    packages = [m["id"].partition(":")[0] for m in found if ":id/" in m["id"]]
    own = [p for p in packages if p != "android"]
    open_: list[int] = []
    nodes: list[Node] = []
    for position, (match, depth) in enumerate(zip(found, depths, strict=True)):
        while open_ and depths[open_[-1]] >= depth:
            open_.pop()
        end = next((i for i in range(position + 1, len(found)) if depths[i] <= depth), len(found))
        nodes.append(
            Node(
                text="" if match["text"] == "null" else match["text"],
                resource_id="" if match["id"] == "null" else match["id"],
                class_name=match["view"],
                package=own[0] if own else "",
                position=position,
                parent=open_[-1] if open_ else -1,
                end=end,
                depth=len(open_),
            )
        )
        open_.append(position)
    return Screen(tuple(nodes), complete=False, xml=text)
