"""A window that is open for days doesn't grow."""

import tracemalloc

import pygame
import pytest

from tests.support.window.walks import Walks
from visualizer.paint.renderer import Renderer, ViewState
from visualizer.scene.layers import HEATS, LAYERS, Layers
from visualizer.scene.sources import floor_of
from visualizer.view.camera import Camera

_CYCLE = 600
"""Pictures after which scales, heat and colours come round again, and what is kept by them is kept."""


@pytest.mark.slow
def test_memory_is_flat_over_many_pictures() -> None:
    """Tick after tick, near and far, with every heat by day and by night: after two rounds three more add nothing."""
    source = Walks(1, 6 * _CYCLE)
    picture = Renderer(source, floor_of(source.header, "walks"))
    surface = pygame.Surface((320, 330), 0, 32)
    tracemalloc.start()
    sizes = []
    for tick in range(5 * _CYCLE):
        layers = Layers(frozenset(LAYERS), HEATS[tick // 60 % 5], 5, night=tick // 300 % 2 > 0)
        look = ViewState(tick + 0.5, Camera(float(4 + tick % 30), 5.0, 5.0), layers=layers)
        picture.read(look, 3.0)
        picture.draw(surface, look)
        if tick % _CYCLE == _CYCLE - 1:
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert sizes[-1] - sizes[1] < 300_000
