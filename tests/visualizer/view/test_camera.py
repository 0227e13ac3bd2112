"""Cells and pixels, zoom and pan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.view.camera import DETAILS_FROM, PIXELS_BELOW, Camera, fit

FLOOR = (7, 10)
VIEW = (400, 300)
pixels = st.integers(0, 1000)
cameras = st.builds(
    Camera, st.integers(1, 90).map(float), st.integers(-500, 500).map(float), st.integers(-500, 500).map(float)
)


def test_a_cell_is_where_the_camera_says() -> None:
    """At 20 pixels a cell and an offset of (5, 7), cell (2, 3) begins at pixel (65, 47)."""
    camera = Camera(20.0, 5.0, 7.0)
    assert camera.at(2, 3) == (65.0, 47.0)
    assert camera.point(65, 47) == (2.0, 3.0)


@given(cameras, pixels, pixels)
def test_a_point_goes_to_a_pixel_and_back(camera: Camera, x: int, y: int) -> None:
    """The point under a pixel lies at that pixel."""
    assert camera.at(*camera.point(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(cameras, st.integers(-5, 5), pixels, pixels)
def test_zoom_keeps_what_is_under_the_cursor(camera: Camera, steps: int, x: int, y: int) -> None:
    """The point under the cursor is within a pixel of it after zooming, for any camera."""
    there = camera.zoomed(steps, x, y).at(*camera.point(x, y))
    assert there == pytest.approx((x, y), abs=1.0)


@given(cameras, st.sampled_from([-1, 1]))
def test_a_notch_of_the_wheel_always_zooms(camera: Camera, steps: int) -> None:
    """One notch changes the scale, although it is a whole number from 6 pixels on, up to the largest and smallest."""
    scale = camera.zoomed(steps, 0, 0).scale
    assert (scale - camera.scale) * steps > 0 or scale in (0.25, 96.0)
    assert scale < PIXELS_BELOW or scale == int(scale)


def test_fit_shows_the_whole_floor_in_the_middle() -> None:
    """A floor of 7 × 10 cells fits 400 × 300 pixels at 37 pixels a cell, with equal margins left and right."""
    camera = fit(FLOOR, VIEW)
    assert camera == Camera(37.0, 15.0, round((300 - 7 * 37) / 2))
    assert camera.visible(FLOOR, VIEW) == (0, 7, 0, 10)


def test_fit_of_a_large_floor_uses_the_width_to_the_pixel() -> None:
    """Below 6 pixels a cell the scale needn't be whole: 500 columns in 1,000 pixels less margins."""
    assert fit((140, 500), (1000, 600)).scale == pytest.approx(976 / 500)


def test_panning_cannot_lose_the_floor() -> None:
    """However far it is dragged, a piece of the floor stays in view."""
    for dx, dy in ((-10_000, 0), (10_000, 0), (0, -10_000), (0, 10_000)):
        kept = fit(FLOOR, VIEW).panned(dx, dy).kept(FLOOR, VIEW)
        first_row, end_row, first_col, end_col = kept.visible(FLOOR, VIEW)
        assert end_row > first_row
        assert end_col > first_col


def test_only_what_is_in_view_counts_as_visible() -> None:
    """Zoomed in on the middle, the outer rows and columns are not visible."""
    assert Camera(100.0, -250.0, -150.0).visible(FLOOR, VIEW) == (1, 5, 2, 7)


def test_the_bands_are_those_of_the_design() -> None:
    """Blocks under 6 pixels a cell, details from 20 on."""
    assert (PIXELS_BELOW, DETAILS_FROM) == (6, 20)
