"""Dispatch policies: which robot does which task, by the distance an empty robot drives to the load, under pods and
along lanes.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from controller.planning.planner import read_only
from controller.policies.own import asking
from controller.policies.own.view import task_view
from controller.site.site import Site
from controller.warehouse.tasks import Task
from layout.roads import EMPTY
from robots.wording.formatting import count

Pairs = list[tuple[Task, int, str]]
"""Assignments: (task, robot, reason)."""
DispatchPolicy = Callable[[Site, Sequence[Task], NDArray[np.intp]], Pairs]


def choose(site: Site, tasks: Sequence[Task], robots: NDArray[np.intp]) -> Pairs:
    """Return the choice of the scenario's policy."""
    ours = POLICIES.get(site.scenario.policies.dispatch)
    return ours(site, tasks, robots) if ours else _own(site, tasks, robots)


def _own(site: Site, tasks: Sequence[Task], robots: NDArray[np.intp]) -> Pairs:
    by_number = {task.id: task for task in tasks}

    def check(answer: Iterable[object]) -> Pairs:
        rows = asking.moves_of(answer, ("task", by_number), ("robot", robots.tolist()))
        if len(rows) < len(tasks):
            raise asking.WrongAnswerError(f"it gave robots to {len(rows)} of {count(len(tasks), 'task')}")
        return [(by_number[task], robot, reason) for task, robot, reason in rows]

    if not tasks:
        return []
    arguments = [tuple(map(task_view, tasks)), read_only(robots)]
    return asking.ask(site, "dispatch", arguments, check, lambda: assignment(site, tasks, robots))


def nearest(site: Site, tasks: Sequence[Task], robots: NDArray[np.intp]) -> Pairs:
    """Assign the nearest remaining robot to each task in turn."""
    free = robots.copy()
    pairs: Pairs = []
    for task in tasks:
        if not len(free):
            break
        distance = _ways(site, task, free)
        best = int(distance.argmin())
        pairs.append(
            (task, int(free[best]), f"nearest of {len(free)} free robots, {count(int(distance[best]), 'cell')} away")
        )
        free = np.delete(free, best)
    return pairs


def assignment(site: Site, tasks: Sequence[Task], robots: NDArray[np.intp]) -> Pairs:
    """Assign all tasks at once, so that the total distance is least (linear assignment)."""
    if not tasks or not len(robots):
        return []
    distances = np.stack([_ways(site, task, robots) for task in tasks]).astype(np.float64)
    chosen, columns = linear_sum_assignment(distances)
    return [
        (
            tasks[row],
            int(robots[column]),
            f"{count(int(distances[row, column]), 'cell')} away; {_together(len(tasks))}",
        )
        for row, column in zip(chosen.tolist(), columns.tolist(), strict=True)
    ]


def _together(tasks: int) -> str:
    if tasks == 1:
        return "the nearest free robot"
    return f"the assignment of {tasks} tasks with the least driving"


def _ways(site: Site, task: Task, robots: NDArray[np.intp]) -> NDArray[np.uint16]:
    """Return the cells each robot drives to the task's load; FAR if there is no route."""
    field = site.fields.to(task.source, EMPTY, site.tick)
    return np.asarray(field[site.robots.cell[robots]])


POLICIES: dict[str, DispatchPolicy] = {"assignment": assignment, "nearest": nearest}
