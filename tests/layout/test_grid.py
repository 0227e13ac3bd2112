"""Steps by heading agree with the neighbours of a cell."""

import numpy as np

from layout.grid import HEADINGS, NO_LANE, Grid, steps


def test_steps_lead_to_the_neighbours() -> None:
    """In the middle of a floor of 3 × 4 cells, each heading's step is its neighbour."""
    grid = Grid(3, 4, np.ones(12, np.uint8), np.full(12, NO_LANE, np.int8))
    assert (
        [5 + step for step in steps(grid.width)] == [grid.neighbour(5, heading) for heading in HEADINGS] == [6, 9, 4, 1]
    )
