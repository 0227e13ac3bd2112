"""Arrangement of the window by its size: figures on top, the floor, a side panel if there is room, a status bar."""

from dataclasses import dataclass
from typing import NamedTuple

STRIP, STATUS, SIDE, TIMELINE = 80, 38, 316, 12
"""Heights of the strip and of the status bar, width of the side panel, height of the timeline, in units, see fonts."""
_SIDE_FROM = 900
_STRIP_FROM, _TRENDS_FROM, _LOW_STRIP = 320, 460, 56
"""Smallest heights of a window with a strip, and with trends in the strip; height of a strip without trends."""


class Box(NamedTuple):
    x: int
    y: int
    w: int
    h: int

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.x + self.w and self.y <= y < self.y + self.h


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Parts of the window. A part of no width or height is left out."""

    strip: Box
    floor: Box
    side: Box
    status: Box
    timeline: Box
    """The part of the status bar that represents all ticks."""


def arrange(width: int, height: int, scale: float = 1.0) -> Arrangement:
    """Return the parts of a window of `width` × `height` pixels. scale: pixels per unit, see fonts."""
    tall = STRIP if height >= _TRENDS_FROM * scale else _LOW_STRIP
    strip = round(tall * scale) if height >= _STRIP_FROM * scale else 0
    status = round(STATUS * scale) if height >= _STRIP_FROM * scale // 2 else 0
    side = round(SIDE * scale) if width >= _SIDE_FROM * scale else 0
    middle = max(1, height - strip - status)
    bottom = strip + middle
    return Arrangement(
        Box(0, 0, width, strip),
        Box(0, strip, max(1, width - side), middle),
        Box(width - side, strip, side, middle),
        Box(0, bottom, width, status),
        Box(0, bottom, width, min(status, round(TIMELINE * scale))),
    )
