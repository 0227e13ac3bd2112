"""Bundles of arrays that the floor planners' kernels take, each array by name. `checked` in layout/arrays.py checks them."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Roads(NamedTuple):
    """exits: bit h set where a cell may be left by heading h. area: private ground, of empty and of loaded robots; 0 is none.
    step: what to add to a cell to go one ahead by heading.
    """

    exits: Annotated[NDArray[np.uint8], "cells"]
    area: Annotated[NDArray[np.int32], "2, cells"]
    step: Annotated[NDArray[np.int32], "4"]


class FleetState(NamedTuple):
    """load: 0 empty, 1 loaded. goal: cell or -1. standing: can't be moved in this tick."""

    cell: Annotated[NDArray[np.int32], "robots"]
    heading: Annotated[NDArray[np.int8], "robots"]
    load: Annotated[NDArray[np.int8], "robots"]
    goal: Annotated[NDArray[np.int32], "robots"]
    standing: Annotated[NDArray[np.bool_], "robots"]


class Fields(NamedTuple):
    """pool: distances to goals, a row each. row: that of each robot's goal, -1 for none."""

    pool: Annotated[NDArray[np.uint16], "rows, cells"]
    row: Annotated[NDArray[np.int32], "robots"]


class Operations(NamedTuple):
    """go: by heading at the start, the heading of the move in each tick or -1. turned: the heading after each tick. step: as
    of `Roads`.
    """

    go: Annotated[NDArray[np.int8], "4, ops, depth"]
    turned: Annotated[NDArray[np.int8], "4, ops, depth"]
    step: Annotated[NDArray[np.int32], "4"]


class Plan(NamedTuple):
    """held: the operation of each robot. used: the robot on a cell after t ticks at cell * (depth + 1) + t, -1 for none."""

    held: Annotated[NDArray[np.int16], "robots"]
    used: Annotated[NDArray[np.int32], "cells and ticks"]


class Ranking(NamedTuple):
    """cost: of each operation for each robot. order: operations by cost, the best first."""

    cost: Annotated[NDArray[np.int32], "robots, ops"]
    order: Annotated[NDArray[np.int16], "robots, ops"]


class Displacement(NamedTuple):
    """Scratch of a search in which robots displace each other, of at least as many elements as robots.

    mark: == the search's stamp while a robot is in the chain. chain: robots, each displaced by the one before. tried: how many
    operations of each were tried. old: what each held before.
    """

    mark: Annotated[NDArray[np.int64], "marks"]
    chain: Annotated[NDArray[np.int32], "links"]
    tried: Annotated[NDArray[np.int32], "links"]
    old: Annotated[NDArray[np.int16], "links"]


class Cells(NamedTuple):
    """Scratch of PIBT. at: the robot on a cell, -1 for none. taken: the robot that takes a cell; all -1 before and after.
    target: the cell that each robot takes.
    """

    at: Annotated[NDArray[np.int32], "cells"]
    taken: Annotated[NDArray[np.int32], "cells"]
    target: Annotated[NDArray[np.int32], "robots"]
