"""Opens a window, or reports why there can be none."""

import os
import sys
from collections.abc import Callable, Iterator

import pygame

from layout.errors import InputError

_PICTURES_PER_S = 60
_USUAL_HEIGHT = 1080
"""Height in pixels of a screen on which a unit is a pixel."""


def open_display(size: tuple[int, int], without: str = "--headless") -> pygame.Surface:
    """Open a window of (width, height) pixels. InputError if there is no display; without: option that needs none.

    SDL falls back on drivers that show nothing; they count only if they are requested by name.
    """
    if _none_is_named():
        raise _no_display("neither DISPLAY nor WAYLAND_DISPLAY is set", without)
    try:
        pygame.display.init()
        surface = pygame.display.set_mode(size, pygame.RESIZABLE)
    except pygame.error as error:
        pygame.display.quit()
        raise _no_display(str(error), without) from error
    driver = pygame.display.get_driver().lower()
    if driver in ("dummy", "offscreen") and driver != os.environ.get("SDL_VIDEODRIVER", "").lower():
        pygame.display.quit()
        raise _no_display("no display was found", without)
    return surface


def _none_is_named() -> bool:
    """Return whether there is no display for SDL to open. SDL would print its own message before ours."""
    named = {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()
    return not os.environ.get("SDL_VIDEODRIVER") and sys.platform == "linux" and not named


def screen_scale() -> float:
    """Return the pixels per unit (see fonts) that suit the screen: its height over 1080, in halves, 1 to 4.

    A system that enlarges windows itself, such as macOS and Windows, reports the height before that, and so gets 1.
    """
    if _none_is_named():
        return 1.0  # SDL would look for a display all the same, and print why it finds none
    try:
        pygame.display.init()
        height = pygame.display.get_desktop_sizes()[0][1]
    except (pygame.error, IndexError):
        return 1.0
    finally:
        pygame.display.quit()
    return min(max(height * 2 // _USUAL_HEIGHT / 2, 1.0), 4.0)


def due_pictures(running: Callable[[], bool], most: int | None) -> Iterator[float]:
    """Yield, sixty times per second, the seconds since the last time, while `running`, and for at most `most` pictures."""
    clock = pygame.time.Clock()
    shown = 0
    while running() and (most is None or shown < most):
        yield clock.tick(_PICTURES_PER_S) / 1000
        shown += 1


def _no_display(why: str, without: str) -> InputError:
    instead = f"use {without} for a picture without a display"
    return InputError.single("display", "", f"no window can be opened: {why}", instead)
