"""Bundles of arrays that the league's kernels take besides those of the floor planners: what belongs together, by name.

`checked` in layout/arrays.py checks them.
"""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Terrain(NamedTuple):
    """The map with its landmarks. row, col: of each cell. number: row of a free cell in marks, -1 for walls. marks: costs over
    cells from each landmark, then those to each. least: cost of the cheapest cell.
    """

    row: Annotated[NDArray[np.int32], "cells"]
    col: Annotated[NDArray[np.int32], "cells"]
    number: Annotated[NDArray[np.int32], "cells"]
    marks: Annotated[NDArray[np.uint16], "free, landmarks"]
    least: int


class Annealing(NamedTuple):
    """roots: robots that may be given another operation. value: what a robot's cost counts. chance: state of the random
    generator. sums: scratch.
    """

    roots: Annotated[NDArray[np.int32], "roots"]
    value: Annotated[NDArray[np.float64], "robots"]
    chance: Annotated[NDArray[np.uint64], "1"]
    sums: Annotated[NDArray[np.float64], "sums"]


class FreeRobots(NamedTuple):
    """Robots that may be given a task. heading: -1 for any. part: connected part of the map."""

    cell: Annotated[NDArray[np.int32], "robots"]
    heading: Annotated[NDArray[np.int8], "robots"]
    part: Annotated[NDArray[np.int32], "robots"]


class OpenTasks(NamedTuple):
    """Tasks that may be given. begin: first cells. length: cost from errand to errand. part: connected part of the map, -1 for
    a task that no robot can do. box: where in `arena` the fields to the first cells lie, offset -1 for bounds by landmarks.
    """

    begin: Annotated[NDArray[np.int32], "tasks"]
    length: Annotated[NDArray[np.int64], "tasks"]
    part: Annotated[NDArray[np.int32], "tasks"]
    box: Annotated[NDArray[np.int64], "tasks, 5"]
    arena: Annotated[NDArray[np.uint32], "words"]


class Errands(NamedTuple):
    """Errands of all tasks in one row, and where those of each slot of the pool begin."""

    cell: Annotated[NDArray[np.int32], "errands"]
    begin: Annotated[NDArray[np.int32], "slots"]
    size: Annotated[NDArray[np.int32], "slots"]


class Bins(NamedTuple):
    """Tasks by square bins of the map, the short ones first in each. wide, high: bins of the map. shortest: least length."""

    wide: int
    high: int
    tasks: NDArray[np.int32]
    starts: NDArray[np.int32]
    counts: NDArray[np.int32]
    shortest: int


class Entries(NamedTuple):
    """Paths of robots in the traffic. paths: states that each robot is about to drive from, -1 at the end. planned: what is
    entered by state; passing: by cell. seen: moves of late by state.
    """

    paths: Annotated[NDArray[np.int32], "robots, length"]
    planned: Annotated[NDArray[np.float32], "states"]
    passing: Annotated[NDArray[np.float32], "cells"]
    seen: Annotated[NDArray[np.float32], "states"]


class Prices(NamedTuple):
    """Costs for a robot that plans to come the other way, for one that plans to pass, and for a move a tick the other way.
    most: of one cell.
    """

    oncoming: float
    crossing: float
    habit: float
    most: int


class SearchScratch(NamedTuple):
    """Scratch of a search for fields. node: what is known of each cell, NODE words a cell. head: first cell of each bucket, -1
    for none; a power of two over twice the largest cost and two turns. touched: cells. stage: where fields are written.
    """

    node: Annotated[NDArray[np.int32], "words"]
    head: Annotated[NDArray[np.int32], "buckets"]
    touched: Annotated[NDArray[np.int32], "cells"]
    stage: Annotated[NDArray[np.uint32], "stage"]
