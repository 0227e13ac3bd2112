"""Reads pictures by the meaning of their pixels."""

import pygame

from visualizer.view.arrangement import arrange
from visualizer.view.camera import Camera

RGB = tuple[int, int, int]


def pixel_of(surface: pygame.Surface, camera: Camera, row: float, col: float) -> tuple[int, int]:
    """Return the pixel of a point of the floor in the whole picture."""
    part = arrange(*surface.get_size()).floor
    x, y = camera.at(row, col)
    return part.x + round(x), part.y + round(y)


def colour_at(surface: pygame.Surface, camera: Camera, row: float, col: float) -> RGB:
    red, green, blue, _ = surface.get_at(pixel_of(surface, camera, row, col))
    return red, green, blue


def colours_in(surface: pygame.Surface, box: pygame.Rect) -> set[RGB]:
    """Return all colours in a box of pixels."""
    box = box.clip(surface.get_rect())
    return {
        tuple(surface.get_at((x, y)))[:3]  # type: ignore[misc]
        for x in range(box.left, box.right)
        for y in range(box.top, box.bottom)
    }


def box_of_cell(surface: pygame.Surface, camera: Camera, row: int, col: int) -> pygame.Rect:
    x, y = pixel_of(surface, camera, row, col)
    return pygame.Rect(x, y, round(camera.scale), round(camera.scale))
