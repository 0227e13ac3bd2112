"""MP4 films, decoded again."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("av", reason="PyAV isn't installed")

import av

from tests.support.window.films import mp4_pictures
from visualizer.export.mp4 import Mp4Film
from visualizer.style.palette import STATE_COLOURS


def test_pictures_come_back_in_their_colours(tmp_path: Path) -> None:
    """Robots' colours within what compression costs: a player that believes the film's tags shows the window's."""
    film = Mp4Film(tmp_path / "run.mp4", (64, 48), 30.0)
    for colour in STATE_COLOURS:
        film.add(np.full((48, 64, 3), colour, np.uint8))
    film.close()
    seen = mp4_pictures(tmp_path / "run.mp4")
    assert len(seen) == len(STATE_COLOURS)
    for picture, colour in zip(seen, STATE_COLOURS, strict=True):
        assert np.abs(picture.astype(int) - colour).max() <= 6


@pytest.mark.parametrize("fps", [12.5, 30.0])
def test_players_learn_what_they_need(tmp_path: Path, fps: float) -> None:
    """H.264 in the format that browsers take, in BT.709, with its rate, and the index in front for streaming."""
    path = tmp_path / "run.mp4"
    film = Mp4Film(path, (320, 240), fps)
    for _ in range(25):
        film.add(np.zeros((240, 320, 3), np.uint8))
    film.close()
    with av.open(str(path)) as opened:
        stream = opened.streams.video[0]
        codec = stream.codec_context
        assert (codec.name, codec.pix_fmt, codec.width, codec.height) == ("h264", "yuv420p", 320, 240)
        assert (codec.colorspace, codec.color_primaries, codec.color_trc, codec.color_range) == (1, 1, 1, 1)
        assert float(stream.average_rate) == fps
        assert stream.duration * stream.time_base == pytest.approx(25 / fps)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
