"""A planner of your own, as docs/how-to/plug-in-a-planner.md explains it.

podfleet run maps/demo.toml --headless --ticks 250 --set policies.planner=examples.own_planner:Greedy
"""

import numpy as np
from numpy.typing import NDArray

from controller.planning.fields import DistanceFields
from controller.planning.planner import FieldRows, PlanInput
from layout.roads import Roads
from robots.units.fleet import Action


class Greedy:
    """Each robot, most urgent first, takes a step nearer to its goal if the cell is free. No robot makes way for
    another.
    """

    def __init__(self, roads: Roads, fields: DistanceFields, robots: int) -> None:
        self._roads, self._fields = roads, fields
        self._rows = FieldRows(fields, robots)

    def use(self, roads: Roads) -> None:
        self._roads = roads
        self._rows.forget()

    def plan(self, view: PlanInput) -> NDArray[np.int8]:
        self._rows.update(view)
        action = np.full(len(view.cell), Action.WAIT, np.int8)
        taken = set(view.cell.tolist())
        for robot in np.argsort(-view.urgency, kind="stable").tolist():
            if view.goal[robot] >= 0 and not view.standing[robot]:
                action[robot] = self._next(view, robot, taken)
        return action

    def _next(self, view: PlanInput, robot: int, taken: set[int]) -> Action:
        cell, heading = int(view.cell[robot]), int(view.heading[robot])
        goal, load = int(view.goal[robot]), int(view.load[robot])
        left = self._fields.pool[self._rows.row[robot]]
        headings = [ahead for ahead in range(4) if self._roads.may_drive(cell, ahead, goal, load)]
        best = min(
            headings, key=lambda ahead: (left[cell + self._roads.step[ahead]], (ahead - heading) % 4), default=heading
        )
        neighbour = cell + int(self._roads.step[best])
        if best not in headings or left[neighbour] >= left[cell]:
            return Action.WAIT
        if best != heading:
            return Action.TURN_LEFT if (best - heading) % 4 == 3 else Action.TURN_RIGHT
        if neighbour in taken:
            return Action.WAIT
        taken.add(neighbour)
        return Action.FORWARD

    def distance_left(self, cell: NDArray[np.int32]) -> NDArray[np.int32]:
        return self._rows.distance_left(cell)
