"""The small map in a corner."""

from hypothesis import given
from hypothesis import strategies as st

from visualizer.view.camera import Camera, fit
from visualizer.view.minimap import Minimap

FLOOR, VIEW = (60, 100), (900, 600)
NEAR = Camera(40.0, -400.0, -200.0)


def test_there_is_none_while_the_floor_fits() -> None:
    """It would show what is there already."""
    assert Minimap.over(FLOOR, VIEW, fit(FLOOR, VIEW)) is None


def test_it_lies_in_the_bottom_right_corner() -> None:
    """In the floor's shape, twice as large where a unit is two pixels."""
    small, large = Minimap.over(FLOOR, VIEW, NEAR), Minimap.over(FLOOR, (1800, 1200), NEAR, 2.0)
    assert small is not None
    assert large is not None
    assert small.box == (900 - 14 - 200, 600 - 14 - 120, 200, 120)
    assert large.box[2:] == (400, 240)


def test_what_the_camera_sees_is_a_box_on_it() -> None:
    """Rows 5 to 20 and columns 10 to 32.5 at two pixels a cell."""
    minimap = Minimap.over(FLOOR, VIEW, NEAR)
    assert minimap is not None
    x, y = minimap.box[:2]
    assert minimap.seen(NEAR, VIEW) == (x + 20, y + 10, 45, 30)


@given(st.floats(1, 90), st.floats(-3000, 900), st.floats(-3000, 600))
def test_that_box_is_within_the_map(scale: float, left: float, top: float) -> None:
    """Also when the camera sees what is beyond the floor; three pixels may stand over."""
    camera = Camera(scale, left, top)
    if (minimap := Minimap.over(FLOOR, VIEW, camera)) is not None:
        box, seen = minimap.box, minimap.seen(camera, VIEW)
        assert box.x <= seen.x <= seen.x + seen.w <= box.x + box.w + 3
        assert box.y <= seen.y <= seen.y + seen.h <= box.y + box.h + 3


def test_a_pixel_of_it_is_a_point_of_the_floor() -> None:
    """The middle of the map is the middle of the floor."""
    minimap = Minimap.over(FLOOR, VIEW, NEAR)
    assert minimap is not None
    box = minimap.box
    assert minimap.point(box.x + box.w / 2, box.y + box.h / 2) == (30.0, 50.0)


def test_a_view_too_small_for_it_has_none() -> None:
    """Rather no map than one that nobody can read."""
    assert Minimap.over(FLOOR, (120, 90), NEAR) is None
