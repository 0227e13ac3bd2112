"""The camera: which part of the floor the picture shows, and at which scale; cells ↔ pixels of the floor's part of the
window.

From 6 pixels per cell on, the scale and the offsets are whole numbers, so that every cell is the same square.
"""

from dataclasses import dataclass, replace
from typing import overload

from layout.arrays import Numbers

PIXELS_BELOW, DETAILS_FROM = 6, 20
"""Scales in pixels per cell: below the first, robots are blocks of colour; from the second on, they have ids."""
_NEAREST = 96.0
_FARTHEST = 0.25
_ZOOM_STEP = 1.2
_KEPT = 48
"""Pixels of the floor that stay in view when it is moved."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera. scale: pixels per cell. left, top: pixel of the floor's first column and row."""

    scale: float
    left: float
    top: float

    @overload
    def at(self, row: float, col: float) -> tuple[float, float]: ...
    @overload
    def at(self, row: Numbers, col: Numbers) -> tuple[Numbers, Numbers]: ...
    def at(self, row: float | Numbers, col: float | Numbers) -> tuple[float | Numbers, float | Numbers]:
        """Return pixel (x, y) of a point in rows and columns, which are numbers or arrays."""
        return self.left + col * self.scale, self.top + row * self.scale

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return (row, column) under a pixel, as fractions: cell (3, 4) extends from 3.0, 4.0 to 4.0, 5.0."""
        return (y - self.top) / self.scale, (x - self.left) / self.scale

    def zoomed(self, steps: float, x: float, y: float) -> "Camera":
        """Return the camera zoomed in by `steps` notches of the wheel; the point under pixel (x, y) stays there."""
        scale = _crisp(self.scale * _ZOOM_STEP**steps)
        if scale == self.scale and scale >= PIXELS_BELOW:
            scale += 1 if steps > 0 else -1
        scale = min(max(scale, _FARTHEST), _NEAREST)
        row, col = self.point(x, y)
        return _placed(scale, x - col * scale, y - row * scale)

    def panned(self, dx: float, dy: float) -> "Camera":
        return replace(self, left=self.left + dx, top=self.top + dy)

    def kept(self, floor: tuple[int, int], view: tuple[int, int]) -> "Camera":
        """Return the camera moved so that the floor, (height, width) in cells, doesn't leave the view, (width, height)
        in pixels.
        """
        height, width = floor[0] * self.scale, floor[1] * self.scale
        left = min(max(self.left, _KEPT - width), view[0] - _KEPT)
        top = min(max(self.top, _KEPT - height), view[1] - _KEPT)
        return _placed(self.scale, left, top)

    def visible(self, floor: tuple[int, int], view: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return the first visible row, the row after the last, the first visible column, the column after the last."""
        row, col = self.point(0, 0)
        end_row, end_col = self.point(view[0], view[1])
        return (
            min(max(int(row), 0), floor[0]),
            min(max(int(end_row) + 1, 0), floor[0]),
            min(max(int(col), 0), floor[1]),
            min(max(int(end_col) + 1, 0), floor[1]),
        )


def fit(floor: tuple[int, int], view: tuple[int, int], margin: int = 12) -> Camera:
    """Return a camera with the whole floor, (height, width) in cells, in the middle of the view, (width, height) in
    pixels.
    """
    wide, high = max(view[0] - 2 * margin, 1), max(view[1] - 2 * margin, 1)
    scale = min(wide / floor[1], high / floor[0], _NEAREST)
    scale = float(int(scale)) if scale >= PIXELS_BELOW else max(scale, _FARTHEST)
    return _placed(scale, (view[0] - floor[1] * scale) / 2, (view[1] - floor[0] * scale) / 2)


def refit(camera: Camera, floor: tuple[int, int], before: tuple[int, int], after: tuple[int, int]) -> Camera:
    """Return the camera after a view of (width, height) `before` has become one of `after`.

    A floor, (height, width) in cells, that was shown whole is shown whole again. After zooming or moving, the scale
    stays, and the middle stays in the middle.
    """
    if camera == fit(floor, before):
        return fit(floor, after)
    return camera.panned((after[0] - before[0]) // 2, (after[1] - before[1]) // 2).kept(floor, after)


def _crisp(scale: float) -> float:
    return float(round(scale)) if scale >= PIXELS_BELOW else scale


def _placed(scale: float, left: float, top: float) -> Camera:
    return Camera(scale, float(round(left)), float(round(top)))
