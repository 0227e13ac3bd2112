"""Arrangement of the parts of a window."""

from hypothesis import given
from hypothesis import strategies as st

from visualizer.view.arrangement import arrange


@given(st.integers(160, 4000), st.integers(120, 3000))
def test_the_parts_fill_the_window_and_do_not_overlap(width: int, height: int) -> None:
    """Strip, floor, side and status cover every pixel once, at any size."""
    parts = arrange(width, height)
    areas = [box.w * box.h for box in (parts.strip, parts.floor, parts.side, parts.status)]
    assert sum(areas) == width * height
    assert parts.floor.y == parts.strip.h
    assert parts.side.x == parts.floor.w
    assert parts.status.y == parts.floor.y + parts.floor.h


def test_a_small_window_is_all_floor() -> None:
    """In a small window the panels are left out and the floor stays."""
    parts = arrange(400, 150)
    assert parts.strip.h == parts.side.w == parts.status.h == 0
    assert parts.floor == (0, 0, 400, 150)


def test_a_box_holds_its_own_pixels_only() -> None:
    """The first pixel is inside, the one behind the last is not."""
    floor = arrange(1280, 720).floor
    assert floor.holds(floor.x, floor.y)
    assert not floor.holds(floor.x + floor.w, floor.y)
