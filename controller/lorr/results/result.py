"""Result of a league run, with schedules converted from its log by step."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from controller.lorr.results.result_format import Result, schedule_words
from controller.lorr.rules import League
from layout.formats.lorr import LorrProblem
from layout.grid import EAST


def league_result(league: League, problem: LorrProblem) -> dict[str, object]:
    """Return the result of a run that has ended, as the league writes it."""
    log, tasks = league.log, problem.tasks
    return Result(
        width=league.ground.width,
        start=[(int(cell), EAST) for cell in problem.starts],
        finished=league.finished,
        steps=league.step_number,
        actual=_by_robot(log.actual),
        planned=_by_robot(log.planned),
        planner_s=log.seconds,
        schedule=_schedules(log.changes, league.robots),
        events=log.events,
        tasks=[(task, step, tasks[task % len(tasks)]) for task, step in log.released],
        errors=log.errors,
        schedule_errors=log.schedule_errors,
        late=log.late,
    ).document()


def _by_robot(steps: list[NDArray[np.int8]]) -> NDArray[np.int8]:
    """Return int8[robots, steps]; no robots for no steps."""
    return np.stack(steps, 1) if steps else np.empty((0, 0), np.int8)


def _schedules(changes: list[tuple[int, int, int]], robots: int) -> list[str]:
    of_robot: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for step, robot, task in changes:
        of_robot[robot].append((step, task))
    return [schedule_words(of_robot[robot]) for robot in range(robots)]
