"""Look of a drawing before it is a floor."""

import numpy as np

from layout.drawing.edit import Glyphs
from layout.grid import EAST, NO_LANE, SOUTH
from visualizer.editor.ground import LOST_LANE, ground_of, ways_of
from visualizer.style.palette import Ground


def grid(*rows: str) -> Glyphs:
    return np.array([list(row.encode()) for row in rows], np.uint8)


def test_cells_have_the_ground_of_their_glyph() -> None:
    """Storage is shown with its pods, lanes are aisle."""
    assert ground_of(grid("#.P", "Co>")).tolist() == [
        [Ground.WALL, Ground.AISLE, Ground.POD],
        [Ground.CHARGER, Ground.OUTFEED, Ground.AISLE],
    ]


def test_queue_lanes_have_the_tint_of_their_station() -> None:
    """However long the lane is and whichever way it turns."""
    lane = "r" * 37
    assert set(ground_of(grid(lane + "S"))[0, :-1].tolist()) == {Ground.STOW_LANE}
    assert ground_of(grid("rd", "Bl")).tolist() == [[Ground.PACK_LANE] * 2, [Ground.PACK, Ground.PACK_LANE]]


def test_queue_lanes_that_lead_nowhere_stand_out() -> None:
    """Off the grid, into a wall, or round in a ring."""
    assert ground_of(grid("lK#l")).tolist() == [[LOST_LANE, Ground.PICK, Ground.WALL, LOST_LANE]]
    assert ground_of(grid("rd", "ul")).tolist() == [[LOST_LANE] * 2] * 2
    assert ground_of(grid("r", "K")).tolist() == [[LOST_LANE], [Ground.PICK]]


def test_lanes_and_queue_lanes_have_their_way() -> None:
    """As it is driven."""
    assert ways_of(grid(">d.")).tolist() == [[EAST, SOUTH, NO_LANE]]
