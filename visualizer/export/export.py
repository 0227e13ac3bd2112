"""Writes pictures and films of a run to files: PNG, GIF or MP4 by the extension of the name."""

import io
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pygame
from numpy.typing import NDArray

from layout.errors import InputError
from layout.files.writing import replacing
from visualizer.export.studio import Studio

_NUMBER = re.compile(r"%(?:0(\d{1,2}))?d")
_SAMPLES = 6
"""Number of pictures, spread over a film, that a GIF takes its colours from."""
_USUAL_FPS = {".gif": 10.0}
_FPS = 30.0
_MOST_FPS = {".gif": 50.0}
"""Highest rate of a GIF, in pictures per second. Browsers play a GIF with a higher rate at ten pictures per second."""

Pixels = NDArray[np.uint8]
Progress = Callable[[int, int], None]
"""Called with the number of pictures that are done, and the number of all."""


@dataclass(frozen=True, slots=True)
class Reel:
    """Moments that a film shows. first, last: ticks. speed: times real time. fps: pictures per second of the film."""

    first: int
    last: int
    speed: float
    fps: float

    def positions(self, tick_s: float) -> list[float]:
        """Return ticks with fractions, one per picture; the first is `first`, and none is after `last`."""
        step = self.speed / self.fps / tick_s
        count = int((self.last - self.first) / step + 1e-6) + 1
        return [min(self.first + picture * step, float(self.last)) for picture in range(count)]


def is_film(out: Path) -> bool:
    """Return whether a name stands for more than one picture. InputError if it is not the name of a picture or film."""
    ending = out.suffix.lower()
    if ending not in (".png", ".gif", ".mp4"):
        raise InputError.single(str(out), "", "is not the name of a picture", "a path ending in .png, .gif or .mp4")
    return ending != ".png" or "%" in out.name


def usual_fps(out: Path) -> float:
    """Return the default number of pictures per second of a film with this name."""
    return _USUAL_FPS.get(out.suffix.lower(), _FPS)


def most_fps(out: Path) -> float:
    """Return the largest number of pictures per second that players of such a film can show."""
    return _MOST_FPS.get(out.suffix.lower(), math.inf)


def film_size(out: Path, size: tuple[int, int]) -> tuple[int, int]:
    """Return the size of a film with this name: MP4 stores colours for squares of four pixels, so width and height are
    made even.
    """
    odd = out.suffix.lower() == ".mp4"
    return (size[0] + size[0] % 2, size[1] + size[1] % 2) if odd else size


def save_picture(studio: Studio, tick: int, out: Path) -> None:
    """Write the picture of a tick as PNG. InputError if the file can't be written, or if the shot names something that
    is not there.
    """
    studio.aim(tick)
    with replacing(out) as part:
        _save_png(studio.take(tick), part)


def save_film(studio: Studio, reel: Reel, out: Path, progress: Progress = lambda _done, _all: None) -> None:
    """Write the moments of a reel as a film, one picture in memory at a time.

    InputError as for a picture, and if a package that the format needs isn't installed.
    """
    studio.aim(reel.first)
    positions = reel.positions(studio.source.header.tick_s)
    with _film(studio, positions, reel.fps, out) as film:
        for done, position in enumerate(positions):
            film.add(_pixels(studio.take(position)))
            progress(done + 1, len(positions))


class Film(Protocol):
    """A film that pictures, uint8[height, width, 3], are added to. Ends with `close`, or with `abandon` after an error."""

    def add(self, pixels: Pixels) -> None: ...
    def close(self) -> None: ...
    def abandon(self) -> None: ...


class NumberedPictures:
    """A film as PNG files, numbered from 1 in place of %05d in the name. Each file is complete, whenever the film ends."""

    def __init__(self, out: Path) -> None:
        if len(_NUMBER.findall(out.name)) != 1 or out.name.count("%") != 1:
            raise InputError.single(str(out), "", "has no place for a number", "a name like frames-%05d.png")
        self._out, self._count = out, 0

    def add(self, pixels: Pixels) -> None:
        self._count += 1
        with replacing(self._out.with_name(self._out.name % self._count)) as part:
            _save_png(pygame.image.frombuffer(pixels.tobytes(), (pixels.shape[1], pixels.shape[0]), "RGB"), part)

    def close(self) -> None:
        pass

    def abandon(self) -> None:
        pass


@contextmanager
def _film(studio: Studio, positions: list[float], fps: float, out: Path) -> Iterator[Film]:
    if out.suffix.lower() == ".png":
        yield NumberedPictures(out)
        return
    with replacing(out) as part, _reporting_missing_package(out):
        film: Film = _gif(studio, positions, fps, part) if out.suffix.lower() == ".gif" else _mp4(studio, fps, part)
        try:
            yield film
        except BaseException:
            film.abandon()
            raise
        film.close()


def _gif(studio: Studio, positions: list[float], fps: float, part: Path) -> Film:
    from visualizer.export.gif import GifFilm

    spread = np.linspace(0, len(positions) - 1, min(_SAMPLES, len(positions))).astype(int)
    samples = [_pixels(studio.take(positions[number])) for number in spread]
    return GifFilm(part, studio.size, fps, samples)


def _mp4(studio: Studio, fps: float, part: Path) -> Film:
    from visualizer.export.mp4 import Mp4Film

    return Mp4Film(part, studio.size, fps)


@contextmanager
def _reporting_missing_package(out: Path) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in ("PIL", "av"):
            raise
        name = {"PIL": "a GIF needs Pillow", "av": "an MP4 needs PyAV"}[error.name]
        raise InputError.single(str(out), "", name, "pip install 'podfleet[video]'") from error


def _pixels(surface: pygame.Surface) -> Pixels:
    """Return uint8[height, width, 3]: red, green, blue."""
    width, height = surface.get_size()
    return np.frombuffer(pygame.image.tobytes(surface, "RGB"), np.uint8).reshape(height, width, 3)


def _save_png(surface: pygame.Surface, path: Path) -> None:
    path.write_bytes(png_of(surface))


def png_of(surface: pygame.Surface) -> bytes:
    """Return a picture as the bytes of a PNG file. pygame itself would print the message of a full disk."""
    memory = io.BytesIO()
    pygame.image.save(surface, memory, ".png")
    return memory.getvalue()
