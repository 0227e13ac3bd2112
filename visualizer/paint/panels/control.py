"""Paints the operator commands: menu, confirmation card, notifications.

Lengths are units, see fonts.
"""

from dataclasses import replace

import pygame

from visualizer.control.commands import Command
from visualizer.control.view import Card, Done, Menu, Spot, Toast, Tone, View
from visualizer.style.fonts import Fonts
from visualizer.style.palette import GREEN, RGB, VERMILLION, Palette, ink_on
from visualizer.style.pen import Pen
from visualizer.view.arrangement import Box

_TITLE, _TEXT, _SMALL = 15, 13, 11
_PAD, _ROW, _HEAD, _STEP, _BUTTON = 14, 24, 22, 16, 28
_MENU, _CARD, _TOAST = 340, 420, 520
_WORDS = {Tone.ASKED: "asked", Tone.DONE: "done", Tone.REFUSED: "refused", Tone.UNKNOWN: "no answer"}
_TONE_WIDTH = 74


class ControlPainter:
    """Painter of the commands. spots: what can be clicked in the last picture, topmost last."""

    def __init__(self, palette: Palette, fonts: Fonts) -> None:
        self._pen, self._px = Pen(palette, fonts), fonts.px
        self.spots: list[tuple[pygame.Rect, Spot]] = []

    def spot_at(self, x: int, y: int) -> Spot | None:
        """Return the topmost spot under a pixel of the last picture, None beside it."""
        return next((spot for box, spot in reversed(self.spots) if box.collidepoint(x, y)), None)

    def paint(self, surface: pygame.Surface, box: Box, view: View) -> None:
        """Paint the commands within `box`, the floor's part."""
        self.spots.clear()
        before = surface.get_clip()
        surface.set_clip(pygame.Rect(*box))
        self._paint_toasts(surface, box, view.toasts)
        if view.menu is not None:
            self._paint_menu(surface, box, view.menu)
        elif view.card is not None:
            self._paint_card(surface, box, view.card)
        surface.set_clip(before)

    # --- menu

    def _paint_menu(self, surface: pygame.Surface, box: Box, menu: Menu) -> None:
        """Paint the menu; without reasons and past commands if there is little room."""
        menu = self._fitted(menu, box)
        pen, pad, step = self._pen, self._px(_PAD), self._px(_STEP)
        width = min(self._px(_MENU), box.w - 2 * pad)
        note = pen.fonts.wrap(menu.note, _TEXT, width - 2 * pad)
        notes = len(note) * step + self._px(8) if note else 0
        card = self._placed(box, width, self._entries_height(menu) + notes + self._done_height(menu) + pad, menu.at)
        self._ground(surface, card)
        y = self._paint_entries(surface, pygame.Rect(card.x, card.y + pad // 2, width, card.h), menu)
        pen.rows(surface, note, (card.x + pad, y + self._px(6)), _TEXT, pen.palette.warning, step)
        self._paint_done(surface, (card.x + pad, y + notes), width - 2 * pad, menu.done)

    def _fitted(self, menu: Menu, box: Box) -> Menu:
        if self._entries_height(menu) + self._done_height(menu) + self._px(_PAD) <= box.h - 2 * self._px(_PAD):
            return menu
        return replace(menu, done=(), brief=True)

    def _entries_height(self, menu: Menu) -> int:
        commands = sum(self._entry_height(command, menu) for command in menu.commands)
        return commands + self._px(_HEAD) * len(menu.groups)

    def _entry_height(self, command: Command, menu: Menu) -> int:
        return self._px(_ROW) + (self._px(_STEP) if command.why_not and not menu.brief else 0)

    def _done_height(self, menu: Menu) -> int:
        return self._px(_HEAD) + self._px(6) + len(menu.done) * self._px(_STEP) if menu.done else 0

    def _paint_entries(self, surface: pygame.Surface, area: pygame.Rect, menu: Menu) -> int:
        """Paint the groups; return where they end."""
        pen, pad, y, number = self._pen, self._px(_PAD), area.y, 0
        for group in menu.groups:
            name = pen.fonts.cut(group.name, _SMALL, round((area.w - 2 * pad) / 1.12))
            pen.text(surface, name, (area.x + pad, y + self._px(5)), _SMALL, pen.palette.muted, bold=True)
            y += self._px(_HEAD)
            for command in group.commands:
                place = pygame.Rect(area.x, y, area.w, self._entry_height(command, menu))
                self._paint_entry(surface, place, command, number, menu)
                y, number = place.bottom, number + 1
        return y

    def _paint_entry(
        self, surface: pygame.Surface, place: pygame.Rect, command: Command, number: int, menu: Menu
    ) -> None:
        """Paint a command with the digit that chooses it; greyed with the reason below if it isn't possible."""
        pen, pad, can = self._pen, self._px(_PAD), menu.can(number)
        ink = pen.palette.ink if can else pen.palette.muted
        if number == menu.chosen:
            bar = place.inflate(-pad, 0)
            surface.blit(pen.shapes.plate(bar.size, self._px(5), pen.palette.accent), bar)
            ink = ink_on(pen.palette.accent)
        top = place.y + self._px(4)
        if number < 9:
            pen.text(surface, str(number + 1), (place.x + pad, top), _TEXT, ink if can else pen.palette.muted)
        x = place.x + pad + self._px(18)
        pen.text(surface, pen.fonts.cut(command.label, _TEXT, place.right - pad - x), (x, top), _TEXT, ink)
        if command.why_not and not menu.brief:
            words = pen.fonts.cut(command.why_not, _SMALL, place.right - pad - x)
            pen.text(surface, words, (x, top + self._px(_STEP)), _SMALL, pen.palette.muted)
        self.spots.append((place, Spot(entry=number)))

    def _paint_done(self, surface: pygame.Surface, corner: tuple[int, int], width: int, done: tuple[Done, ...]) -> None:
        if not done:
            return
        pen, (x, y) = self._pen, corner
        pen.text(surface, "commands of this window", (x, y + self._px(6)), _SMALL, pen.palette.muted, bold=True)
        y += self._px(_HEAD)
        for entry in done:
            words = f"{_WORDS[entry.toast.tone]}: {entry.toast.label}"
            tick = f"tick {entry.tick:,}"
            room = width - pen.fonts.width(tick, _SMALL) - self._px(8)
            pen.text(surface, pen.fonts.cut(words, _SMALL, room), (x, y), _SMALL, pen.palette.ink)
            pen.right(surface, tick, (x + width, y), _SMALL, pen.palette.muted)
            y += self._px(_STEP)

    # --- card

    def _paint_card(self, surface: pygame.Surface, box: Box, card: Card) -> None:
        pen, pad = self._pen, self._px(_PAD)
        width = min(self._px(_CARD), box.w - 2 * pad)
        rows = pen.fonts.wrap(card.text, _TEXT, width - 2 * pad)
        place = self._placed(box, width, self._px(40) + len(rows) * self._px(_STEP) + self._px(52), None)
        self._ground(surface, place)
        title = pen.fonts.cut(
            f"{card.command.label[:1].upper()}{card.command.label[1:]}?", _TITLE, round((width - 2 * pad) / 1.1)
        )
        pen.text(surface, title, (place.x + pad, place.y + pad), _TITLE, pen.palette.ink, bold=True)
        pen.rows(surface, rows, (place.x + pad, place.y + self._px(40)), _TEXT, pen.palette.ink, self._px(_STEP))
        y = place.bottom - pad - self._px(_BUTTON)
        if card.ready:
            yes = self._button(surface, (place.x + pad, y), f"{card.yes}  (Enter)", pen.palette.accent)
            self.spots.append((yes, Spot(yes=True)))
        else:
            yes = self._button(surface, (place.x + pad, y), "Asking…", pen.palette.raised)
        no = self._button(surface, (yes.right + self._px(10), y), f"{card.no}  (Esc)", pen.palette.raised)
        self.spots.append((no, Spot(no=True)))

    def _button(self, surface: pygame.Surface, corner: tuple[int, int], words: str, colour: RGB) -> pygame.Rect:
        pen = self._pen
        size = pen.fonts.width(words, _TEXT) + 2 * self._px(12), self._px(_BUTTON)
        surface.blit(pen.shapes.plate(size, self._px(6), colour), corner)
        pen.text(surface, words, (corner[0] + self._px(12), corner[1] + self._px(6)), _TEXT, ink_on(colour))
        return pygame.Rect(corner, size)

    # --- toasts

    def _paint_toasts(self, surface: pygame.Surface, box: Box, toasts: tuple[Toast, ...]) -> None:
        """Paint the notifications from the bottom up, the latest lowest."""
        pad, bottom = self._px(_PAD), box.y + box.h - self._px(_PAD)
        for toast in reversed(toasts):
            bottom = self._paint_toast(surface, box, bottom, toast) - pad // 2

    def _paint_toast(self, surface: pygame.Surface, box: Box, bottom: int, toast: Toast) -> int:
        """Paint a result as a word in a colour, with the floor's answer; return the top of the notification."""
        pen, pad = self._pen, self._px(_PAD)
        width = min(self._px(_TOAST), box.w - 2 * pad)
        words = toast.text or toast.label
        rows = pen.fonts.wrap(words, _TEXT, width - self._px(_TONE_WIDTH) - 2 * pad)
        height = len(rows) * self._px(_STEP) + self._px(16)
        place = pygame.Rect(box.x + (box.w - width) // 2, bottom - height, width, height)
        self._ground(surface, place)
        colour = self._colour(toast.tone)
        flag = pygame.Rect(place.x, place.y, self._px(_TONE_WIDTH), place.h)
        surface.blit(pen.shapes.plate(flag.size, self._px(9), colour), flag)
        pen.text(
            surface, _WORDS[toast.tone], (flag.x + self._px(8), flag.y + self._px(8)), _SMALL, ink_on(colour), bold=True
        )
        pen.rows(
            surface, rows, (flag.right + self._px(10), place.y + self._px(7)), _TEXT, pen.palette.ink, self._px(_STEP)
        )
        return place.y

    def _colour(self, tone: Tone) -> RGB:
        if tone is Tone.DONE:
            return GREEN
        return self._pen.palette.raised if tone is Tone.ASKED else VERMILLION

    # --- ground

    def _ground(self, surface: pygame.Surface, card: pygame.Rect) -> None:
        self._pen.card(surface, card)
        self.spots.append((card, Spot()))

    def _placed(self, box: Box, width: int, height: int, pixel: tuple[int, int] | None) -> pygame.Rect:
        """Return a rectangle at a pixel, or in the upper half of the box; inside the box as far as it fits."""
        x, y = pixel or (box.x + (box.w - width) // 2, box.y + max((box.h - height) // 3, 0))
        x = max(min(x, box.x + box.w - width - self._px(6)), box.x + self._px(6))
        y = max(min(y, box.y + box.h - height - self._px(6)), box.y + self._px(6))
        return pygame.Rect(x, y, width, height)
