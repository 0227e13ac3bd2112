"""Tasks of a league problem that no robot can do, because no path joins their errands and any robot."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from controller.lorr.rules import LeagueMap
from layout.formats.lorr import LorrProblem
from robots.wording.formatting import cell_at, count

_NAMED = 3
"""Number of tasks named in the message."""


def out_of_reach(problem: LorrProblem) -> list[int]:
    """Return the numbers of tasks whose errands are not all in one part of the map that holds a robot."""
    ground = LeagueMap.of(problem)
    parts = ndimage.label(ground.free.reshape(ground.height, ground.width))[0].reshape(-1)
    robots = {0, *parts[problem.starts].tolist()} - {0}
    errands = [set(parts[cells].tolist()) for cells in problem.tasks]
    return [number for number, places in enumerate(errands) if len(places) != 1 or not places <= robots]


def complaint(problem: LorrProblem, lost: list[int]) -> str:
    """Return a sentence about the impossible tasks and the consequence; "" if there are none."""
    if not lost:
        return ""
    width = problem.floor.grid.width
    cells = "; ".join(f"task {number} at {_places(problem.tasks[number], width)}" for number in lost[:_NAMED])
    more = "; …" if len(lost) > _NAMED else ""
    if len(lost) == len(problem.tasks):
        head = f"no robot can do any of the {count(len(lost), 'task')}, so none can be finished"
    else:
        head = f"no robot can do {len(lost)} of the {len(problem.tasks)} tasks; they hold their places among the open tasks"
    return f"{head}: the map has no path from any robot through all their cells ({cells}{more})"


def _places(cells: NDArray[np.int32], width: int) -> str:
    return ", ".join(cell_at(cell, width) for cell in cells.tolist()[:_NAMED])
