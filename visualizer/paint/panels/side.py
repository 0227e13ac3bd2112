"""Paints the side panel: the inspector's page above the list of stations. In a narrow window, the page on a card.

The panel can be clicked: `target_at` returns the target under the mouse.
"""

from collections.abc import Sequence
from typing import NamedTuple

import pygame

from visualizer.inspector.inspector import Tab
from visualizer.inspector.page_lines import Line
from visualizer.paint.panels.legend import LEGEND, SCALE, HeatLegend, LegendPainter
from visualizer.paint.panels.page import PagePainter
from visualizer.scene.figures import StationRow
from visualizer.scene.layers import AS_USUAL, Layers
from visualizer.scene.scene import Selection, Thing
from visualizer.style.fonts import Fonts
from visualizer.style.palette import Palette
from visualizer.style.pen import Pen
from visualizer.view.arrangement import Box

_TITLE, _TEXT, _SMALL = 18, 13, 11
_CLAUSE, _BAR = 20, 4
"""Height of a row of trouble, and width of the bar beside the rows."""
_PAD, _ROW, _NAME, _CARD, _HEAD = 14, 25, 96, 316, 32
_LEGEND_FROM = 480
"""Smallest height of the panel, in units, that has room for the list of layers."""
_PAGE_LEAST = 280
"""Additional height, in units, that it needs with a page."""
_CARD_MOST = 0.7
"""Largest share of the floor's height that a card takes."""
_STATIONS_LEAST = 0.28
"""Share of the panel that the list of stations keeps below a long page, if it needs it."""


class Target(NamedTuple):
    """Effect of a click: select `link`, go to `tick` (-1: none), turn to `tab`. Without any, the click has no effect."""

    box: pygame.Rect
    link: Selection | None = None
    tick: int = -1
    tab: Tab | None = None


class Page(NamedTuple):
    """A page of the panel. lines: the first is the title. scroll: pixels that are scrolled away."""

    lines: Sequence[Line]
    tab: Tab = Tab.NOW
    scroll: int = 0


