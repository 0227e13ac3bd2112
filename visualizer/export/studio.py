"""Takes pictures of a run without a display: the window's drawing on a surface in memory."""

import math

import pygame

from layout.floor import Floor
from visualizer.export.aim import Aim, tick_of
from visualizer.export.options import Shot
from visualizer.paint.renderer import Renderer, ViewState
from visualizer.scene.sources import Source
from visualizer.view.arrangement import arrange

_READING_MS = 2000.0
"""Time to read the run's events if nothing is looked at: they are only marks on the timeline then."""


class Studio:
    """One run, one shot: `aim` it at a tick, then `take` pictures."""

    def __init__(self, source: Source, floor: Floor, shot: Shot) -> None:
        self.source = source
        self._shot = shot
        self._renderer = Renderer(source, floor, shot.scale)
        self._renderer.history.read(math.inf if shot.select or shot.follow or shot.centre else _READING_MS)
        self._surface = pygame.Surface(shot.size, 0, 32)
        self._aim: Aim | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self._shot.size

    def tick(self, words: str) -> int:
        """Return the tick that words name. InputError if it isn't there."""
        return tick_of(self._renderer, self.source, words)

    def aim(self, tick: int) -> None:
        """Find what the shot looks at, at a tick. InputError if it isn't there."""
        view = arrange(*self.size, self._shot.scale).floor
        self._aim = Aim(self._renderer, self.source.name, self._shot, (view.w, view.h), tick)

    def take(self, position: float) -> pygame.Surface:
        """Return the picture at a tick, or between two. The surface is reused: the next picture is painted over it."""
        if self._aim is None:
            self.aim(int(position))
        assert self._aim is not None
        state = ViewState(
            position, self._aim.camera(position), self._aim.selection, layers=self._shot.layers, tab=self._shot.tab
        )
        self._renderer.read(state)
        self._renderer.draw(self._surface, state)
        return self._surface
