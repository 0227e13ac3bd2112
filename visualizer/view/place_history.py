"""Where one has been, and how the camera gets to a place.

A place is a camera, a selection and a tick; the way back is kept as browsers keep it: going somewhere else from the
middle of the way forgets what lay ahead.
"""

from dataclasses import dataclass

from visualizer.scene.scene import Selection
from visualizer.view.camera import PIXELS_BELOW, Camera

_KEPT = 200
_NEAR = 16
"""Pixels a cell to which the camera comes to show a single thing on a floor that is farther away than PIXELS_BELOW."""
_RIM = 0.1
"""Share of the view at each edge in which a thing that is looked for counts as hidden."""
_PAN = 0.2
"""Share of the view that a key moves it by."""

DIRECTIONS = ((0, -1), (0, 1), (-1, 0), (1, 0))
"""(rows, columns): left, right, up, down."""


@dataclass(frozen=True, slots=True)
class Place:
    """tick: None for the newest, as it comes."""

    camera: Camera
    selection: Selection | None
    tick: int | None


class PlaceHistory:
    """The places that were left behind, and those that one has come back from."""

    def __init__(self) -> None:
        self._behind: list[Place] = []
        self._ahead: list[Place] = []

    def leave(self, place: Place) -> None:
        """Note a place before going anywhere else than back or forward."""
        if not self._behind or self._behind[-1] != place:
            self._behind.append(place)
        self._ahead.clear()
        del self._behind[:-_KEPT]

    def back(self, place: Place) -> Place | None:
        """The place before this one, None if this is the first."""
        return _step(place, self._behind, self._ahead)

    def forward(self, place: Place) -> Place | None:
        """The place that one has come back from, None if this is the last."""
        return _step(place, self._ahead, self._behind)


def in_middle(camera: Camera, point: tuple[float, float], view: tuple[int, int]) -> Camera:
    """The camera with a point, (row, column), in the middle of the view, (width, height) in pixels."""
    x, y = camera.at(*point)
    return camera.panned(round(view[0] / 2 - x), round(view[1] / 2 - y))


def brought_near(camera: Camera, point: tuple[float, float], view: tuple[int, int]) -> Camera:
    """The camera as it is if the point can be seen well, else with the point in the middle and near enough."""
    x, y = camera.at(*point)
    seen = _RIM * view[0] <= x <= (1 - _RIM) * view[0] and _RIM * view[1] <= y <= (1 - _RIM) * view[1]
    if seen and camera.scale >= PIXELS_BELOW:
        return camera
    scale = camera.scale if camera.scale >= PIXELS_BELOW else float(_NEAR)
    return in_middle(Camera(scale, 0.0, 0.0), point, view)


def moved(camera: Camera, direction: int, view: tuple[int, int]) -> Camera:
    """The camera moved over the floor into one of DIRECTIONS."""
    down, right = DIRECTIONS[direction]
    return camera.panned(round(-right * _PAN * view[0]), round(-down * _PAN * view[1]))


def _step(here: Place, source: list[Place], target: list[Place]) -> Place | None:
    """The last of `source` that isn't here, which is put into `target`."""
    while source and (place := source.pop()):
        if place != here:
            target.append(here)
            return place
    return None
