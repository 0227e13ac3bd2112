"""Reads films as players do."""

from pathlib import Path

import av
import numpy as np
import pygame
from numpy.typing import NDArray
from PIL import Image, ImageSequence

Pixels = NDArray[np.uint8]


def gif_pictures(path: Path) -> list[tuple[Pixels, float]]:
    """Return pictures, uint8[height, width, 3], and the seconds that each is shown."""
    with Image.open(path) as gif:
        return [
            (np.array(picture.convert("RGB")), picture.info["duration"] / 1000)
            for picture in ImageSequence.Iterator(gif)
        ]


def mp4_pictures(path: Path) -> list[Pixels]:
    """Return pictures, uint8[height, width, 3]."""
    with av.open(str(path)) as film:
        return [picture.to_ndarray(format="rgb24") for picture in film.decode(video=0)]


def surface_of(pixels: Pixels) -> pygame.Surface:
    """Return a picture as pixels.py reads it."""
    return pygame.image.frombuffer(pixels.tobytes(), (pixels.shape[1], pixels.shape[0]), "RGB")
