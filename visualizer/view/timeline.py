"""The line that stands for all ticks there are: which pixel is which tick, and where on it the marks are."""

from collections.abc import Iterator
from dataclasses import dataclass

from visualizer.history import Mark, MarkKind
from visualizer.history.marks import Marks
from visualizer.view.arrangement import Box

_REACH = 3
"""Units, see fonts, beside a mark in which it is pointed at."""
_TOLD = 3
"""Marks that are told of at once at most."""
_GRAVITY = (MarkKind.ALARM, MarkKind.FAULT, MarkKind.DISRUPTION)
"""Of several kinds in one place the first is shown."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """first, last: ticks at the ends of a box. unit: pixels a unit."""

    first: int
    last: int
    box: Box
    unit: float = 1.0

    @property
    def _ticks_a_pixel(self) -> float:
        return max(self.last - self.first, 1) / max(self.box.w - 1, 1)

    def tick(self, x: float) -> int:
        """The tick at a pixel column, the nearest end beside the line."""
        at = round(self.first + (x - self.box.x) * self._ticks_a_pixel)
        return min(max(at, self.first), max(self.last, self.first))

    def x(self, tick: float) -> int:
        """The pixel column of a tick."""
        return self.box.x + round((tick - self.first) / self._ticks_a_pixel)

    def columns(self, marks: Marks) -> Iterator[tuple[int, MarkKind]]:
        """(x, kind) of the pixel columns that have a mark; costs as much as there are such columns, not marks."""
        mark = marks.after(self.first - 1)
        while mark is not None and mark.tick <= self.last:
            x = self.x(mark.tick)
            end = max(mark.tick, self._last_of(x))
            kinds = {found.kind for found in marks.between(mark.tick, end)}
            yield x, next(kind for kind in _GRAVITY if kind in kinds)
            mark = marks.after(end)

    def near(self, marks: Marks, x: float) -> list[Mark]:
        """The marks that the mouse points at, in order of their ticks."""
        reach = max(1.0, _REACH * self.unit)
        first, last = (round(self.first + (x - self.box.x + off) * self._ticks_a_pixel) for off in (-reach, reach))
        return marks.between(max(first, self.first), min(last, self.last))

    def aimed(self, marks: Marks, x: float) -> int:
        """The tick of the mark that is pointed at, or else the tick there."""
        here = self.tick(x)
        return min((mark.tick for mark in self.near(marks, x)), key=lambda tick: abs(tick - here), default=here)

    def _last_of(self, x: int) -> int:
        """The last tick that falls on a pixel column, about."""
        return int(self.first + (x - self.box.x + 0.5) * self._ticks_a_pixel)


def told(marks: list[Mark]) -> list[str]:
    """What marks say, one line each, and how many there are more."""
    lines = [f"{mark.kind}  {mark.text}" for mark in marks[:_TOLD]]
    return lines + [f"and {len(marks) - _TOLD} more"] * (len(marks) > _TOLD)
