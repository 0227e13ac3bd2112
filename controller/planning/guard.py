"""Check of a plan before it is granted: a wrong plan is refused, all robots wait, and the reason is reported.

It guards any planner, including a user's. The checker that judges a run is separate code.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.planning.planner import PlanInput, Planner, read_only
from layout.grid import HEADING_NAMES
from layout.roads import Roads
from robots.units.fleet import Action
from robots.wording.formatting import cell_at


@dataclass(frozen=True, slots=True)
class Refusal:
    """Reason why a plan is not carried out. robot, cell: the first concerned, -1 for none."""

    text: str
    robot: int = -1
    cell: int = -1


def refusal_of(roads: Roads, view: PlanInput, action: NDArray[np.int8]) -> Refusal | None:
    """Return the fault of a plan, None if it has none."""
    if fault := _no_actions(view, action):
        return Refusal(fault)
    ahead = action == Action.FORWARD
    disturbed = view.standing & (action != Action.WAIT)
    if disturbed.any():
        robot = int(np.flatnonzero(disturbed)[0])
        verb = "moves" if ahead[robot] else "turns"
        return _of_robot(roads, view, robot, f"{verb} {{}}, which stands: it lifts, charges, is at work or has a fault")
    movers = np.flatnonzero(ahead)
    if refusal := _illegal_move(roads, view, movers):
        return refusal
    cell = view.cell.copy()
    cell[movers] += roads.step[view.heading[movers]]
    return _conflict(roads, view, cell)


def distance_left(planner: Planner, cell: NDArray[np.int32]) -> tuple[NDArray[np.int32], str]:
    """Return (int32[robots], cells left to drive; fault of the planner's answer, "" if it has none).

    With a wrong answer all robots count as being at their goals, so that the floor continues and none is called stuck.
    """
    try:
        left = planner.distance_left(read_only(cell))
    except Exception as error:  # the planner may be a user's own, and the floor survives its faults
        return np.zeros(len(cell), np.int32), f"distance_left failed with {type(error).__name__}: {error}"
    if not isinstance(left, np.ndarray) or left.dtype.kind not in "iu":
        return np.zeros(len(cell), np.int32), "distance_left returned no array of whole numbers"
    if left.shape != cell.shape:
        fault = f"distance_left returned shape {left.shape} for {len(cell)} robots"
        return np.zeros(len(cell), np.int32), fault
    return left.astype(np.int32, copy=False), ""


def _no_actions(view: PlanInput, action: NDArray[np.int8]) -> str:
    """Return why a plan is not an action for each robot, "" if it is."""
    if not isinstance(action, np.ndarray) or action.dtype.kind not in "iu":
        return "is no array of whole numbers"
    if action.shape != view.cell.shape:
        return f"has actions of shape {action.shape} for {len(view.cell)} robots"
    if ((action < Action.WAIT) | (action > Action.TURN_LEFT)).any():
        return "has an action that is not wait, forward or turn"
    return ""


def _illegal_move(roads: Roads, view: PlanInput, movers: NDArray[np.intp]) -> Refusal | None:
    """Return a move against lanes and walls, or into a private area where the robot has no goal."""
    cell, heading, load, goal = view.cell[movers], view.heading[movers], view.load[movers], view.goal[movers]
    allowed = (roads.exits[cell] >> heading & 1).astype(bool)
    into = roads.area[load, np.where(allowed, cell + roads.step[heading], cell)]
    own_area = np.where(goal >= 0, roads.area[load, goal], -1)
    private = (into != 0) & (into != roads.area[load, cell]) & (into != own_area)
    wrong = np.flatnonzero(~allowed | private)
    if not len(wrong):
        return None
    law = "a wall, a closed cell, the edge of the floor or a lane against it is ahead"
    if allowed[wrong[0]]:
        kind = "a storage place" if load[wrong[0]] else "a place of a station or charger"
        law = f"{kind} that isn't its goal is ahead"
    return _of_robot(roads, view, int(movers[wrong[0]]), f"drives {{}} where it must not go: {law}")


def _conflict(roads: Roads, view: PlanInput, after: NDArray[np.int32]) -> Refusal | None:
    """Return two robots in one cell, or two that swap cells."""
    order = np.argsort(after, kind="stable")
    same = np.flatnonzero(np.diff(after[order]) == 0)
    if len(same):
        return _of_two(roads, view, order, int(same[0]), "puts {} and {} into one cell")
    edge = np.minimum(view.cell, after).astype(np.int64) << 32 | np.maximum(view.cell, after)
    moved = np.flatnonzero(view.cell != after)
    order = moved[np.argsort(edge[moved], kind="stable")]
    swap = np.flatnonzero(np.diff(edge[order]) == 0)
    if len(swap):
        return _of_two(roads, view, order, int(swap[0]), "lets {} and {} swap cells")
    return None


def _of_robot(roads: Roads, view: PlanInput, robot: int, text: str) -> Refusal:
    return Refusal(text.format(_named(roads, view, robot)), robot, int(view.cell[robot]))


def _of_two(roads: Roads, view: PlanInput, order: NDArray[np.intp], at: int, text: str) -> Refusal:
    first, other = int(order[at]), int(order[at + 1])
    return Refusal(text.format(_named(roads, view, first), _named(roads, view, other)), first, int(view.cell[first]))


def _named(roads: Roads, view: PlanInput, robot: int) -> str:
    """Return a robot in words: "robot 3 at (4, 5) facing east"."""
    width = int(roads.step[1])  # one step south
    return f"robot {robot} at {cell_at(int(view.cell[robot]), width)} facing {HEADING_NAMES[view.heading[robot]]}"
