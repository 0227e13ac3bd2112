"""A picture of one tick in a file, without a display: the window's drawing on a surface in memory."""

from pathlib import Path

import pygame

from layout.errors import InputError
from layout.floor import Floor
from visualizer.arrangement import arrange
from visualizer.camera import Camera, fit
from visualizer.drawing import Look, Picture
from visualizer.scene import Selection
from visualizer.sources import Source


def snapshot(
    source: Source,
    floor: Floor,
    tick: int,
    out: Path,
    size: tuple[int, int] = (1280, 720),
    *,
    camera: Camera | None = None,
    selection: Selection | None = None,
    heat: bool = False,
) -> None:
    """Write the picture of a tick as PNG, (width, height) pixels, by default with the whole floor in view.

    InputError if the source has no such tick or the file can't be written.
    """
    if not source.first_tick <= tick <= source.last_tick:
        raise InputError.single(source.name, f"tick {tick}", "is not there", _ticks_of(source))
    if out.suffix.lower() != ".png":
        raise InputError.single(str(out), "", "is not the name of a picture", "a path ending in .png")
    surface = draw_snapshot(source, floor, tick, size, camera=camera, selection=selection, heat=heat)
    try:
        pygame.image.save(surface, str(out))
    except (pygame.error, OSError) as error:
        raise InputError.single(str(out), "", f"can't be written: {error}") from error


def draw_snapshot(
    source: Source,
    floor: Floor,
    tick: int,
    size: tuple[int, int],
    *,
    camera: Camera | None = None,
    selection: Selection | None = None,
    heat: bool = False,
) -> pygame.Surface:
    """The picture as a surface."""
    view = arrange(*size).floor
    camera = camera or fit((floor.grid.height, floor.grid.width), (view.w, view.h))
    surface = pygame.Surface(size, 0, 32)
    Picture(source, floor).draw(surface, Look(float(tick), camera, selection, heat=heat))
    return surface


def _ticks_of(source: Source) -> str:
    if source.last_tick < source.first_tick:
        return "it has no ticks yet"
    return f"it has ticks {source.first_tick} to {source.last_tick}"
