"""Writes a film as MP4: H.264 in the colours of high definition television, which every player and browser shows."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

_BT709, _STUDIO_RANGE = 1, 1
"""Codes of ITU-T H.273 for converting the film's colours back to red, green and blue. Without them players guess, and
differ.
"""
_QUALITY = {"crf": "20", "preset": "veryfast"}
"""Encoder settings. At 20, ids of robots can be read. Slower presets took half as much CPU again for no smaller film;
the next faster one made a film twice as large (our own measurement, a robot followed on demo).
"""


class Mp4Film:
    """An MP4 that pictures with even width and height are added to."""

    def __init__(self, path: Path, size: tuple[int, int], fps: float) -> None:
        self._container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        rate = Fraction(fps).limit_denominator(1000)
        self._stream = self._container.add_stream("libx264", rate=rate, options=_QUALITY)
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "yuv420p"
        context = self._stream.codec_context
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _STUDIO_RANGE

    def add(self, pixels: NDArray[np.uint8]) -> None:
        """Add a picture, uint8[height, width, 3]: red, green, blue."""
        picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        self._encode(picture.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709))

    def close(self) -> None:
        """Write what the encoder still holds, and the end of the file. OSError from the disk, here and in `add`."""
        self._encode(None)
        with _as_os_error():
            self._container.close()

    def abandon(self) -> None:
        with suppress(av.error.FFmpegError):
            self._container.close()

    def _encode(self, picture: av.VideoFrame | None) -> None:
        with _as_os_error():
            for packet in self._stream.encode(picture):
                self._container.mux(packet)


@contextmanager
def _as_os_error() -> Iterator[None]:
    try:
        yield
    except av.error.FFmpegError as error:
        raise OSError(error.errno, error.strerror) from error
