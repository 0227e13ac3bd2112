"""Tasks of a record in the league's form: errands in turn, by whom and when they were done, and which robot has which task.

An errand is a station that a task visits, and last of all the place where it ends: a pod's storage place, or the
robot's cell when its work is done (at a charger). The league's viewers count a task as finished when all its errands
are done, so an unfinished task has one that is still open: the next goal of its load.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from controller.lorr.results.result_format import NO_TASK, schedule_words
from robots.recording import events as ev
from robots.recording.events import Event
from robots.recording.frames import StationInfo


@dataclass(slots=True)
class RecordedTask:
    """Task of a record.

    released: step since which it was known. robot: -1 before it is assigned. errands: cells, done in turn. station,
    place: cells of the load's next and last goal, -1 if unknown.
    """

    released: int
    station: int = -1
    robot: int = -1
    place: int = -1
    errands: list[int] = field(default_factory=list)
    ended: bool = False


class RecordedTasks:
    """Tasks built from a record's events.

    cell, goal: int32[steps, robots], each robot's cell and goal. first: tick of step 0. finished: completed tasks.
    events: [step, robot, task, errand] of errands done, errands from 1 on.
    """

    def __init__(
        self, cell: NDArray[np.int32], goal: NDArray[np.int32], stations: list[StationInfo], first: int
    ) -> None:
        self._cell, self._goal, self._first = cell, goal, first
        self._station = [station.cell for station in stations]
        self.tasks: dict[int, RecordedTask] = {}
        self.finished = 0
        self.events: list[list[int]] = []
        self._schedule: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)

    def follow(self, event: Event) -> None:
        """Process the record's next event."""
        step = max(0, event.t - self._first)
        match event:
            case ev.TaskCreated(task=task, station=station):
                self.tasks[task] = RecordedTask(step, self._station[station] if station >= 0 else -1)
            case ev.TaskAssigned(task=task, robot=robot):
                self._known(task).robot = robot
                self._schedule[robot].append((step, task))
            case ev.NextStop(task=task, station=station):
                self._known(task).station = self._station[station]
            case ev.VisitStarted(task=task, station=station, robot=robot):
                self._known(task).robot = robot
                self._known(task).station = -1
                self._do(step, task, self._station[station])
            case ev.PlaceChosen(task=task, cell=cell):
                self._known(task).place = cell
            case ev.TaskDone(task=task):
                self._finish(step, task)
            case ev.TaskFailed(task=task):
                self._leave_open(step, task)

    def close(self) -> None:
        """End the record: tasks that are not done get an open errand."""
        for number in list(self.tasks):
            self._leave_open(len(self._cell) - 1, number)

    def listed(self) -> list[tuple[int, int, list[int]]]:
        """Return (task, step since which it was known, cells of its errands) by number, without those without a known
        cell.
        """
        return [(number, task.released, task.errands) for number, task in sorted(self.tasks.items()) if task.errands]

    def schedules(self, robots: int) -> list[str]:
        """Return "step:task,…" per robot; it begins without a task, and -1 stands for none."""
        return [schedule_words(self._schedule[robot]) for robot in range(robots)]

    def _known(self, number: int) -> RecordedTask:
        """Return a task; those from before the record count as known since its first step."""
        return self.tasks.setdefault(number, RecordedTask(0))

    def _do(self, step: int, number: int, cell: int) -> None:
        task = self._known(number)
        task.errands.append(cell)
        self.events.append([step, task.robot, number, len(task.errands)])

    def _finish(self, step: int, number: int) -> None:
        task = self._known(number)
        if task.robot < 0:  # assigned before the record began, to an unknown robot
            del self.tasks[number]
            return
        self._do(step, number, task.place if task.place >= 0 else int(self._cell[step, task.robot]))
        self._free(step, task)
        self.finished += 1

    def _leave_open(self, step: int, number: int) -> None:
        task = self._known(number)
        if task.ended:
            return
        cells = [cell for cell in (task.station, task.place) if cell >= 0]
        task.errands += cells or list(self._next_cell(step, task))
        self._free(step, task)

    def _next_cell(self, step: int, task: RecordedTask) -> Iterator[int]:
        """Yield the goal of the task's robot, or its cell."""
        if task.robot >= 0:
            goal = int(self._goal[step, task.robot])
            yield goal if goal >= 0 else int(self._cell[step, task.robot])

    def _free(self, step: int, task: RecordedTask) -> None:
        task.ended = True
        if task.robot >= 0 and step < len(self._cell) - 1:
            self._schedule[task.robot].append((step, NO_TASK))
