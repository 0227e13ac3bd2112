"""History of visited places, and camera moves."""

from hypothesis import given
from hypothesis import strategies as st

from visualizer.scene.scene import Selection, Thing
from visualizer.view.camera import Camera
from visualizer.view.place_history import Place, PlaceHistory, brought_near, in_middle, moved

VIEW = (800, 600)
SEEN = Camera(20.0, 0.0, 0.0)


def at(tick: int) -> Place:
    return Place(SEEN, Selection(Thing.CELL, tick), tick)


def test_back_and_forward_go_through_the_places() -> None:
    """Three places on, two back, one forward again."""
    places = PlaceHistory()
    places.leave(at(1))
    places.leave(at(2))
    assert places.back(at(3)) == at(2)
    assert places.back(at(2)) == at(1)
    assert places.back(at(1)) is None
    assert places.forward(at(1)) == at(2)
    assert places.forward(at(2)) == at(3)
    assert places.forward(at(3)) is None


def test_going_elsewhere_forgets_what_lay_ahead() -> None:
    """The history works as in a browser."""
    places = PlaceHistory()
    places.leave(at(1))
    places.back(at(2))
    places.leave(at(1))
    assert places.forward(at(5)) is None
    assert places.back(at(5)) == at(1)


def test_a_place_left_twice_is_one() -> None:
    """Leaving without having moved leaves no second entry to step through."""
    places = PlaceHistory()
    places.leave(at(1))
    places.leave(at(1))
    assert places.back(at(2)) == at(1)
    assert places.back(at(1)) is None


@given(st.lists(st.sampled_from(["go", "back", "forward"]), max_size=60))
def test_a_step_back_and_forward_again_leads_to_the_same_place(steps: list[str]) -> None:
    """This holds for any sequence of moves before."""
    places, here = PlaceHistory(), at(0)
    for number, step in enumerate(steps):
        if step == "go":
            places.leave(here)
            here = at(number + 1)
        else:
            here = (places.back(here) if step == "back" else places.forward(here)) or here
    if (before := places.back(here)) is not None:
        assert places.forward(before) == here


@given(st.floats(0.5, 60), st.floats(0, 90), st.floats(0, 90))
def test_a_point_comes_to_the_middle(scale: float, row: float, col: float) -> None:
    """The point is in the middle to a pixel, at the same scale."""
    camera = in_middle(Camera(scale, 13.0, -7.0), (row, col), VIEW)
    x, y = camera.at(row, col)
    assert abs(x - 400) <= 1
    assert abs(y - 300) <= 1
    assert camera.scale == scale


def test_what_is_seen_well_stays_where_it_is() -> None:
    """The camera doesn't move for a thing that is in view and near enough."""
    assert brought_near(SEEN, (15.0, 20.0), VIEW) == SEEN


def test_what_is_hidden_or_tiny_is_brought_near() -> None:
    """A thing off the view comes to the middle; at a small scale the camera also zooms in."""
    x, y = brought_near(SEEN, (100.0, 20.0), VIEW).at(100.0, 20.0)
    assert (x, y) == (400, 300)
    far = brought_near(Camera(1.0, 0.0, 0.0), (300.0, 400.0), VIEW)
    assert far.scale == 16.0
    assert far.at(300.0, 400.0) == (400, 300)


def test_a_key_moves_the_view_by_a_fifth() -> None:
    """Moving left shifts the floor to the right; moving down shifts it up."""
    assert moved(SEEN, 0, VIEW).left == 160
    assert moved(SEEN, 3, VIEW).top == -120
