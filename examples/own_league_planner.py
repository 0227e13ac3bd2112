"""A planner and a scheduler of your own: PIBT, on a league problem and on a floor alike (docs/how-to/league.md).

podfleet bench lorr problem.json --planner examples.own_league_planner:Pibt --scheduler examples.own_league_planner:Nearest
podfleet run maps/demo.toml --headless --ticks 250 --set policies.planner=examples.own_league_planner:Pibt

Okumura, Machida, Defago, Tamura: Priority inheritance with backtracking for iterative multi-agent path finding. AIJ 310 (2022).
"""

import numpy as np
from numpy.typing import NDArray

from controller.lorr.own import ScheduleInput
from controller.planning.fields import DistanceFields
from controller.planning.planner import FieldRows, PlanInput
from layout.roads import Roads
from robots.units.fleet import Action

_FREE = -1


class Pibt:
    """Each robot, most urgent first, claims the best next cell; a robot in that cell has to find another one first."""

    def __init__(self, roads: Roads, fields: DistanceFields, robots: int) -> None:
        self._roads, self._fields = roads, fields
        self._rows = FieldRows(fields, robots)

    def use(self, roads: Roads) -> None:
        self._roads = roads
        self._rows.forget()

    def distance_left(self, cell: NDArray[np.int32]) -> NDArray[np.int32]:
        return self._rows.distance_left(cell)

    def plan(self, view: PlanInput) -> NDArray[np.int8]:
        self._rows.update(view)
        self._view = view
        self._at = {cell: robot for robot, cell in enumerate(view.cell.tolist())}
        self._claimed: dict[int, int] = {}
        self._target = np.full(len(view.cell), _FREE, np.int64)
        for robot in np.flatnonzero(view.standing).tolist():
            self._claim(robot, int(view.cell[robot]))
        for robot in np.lexsort((-view.urgency, ~view.stalled)).tolist():
            if self._target[robot] == _FREE:
                self._find(robot)
        action = np.array([self._action(robot) for robot in range(len(view.cell))], np.int8)
        return self._without_collisions(action)

    def _find(self, robot: int) -> bool:
        """Claim a cell for a robot; returns False if there is none but its own."""
        own_cell = int(self._view.cell[robot])
        for cell in self._by_worth(robot):
            other = self._at.get(cell, _FREE)
            if cell in self._claimed or (other not in (_FREE, robot) and self._target[other] == own_cell):
                continue
            self._claim(robot, cell)
            if other in (_FREE, robot) or self._target[other] != _FREE or self._find(other):
                return True
        self._claim(robot, own_cell)
        return False

    def _claim(self, robot: int, cell: int) -> None:
        self._target[robot] = cell
        self._claimed[cell] = robot

    def _by_worth(self, robot: int) -> list[int]:
        """Return the possible next cells of a robot, including its own, nearest to its goal first."""
        view, roads = self._view, self._roads
        cell, goal, load = int(view.cell[robot]), int(view.goal[robot]), int(view.load[robot])
        reachable = [heading for heading in range(4) if roads.may_drive(cell, heading, goal, load)]
        cells = {cell + int(roads.step[heading]): (heading - int(view.heading[robot])) % 4 % 3 for heading in reachable}
        if goal < 0:
            return [cell, *cells]
        left = self._fields.pool[self._rows.row[robot]]
        return sorted([cell, *cells], key=lambda neighbour: (int(left[neighbour]), cells.get(neighbour, 0)))

    def _action(self, robot: int) -> Action:
        """Return the next action on the way to the claimed cell: turn to it, or drive."""
        step = int(self._target[robot]) - int(self._view.cell[robot])
        if step == 0:
            return Action.WAIT
        heading = self._roads.step.tolist().index(step)
        turn = (heading - int(self._view.heading[robot])) % 4
        return (Action.FORWARD, Action.TURN_RIGHT, Action.TURN_RIGHT, Action.TURN_LEFT)[turn]

    def _without_collisions(self, action: NDArray[np.int8]) -> NDArray[np.int8]:
        """Stop all robots that would drive into a robot that turns first and so doesn't leave its cell yet."""
        stays = [robot for robot in range(len(action)) if action[robot] != Action.FORWARD]
        while stays:
            behind = self._claimed.get(int(self._view.cell[stays.pop()]), _FREE)
            if behind != _FREE and action[behind] == Action.FORWARD:
                action[behind] = Action.WAIT
                stays.append(behind)
        return action


class Nearest:
    """Give each free robot the open task that starts nearest to it, as the crow flies."""

    def __init__(self, roads: Roads, fields: DistanceFields, robots: int) -> None:  # noqa: ARG002 - made as a planner is
        self._width = int(roads.step[1])

    def schedule(self, view: ScheduleInput) -> NDArray[np.int32]:
        task = view.task.copy()
        tasks = np.flatnonzero(view.robot < 0)
        first = np.array([view.errands[number][0] for number in tasks], np.int64)
        for robot in np.flatnonzero(task < 0).tolist():
            if not len(tasks):
                break
            (row, col), (rows, cols) = divmod(int(view.cell[robot]), self._width), np.divmod(first, self._width)
            best = int((abs(rows - row) + abs(cols - col)).argmin())
            task[robot] = tasks[best]
            tasks, first = np.delete(tasks, best), np.delete(first, best)
        return task
