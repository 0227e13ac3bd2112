"""GIF films, read again by Pillow's own reader."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

pytest.importorskip("PIL", reason="Pillow isn't installed")

from tests.support.window.films import Pixels, gif_pictures
from visualizer.export.gif import GifFilm, commonest, nearest
from visualizer.style.palette import STATE_COLOURS

RED, BLUE, WHITE = (200, 30, 10), (10, 30, 200), (255, 255, 255)


def plain(colour: tuple[int, int, int]) -> Pixels:
    return np.full((20, 30, 3), colour, np.uint8)


def write(path: Path, pictures: list[Pixels], fps: float = 10.0) -> list[tuple[Pixels, float]]:
    film = GifFilm(path, (pictures[0].shape[1], pictures[0].shape[0]), fps, pictures)
    for picture in pictures:
        film.add(picture)
    film.close()
    return gif_pictures(path)


def test_pictures_come_back_as_they_were(tmp_path: Path) -> None:
    """This includes pictures in which only a corner has changed, and only that is written."""
    first, second = plain(WHITE), plain(WHITE)
    second[3:5, 20:25] = RED
    third = second.copy()
    third[10, 0] = BLUE
    seen = write(tmp_path / "run.gif", [first, second, third])
    assert len(seen) == 3
    for (picture, stands), expected in zip(seen, [first, second, third], strict=True):
        assert np.array_equal(picture, expected)
        assert stands == pytest.approx(0.1)


def test_a_picture_like_the_one_before_only_takes_time(tmp_path: Path) -> None:
    """Equal pictures add nothing to the file, also at its end."""
    seen = write(tmp_path / "run.gif", [plain(RED), plain(RED), plain(RED), plain(BLUE), plain(BLUE)])
    assert [stands for _, stands in seen] == pytest.approx([0.3, 0.2])


def test_hundredths_that_a_picture_cannot_have_do_not_add_up(tmp_path: Path) -> None:
    """Thirty pictures per second take a second in all, although 3.3 hundredths can't be written."""
    seen = write(tmp_path / "run.gif", [plain(RED if number % 2 else BLUE) for number in range(30)], fps=30.0)
    assert sum(stands for _, stands in seen) == pytest.approx(1.0)


def test_robots_keep_their_colours_in_a_colourful_film(tmp_path: Path) -> None:
    """Thousands of colours are reduced to 254; robot states keep theirs, although few pixels show them."""
    noise = np.random.default_rng(1).integers(0, 256, (100, 100, 3), np.uint8)
    noise[0, : len(STATE_COLOURS)] = STATE_COLOURS
    ((seen, _),) = write(tmp_path / "run.gif", [noise])
    assert np.array_equal(seen[0, : len(STATE_COLOURS)], STATE_COLOURS)
    assert len(np.unique(seen.reshape(-1, 3), axis=0)) <= 254
    assert np.abs(seen.astype(int) - noise).mean() < 40


@settings(max_examples=20, deadline=None)
@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_a_colour_of_the_palette_stays_itself(pixels: Pixels) -> None:
    """Whatever else is in the palette, each of its colours is drawn as itself."""
    palette = commonest([pixels], STATE_COLOURS)
    index = nearest(palette)
    packed = (palette >> 2).astype(int) @ [1 << 12, 1 << 6, 1]
    assert np.array_equal(index[packed], np.arange(len(palette)))
