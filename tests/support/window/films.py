"""Reading films again: what players see."""

from pathlib import Path

import av
import numpy as np
import pygame
from numpy.typing import NDArray
from PIL import Image, ImageSequence

Pixels = NDArray[np.uint8]


def gif_pictures(path: Path) -> list[tuple[Pixels, float]]:
    """Pictures, uint8[height, width, 3], and seconds that each stands."""
    with Image.open(path) as gif:
        return [
            (np.array(picture.convert("RGB")), picture.info["duration"] / 1000)
            for picture in ImageSequence.Iterator(gif)
        ]


def mp4_pictures(path: Path) -> list[Pixels]:
    """Pictures, uint8[height, width, 3]."""
    with av.open(str(path)) as film:
        return [picture.to_ndarray(format="rgb24") for picture in film.decode(video=0)]


def surface_of(pixels: Pixels) -> pygame.Surface:
    """A picture as pixels.py reads them."""
    return pygame.image.frombuffer(pixels.tobytes(), (pixels.shape[1], pixels.shape[0]), "RGB")
