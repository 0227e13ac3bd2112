"""Paints the status bar, and the cards over everything: question and help."""

from collections.abc import Sequence

import pygame

from visualizer.editor.keys import BINDINGS, MOUSE, tool_rows
from visualizer.editor.paint.lists import Target
from visualizer.editor.paint.pen import PAD, TEXT, EditorPen
from visualizer.editor.questions import Question
from visualizer.style.palette import WHITE
from visualizer.view.arrangement import Box

_LINE = 18
_TWO_FROM = 900
"""Smallest width at which the help lists the inks beside the other keys."""


class CardPainter:
    def __init__(self, pen: EditorPen) -> None:
        self._pen = pen

    def paint_status(self, surface: pygame.Surface, box: Box, texts: Sequence[str], alarm: str) -> None:
        """Paint texts from the left, the first one bold; with an alarm, only the first text and the alarm."""
        pen, x = self._pen, box.x + PAD
        pen.plate(surface, box)
        for number, text in enumerate([texts[0], alarm] if alarm else texts):
            room = box.x + box.w - PAD - x
            if room < 40:
                break
            colour = pen.palette.ink if not number else pen.palette.alarm if alarm else pen.palette.muted
            x += pen.text(surface, pen.fonts.cut(text, TEXT, room), (x, box.y + 6), TEXT, colour, not number) + 20

    def paint_question(self, surface: pygame.Surface, question: Question) -> list[Target]:
        """Paint a question; return the boxes of its answers."""
        pen = self._pen
        lines = pen.fonts.wrap(question.text, TEXT, 420)
        card = pen.dialog(surface, 460, 104 + _LINE * len(lines))
        pen.text(surface, question.title, (card.x + 20, card.y + 16), 16, pen.palette.ink, bold=True)
        for number, line in enumerate(lines):
            pen.text(surface, line, (card.x + 20, card.y + 46 + _LINE * number), TEXT, pen.palette.ink)
        return self._answers(surface, question, card)

    def paint_help(self, surface: pygame.Surface) -> None:
        """Paint the list of keys and mouse actions. In a narrow window it leaves out the inks, whose keys are on their
        buttons.
        """
        rows = [(binding.shown, binding.words) for binding in BINDINGS] + list(MOUSE)
        two = surface.get_width() >= _TWO_FROM
        inks = tool_rows() if two else []
        longest = max(len(rows), len(inks))
        step = min(_LINE, (surface.get_height() - 70) // longest)
        card = self._pen.dialog(surface, 880 if two else 640, 62 + step * longest)
        self._pen.text(surface, "Keys and mouse", (card.x + 20, card.y + 14), 16, self._pen.palette.ink, bold=True)
        self._rows(surface, (card.x + 20, card.y + 44), 118, step, rows)
        self._rows(surface, (card.x + 640, card.y + 44), 30, step, inks)

    def _answers(self, surface: pygame.Surface, question: Question, card: pygame.Rect) -> list[Target]:
        pen, targets, right = self._pen, [], card.right - 20
        for number, answer in reversed(list(enumerate(question.answers))):
            offered, label = not number, f"{answer.label}  ({answer.shown})"
            width = pen.fonts.width(label, TEXT, offered) + 24
            box = Box(right - width, card.bottom - 44, width, 28)
            fill, ink = (pen.palette.accent, WHITE) if offered else (pen.palette.raised, pen.palette.ink)
            surface.blit(pen.shapes.plate((box.w, box.h), 6, fill), box[:2])
            pen.middle(surface, label, box, TEXT, ink, offered)
            targets.append(Target(box, number))
            right = box.x - 8
        return targets

    def _rows(
        self, surface: pygame.Surface, corner: tuple[int, int], indent: int, step: int, rows: Sequence[tuple[str, str]]
    ) -> None:
        for number, (key, words) in enumerate(rows):
            y = corner[1] + number * step
            self._pen.text(surface, key, (corner[0], y), TEXT, self._pen.palette.ink, bold=True)
            self._pen.text(surface, words, (corner[0] + indent, y), TEXT, self._pen.palette.muted)
