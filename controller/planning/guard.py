"""The last look at a plan before it is granted: a wrong one makes everybody wait, and is told.

A net under any planner, also one that a user plugs in. The checker that judges a run is another piece of code.
"""

import numpy as np
from numpy.typing import NDArray

from controller.planning.planner import PlanInput
from layout.roads import Roads
from robots.fleet import Action


def fault_of(roads: Roads, view: PlanInput, action: NDArray[np.int8]) -> str:
    """What is wrong with a plan, "" if nothing is."""
    if not isinstance(action, np.ndarray) or action.dtype.kind not in "iu":
        return "is no array of whole numbers"
    if action.shape != view.cell.shape:
        return f"has actions of shape {action.shape} for {len(view.cell)} robots"
    if ((action < Action.WAIT) | (action > Action.TURN_LEFT)).any():
        return "has an action that is not wait, forward or turn"
    ahead = action == Action.FORWARD
    if (ahead & view.standing).any():
        return f"moves robot {int(np.flatnonzero(ahead & view.standing)[0])}, which stands"
    movers = np.flatnonzero(ahead)
    if bad := _illegal_move(roads, view, movers):
        return bad
    cell = view.cell.copy()
    cell[movers] += roads.step[view.heading[movers]]
    return _conflict(view.cell, cell)


def _illegal_move(roads: Roads, view: PlanInput, movers: NDArray[np.intp]) -> str:
    """A move against lanes and walls, or into private ground where the robot has no goal."""
    cell, heading, load, goal = view.cell[movers], view.heading[movers], view.load[movers], view.goal[movers]
    allowed = (roads.exits[cell] >> heading & 1).astype(bool)
    into = roads.area[load, np.where(allowed, cell + roads.step[heading], cell)]
    at_home = np.where(goal >= 0, roads.area[load, goal], -1)
    private = (into != 0) & (into != roads.area[load, cell]) & (into != at_home)
    wrong = movers[~allowed | private]
    return f"drives robot {int(wrong[0])} where it must not go" if len(wrong) else ""


def _conflict(before: NDArray[np.int32], after: NDArray[np.int32]) -> str:
    """Two robots in one cell, or two that change places."""
    order = np.argsort(after, kind="stable")
    same = np.flatnonzero(np.diff(after[order]) == 0)
    if len(same):
        return f"puts robots {int(order[same[0]])} and {int(order[same[0] + 1])} into one cell"
    edge = np.minimum(before, after).astype(np.int64) << 32 | np.maximum(before, after)
    moved = np.flatnonzero(before != after)
    order = moved[np.argsort(edge[moved], kind="stable")]
    swap = np.flatnonzero(np.diff(edge[order]) == 0)
    if len(swap):
        return f"lets robots {int(order[swap[0]])} and {int(order[swap[0] + 1])} change places"
    return ""
