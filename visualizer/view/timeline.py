"""The timeline of all ticks: conversion between pixels and ticks, and the places of marks."""

from collections.abc import Iterator
from dataclasses import dataclass

from visualizer.history import Mark, MarkKind
from visualizer.history.marks import Marks
from visualizer.view.arrangement import Box

_REACH = 3
"""Distance beside a mark within which the mouse points at it, in units, see fonts."""
_TOLD = 3
"""Largest number of marks that are listed at once."""
_GRAVITY = (MarkKind.ALARM, MarkKind.FAULT, MarkKind.DISRUPTION)
"""Kinds of marks; of several in one place, the first in this order is shown."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A timeline. first, last: ticks at the ends of a box. unit: pixels per unit."""

    first: int
    last: int
    box: Box
    unit: float = 1.0

    @property
    def _ticks_a_pixel(self) -> float:
        return max(self.last - self.first, 1) / max(self.box.w - 1, 1)

    def tick(self, x: float) -> int:
        """Return the tick at a pixel column; beside the timeline, the nearest end."""
        position = round(self.first + (x - self.box.x) * self._ticks_a_pixel)
        return min(max(position, self.first), max(self.last, self.first))

    def x(self, tick: float) -> int:
        """Return the pixel column of a tick."""
        return self.box.x + round((tick - self.first) / self._ticks_a_pixel)

    def columns(self, marks: Marks) -> Iterator[tuple[int, MarkKind]]:
        """Yield (x, kind) of the pixel columns with a mark; the cost depends on the number of such columns, not of
        marks.
        """
        mark = marks.after(self.first - 1)
        while mark is not None and mark.tick <= self.last:
            x = self.x(mark.tick)
            end = max(mark.tick, self._last_of(x))
            kinds = {mark_there.kind for mark_there in marks.between(mark.tick, end)}
            yield x, next(kind for kind in _GRAVITY if kind in kinds)
            mark = marks.after(end)

    def near(self, marks: Marks, x: float) -> list[Mark]:
        """Return the marks under the mouse, in the order of their ticks."""
        reach = max(1.0, _REACH * self.unit)
        first, last = (round(self.first + (x - self.box.x + off) * self._ticks_a_pixel) for off in (-reach, reach))
        return marks.between(max(first, self.first), min(last, self.last))

    def aimed(self, marks: Marks, x: float) -> int:
        """Return the tick of the mark under the mouse, or else the tick there."""
        own_tick = self.tick(x)
        return min((mark.tick for mark in self.near(marks, x)), key=lambda tick: abs(tick - own_tick), default=own_tick)

    def _last_of(self, x: int) -> int:
        """Return the approximate last tick of a pixel column."""
        return int(self.first + (x - self.box.x + 0.5) * self._ticks_a_pixel)


def mark_texts(marks: list[Mark]) -> list[str]:
    """Return the texts of marks, one line each, and the number of further ones."""
    lines = [f"{mark.kind}  {mark.text}" for mark in marks[:_TOLD]]
    return lines + [f"and {len(marks) - _TOLD} more"] * (len(marks) > _TOLD)
