"""Finds where a picture looks, from the names of things and moments, with a camera that keeps a thing in the middle."""

from layout.errors import InputError
from robots.recording.frames import Frame
from visualizer.export.options import Shot
from visualizer.paint.renderer import Renderer
from visualizer.scene.scene import Selection, Thing
from visualizer.scene.sources import Source
from visualizer.view.camera import PIXELS_BELOW, Camera, fit
from visualizer.view.place_history import in_middle
from visualizer.view.search import Hit, Search

_NEAR = 24.0
"""Pixels per cell if a thing is looked at and no zoom is given: ids can be read from 20 on."""


class Aim:
    """Camera of a shot in a view of (width, height) pixels, starting at a tick.

    selection, followed: things that the shot names, None if it names none. InputError, reported with the source's name,
    if the shot names something that is not there at that tick.
    """

    def __init__(self, renderer: Renderer, source: str, shot: Shot, view: tuple[int, int], tick: int) -> None:
        def named(words: str) -> Selection | None:
            return thing_of(renderer, source, words, tick) if words else None

        self._renderer, self._view = renderer, view
        self.selection, self.followed = named(shot.select), named(shot.follow)
        middle = named(shot.centre) or (self.selection if shot.zoom is not None else None)
        shape = renderer.scene.shape
        self._camera = fit(shape, view)
        if shot.zoom is not None or middle or self.followed:
            self._camera = in_middle(_camera_of(shot.zoom or _NEAR), (shape[0] / 2, shape[1] / 2), view)
        self._turn_to(middle, tick)

    def camera(self, position: float) -> Camera:
        """Return the camera at a tick or between two. It stays as it was while the followed thing is nowhere, as a pod
        off the floor.
        """
        self._turn_to(self.followed, position)
        return self._camera

    def _turn_to(self, thing: Selection | None, position: float) -> None:
        frame = self._renderer.frame_at(position)
        point = None if thing is None or frame is None else self._point(frame, position, thing)
        if point is not None:
            self._camera = in_middle(self._camera, point, self._view)

    def _point(self, frame: Frame, position: float, thing: Selection) -> tuple[float, float] | None:
        """Return row and column of the middle of a thing. A pod on a robot moves with it between cells."""
        carrier = self._renderer.scene.carrier(frame, thing.number) if thing.thing is Thing.POD else -1
        return self._renderer.point_of(position, thing if carrier < 0 else Selection(Thing.ROBOT, carrier))


def thing_of(renderer: Renderer, source: str, words: str, tick: int) -> Selection:
    """Return the thing that words name at a tick, as in the window's search. InputError, reported with the source's
    name, if there is none.
    """
    hit = _found(renderer, source, words, tick)
    if hit.selection is None:
        raise InputError.single(
            source, f'"{words}"', "has no place to look at", 'a thing such as "robot 17" or "12,40"'
        )
    return hit.selection


def tick_of(renderer: Renderer, source: Source, words: str) -> int:
    """Return the tick of "600", "09:10:30" or "day 2 00:10". InputError if the words are no moment of the source."""
    if source.last_tick < source.first_tick:
        raise InputError.single(source.name, "", "has no ticks yet")
    number = words.isascii() and words.isdigit() and len(words) <= 18
    hit = _found(renderer, source.name, f"tick {words}" if number else words, source.last_tick)
    if hit.tick is None or hit.selection is not None:
        raise InputError.single(source.name, f'"{words}"', "is not a moment", "a tick, or a clock time like 09:10:30")
    return hit.tick


def _found(renderer: Renderer, source: str, words: str, tick: int) -> Hit:
    answer = Search(renderer.scene, renderer.history).find(words, tick)
    hits = [hit for hit in answer.hits if not hit.fill and not hit.near]
    if near := [hit.words for hit in answer.hits if hit.near and not hits]:
        raise InputError.single(source, f'"{words}"', "is not an order of this run", f"there is {'; '.join(near[:3])}")
    if not hits:
        raise InputError.single(source, "", answer.miss or f'"{words}" names nothing in this run')
    return hits[0]


def _camera_of(scale: float) -> Camera:
    """Return a camera with a scale. On the scale of details, cells are whole pixels, as with the window's wheel."""
    return Camera(float(round(scale)) if scale >= PIXELS_BELOW else scale, 0.0, 0.0)
