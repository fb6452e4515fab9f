"""A phone that shows one page after another: a tap, a key or a swipe may turn the page."""

from drivers.hierarchy import parse

PHOTOS = "com.google.android.apps.photos"


class PagedPhone:
    """Shows `pages[page]`; `turns` maps what was done on a page to the page that follows."""

    serial = "fake"

    def __init__(self, pages, turns=None):
        self.pages = {name: parse(f"<hierarchy>{xml}</hierarchy>") for name, xml in pages.items()}
        self.page = next(iter(pages))
        self.turns = turns or {}
        self.done = []

    def screen(self):
        return self.pages[self.page]

    def tap(self, x, y):
        hit = [n for n in self.screen().nodes if n.clickable and n.bounds.contains(x, y)]
        node = min(hit, key=lambda n: n.bounds.area, default=None)
        self._do(f"tap {(node.id_name or node.text) if node else 'nothing'}")

    def key(self, name):
        self._do(f"key {name}")

    def swipe(self, x1, y1, x2, y2, *, steps=20):
        self._do("swipe up" if y1 > y2 else "swipe down")

    def _do(self, what):
        self.done.append(what)
        self.page = self.turns.get((self.page, what), self.page)


def view(row, name="", text="", desc="", package=PHOTOS, **flags):
    """A node that fills one of twenty rows of a screen of 1000 by 2000 pixels."""
    full = name if ":" in name else f"{package}:id/{name}" if name else ""
    extra = " ".join(f'{flag}="{value}"' for flag, value in flags.items())
    return (
        f'<node package="{package}" resource-id="{full}" text="{text}" content-desc="{desc}" '
        f'bounds="[0,{row * 100}][1000,{row * 100 + 100}]" {extra}/>'
    )


def page(*views, package=PHOTOS, **flags):
    """A full screen that holds views."""
    extra = " ".join(f'{flag}="{value}"' for flag, value in flags.items())
    return f'<node package="{package}" bounds="[0,0][1000,2000]" {extra}>{"".join(views)}</node>'
