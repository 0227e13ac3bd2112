"""Where the parts of the window go, by its size: figures on top, the floor, a side panel if there is room, a status bar."""

from dataclasses import dataclass
from typing import NamedTuple

STRIP, STATUS, SIDE = 64, 30, 316
"""Heights of the strip of figures and of the status bar, width of the side panel, in pixels."""
_SIDE_FROM = 900
_STRIP_FROM = 320


class Box(NamedTuple):
    x: int
    y: int
    w: int
    h: int

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.x + self.w and self.y <= y < self.y + self.h


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A part of no width or height is left out."""

    strip: Box
    floor: Box
    side: Box
    status: Box
    timeline: Box
    """The part of the status bar that stands for all ticks there are."""


def arrange(width: int, height: int) -> Arrangement:
    """The parts of a window of so many pixels."""
    strip = STRIP if height >= _STRIP_FROM else 0
    status = STATUS if height >= _STRIP_FROM // 2 else 0
    side = SIDE if width >= _SIDE_FROM else 0
    middle = max(1, height - strip - status)
    bottom = strip + middle
    return Arrangement(
        Box(0, 0, width, strip),
        Box(0, strip, max(1, width - side), middle),
        Box(width - side, strip, side, middle),
        Box(0, bottom, width, status),
        Box(0, bottom, width, min(status, 6)),
    )
