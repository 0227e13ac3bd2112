"""History of visited places, and camera moves to a place.

A place is a camera, a selection and a tick. The history works as in a browser: going to a new place drops the places
ahead.
"""

from dataclasses import dataclass

from visualizer.scene.scene import Selection
from visualizer.view.camera import PIXELS_BELOW, Camera

_KEPT = 200
_NEAR = 16
"""Scale in pixels per cell that the camera zooms to for a single thing, if the scale is below PIXELS_BELOW."""
_RIM = 0.1
"""Share of the view at each edge in which a thing counts as hidden."""
_PAN = 0.2
"""Share of the view that a key moves it by."""

DIRECTIONS = ((0, -1), (0, 1), (-1, 0), (1, 0))
"""(rows, columns): left, right, up, down."""


@dataclass(frozen=True, slots=True)
class Place:
    """A visited place. tick: None for the newest tick of a live run."""

    camera: Camera
    selection: Selection | None
    tick: int | None


class PlaceHistory:
    """Places before the present one, and places ahead of it after going back."""

    def __init__(self) -> None:
        self._behind: list[Place] = []
        self._ahead: list[Place] = []

    def leave(self, place: Place) -> None:
        """Add a place before going anywhere other than back or forward."""
        if not self._behind or self._behind[-1] != place:
            self._behind.append(place)
        self._ahead.clear()
        del self._behind[:-_KEPT]

    def back(self, place: Place) -> Place | None:
        """Return the place before the present one, None if it is the first."""
        return _step(place, self._behind, self._ahead)

    def forward(self, place: Place) -> Place | None:
        """Return the place ahead of the present one, None if it is the last."""
        return _step(place, self._ahead, self._behind)


def in_middle(camera: Camera, point: tuple[float, float], view: tuple[int, int]) -> Camera:
    """Return the camera with a point, (row, column), in the middle of the view, (width, height) in pixels."""
    x, y = camera.at(*point)
    return camera.panned(round(view[0] / 2 - x), round(view[1] / 2 - y))


def brought_near(camera: Camera, point: tuple[float, float], view: tuple[int, int]) -> Camera:
    """Return the camera unchanged if the point is clearly visible, else with the point in the middle and near enough."""
    x, y = camera.at(*point)
    seen = _RIM * view[0] <= x <= (1 - _RIM) * view[0] and _RIM * view[1] <= y <= (1 - _RIM) * view[1]
    if seen and camera.scale >= PIXELS_BELOW:
        return camera
    scale = camera.scale if camera.scale >= PIXELS_BELOW else float(_NEAR)
    return in_middle(Camera(scale, 0.0, 0.0), point, view)


def moved(camera: Camera, direction: int, view: tuple[int, int]) -> Camera:
    """Return the camera moved over the floor in one of DIRECTIONS."""
    down, right = DIRECTIONS[direction]
    return camera.panned(round(-right * _PAN * view[0]), round(-down * _PAN * view[1]))


def _step(here: Place, source: list[Place], target: list[Place]) -> Place | None:
    """Return the last place of `source` that differs from the present one, which is added to `target`."""
    while source and (place := source.pop()):
        if place != here:
            target.append(here)
            return place
    return None
