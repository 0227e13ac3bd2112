"""Writes a film as GIF: 254 colours for the whole film, only the changed pixels, one picture at a time.

Pillow's own way of saving many pictures keeps all of them in memory; here there are two. Pillow does the compression.
"""

import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

from visualizer.style.palette import STATE_COLOURS, VERMILLION

_SAME = 255
"""Index of the colour that shows the previous picture."""
_COLOURS = 254
_BITS = 6
"""Bits of red, green and blue by which colours are distinguished: the day palette's two nearest greys differ in them."""
_SHIFT = 8 - _BITS
_LOOP_FOREVER = b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
_HUNDREDTHS = 100
_LONGEST = 0xFFFF
"""Longest time that a picture is shown, in hundredths of a second."""

ALWAYS = np.concatenate([STATE_COLOURS, np.array([VERMILLION], np.uint8)])
"""uint8[n, 3]: colours that films always have, however few pixels show them: robot states and faults."""
Pixels = NDArray[np.uint8]
"""uint8[height, width, 3]: red, green, blue."""


class GifFilm:
    """A GIF that pictures are added to. samples: some of the pictures, from which the other colours are taken."""

    def __init__(self, path: Path, size: tuple[int, int], fps: float, samples: list[Pixels]) -> None:
        palette = commonest(samples, ALWAYS)
        self._index = nearest(palette)
        self._step = _HUNDREDTHS / fps
        self._pictures = 0
        self._shown: Pixels | None = None
        self._waiting: tuple[Pixels, tuple[int, int], int] | None = None
        self._file: BinaryIO = path.open("wb")
        colours = _padded(palette)
        self._file.write(b"GIF89a" + struct.pack("<HHBBB", *size, 0xF7, 0, 0) + colours.tobytes() + _LOOP_FOREVER)

    def add(self, pixels: Pixels) -> None:
        """Add a picture. It is shown until a picture that differs."""
        packed = self._index[_packed(pixels)]
        if self._shown is None:
            self._wait(packed, (0, 0))
        else:
            changed = packed != self._shown
            if changed.any():
                self._wait(*_cut(np.where(changed, packed, np.uint8(_SAME)), changed))
        self._shown = packed
        self._pictures += 1

    def close(self) -> None:
        """Write the last picture and the end of the file."""
        self._write()
        self._file.write(b";")
        self._file.close()

    def abandon(self) -> None:
        self._file.close()

    def _wait(self, part: Pixels, corner: tuple[int, int]) -> None:
        """Keep a picture until the next one: the time that it is shown is written before it."""
        self._write()
        self._waiting = part, corner, self._pictures

    def _write(self) -> None:
        if self._waiting is None:
            return
        part, corner, since = self._waiting
        # counted from the start of the film, so that rounding to hundredths doesn't add up
        stands = min(round(self._pictures * self._step) - round(since * self._step), _LONGEST)
        image = Image.fromarray(part)
        transparency = {} if since == 0 else {"transparency": _SAME}
        for piece in GifImagePlugin.getdata(image, corner, duration=stands * 10, disposal=1, **transparency):
            self._file.write(piece)


def indexed(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """Return a picture as uint8[height, width] of indices into a palette, and the palette, uint8[256, 3]."""
    palette = commonest([pixels], ALWAYS)
    return nearest(palette)[_packed(pixels)], _padded(palette)


def commonest(samples: list[Pixels], always: Pixels) -> Pixels:
    """Return uint8[≤ 254, 3]: the colours `always`, uint8[n, 3], then the colours of most pixels.

    Of colours too similar to distinguish, only one is taken.
    """
    packed = np.concatenate([(pixels.astype(np.uint32) @ [1 << 16, 1 << 8, 1]).ravel() for pixels in samples])
    values, counts = np.unique(packed, return_counts=True)
    values = values[np.argsort(-counts, kind="stable")]
    colours = np.stack([values >> 16, values >> 8, values], axis=1).astype(np.uint8)
    colours = np.concatenate([always, colours])
    _, first = np.unique(_packed(colours), return_index=True)
    return colours[np.sort(first)[:_COLOURS]]


def nearest(palette: Pixels) -> Pixels:
    """Return uint8[2^18]: index of the palette's nearest colour, by packed colour. Colours of the palette get their own
    index.
    """
    steps = np.arange(1 << _BITS, dtype=np.float32) * (1 << _SHIFT) + (1 << _SHIFT) / 2
    points = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    table = np.zeros(len(points), np.uint8)
    colours = palette.astype(np.float32)
    lengths = (colours**2).sum(axis=1)
    for part in np.array_split(np.arange(len(points)), 16):
        table[part] = np.argmin(lengths - 2 * (points[part] @ colours.T), axis=1)
    table[_packed(palette)] = np.arange(len(palette))
    return table


def _padded(palette: Pixels) -> Pixels:
    colours = np.zeros((256, 3), np.uint8)
    colours[: len(palette)] = palette
    return colours


def _packed(pixels: Pixels) -> NDArray[np.int32]:
    """Return int32[...]: _BITS of each colour in one number."""
    parts = (pixels >> _SHIFT).astype(np.int32)
    return (parts[..., 0] << 2 * _BITS) | (parts[..., 1] << _BITS) | parts[..., 2]


def _cut(packed: Pixels, changed: NDArray[np.bool_]) -> tuple[Pixels, tuple[int, int]]:
    """Return the part around all changed pixels, and the (x, y) of its corner."""
    rows, cols = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    part = packed[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
    return np.ascontiguousarray(part), (int(cols[0]), int(rows[0]))
