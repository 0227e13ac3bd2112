"""Open page of the side panel, and its scroll position."""

from visualizer.inspector.inspector import Tab
from visualizer.scene.scene import Selection

_NOTCH = 48
"""Pixels that a notch of the wheel scrolls."""


class PanelScroll:
    """Scroll state of the side panel. tab: the page. scroll: pixels that are scrolled away. A new selection or page
    starts at its top.
    """

    def __init__(self) -> None:
        self.tab, self.scroll = Tab.NOW, 0
        self._of: Selection | None = None

    def follow(self, selection: Selection | None, most: int) -> None:
        """Adapt to the selection, and to the end of the page. most: pixels that the page can be scrolled by."""
        if selection != self._of:
            self._of, self.scroll = selection, 0
        self.scroll = min(self.scroll, most)

    def turn_to(self, tab: Tab) -> None:
        if tab is not self.tab:
            self.tab, self.scroll = tab, 0

    def turn_over(self) -> None:
        """Turn to the next page; after the last one to the first."""
        tabs = list(Tab)
        self.turn_to(tabs[(tabs.index(self.tab) + 1) % len(tabs)])

    def roll(self, notches: int, most: int) -> None:
        """Scroll by notches of the wheel; up is positive."""
        self.scroll = min(max(self.scroll - notches * _NOTCH, 0), most)