class SidePainter:
    """Painter of the side panel. most_scroll: pixels that the last page can be scrolled by."""

    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._pen, self._page = Pen(palette, fonts), PagePainter(palette, fonts)
        self._px, self._pad, self._row = fonts.px, fonts.px(_PAD), fonts.px(_ROW)
        self._legend = LegendPainter(palette, fonts)
        self._targets: list[Target] = []
        self.most_scroll = 0

    def forget(self) -> None:
        """Forget the last picture: nothing in it can be clicked any more."""
        self._targets.clear()
        self.most_scroll = 0

    @property
    def targets(self) -> tuple[Target, ...]:
        """Everything in the last picture that can be clicked."""
        return tuple(self._targets)

    def target_at(self, x: int, y: int) -> Target | None:
        """Return the target under a pixel of the last picture, None off the panel."""
        return next((target for target in reversed(self._targets) if target.box.collidepoint(x, y)), None)

    def paint(
        self,
        surface: pygame.Surface,
        box: Box,
        page: Page,
        rows: Sequence[StationRow],
        layers: Layers = AS_USUAL,
        heat_legend: HeatLegend | None = None,
        trouble: Sequence[str] = (),
    ) -> None:
        """Paint trouble, the page or a hint, and the list of stations; at the foot layers and heat scale, if there is
        room.
        """
        self._pen.plate(surface, box)
        self._targets.append(Target(pygame.Rect(*box)))
        x, y, width = box.x + self._pad, box.y + self._pad, box.w - 2 * self._pad
        bottom = box.y + box.h
        y = self._paint_trouble(surface, Box(x, y, width, 0), trouble)
        if self.has_legend(box, layers, bool(page.lines)):
            bottom -= self._px(LEGEND + (SCALE + 6) * (heat_legend is not None))
            self._legend.paint_layers(surface, Box(x, bottom, width, self._px(LEGEND)), layers)
            if heat_legend is not None:
                self._legend.paint_scale(
                    surface, Box(x, bottom + self._px(LEGEND), width, self._px(SCALE)), heat_legend
                )
        if page.lines:
            least = min(self._row * len(rows) + self._px(40), round(box.h * _STATIONS_LEAST))
            y = self._paint_page(surface, Box(x, y, width, bottom - least - y), page)
        else:
            hint = "Click a robot, pod, station or cell."
            self._pen.text(surface, hint, (x, y), _TEXT, self._pen.palette.muted)
            y += self._px(20)
        y += self._px(8)
        pygame.draw.line(surface, self._pen.palette.rule, (x, y), (x + width, y))
        self._paint_stations(surface, Box(x, y + self._px(8), width, bottom - y - self._px(8)), rows)

    def has_legend(self, box: Box, layers: Layers, reading: bool) -> bool:
        """Return whether the panel shows the layers at its foot. reading: a page is open, which takes precedence."""
        least = _LEGEND_FROM + _PAGE_LEAST * reading
        return layers.legend and box.w > 0 and box.h >= self._px(least)

    def paint_card(self, surface: pygame.Surface, box: Box, page: Page) -> None:
        """Paint the page on a card over the floor."""
        width = min(self._px(_CARD), box.w - 2 * self._pad)
        inner, most = width - 2 * self._pad, round(box.h * _CARD_MOST) - 4 * self._pad
        height = min(self._px(_HEAD) + self._page.height(page.lines[1:], inner), most)
        card = pygame.Rect(box.x + box.w - width - self._pad, box.y + self._pad, width, max(height, 0) + 2 * self._pad)
        self._pen.card(surface, card)
        self._targets.append(Target(card))
        self._paint_page(surface, Box(card.x + self._pad, card.y + self._pad, inner, max(height, 0)), page)

    def _paint_trouble(self, surface: pygame.Surface, box: Box, trouble: Sequence[str]) -> int:
        """Paint a row for each trouble; return where the rest of the panel starts."""
        if not trouble:
            return box.y
        pen, step, bar = self._pen, self._px(_CLAUSE), self._px(_BAR)
        end = box.y + step * len(trouble)
        pygame.draw.rect(surface, pen.palette.alarm, pygame.Rect(box.x, box.y, bar, end - box.y))
        x, width = box.x + 2 * bar + self._px(4), box.w - 2 * bar - self._px(4)
        rows = [pen.fonts.cut(clause, _TEXT, round(width / 1.12)) for clause in trouble]
        for number, row in enumerate(rows):
            pen.text(surface, row, (x, box.y + number * step), _TEXT, pen.palette.warning, bold=True)
        return end + self._px(10)

    def _paint_page(self, surface: pygame.Surface, box: Box, page: Page) -> int:
        """Paint title and tabs, and as much of the page as there is room for; return where it ends."""
        self._paint_head(surface, box, page)
        top = box.y + self._px(_HEAD)
        view = pygame.Rect(box.x, top, box.w, max(box.y + box.h - top, 0)).clip(surface.get_rect())
        height = self._page.height(page.lines[1:], box.w)
        self.most_scroll = max(0, height - view.h)
        scroll = min(page.scroll, self.most_scroll)
        for line, part in self._page.paint(surface, view, page.lines[1:], scroll):
            if line.link is not None or line.tick >= 0:
                self._targets.append(Target(part, line.link, line.tick))
        if self.most_scroll:
            self._paint_thumb(surface, view, height, scroll)
        return top + min(height, view.h)

    def _paint_head(self, surface: pygame.Surface, box: Box, page: Page) -> None:
        pen, x = self._pen, box.x + box.w
        for tab in reversed(Tab):
            is_open = tab is page.tab
            width = pen.fonts.width(tab, _SMALL)
            x -= width
            colour = pen.palette.ink if is_open else pen.palette.accent
            pen.text(surface, tab, (x, box.y + self._px(6)), _SMALL, colour)
            under = box.y + self._px(21)
            if is_open:
                pygame.draw.line(surface, colour, (x, under), (x + width, under), max(1, self._px(2)))
            self._targets.append(Target(pygame.Rect(x, box.y, width, self._px(26)).inflate(self._px(8), 0), tab=tab))
            x -= self._px(12)
        title = pen.fonts.cut(page.lines[0].text, _TITLE, round((x - box.x) / 1.12))
        pen.text(surface, title, (box.x, box.y), _TITLE, pen.palette.ink, bold=True)

    def _paint_thumb(self, surface: pygame.Surface, view: pygame.Rect, height: int, scroll: int) -> None:
        """Paint the scroll bar of the page."""
        length = max(view.h * view.h // height, self._px(16))
        top = view.y + (view.h - length) * scroll // max(self.most_scroll, 1)
        bar = pygame.Rect(view.right + self._pad // 2 - self._px(2), top, self._px(4), length)
        surface.blit(self._pen.shapes.plate(bar.size, bar.w / 2, self._pen.palette.muted), bar)

    def _paint_stations(self, surface: pygame.Surface, box: Box, rows: Sequence[StationRow]) -> None:
        """Paint as many stations as there is room for, and the number of further ones."""
        pen, muted = self._pen, self._pen.palette.muted
        pen.text(surface, "stations", (box.x, box.y), _SMALL, muted)
        pen.text(surface, "busy", (box.x + self._px(_NAME), box.y), _SMALL, muted)
        pen.right(surface, "open / queue / done", (box.x + box.w, box.y), _SMALL, muted)
        room = (box.h - self._px(24)) // self._row
        shown = rows if len(rows) <= room else rows[: max(room - 1, 0)]
        for number, row in enumerate(shown):
            place = Box(box.x, box.y + self._px(20) + number * self._row, box.w, self._row)
            self._paint_station(surface, place, row)
            self._targets.append(Target(pygame.Rect(*place), Selection(Thing.STATION, row.index)))
        if len(shown) < len(rows) and room > 0:
            line = box.y + self._px(24) + len(shown) * self._row
            pen.text(surface, f"and {len(rows) - len(shown)} more", (box.x, line), _TEXT, muted)

    def _paint_station(self, surface: pygame.Surface, box: Box, row: StationRow) -> None:
        pen, name = self._pen, self._px(_NAME)
        colour = pen.palette.station[row.kind] if row.state == 0 else pen.palette.muted
        words, top = pen.fonts.cut(row.name, _TEXT, name - self._px(8)), box.y + self._px(4)
        pen.text(surface, words, (box.x, top), _TEXT, colour, bold=True)
        bar = pygame.Rect(box.x + name, box.y + self._px(8), self._px(84), self._px(9))
        surface.blit(pen.shapes.plate(bar.size, bar.h / 2, pen.palette.raised), bar)
        if row.busy > 0:
            width = max(round(bar.w * row.busy), bar.h)
            surface.blit(pen.shapes.plate((width, bar.h), bar.h / 2, colour), bar)
        text = row.text if row.state == 0 else ("paused", "closed")[min(row.state, 2) - 1]
        pen.right(surface, text, (box.x + box.w, top), _SMALL, pen.palette.ink)
