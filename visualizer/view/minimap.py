"""The minimap in a corner: the whole floor, with a frame around the visible part. Pixels of the floor's part of the
window.
"""

from dataclasses import dataclass
from typing import Self

from visualizer.view.arrangement import Box
from visualizer.view.camera import Camera

_WIDTH, _HEIGHT = 200, 150
"""Largest width and height of the minimap, in units, see fonts."""
_SHARE = 0.3
"""Largest share of the view's width and height that it takes."""
_MARGIN = 14
_LEAST = 40
"""Smallest size in units: a map that is narrower and lower is left out."""
_SLACK = 8
"""Pixels by which a floor may extend beyond the view and still counts as visible."""


@dataclass(frozen=True, slots=True)
class Minimap:
    """A minimap. box: its place. scale: pixels per cell."""

    box: Box
    scale: float

    @classmethod
    def over(cls, floor: tuple[int, int], view: tuple[int, int], camera: Camera, unit: float = 1.0) -> Self | None:
        """Return the minimap in the bottom right corner of a view, (width, height). floor: (height, width) in cells.
        None if the floor fits.
        """
        if _fits(floor, view, camera):
            return None
        width, height = min(_WIDTH * unit, view[0] * _SHARE), min(_HEIGHT * unit, view[1] * _SHARE)
        scale = min(width / floor[1], height / floor[0])
        size = max(1, round(floor[1] * scale)), max(1, round(floor[0] * scale))
        if max(size) < _LEAST * unit:
            return None
        margin = round(_MARGIN * unit)
        return cls(Box(view[0] - margin - size[0], view[1] - margin - size[1], *size), scale)

    def seen(self, camera: Camera, view: tuple[int, int]) -> Box:
        """Return the visible part of the floor as a box within the minimap."""
        top, left = camera.point(0, 0)
        bottom, right = camera.point(*view)
        x, end_x = (self._clipped(col, self.box.w) + self.box.x for col in (left, right))
        y, end_y = (self._clipped(row, self.box.h) + self.box.y for row in (top, bottom))
        return Box(x, y, max(end_x - x, 3), max(end_y - y, 3))

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return (row, column) of the floor at a pixel of the view."""
        return (y - self.box.y) / self.scale, (x - self.box.x) / self.scale

    def _clipped(self, cells: float, most: int) -> int:
        return min(max(round(cells * self.scale), 0), most)


def _fits(floor: tuple[int, int], view: tuple[int, int], camera: Camera) -> bool:
    left, top = camera.left, camera.top
    right, bottom = left + floor[1] * camera.scale, top + floor[0] * camera.scale
    return min(left, top) >= -_SLACK and right <= view[0] + _SLACK and bottom <= view[1] + _SLACK
