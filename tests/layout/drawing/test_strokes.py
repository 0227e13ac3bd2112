"""Strokes: the cells of a drag, and the lanes along it."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layout.drawing.edit import At, Glyphs
from layout.drawing.strokes import LANE_ALONG, QUEUE_ALONG, area, box, frame, freehand, inked, straight

CELLS = st.tuples(st.integers(0, 20), st.integers(0, 20))


def grid(*rows: str) -> Glyphs:
    return np.array([list(row.encode()) for row in rows], np.uint8)


def drawn(glyphs: Glyphs, cells: list[At], ink: str) -> list[str]:
    """The drawing after a stroke."""
    after = glyphs.copy()
    for at, sign in zip(*inked(glyphs, cells, ink), strict=True):
        after[at] = sign
    return [row.tobytes().decode() for row in after]


@given(st.lists(CELLS, min_size=1, max_size=6))
def test_a_free_hand_goes_from_neighbour_to_neighbour(points: list[At]) -> None:
    """However fast the pointer is, no cell of its path is left out and none is reached diagonally."""
    cells = freehand(points)
    assert set(points) <= set(cells)
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 for a, b in pairwise(cells))


@given(CELLS, CELLS)
def test_the_way_to_a_cell_is_as_short_as_can_be(start: At, end: At) -> None:
    """A drag covers one cell more than its rows and columns."""
    assert len(freehand([start, end])) == 1 + abs(start[0] - end[0]) + abs(start[1] - end[1])


def test_a_line_keeps_to_its_longer_side() -> None:
    """Lines are straight, as lanes are."""
    assert straight((2, 2), (3, 5)) == [(2, 2), (2, 3), (2, 4), (2, 5)]
    assert straight((2, 2), (0, 1)) == [(2, 2), (1, 2), (0, 2)]


@given(CELLS, CELLS)
def test_a_box_has_every_cell_once(start: At, end: At) -> None:
    """The box is the same from every corner."""
    cells = box(start, end)
    assert len(set(cells)) == len(cells) == (1 + abs(start[0] - end[0])) * (1 + abs(start[1] - end[1]))


def test_a_fill_stays_within_its_glyph() -> None:
    """Cells are connected by their sides, not by their corners."""
    assert area(grid("..#", "#..", "..."), (0, 0)) == [(0, 0), (0, 1), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)]
    assert area(grid(".#", "#."), (0, 0)) == [(0, 0)]


def test_a_lane_follows_the_drag_round_corners() -> None:
    """Every cell leads to the next one, and the last continues straight."""
    assert drawn(grid("...", "...", "..."), freehand([(0, 0), (0, 2), (2, 2)]), LANE_ALONG) == [">>v", "..v", "..v"]


def test_a_frame_of_lane_is_a_ring_road() -> None:
    """Drawn to the right it runs clockwise, drawn to the left the other way."""
    floor = grid("...", "...", "...")
    assert drawn(floor, frame((0, 0), (2, 2)), LANE_ALONG) == [">>v", "^.v", "^<<"]
    assert drawn(floor, frame((0, 2), (2, 0)), LANE_ALONG) == ["v<<", "v.^", ">>^"]


def test_a_queue_lane_leads_up_to_its_station() -> None:
    """Drawn onto a service cell it stops before it, and its last cell points into it."""
    assert drawn(grid("...", ".#.", "..K"), freehand([(0, 0), (2, 0), (2, 2)]), QUEUE_ALONG) == ["d..", "d#.", "rrK"]


def test_a_box_of_lanes_runs_along_its_longer_side() -> None:
    """All lanes run in the direction of the drag."""
    assert drawn(grid("...", "..."), box((1, 2), (0, 0)), LANE_ALONG) == ["<<<", "<<<"]


def test_a_click_is_a_stroke_of_one_cell() -> None:
    """A lane without a direction runs east."""
    assert drawn(grid("."), freehand([(0, 0)]), LANE_ALONG) == [">"]
